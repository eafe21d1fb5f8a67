"""A department's program that pulls: `python -m tests.exchange.receivers.puller PORT CLIENT SUBSCRIPTION BOOK`.

It reads the changes after its last number, applies them, and confirms; again and again, whoever is away meanwhile.
"""

import hashlib
import hmac
import http.client
import json
import secrets
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.exchange.receivers.book import Book

SECRET = b"secret-one"


def call(port: int, client: str, method: str, path: str, body: bytes = b"") -> Any:
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    where, _, query = path.partition("?")
    query = "&".join(sorted(query.split("&")))
    text = "\n".join([method, where, query, hashlib.sha256(body).hexdigest(), stamp, nonce])
    headers = {
        "X-Client": client,
        "X-Timestamp": stamp,
        "X-Nonce": nonce,
        "X-Signature": hmac.new(SECRET, text.encode(), "sha256").hexdigest(),
        "Content-Type": "application/json",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as web:
        web.request(method, path, body or None, headers)
        answer = web.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise OSError(answer.status)
        return json.loads(said)


def pull(port: int, client: str, subscription: str, book: Book) -> None:
    place = f"/api/v1/exchange/subscriptions/{subscription}"
    seq, _ = book.stands()
    said = call(port, client, "GET", f"{place}/changes?after={seq}&limit=500")
    book.apply(seq + 1, said["rows"])
    seq, count = book.stands()
    if seq:
        call(port, client, "POST", f"{place}/confirmations", json.dumps({"seq": seq, "count": count}).encode())


def main() -> None:
    port, client, subscription, book = int(sys.argv[1]), sys.argv[2], sys.argv[3], Book(Path(sys.argv[4]))
    while True:
        try:
            pull(port, client, subscription, book)
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.5)
        time.sleep(0.3)


if __name__ == "__main__":
    main()
