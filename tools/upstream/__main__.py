"""The demo's 信用中国: another process, on loopback, that forwards applications and takes what comes up.

`python -m tools.upstream PORT FOLDER TOKEN_FILE PLATFORM [CLIENT SECRET]`

  POST /repair/messages     signed by the platform; answers {"receipt": ...}; the same id again, the same receipt
  GET  /repair/results      ?day=2026-11-20: what was decided above on that day, {"results": [...]}
  POST /repair/decide       a presenter's (and a test's) result of that kind, JSON
  POST /repair/forward      a presenter's (and a test's) application, JSON: forwarded to the platform, its answer
  POST /cases               a monthly file of cases or a daily one of records, signed; the same id again, once
  GET  /cases               ?id=cases-202610-1: how many rows of it there are
  GET  /                    what came up, as a page

A word in FOLDER/fault breaks it: error (500), html (a page in its place), silent (no answer), unsure (no receipt).
Routes of other subjects join `ROUTES`. It uses nothing of the platform but docs/manual/interface.md.
"""

import base64
import hashlib
import hmac
import html
import json
import re
import signal
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tools.hall.platform import Platform
from tools.upstream.desk import Drawer

LONGEST_BODY = 64 * 1024 * 1024
KINDS = {"receipt": "签收", "notice": "补正告知", "accepted": "受理", "result": "办理结果"}


class Upstream(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, folder: Path, token: str, platform: Platform) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.folder, self.token, self.platform, self.ended = folder, token, platform, threading.Event()
        self.messages, self.results = Drawer(folder / "messages"), Drawer(folder / "results")
        self.files = Drawer(folder / "files")

    @property
    def fault(self) -> str:
        path = self.folder / "fault"
        return path.read_text().strip() if path.exists() else ""


class Desk(BaseHTTPRequestHandler):
    server: Upstream

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/":
            return self._page()
        if self._broken():
            return None
        if path == "/cases":
            return self._cases(parse_qs(query).get("id", [""])[0])
        if path != "/repair/results":
            return self._json(404, {})
        if not self._is_signed(b""):
            return self._json(401, {"error": "signature"})
        day = parse_qs(query).get("day", [""])[0]
        return self._json(
            200, {"results": [one for one in self.server.results.everything() if one["repaired_on"] == day]}
        )

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY))
        route = ROUTES.get(self.path)
        if route is None:
            return self._json(404, {})
        try:
            said = json.loads(body)
        except ValueError:
            return self._json(400, {})
        return route(self, body, said)

    # --- cases and records ------------------------------------------------------------------------------------
    def take_cases(self, body: bytes, said: dict[str, Any]) -> None:
        """A file with its digest: taken once, counted by what is really in it."""
        if self._broken():
            return None
        if not self._is_signed(body):
            return self._json(401, {"error": "signature"})
        content = base64.b64decode(said["content"])
        if hashlib.sha256(content).hexdigest() != said["sha256"]:
            return self._json(422, {"error": "digest"})
        found = len(re.findall(rb"<case>|<record ", content))
        self.server.files.put(said["id"], {"id": said["id"], "rows": found, "sha256": said["sha256"]})
        answer = {"receipt": _receipt(said["id"]), "rows": found}
        return self._json(200, {} if self.server.fault == "unsure" else answer)

    def _cases(self, key: str) -> None:
        if not self._is_signed(b""):
            return self._json(401, {"error": "signature"})
        known = [one for one in self.server.files.everything() if one["id"] == key]
        return self._json(200, known[0] if known else {"id": key, "rows": 0})

    # --- repair ---------------------------------------------------------------------------------------------
    def take_message(self, body: bytes, said: dict[str, Any]) -> None:
        if self._broken():
            return None
        if not self._is_signed(body):
            return self._json(401, {"error": "signature"})
        self.server.messages.put(said["id"], said)
        receipt = "XYZG-" + hashlib.sha256(said["id"].encode()).hexdigest()[:16].upper()
        return self._json(200, {} if self.server.fault == "unsure" else {"receipt": receipt})

    def decide(self, body: bytes, said: dict[str, Any]) -> None:
        self._json(200, {"new": self.server.results.put(said["upstream_no"], said)})

    def forward(self, body: bytes, said: dict[str, Any]) -> None:
        status, answer = self.server.platform.call("POST", "/api/v1/repair/applications", said)
        self._json(status or 502, answer)

    # --- answers --------------------------------------------------------------------------------------------
    def _broken(self) -> bool:
        fault = self.server.fault
        if fault == "silent":
            self.server.ended.wait(60)
            self.close_connection = True
        elif fault == "html":
            self._say(200, b"<html><body>Wi-Fi login</body></html>", "text/html")
        elif fault == "error":
            self._json(500, {})
        return fault in {"silent", "html", "error"}

    def _is_signed(self, body: bytes) -> bool:
        signed = f"{self.headers.get('X-Timestamp', '')}\n{hashlib.sha256(body).hexdigest()}"
        expected = hmac.new(self.server.token.encode(), signed.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, self.headers.get("X-Signature", ""))

    def _page(self) -> None:
        rows = "".join(f"<tr>{_cells(one)}</tr>" for one in self.server.messages.everything())
        heads = "".join(f"<th>{name}</th>" for name in ("受理编号", "办件编号", "种类", "状态", "文号", "时间"))
        files = "".join(
            f"<tr><td>{html.escape(one['id'])}</td><td>{_receipt(one['id'])}</td><td>{one['rows']}</td></tr>"
            for one in self.server.files.everything()
        )
        page = (
            '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>上级平台（演示）</title>'
            f"<h1>上级平台（演示）</h1><h2>收到的办理信息</h2><table border=1><tr>{heads}</tr>{rows}</table>"
            "<h2>收到的上报文件</h2><table border=1><tr><th>文件</th><th>回执</th><th>条数</th></tr>"
            f"{files}</table></html>"
        )
        self._say(200, page.encode(), "text/html; charset=utf-8")

    def _json(self, status: int, answer: dict[str, Any]) -> None:
        self._say(status, json.dumps(answer, ensure_ascii=False).encode(), "application/json")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is said here does not belong into a log."""


def _receipt(key: str) -> str:
    return "SJPT-" + hashlib.sha256(key.encode()).hexdigest()[:16].upper()


def _cells(said: dict[str, Any]) -> str:
    kind = KINDS.get(str(said.get("kind")), "")
    names = ("upstream_no", "number", "", "state", "decision_no", "at")
    return "".join(f"<td>{html.escape(str(said.get(name) or '') if name else kind)}</td>" for name in names)


ROUTES: dict[str, Callable[[Desk, bytes, dict[str, Any]], None]] = {
    "/cases": Desk.take_cases,
    "/repair/messages": Desk.take_message,
    "/repair/decide": Desk.decide,
    "/repair/forward": Desk.forward,
}


def main(port: int, folder: Path, token_file: Path, address: str, client: str = "", secret: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    upstream = Upstream(port, folder, token_file.read_text().strip(), Platform(address, client, secret))

    def end(*_: Any) -> None:
        upstream.ended.set()
        threading.Thread(target=upstream.shutdown).start()  # it waits for the loop, which is this very thread's

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    upstream.serve_forever(poll_interval=0.1)
    upstream.server_close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:7])
