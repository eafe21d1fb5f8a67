"""Why a signature is not the one that is expected: what was signed, part by part, and what else would fit. Pure.

It is told whether a signature fits, never which one would: a page that showed the right one could sign for anybody
who sees it. GB/T 22239-2019 8.1.4.7 (完整性).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives import hashes

from accounts.rules.signature import NONCE, SHA256, SKEW_SECONDS, SM3, sign, text_to_sign, timely

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEX = re.compile("[0-9a-f]{64}")
PARTS = ("方法", "路径", "查询串", "请求体摘要", "时间戳", "随机数")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as its sender describes it; `own_text` is what he says he has signed, "" where he does not say."""

    method: str
    path: str
    query: str
    body: bytes
    timestamp: str
    nonce: str
    signature: str
    algorithm: str = SHA256
    own_text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. `good` None: to be noted, and no fault."""

    name: str
    good: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text to sign, ours beside theirs."""

    name: str
    ours: str
    theirs: str

    @property
    def same(self) -> bool:
        return self.ours == self.theirs


@dataclass(frozen=True, slots=True)
class Trial:
    text: str
    body_hash: str
    body_length: int
    steps: tuple[Step, ...]
    slot: int | None  # whose secret made the signature
    instead: str  # what was done instead, where a usual mistake explains the signature
    lines: tuple[Line, ...]  # where the sender said what he has signed

    @property
    def good(self) -> bool:
        return self.slot is not None and not self.instead and all(step.good is not False for step in self.steps)


def judge(sent: Sent, secrets: Mapping[int, bytes], *, now: float, nonce_used: bool) -> Trial:
    """What the platform would have signed, and how the given signature came about as far as that can be told.

    `secrets` by slot: those that are tried. `nonce_used`: the client has used it in the last quarter of an hour.
    """
    read, notes = _normalised(sent)
    text = _text(read)
    slot = _slot_of(read.signature, secrets, text, read.algorithm)
    instead = ""
    if slot is None:
        slot, instead = next(
            (
                (number, name)
                for number, secret in secrets.items()
                for name, signature in _mistakes(read, sent, secret)
                if hmac.compare_digest(signature.encode(), sent.signature.strip().encode())
            ),
            (None, ""),
        )
    steps = (*notes, *_steps(read, now, nonce_used), _matched(slot, instead))
    lines = _lines(text.decode(), sent.own_text)
    return Trial(
        text.decode(), hashlib.sha256(read.body).hexdigest(), len(read.body), steps, slot, instead, tuple(lines)
    )


def _normalised(sent: Sent) -> tuple[Sent, list[Step]]:
    notes = []
    path, query = sent.path.strip(), sent.query.strip().removeprefix("?")
    if path.startswith(("http://", "https://")):
        parts = urlsplit(path)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        notes.append(Step("路径", None, "只签路径，不签协议、主机名和端口；已去掉。"))
    if "?" in path:
        path, _, behind = path.partition("?")
        query = query or behind
        notes.append(Step("路径", None, "路径中的查询串已移到“查询串”。"))
    if (decoded := unquote(path)) != path:
        path = decoded
        notes.append(Step("路径", None, "路径按解码后的内容签名。"))
    if "&" in query and query != "&".join(sorted(query.split("&"))):
        notes.append(Step("查询串", None, "发送时可以不排序；签名时须把各个参数按字典序排列。"))
    read = replace(
        sent,
        method=sent.method.strip().upper(),
        path=path,
        query=query,
        timestamp=sent.timestamp.strip(),
        nonce=sent.nonce.strip(),
        signature=sent.signature.strip(),
    )
    return read, notes


def _text(sent: Sent) -> bytes:
    return text_to_sign(
        method=sent.method,
        path=sent.path,
        query=sent.query,
        body=sent.body,
        timestamp=sent.timestamp,
        nonce=sent.nonce,
    )


def _slot_of(signature: str, secrets: Mapping[int, bytes], text: bytes, algorithm: str) -> int | None:
    for slot, secret in secrets.items():
        if hmac.compare_digest(sign(secret, text, algorithm=algorithm).encode(), signature.encode()):
            return slot
    return None


def _steps(sent: Sent, now: float, nonce_used: bool) -> Iterator[Step]:
    known = sent.method in METHODS
    yield Step("方法", known, f"{sent.method}，大写。" if known else "应为 GET、POST 等，大写。")
    slash = sent.path.startswith("/api/")
    yield Step("路径", slash, "以 /api/ 开头。" if slash else "应以 /api/ 开头，不含主机名。")
    if not (sent.timestamp.isascii() and sent.timestamp.isdigit()):
        yield Step("时间戳", False, "应为 unix 秒，只含数字。")
    elif timely(sent.timestamp, now=now):
        yield Step(
            "时间戳", True, f"与服务器相差 {abs(int(sent.timestamp) - int(now))} 秒，在 {SKEW_SECONDS} 秒以内。"
        )
    elif len(sent.timestamp) == 13:
        yield Step("时间戳", False, "是毫秒；应为秒，10 位。")
    else:
        yield Step("时间戳", False, f"与服务器相差超过 {SKEW_SECONDS} 秒：请校准时钟；旧的请求须重新签名。")
    if not NONCE.fullmatch(sent.nonce):
        yield Step("随机数", False, "应为 8 至 64 位字母、数字或 - _ . ~。")
    elif nonce_used:
        yield Step("随机数", None, "这个随机数已经用过：重发核查、报送可以沿用，其他请求须更换。")
    else:
        yield Step("随机数", True, "写法正确，最近没有用过。")
    shaped = HEX.fullmatch(sent.signature) is not None
    yield Step("签名的写法", shaped, "64 位十六进制小写。" if shaped else "应为 64 位十六进制小写，不是 Base64。")


def _matched(slot: int | None, instead: str) -> Step:
    if slot is None:
        return Step("签名", False, "与待签名文本不符，也不是常见的错误：请逐行核对待签名文本，确认使用的密钥。")
    if instead:
        return Step("签名", False, f"与第 {slot} 槽密钥相符，但{instead}。")
    return Step("签名", True, f"与第 {slot} 槽密钥相符。")


def _mistakes(read: Sent, sent: Sent, secret: bytes) -> Iterator[tuple[str, str]]:
    """What signers do wrong, each with the signature that comes of it."""
    text, algorithm = _text(read), read.algorithm
    right = sign(secret, text, algorithm=algorithm)
    yield "签名用了大写的十六进制", right.upper()
    yield "签名用了 Base64，应为十六进制小写", base64.b64encode(bytes.fromhex(right)).decode()
    other = SM3 if algorithm == SHA256 else SHA256
    yield f"用的算法是 {other}，请求头 X-Algorithm 须与之一致", sign(secret, text, algorithm=other)
    yield "没有用 HMAC，而是把密钥接在文本后面取了摘要", hashlib.sha256(text + secret).hexdigest()
    yield "没有用 HMAC，而是把密钥接在文本前面取了摘要", hashlib.sha256(secret + text).hexdigest()
    for name, wrong_secret in _wrong_secrets(secret):
        yield name, sign(wrong_secret, text, algorithm=algorithm)
    for name, wrong in _wrong_texts(read, sent):
        yield name, sign(secret, wrong, algorithm=algorithm)


def _wrong_secrets(secret: bytes) -> Iterator[tuple[str, bytes]]:
    yield "密钥末尾多了换行", secret + b"\n"
    yield "密钥末尾多了空格", secret + b" "
    try:
        yield "密钥先作了 Base64 解码，应直接用其文本", base64.urlsafe_b64decode(secret + b"=" * (-len(secret) % 4))
    except (binascii.Error, ValueError):
        return


def _wrong_texts(read: Sent, sent: Sent) -> Iterator[tuple[str, bytes]]:
    text = _text(read)
    lines = text.split(b"\n")

    def put(place: int, value: str) -> bytes:
        return b"\n".join([*lines[:place], value.encode(), *lines[place + 1 :]])

    yield "待签名文本末尾多了一个换行", text + b"\n"
    yield "各行之间用了回车换行（CRLF）", text.replace(b"\n", b"\r\n")
    yield "各部分之间没有换行", text.replace(b"\n", b"")
    yield "方法用了小写", put(0, read.method.lower())
    yield "路径带了协议和主机名", put(1, sent.path.strip())
    yield "路径末尾多了斜线", put(1, read.path + "/")
    yield "路径末尾少了斜线", put(1, read.path.rstrip("/"))
    if read.query:
        yield "查询串没有按字典序排列", put(2, read.query)
        yield "漏了查询串", put(2, "")
        yield "查询串带了问号", put(2, "?" + lines[2].decode())
        yield "查询串解了码，应照发送的样子", put(2, unquote(lines[2].decode()))
        yield "查询串写在路径里", b"\n".join([lines[0], lines[1] + b"?" + lines[2], b"", *lines[3:]])
    yield "漏了查询串那一行（没有参数时应为空行）", b"\n".join([*lines[:2], *lines[3:]])
    for name, body in _wrong_bodies(read.body):
        yield name, put(3, hashlib.sha256(body).hexdigest())
    yield "请求体摘要用了大写", put(3, lines[3].decode().upper())
    yield "请求体没有取摘要", b"\n".join([*lines[:3], read.body, *lines[4:]])
    yield "没有请求体时摘要留了空", put(3, "")
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(read.body)
    yield "请求体摘要用了 SM3，应一律为 SHA-256", put(3, sm3.finalize().hex())
    yield "时间戳与随机数的次序颠倒", b"\n".join([*lines[:4], lines[5], lines[4]])
    yield "时间戳用了毫秒", put(4, read.timestamp + "000")
    if sent.own_text:
        yield "签的是您所填的文本，它与平台的不同（见逐行比较）", sent.own_text.replace("\r\n", "\n").encode()


def _wrong_bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    yield "签的请求体比发送的多一个换行", body + b"\n"
    yield "签的请求体比发送的少一个换行", body.removesuffix(b"\n")
    yield "签的请求体用了回车换行", body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "签的请求体是换行（LF）的，发送的不是", body.replace(b"\r\n", b"\n")
    yield "签的请求体带了 BOM", b"\xef\xbb\xbf" + body
    yield "签的请求体是空的", b""
    try:
        yield "签的请求体是 GBK 编码，应为 UTF-8", body.decode().encode("gbk")
    except UnicodeError:
        return


def _lines(ours: str, theirs: str) -> Iterator[Line]:
    if not theirs:
        return
    said = theirs.replace("\r\n", "\n").split("\n")
    for place, (name, line) in enumerate(zip(PARTS, ours.split("\n"), strict=True)):
        yield Line(name, line, said[place] if place < len(said) else "（没有这一行）")
    for extra in said[len(PARTS) :]:
        yield Line("多出的行", "（没有这一行）", extra or "（空行）")
