"""What is handed in is known by its content: a program, a bomb, a half file, a picture of a whole town."""

import struct
import zlib

import pytest

from office.rules import attachments
from office.rules.attachments import fault_of, kind_of

HEAD, TAIL = b"%PDF-1.7\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n", b"\nendstream\nendobj\n%%EOF\n"
ONE = 1024 * 1024


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + b"rest"


def jpg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + b"\x03" + b"\0" * 9
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + frame + b"\xff\xd9"


def deflated(size: int) -> bytes:
    engine = zlib.compressobj(9)
    return b"".join(engine.compress(bytes(ONE)) for _ in range(size // ONE)) + engine.flush()


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("凭证.pdf", HEAD + zlib.compress(b"text") + TAIL, "pdf"),
        ("照片.JPG", jpg(3000, 2000), "jpg"),
        ("截图.png", png(1200, 800), "png"),
    ],
)
def test_what_is_taken(name: str, body: bytes, kind: str) -> None:
    assert (kind_of(body), fault_of(name, body)) == (kind, "")


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("凭证.pdf", b"MZ\x90\x00\x03", "不是 PDF"),
        ("凭证.pdf", b"PK\x03\x04", "不是 PDF"),
        ("凭证.pdf", b"<html>", "不是 PDF"),
        ("凭证.pdf", b"", "空文件"),
        ("凭证.png", HEAD + TAIL, "与文件名不符"),
        ("凭证.exe", HEAD + TAIL, "与文件名不符"),
        ("凭证.pdf", HEAD, "不完整"),
        ("凭证.pdf", HEAD + b"/JavaScript (app.alert)" + TAIL, "脚本"),
        ("图.png", png(60_000, 60_000), "像素过多"),
        ("图.jpg", jpg(65_000, 65_000), "像素过多"),
        ("图.jpg", b"\xff\xd8\xff\xe0", "损坏"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "损坏"),
        ("凭证\u202efdp.pdf", HEAD + TAIL, "看不见"),
        ("大.pdf", HEAD + bytes(attachments.LARGEST) + TAIL, "超过 20 MB"),
    ],
)
def test_what_is_not_and_how_to_mend_it(name: str, body: bytes, word: str) -> None:
    fault = fault_of(name, body)
    assert word in fault and "请" in fault


def test_a_bomb_is_not_blown_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of many times the limit, and one that is deflated twice; the limit is made small for the test."""
    monkeypatch.setattr(attachments, "INFLATED_MOST", 8 * ONE)
    once = deflated(32 * ONE)
    assert len(once) < ONE and "解压后过大" in fault_of("a.pdf", HEAD + once + TAIL)
    twice = zlib.compress(once, 9)
    assert len(twice) < len(once) and "解压后过大" in fault_of("a.pdf", HEAD + twice + TAIL)
    many = HEAD + (b"stream\n" + deflated(3 * ONE) + b"\nendstream\n") * 4 + TAIL
    assert "解压后过大" in fault_of("a.pdf", many)
    assert fault_of("a.pdf", HEAD + deflated(2 * ONE) + TAIL) == ""


def test_no_more_is_inflated_than_the_limit() -> None:
    body = HEAD + deflated(400 * ONE) + TAIL
    assert attachments._inflated(body) <= attachments.INFLATED_MOST + 2 * ONE
