"""Sealed files: what went in comes out, from anywhere; what was touched does not open."""

import io
import os
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from toolkit import sealed_files
from toolkit.crypto import KEY_BYTES, TAG_BYTES, CannotOpen
from toolkit.sealed_files import HEADER, PIECE, open_sealed, seal

KEY = bytes(range(KEY_BYTES))
PLACE = "office.storedfile:7"
SMALL = 64  # bytes of a piece, so that files of several pieces are small
SEALED = SMALL + TAG_BYTES


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_files, "PIECE", SMALL)


def sealed(plain: bytes, *, key: bytes = KEY, place: str = PLACE) -> bytes:
    target = io.BytesIO()
    assert seal([plain], target, data_key=key, aad=place) == len(plain)
    return target.getvalue()


def opened(data: bytes, *, key: bytes = KEY, place: str = PLACE) -> bytes:
    with open_sealed(io.BytesIO(data), data_key=key, aad=place) as file:
        return file.read()


@pytest.mark.parametrize("cipher", ["AES-GCM", "SM4-GCM"])
@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 3 * SMALL + 5])
def test_what_went_in_comes_out(size: int, cipher: str, settings: Any) -> None:
    settings.FIELD_CIPHER = cipher
    plain = os.urandom(size)
    data = sealed(plain)
    assert plain not in data or size < 4
    settings.FIELD_CIPHER = "AES-GCM"  # the file itself says what it was sealed with
    assert opened(data) == plain


def test_chunks_of_any_sizes_make_the_same_file() -> None:
    plain, one, many = os.urandom(500), io.BytesIO(), io.BytesIO()
    seal([plain], one, data_key=KEY, aad=PLACE)
    cuts = [0, 1, 1, 70, 133, 400, 500]
    seal([plain[a:b] for a, b in pairwise(cuts)], many, data_key=KEY, aad=PLACE)
    assert one.getvalue() == many.getvalue()


def test_it_is_read_from_anywhere() -> None:
    plain, dice = os.urandom(10 * SMALL + 3), random.Random(5)
    plain_file = io.BytesIO(plain)
    with open_sealed(io.BytesIO(sealed(plain)), data_key=KEY, aad=PLACE) as file:
        assert file.seekable() and file.readable() and not file.writable()
        for _ in range(300):
            at, much = dice.randrange(len(plain) + 20), dice.randrange(200)
            assert file.seek(at) == plain_file.seek(at)
            assert file.read(much) == plain_file.read(much)
            assert file.tell() == plain_file.tell()
        assert file.seek(-5, os.SEEK_END) == len(plain) - 5
        assert file.read() == plain[-5:]


def test_text_is_read_line_by_line() -> None:
    plain = "".join(f"第{n}行，江澜市\n" for n in range(100)).encode()
    with io.TextIOWrapper(open_sealed(io.BytesIO(sealed(plain)), data_key=KEY, aad=PLACE), "utf-8") as lines:
        assert sum(1 for _ in lines) == 100


def _swapped(data: bytes) -> bytes:
    one, two = data[HEADER : HEADER + SEALED], data[HEADER + SEALED : HEADER + 2 * SEALED]
    return data[:HEADER] + two + one + data[HEADER + 2 * SEALED :]


def _flipped(at: int) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return flip


TOUCHED: dict[str, Callable[[bytes], bytes]] = {
    "a bit in the first piece": _flipped(HEADER),
    "a bit in the last piece": lambda data: _flipped(len(data) - 1)(data),
    "the magic": _flipped(0),
    "the cipher": lambda data: data[: HEADER - 1] + b"S" + data[HEADER:],
    "two pieces swapped": _swapped,
    "the first piece dropped": lambda data: data[:HEADER] + data[HEADER + SEALED :],
    "a piece twice": lambda data: data[: HEADER + SEALED] + data[HEADER:],
    "cut at a piece's edge": lambda data: data[: HEADER + 2 * SEALED],
    "cut in a piece": lambda data: data[: HEADER + 2 * SEALED + 20],
    "cut in a tag": lambda data: data[: HEADER + 2 * SEALED + 3],
    "only the header": lambda data: data[:HEADER],
    "empty": lambda data: b"",
    "something behind it": lambda data: data + b"x",
}


@pytest.mark.parametrize("touch", TOUCHED.values(), ids=TOUCHED)
@pytest.mark.parametrize("size", [4 * SMALL, 3 * SMALL + 9])
def test_what_was_touched_does_not_open(touch: Callable[[bytes], bytes], size: int) -> None:
    with pytest.raises(CannotOpen):
        opened(touch(sealed(os.urandom(size))))


def test_a_cut_file_is_refused_before_anything_is_read() -> None:
    with pytest.raises(CannotOpen):
        open_sealed(io.BytesIO(sealed(os.urandom(4 * SMALL))[: HEADER + 2 * SEALED]), data_key=KEY, aad=PLACE)


def test_of_another_place_or_under_another_key_it_does_not_open() -> None:
    data = sealed(b"x" * 100)
    with pytest.raises(CannotOpen):
        opened(data, place="office.storedfile:8")
    with pytest.raises(CannotOpen):
        opened(data, key=bytes(KEY_BYTES))


def test_what_the_source_raises_goes_through() -> None:
    def cut_off() -> Any:
        yield b"x" * 200
        raise ConnectionResetError

    target = io.BytesIO()
    with pytest.raises(ConnectionResetError):
        seal(cut_off(), target, data_key=KEY, aad=PLACE)
    with pytest.raises(CannotOpen):
        opened(target.getvalue())


def test_closing_it_closes_the_file_below() -> None:
    below = io.BytesIO(sealed(b"abc"))
    file = open_sealed(below, data_key=KEY, aad=PLACE)
    file.close()
    assert below.closed
    with pytest.raises(ValueError):
        file.read()


def test_pieces_are_of_a_megabyte() -> None:
    assert PIECE == 1024 * 1024
