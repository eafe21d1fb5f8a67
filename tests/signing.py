"""A client system's side of a signed request, written anew from its documentation."""

import hashlib
import hmac
import time
from itertools import count
from typing import Any
from urllib.parse import unquote

from django.test import Client

_nonces = count(1)


def send(client: Client, code: str, path: str, *, method: str = "POST", body: bytes = b"", **headers: str) -> Any:
    """A request signed by the client system `code` with its first secret; `nonce` or a fresh one."""
    secret = headers.pop("secret", "secret-one").encode()
    kind = headers.pop("content_type", "application/json")
    nonce = headers.pop("nonce", None) or f"nonce-{next(_nonces):08d}"
    timestamp = str(int(time.time()))
    place, _, query = path.partition("?")
    lines = [method, unquote(place), query, hashlib.sha256(body).hexdigest(), timestamp, nonce]
    digest = hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    signed = {"X-Client": code, "X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": digest}
    return client.generic(method, path, body, content_type=kind, headers=signed | headers)
