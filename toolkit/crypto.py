"""Field encryption and blind indexes, with several live keys.

A ciphertext is `v1.<alg>.<kid>.<nonce>.<ct>` (base64url without padding) and is bound to its place by `aad`
("table:column:row"): copied to another row it does not open. A blind index is a keyed digest of the normalised value,
bound to a `purpose`; both carry the id of their key, so that during a rotation old and new keys live together:
settings.FIELD_KEYS and settings.INDEX_KEYS are "kid:base64,kid:base64", newest first.
The newest writes, all read. A check code is a short keyed digest of what is printed, under settings.RECEIPT_KEYS.
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = "v1"
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
OWN_KEY = "own"  # the kid of a ciphertext under a data key: the key lies wrapped in the same row
ALGORITHMS = {"AES-GCM": "aes", "SM4-GCM": "sm4"}  # by settings.FIELD_CIPHER
DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {"SHA256": hashes.SHA256, "SM3": hashes.SM3}


class CannotOpen(Exception):
    """Damaged, of another place, or its key is no longer in the ring: a defect, no refusal."""


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    secret: bytes


@lru_cache(maxsize=8)
def _ring(text: str, setting: str) -> tuple[Key, ...]:
    keys = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        key_id, _, secret = part.partition(":")
        raw = base64.b64decode(secret)
        if not key_id or "." in key_id or key_id == OWN_KEY or len(raw) < KEY_BYTES:
            raise ImproperlyConfigured(f"{setting}: every key is <id>:<base64 of at least {KEY_BYTES} bytes>")
        keys.append(Key(key_id, raw))
    if len({key.id for key in keys}) != len(keys) or not keys:
        raise ImproperlyConfigured(f"{setting}: no key, or one id twice")
    return tuple(keys)


def field_keys() -> tuple[Key, ...]:
    return _ring(settings.FIELD_KEYS, "FIELD_KEYS")


def index_keys() -> tuple[Key, ...]:
    return _ring(settings.INDEX_KEYS, "INDEX_KEYS")


# --- encryption ----------------------------------------------------------------------------------------------------


def encrypt(plain: str, *, aad: str) -> str:
    """Seal a text under the newest field key, bound to the place that `aad` names."""
    newest = field_keys()[0]
    return _seal(plain.encode(), newest.secret, newest.id, aad)


def decrypt(sealed: str, *, aad: str) -> str:
    """Open a text that `encrypt` sealed. Raises CannotOpen."""
    key_id = key_of(sealed)
    secret = next((key.secret for key in field_keys() if key.id == key_id), None)
    if secret is None:
        raise CannotOpen(f"key {key_id} is not in the ring")
    return _open(sealed, secret, aad).decode()


def key_of(sealed: str) -> str:
    """The id of the key that a ciphertext was sealed with."""
    return sealed.split(".", 3)[2]


def is_current(sealed: str) -> bool:
    """Whether the newest key and the configured cipher made it; what is not, a rotation seals anew."""
    return sealed.startswith(newest_prefix())


def newest_prefix() -> str:
    """How every ciphertext begins that is sealed today."""
    return f"{VERSION}.{ALGORITHMS[settings.FIELD_CIPHER]}.{field_keys()[0].id}."


def new_data_key(*, aad: str) -> tuple[bytes, str]:
    """A key for one row alone, and the same key wrapped. Destroying the wrapped key destroys what it sealed."""
    data_key = os.urandom(KEY_BYTES)
    return data_key, encrypt(_text(data_key), aad=aad)


def unwrap(wrapped: str, *, aad: str) -> bytes:
    return _bytes(decrypt(wrapped, aad=aad))


def rewrapped(sealed: str, *, aad: str) -> str:
    """The same text, or the same data key, sealed under the newest field key: what a rotation writes back."""
    return encrypt(decrypt(sealed, aad=aad), aad=aad)


def encrypt_with(data_key: bytes, plain: str, *, aad: str) -> str:
    return _seal(plain.encode(), data_key, OWN_KEY, aad)


def decrypt_with(data_key: bytes, sealed: str, *, aad: str) -> str:
    return _open(sealed, data_key, aad).decode()


def _seal(plain: bytes, secret: bytes, key_id: str, aad: str) -> str:
    alg, nonce = ALGORITHMS[settings.FIELD_CIPHER], os.urandom(NONCE_BYTES)
    bound = f"{VERSION}.{alg}.{key_id}|{aad}".encode()
    if alg == "aes":
        ct = AESGCM(_derived(secret, alg)).encrypt(nonce, plain, bound)
    else:
        encryptor = Cipher(algorithms.SM4(_derived(secret, alg)), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        ct = encryptor.update(plain) + encryptor.finalize() + encryptor.tag
    return f"{VERSION}.{alg}.{key_id}.{_text(nonce)}.{_text(ct)}"


def _open(sealed: str, secret: bytes, aad: str) -> bytes:
    try:
        version, alg, key_id, nonce_text, ct_text = sealed.split(".")
        nonce, ct = _bytes(nonce_text), _bytes(ct_text)
        bound = f"{version}.{alg}.{key_id}|{aad}".encode()
        if version != VERSION or alg not in ALGORITHMS.values():
            raise CannotOpen("unknown version or algorithm")
        if alg == "aes":
            return AESGCM(_derived(secret, alg)).decrypt(nonce, ct, bound)
        mode = modes.GCM(nonce, ct[-TAG_BYTES:])
        decryptor = Cipher(algorithms.SM4(_derived(secret, alg)), mode).decryptor()
        decryptor.authenticate_additional_data(bound)
        return decryptor.update(ct[:-TAG_BYTES]) + decryptor.finalize()
    except (ValueError, InvalidTag) as error:
        raise CannotOpen("damaged, or of another place") from error


@lru_cache(maxsize=32)
def _derived(secret: bytes, alg: str) -> bytes:
    """The cipher's own key: one secret never serves two algorithms."""
    return HKDF(hashes.SHA256(), 32 if alg == "aes" else 16, None, f"field:{alg}".encode()).derive(secret)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- blind indexes -------------------------------------------------------------------------------------------------


def normalised(value: str) -> str:
    """The form of a value that is indexed: NFKC, upper case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def blind_index(value: str, *, purpose: str) -> tuple[str, bytes]:
    """(key id, 32 bytes) under the newest index key: what is written."""
    return next(_indexes(value, purpose))


def blind_indexes(value: str, *, purpose: str) -> tuple[tuple[str, bytes], ...]:
    """The same under every live key: what is looked for."""
    return tuple(_indexes(value, purpose))


def _indexes(value: str, purpose: str) -> Iterator[tuple[str, bytes]]:
    digest = DIGESTS[settings.INDEX_HASH]
    text = f"{purpose}\x00{normalised(value)}".encode()
    for key in index_keys():
        mac = HMAC(key.secret, digest())
        mac.update(text)
        yield key.id, mac.finalize()


# --- check codes ---------------------------------------------------------------------------------------------------

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: what is read off paper is typed by hand
CODE_LETTERS = 10  # fifty bits: nobody guesses one through a page that counts tries
MISREAD = str.maketrans("OIL", "011")


def check_code(value: str, *, purpose: str) -> str:
    """A short keyed code for something printed, under the newest receipt key."""
    return _code(receipt_keys()[0], DIGESTS[settings.INDEX_HASH], value, purpose)


def is_check_code(code: str, value: str, *, purpose: str) -> bool:
    """Whether it is the code of that value, under any key and digest that was ever in use; typed as people type."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum()).translate(MISREAD)
    codes = [_code(key, digest, value, purpose) for key in receipt_keys() for digest in DIGESTS.values()]
    return any([hmac.compare_digest(letters.encode(), one.encode()) for one in codes])  # a list: each is compared


def receipt_keys() -> tuple[Key, ...]:
    return _ring(settings.RECEIPT_KEYS, "RECEIPT_KEYS")


def _code(key: Key, digest: type[hashes.HashAlgorithm], value: str, purpose: str) -> str:
    mac = HMAC(key.secret, digest())
    mac.update(f"code:{purpose}\x00{normalised(value)}".encode())
    number = int.from_bytes(mac.finalize()[:8], "big")
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(CODE_LETTERS))


def fingerprint(key: Key) -> str:
    """A short name of a key for an operator's eyes; it tells nothing about the key."""
    return hashlib.sha256(b"fingerprint:" + key.secret).hexdigest()[:8]
