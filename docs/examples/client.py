"""A client system of the platform in Python 3.9 or newer; nothing but the standard library.

CREDIT_BASE=https://credit.example CREDIT_CLIENT=hall CREDIT_SECRET=... python3 client.py GET /api/v1/checks/NUMBER
"""

import hashlib
import hmac
import os
import secrets
import sys
import time
import urllib.error
import urllib.request

BASE, CLIENT, SECRET = (os.environ[name] for name in ("CREDIT_BASE", "CREDIT_CLIENT", "CREDIT_SECRET"))


def call(method: str, path: str, query: str = "", body: bytes = b"", nonce: str = "") -> tuple[int, str]:
    """Status and text of the answer. Keep the nonce with your record, and send the same again after a time-out."""
    timestamp, nonce = str(int(time.time())), nonce or secrets.token_urlsafe(24)
    query = "&".join(sorted(query.split("&")))
    text = "\n".join((method, path, query, hashlib.sha256(body).hexdigest(), timestamp, nonce))
    headers = {
        "Content-Type": "application/json",
        "X-Client": CLIENT,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest(),
    }
    address = BASE + path + (f"?{query}" if query else "")
    request = urllib.request.Request(address, data=body or None, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:  # problem details: `title` says what to do
        return refused.code, refused.read().decode()


def taken(method: str, path: str, query: str = "", body: bytes = b"", nonce: str = "") -> tuple[int, str]:
    """The same, asked again as the manual says: the same nonce, later after 429 and 503."""
    nonce = nonce or secrets.token_urlsafe(24)
    for pause in (1, 5, 30):
        status, text = call(method, path, query, body, nonce)
        if status not in (429, 503):
            return status, text
        time.sleep(pause)
    return call(method, path, query, body, nonce)


if __name__ == "__main__":
    sent = sys.stdin.buffer.read() if sys.argv[1] != "GET" else b""
    place, _, asked = sys.argv[2].partition("?")
    code, said = call(sys.argv[1], place, asked, sent, os.environ.get("CREDIT_NONCE", ""))
    sys.stdout.write(said + "\n")
    sys.exit(0 if code == 200 else 1)
