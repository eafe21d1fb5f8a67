"""Files sealed on disk, in pieces, so that 700 MB is written and read without ever being in memory.

Layout: MAGIC, one byte for the cipher, then pieces of PIECE bytes of clear text, each with its tag; the last piece is
shorter, or empty. The nonce of a piece is its number and whether it is the last; the data key is used for one file
and no other, so no nonce comes twice. With every piece its place (`aad`) is authenticated: a piece that was altered,
swapped or dropped does not open, nor does a file that was cut at a piece's edge (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár).
"""

import io
import os
from collections.abc import Iterable
from typing import IO, BinaryIO, Protocol, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from toolkit.crypto import ALGORITHMS, TAG_BYTES, CannotOpen

MAGIC = b"sealed1"
PIECE = 1024 * 1024
BUFFER = 256 * 1024  # of a reader
HEADER = len(MAGIC) + 1
_CIPHERS = {"aes": b"A", "sm4": b"S"}


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class _Sm4:
    """SM4-GCM in the shape of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self.algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        encryptor = Cipher(self.algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        decryptor = Cipher(self.algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


def _cipher(data_key: bytes, alg: str) -> _Aead:
    key = HKDF(hashes.SHA256(), 32 if alg == "aes" else 16, None, f"file:{alg}".encode()).derive(data_key)
    return AESGCM(key) if alg == "aes" else _Sm4(key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def seal(chunks: Iterable[bytes], target: IO[bytes], *, data_key: bytes, aad: str) -> int:
    """Write the chunks, of any sizes, sealed to `target`; returns how many bytes of clear text they were.

    `data_key` is of toolkit.crypto.new_data_key and must never seal a second file. What `chunks` or the writing
    raises goes through; the target is then incomplete and does not open.
    """
    alg = ALGORITHMS[settings.FIELD_CIPHER]
    cipher, bound = _cipher(data_key, alg), aad.encode()
    target.write(MAGIC + _CIPHERS[alg])
    waiting, number = bytearray(), 0
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > PIECE:  # a full piece waits until it is known not to be the last
            target.write(cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE]), bound))
            del waiting[:PIECE]
            number += 1
    target.write(cipher.encrypt(_nonce(number, last=True), bytes(waiting), bound))
    return number * PIECE + len(waiting)


class _Opened(io.RawIOBase):
    """Clear text of a sealed file: one piece at a time, from anywhere."""

    def __init__(self, file: BinaryIO, *, data_key: bytes, aad: str) -> None:
        self._file, self._bound = file, aad.encode()
        header = file.read(HEADER)
        alg = next((name for name, letter in _CIPHERS.items() if header == MAGIC + letter), None)
        sealed = file.seek(0, os.SEEK_END) - HEADER
        whole, rest = divmod(sealed, PIECE + TAG_BYTES)
        if alg is None or sealed < TAG_BYTES or 0 < rest < TAG_BYTES:
            raise CannotOpen("not a sealed file, or cut off")
        self._cipher = _cipher(data_key, alg)
        self._last = whole - (rest == 0)
        self.size = sealed - (self._last + 1) * TAG_BYTES
        self._at, self._number, self._piece = 0, -1, b""
        self._load(self._last)  # now, not when somebody reads that far: a cut file has no last piece

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(HEADER + number * (PIECE + TAG_BYTES))
        try:
            sealed = self._file.read(PIECE + TAG_BYTES)
            self._piece = self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, self._bound)
        except (InvalidTag, ValueError) as error:
            self._number = -1
            raise CannotOpen("damaged, cut off, or of another place") from error
        self._number = number

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "memoryview | bytearray", /) -> int:  # type: ignore[override]  # any buffer of bytes
        if self._at >= self.size or not len(buffer):
            return 0
        number, offset = divmod(self._at, PIECE)
        self._load(number)
        read = self._piece[offset : offset + len(buffer)]
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._piece = b""
        super().close()


def open_sealed(file: BinaryIO, *, data_key: bytes, aad: str) -> BinaryIO:
    """The clear text of a sealed file, to read and to seek in. Closing it closes `file`.

    Raises CannotOpen: at once where the file is cut off, of another place or no sealed file; where a piece in the
    middle was altered, when that is reached.
    """
    return cast(BinaryIO, io.BufferedReader(_Opened(file, data_key=data_key, aad=aad), BUFFER))
