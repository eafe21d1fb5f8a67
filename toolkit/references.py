"""What stands in a public address in place of a number: nobody counts it up, nobody makes one.

A reference is one sealed block of sixteen bytes: what it is of, and the number. The same number always has the same
reference, so that a page can be kept and cited; a changed letter is no reference at all (sixty-four bits say so).
A place in a long list is signed with how deep it is, so that no list is read to its end page by page.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core import signing

SALT = "toolkit.references"
LETTERS = 26  # sixteen bytes in base 32, without padding


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which row the next page begins, and which page that is; the first is page 1."""

    after: str
    page: int


def reference(what: str, number: int) -> str:
    """The reference of a number; `what` keeps references of two kinds apart: a firm's opens no record."""
    block = _mark(what) + number.to_bytes(8, "big")
    encryptor = _cipher(settings.SECRET_KEY).encryptor()
    return base64.b32encode(encryptor.update(block) + encryptor.finalize()).decode().rstrip("=").lower()


def number_of(what: str, text: str) -> int | None:
    """The number, under any key in use; None for whatever was not made here."""
    if len(text) != LETTERS or not text.isascii():
        return None
    try:
        sealed = base64.b32decode(text.upper() + "=" * (-LETTERS % 8))
    except (binascii.Error, ValueError):
        return None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        decryptor = _cipher(secret).decryptor()
        block = decryptor.update(sealed) + decryptor.finalize()
        if block[:8] == _mark(what):
            return int.from_bytes(block[8:], "big")
    return None


def place(what: str, after: str, page: int) -> str:
    """The link's text for the page that begins behind `after`."""
    return signing.dumps([after, page], salt=f"{SALT}:{what}", compress=True)


def read_place(what: str, text: str) -> Place | None:
    """What `place` wrote; None for anything else, which starts the list from its beginning."""
    try:
        after, page = signing.loads(text, salt=f"{SALT}:{what}")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Place(str(after), int(page))


@lru_cache(maxsize=8)
def _cipher(secret: str) -> Cipher[modes.ECB]:
    """One block is all that is ever sealed, and it holds its own mark: ECB is the block cipher itself."""
    key = hashlib.sha256(f"{SALT}:{secret}".encode()).digest()
    return Cipher(algorithms.AES(key), modes.ECB())  # a single block


@lru_cache(maxsize=64)
def _mark(what: str) -> bytes:
    return hashlib.sha256(what.encode()).digest()[:8]
