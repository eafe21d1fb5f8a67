"""The demo's SMS gateway: takes signed messages over HTTP on loopback and writes them down; no telephone ever rings.

`python -m tools.sms_gateway PORT FOLDER TOKEN_FILE`

Each message is a file of JSON in FOLDER, named by its id, so that the same id again is taken once. A presenter (and a
test) breaks it by a word in FOLDER/fault: error (500), html (a page in its place), silent (no answer), refuse.
"""

import hashlib
import hmac
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LONGEST_BODY = 16 * 1024


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, folder: Path, token: str) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.folder, self.token, self.ended = folder, token, threading.Event()

    @property
    def fault(self) -> str:
        path = self.folder / "fault"
        return path.read_text().strip() if path.exists() else ""

    def take(self, message: dict[str, Any]) -> None:
        name = hashlib.sha256(str(message["id"]).encode()).hexdigest()[:32]
        half = self.folder / f".{name}.{threading.get_ident()}"
        half.write_text(json.dumps(message, ensure_ascii=False))
        try:
            os.link(half, self.folder / f"{name}.json")  # of two at once, one is first
        except FileExistsError:
            pass
        finally:
            half.unlink()


class Desk(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:  # http.server's
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY))
        fault = self.server.fault
        if fault == "silent":
            self.server.ended.wait(60)
            self.close_connection = True
        elif fault == "html":
            self._say(200, b"<html><body>Wi-Fi login</body></html>", "text/html")
        elif fault:
            self._say_json(422 if fault == "refuse" else 500, {"accepted": False} if fault == "refuse" else {})
        elif not self._is_signed(body):
            self._say_json(401, {"error": "signature"})
        else:
            self.server.take(json.loads(body))
            self._say_json(200, {"accepted": True})

    def _is_signed(self, body: bytes) -> bool:
        signed = f"{self.headers.get('X-Timestamp', '')}\n{hashlib.sha256(body).hexdigest()}"
        expected = hmac.new(self.server.token.encode(), signed.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, self.headers.get("X-Signature", ""))

    def _say_json(self, status: int, answer: dict[str, Any]) -> None:
        self._say(status, json.dumps(answer).encode(), "application/json")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: an address or a number does not belong into a log."""


def main(port: int, folder: Path, token_file: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    gateway = Gateway(port, folder, token_file.read_text().strip())

    def end(*_: Any) -> None:
        gateway.ended.set()
        threading.Thread(target=gateway.shutdown).start()  # it waits for the loop, which is this very thread's

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    gateway.serve_forever(poll_interval=0.1)
    gateway.server_close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
