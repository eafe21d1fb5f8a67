"""The platform as a department's server calls it: signed requests, as docs/manual/interface.md describes them."""

import hashlib
import hmac
import http.client
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

WAIT = 8.0  # seconds: then the platform counts as away


@dataclass(frozen=True)
class Platform:
    address: str
    client: str
    secret: str = field(repr=False)

    def call(self, method: str, path: str, told: Any = None) -> tuple[int, dict[str, Any]]:
        """Status and answer of one request; (0, {}) when the platform does not answer."""
        body = json.dumps(told, ensure_ascii=False).encode() if told is not None else b""
        timestamp, nonce = str(int(time.time())), secrets.token_urlsafe(18)
        text = "\n".join([method, path, "", hashlib.sha256(body).hexdigest(), timestamp, nonce])
        headers = {
            "Content-Type": "application/json",
            "X-Client": self.client,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest(),
        }
        place = urlsplit(self.address)
        kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        web = kind(place.hostname or "", place.port, timeout=WAIT)
        try:
            web.request(method, path, body, headers)
            answer = web.getresponse()
            found = json.loads(answer.read() or b"{}")
            return answer.status, found if isinstance(found, dict) else {}
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            web.close()
