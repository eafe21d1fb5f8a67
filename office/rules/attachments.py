"""What may be handed in with an application or an objection: known by its content, not by its name. Pure."""

import re
import unicodedata
import zlib

MOST_FILES = 30
LARGEST = 20 * 1024 * 1024
INFLATED_MOST = 200 * 1024 * 1024  # what all streams of one PDF may hold together
PIXELS_MOST = 80_000_000
CHUNK = 1024 * 1024
DEEPEST = 4  # filters in a row
SUFFIXES = {"pdf": (".pdf",), "jpg": (".jpg", ".jpeg"), "png": (".png",)}
NAMES = {"pdf": "PDF", "jpg": "JPG 图片", "png": "PNG 图片"}
_STREAM = re.compile(rb"stream\r?\n")
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})


def kind_of(head: bytes) -> str:
    """pdf, jpg, png, or "" for anything else, by the first bytes."""
    if head[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return "png" if head.startswith(b"\x89PNG\r\n\x1a\n") else ""


def fault_of(name: str, body: bytes) -> str:
    """Why this file is not taken, in Chinese with how to mend it; "" when it is good."""
    if any(unicodedata.category(sign)[0] == "C" for sign in name):  # a name that reads backwards, or hides its end
        return "文件名含有看不见的字符，请重新命名后上传。"
    if not body:
        return f"“{name}”是空文件，请重新选择。"
    if len(body) > LARGEST:
        return f"“{name}”超过 {LARGEST // 1024 // 1024} MB，请压缩或者拆分后上传。"
    kind = kind_of(body)
    if not kind:
        return f"“{name}”不是 PDF、JPG 或者 PNG 文件（按内容识别，与文件名无关）。请转换格式后上传。"
    if not name.lower().endswith(SUFFIXES[kind]):
        return f"“{name}”的内容是{NAMES[kind]}，与文件名不符。请改正文件名后上传。"
    return _pdf_fault(name, body) if kind == "pdf" else _picture_fault(name, body, kind)


def _pdf_fault(name: str, body: bytes) -> str:
    if b"%%EOF" not in body[-4096:]:
        return f"“{name}”不完整，请重新生成或者重新扫描后上传。"
    if any(word in body for word in _ACTIVE):
        return f"“{name}”含有脚本、可执行内容或者嵌入文件。请打印为普通 PDF 后上传。"
    if _inflated(body) > INFLATED_MOST:
        return f"“{name}”解压后过大，不予接收。请重新扫描或者打印为普通 PDF 后上传。"
    return ""


def _inflated(body: bytes) -> int:
    """Bytes that all streams hold, counted no further than the limit; a stream within a stream counts too."""
    total = 0
    for found in _STREAM.finditer(body):
        total += _size(body, found.end(), INFLATED_MOST - total, DEEPEST)
        if total > INFLATED_MOST:
            break
    return total


def _size(body: bytes, start: int, left: int, depth: int) -> int:
    engine, size, first = zlib.decompressobj(), 0, b""
    for place in range(start, len(body), CHUNK):
        data = body[place : place + CHUNK]
        while data and size <= left:
            try:
                out = engine.decompress(data, CHUNK)
            except zlib.error:
                return size
            size += len(out)
            if len(first) < CHUNK:
                first += out
            data = engine.unconsumed_tail
            if engine.eof:
                break
        if engine.eof or size > left:
            break
    if depth and size <= left and first[:1] == b"\x78":  # deflated once more: the usual bomb
        size += _size(first, 0, left - size, depth - 1)
    return size


def _picture_fault(name: str, body: bytes, kind: str) -> str:
    size = _png_size(body) if kind == "png" else _jpg_size(body)
    if size is None:
        return f"“{name}”不能识别，图片可能已经损坏。请重新拍摄或者扫描后上传。"
    if size[0] * size[1] > PIXELS_MOST:
        return f"“{name}”的像素过多（{size[0]}×{size[1]}）。请缩小后上传。"
    return ""


def _png_size(body: bytes) -> tuple[int, int] | None:
    if len(body) < 24 or body[12:16] != b"IHDR":
        return None
    return int.from_bytes(body[16:20]), int.from_bytes(body[20:24])


def _jpg_size(body: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(body) and body[place] == 0xFF:
        mark = body[place + 1]
        if mark in _FRAMES:
            return int.from_bytes(body[place + 7 : place + 9]), int.from_bytes(body[place + 5 : place + 7])
        place += 2 + int.from_bytes(body[place + 2 : place + 4])
    return None
