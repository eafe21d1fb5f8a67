"""The signature of a request: what is signed, by which algorithm, for how long it is good. Pure.

text = METHOD, path, sorted query, hex SHA-256 of the body, timestamp, nonce; joined by newlines.
signature = hex HMAC(secret, text); HMAC-SHA256 by default, HMAC-SM3 (GB/T 32905) when X-Algorithm says so.
GB/T 22239-2019 8.1.4.7 (完整性), GB/T 39786-2021.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

SKEW_SECONDS = 300
NONCE_KEPT_SECONDS = 900  # longer than twice SKEW_SECONDS: as long as a signature can be good
NONCE = re.compile(r"[A-Za-z0-9_.~-]{8,64}")
SHA256 = "HMAC-SHA256"
SM3 = "HMAC-SM3"


def text_to_sign(*, method: str, path: str, query: str, body: bytes, timestamp: str, nonce: str) -> bytes:
    """The bytes that both sides sign. The query's pairs stay as they were sent (percent-encoded), sorted."""
    if "&" in query:
        query = "&".join(sorted(query.split("&")))
    return "\n".join((method, path, query, hashlib.sha256(body).hexdigest(), timestamp, nonce)).encode()


def sign(secret: bytes, text: bytes, *, algorithm: str = SHA256) -> str:
    """The hex signature. KeyError for an algorithm that is neither HMAC-SHA256 nor HMAC-SM3."""
    return _SIGN[algorithm](secret, text)


def matches(signature: str, secrets: Iterable[bytes], text: bytes, *, algorithm: str) -> bool:
    """Whether any live secret made this signature; compared in constant time."""
    return any(hmac.compare_digest(sign(secret, text, algorithm=algorithm), signature) for secret in secrets)


def timely(timestamp: str, *, now: float) -> bool:
    """Whether the sender's clock (unix seconds) is within SKEW_SECONDS of ours."""
    return (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) < 12
        and (abs(int(timestamp) - now) <= SKEW_SECONDS)
    )


def _sha256(secret: bytes, text: bytes) -> str:
    return hmac.digest(secret, text, "sha256").hex()


def _sm3(secret: bytes, text: bytes) -> str:
    mac = HMAC(secret, hashes.SM3())
    mac.update(text)
    return mac.finalize().hex()


_SIGN = {SHA256: _sha256, SM3: _sm3}
ALGORITHMS = frozenset(_SIGN)
