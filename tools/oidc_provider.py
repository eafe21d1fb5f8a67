"""An identity service as the province runs one: `python -m tools.oidc_provider PORT ACCOUNTS.json`.

For tests and the demo, never in production. OpenID Connect, code flow with PKCE: discovery, keys, a page that asks
who comes in, token, userinfo. An account is an object with `account`, `name`, `id_number`; each of its `faults` makes
the service wrong in one way: wrong_issuer, wrong_audience, wrong_nonce, expired, other_key, unsigned, other_userinfo.
"""

import base64
import hashlib
import html
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "credit-portal", "demo-secret-of-the-portal"
CODE_SECONDS = 60
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>省统一身份认证（演示）</title>
<h1>省统一身份认证（演示）</h1><p>请选择以谁的身份登录：</p><ul>{}</ul>"""


class Provider:
    def __init__(self, port: int, accounts: list[dict[str, Any]]) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.accounts = {one["account"]: one for one in accounts}
        self.key, self.other = (ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}) for kid in ("k1", "k2"))
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.lock = threading.Lock()

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def approve(self, asked: dict[str, str]) -> str:
        """The address to which the browser goes back."""
        code = secrets.token_urlsafe(24)
        with self.lock:
            self.codes[code] = asked | {"until": str(time.time() + CODE_SECONDS)}
        said = {"code": code, "state": asked.get("state", ""), "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def token(self, asked: dict[str, str], credentials: str) -> dict[str, Any] | None:
        """None: refused. A code is good once, for the client and the verifier that asked for it."""
        with self.lock:
            code = self.codes.pop(asked.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            code is None
            or float(code["until"]) < time.time()
            or credentials != f"Basic {expected}"
            or code["code_challenge"] != challenge
            or code["redirect_uri"] != asked.get("redirect_uri")
        ):
            return None
        account = self.accounts[code["account"]]
        access = secrets.token_urlsafe(24)
        with self.lock:
            self.tokens[access] = code["account"]
        return {"access_token": access, "token_type": "Bearer", "id_token": self._id_token(account, code["nonce"])}

    def _id_token(self, account: dict[str, Any], nonce: str) -> str:
        faults, now = set(account.get("faults", ())), int(time.time())
        claims = {
            "iss": "https://elsewhere.example" if "wrong_issuer" in faults else self.issuer,
            "aud": "another-client" if "wrong_audience" in faults else CLIENT,
            "sub": account["account"],
            "nonce": "another" if "wrong_nonce" in faults else nonce,
            "iat": now,
            "exp": now - 3600 if "expired" in faults else now + 300,
        }
        if "unsigned" in faults:
            parts = ({"alg": "none", "typ": "JWT"}, claims)
            body = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts)
            return f"{body}."
        key = self.other if "other_key" in faults else self.key
        return jwt.encode({"alg": "ES256", "kid": "k1"}, claims, key)

    def userinfo(self, credentials: str) -> dict[str, Any] | None:
        found = self.accounts.get(self.tokens.get(credentials.removeprefix("Bearer "), ""))
        if found is None:
            return None
        sub = "somebody-else" if "other_userinfo" in found.get("faults", ()) else found["account"]
        return {"sub": sub, "name": found.get("name", ""), "id_number": found.get("id_number", "")}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._json(200, self.provider.metadata())
        elif url.path == "/keys":
            self._json(200, {"keys": [self.provider.key.as_dict(private=False)]})
        elif url.path == "/userinfo":
            said = self.provider.userinfo(self.headers.get("Authorization", ""))
            self._json(200 if said else 401, said or {"error": "invalid_token"})
        elif url.path == "/authorize" and asked.get("client_id") == CLIENT and asked.get("code_challenge"):
            self._authorize(asked)
        else:
            self._json(404, {"error": "not_found"})

    def _authorize(self, asked: dict[str, str]) -> None:
        if asked.get("account") in self.provider.accounts:
            self.send_response(302)
            self.send_header("Location", self.provider.approve(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        links = "".join(
            f'<li><a href="{html.escape(self._link(asked, key))}">{html.escape(one["name"])}</a>'
            for key, one in self.provider.accounts.items()
        )
        self._send(200, "text/html; charset=utf-8", PAGE.format(links).encode())

    @staticmethod
    def _link(asked: dict[str, str], account: str) -> str:
        return f"/authorize?{urlencode(asked | {'account': account})}"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        asked = {key: values[0] for key, values in parse_qs(body).items()}
        said = self.provider.token(asked, self.headers.get("Authorization", "")) if self.path == "/token" else None
        self._json(200 if said else 400, said or {"error": "invalid_grant"})

    def _json(self, status: int, said: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(said).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Codes and tokens stand in addresses: nothing is logged."""


def main(port: int, accounts: Path) -> None:
    Handler.provider = Provider(port, json.loads(accounts.read_text(encoding="utf-8")))
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
