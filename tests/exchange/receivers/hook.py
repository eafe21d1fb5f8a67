"""A department's REST service: `python -m tests.exchange.receivers.hook PORT FOLDER SECRET`.

FOLDER/mood says how it behaves: empty is well; html, a status, drip, slow, redirect, nonsense are not; "after"
applies the rows and never answers in time. FOLDER/patience: by how many seconds a clock may be off (300).
"""

import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.exchange.receivers.book import Book, Missing

LONG = 60.0


class Handler(BaseHTTPRequestHandler):
    book: Book
    folder: Path
    secret: bytes

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mood = (self.folder / "mood").read_text() if (self.folder / "mood").exists() else ""
        if mood == "slow":
            time.sleep(LONG)
        if mood == "redirect":
            return self._say(302, b"", Location=(self.folder / "elsewhere").read_text())
        if mood == "html":
            return self._say(200, b"<html>login</html>", **{"Content-Type": "text/html"})
        if mood == "nonsense":
            return self._say(200, b'{"seq": true, "count": -1}', **{"Content-Type": "application/json"})
        if mood == "drip":
            return self._drip()
        if mood.isdigit():
            return self._say(int(mood), b"{}", **{"Content-Type": "application/json"})
        if not self._is_signed(body):
            return self._say(401, b"{}", **{"Content-Type": "application/json"})
        said = json.loads(body)
        status = self._applied(said)
        if mood == "after":
            time.sleep(LONG)
        seq, count = self.book.stands()
        answer = json.dumps({"seq": seq, "count": count}).encode()
        self._say(status, answer, **{"Content-Type": "application/json; charset=utf-8"})

    def _applied(self, said: dict[str, Any]) -> int:
        try:
            if said["kind"] == "changes":
                self.book.apply(said["first_seq"], said["rows"])
            if said["kind"] == "snapshot":
                self.book.replace(said["seq"], said["after"], said["rows"], said["more"])
        except Missing:
            return 409
        return 200

    def _is_signed(self, body: bytes) -> bool:
        path, _, query = self.path.partition("?")
        stamp, nonce = self.headers["X-Timestamp"], self.headers["X-Nonce"]
        text = "\n".join(["POST", path, query, hashlib.sha256(body).hexdigest(), stamp, nonce])
        right = hmac.new(self.secret, text.encode(), "sha256").hexdigest()
        patience = self.folder / "patience"
        timely = abs(int(stamp) - time.time()) <= (int(patience.read_text()) if patience.exists() else 300)
        return timely and hmac.compare_digest(right, self.headers["X-Signature"]) and self.book.is_new(nonce)

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        for _ in range(int(LONG * 10)):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    port, folder, secret = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    Handler.folder, Handler.secret = folder, secret.encode()
    Handler.book = Book(folder / "book.sqlite")
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
