"""A department's switch and what it says of itself: a page for the presenter, JSON for a test. Loopback only."""

import html
import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qs, urlsplit

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{name}</title>
<style>body{{font:1.1rem/1.7 "Microsoft YaHei","Noto Sans SC",sans-serif;
max-width:44rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse}}td,th{{border:1px solid #888;padding:.3rem .8rem;text-align:left}}
button{{font:inherit;padding:.3rem 1.2rem}}</style>
<h1>{name}</h1><p>{what}。现在<strong>{state}</strong>。</p>
<form method="post" action="{act}"><button>{button}</button></form>
<table><caption>本系统持有的名单</caption><tr><th>订阅<th>已应用至<th>现存条目</tr>{rows}</table>
<p>演示用的接收系统，不属于信用平台。</p></html>"""


class Department(Protocol):
    name: str
    what: str

    def turn(self, on: bool) -> None: ...
    def is_on(self) -> bool: ...
    def held(self) -> list[dict[str, int]]: ...
    def holds(self, code: str) -> int: ...
    def forget(self) -> None: ...


class Control(BaseHTTPRequestHandler):
    """GET / (page), /state, /holds?code=…; POST /on, /off, /forget."""

    department: ClassVar[Department]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/state":
            self._json(self._state())
        elif parts.path == "/holds":
            code = parse_qs(parts.query).get("code", [""])[0]
            self._json({"code": code, "entries": self.department.holds(code)})
        elif parts.path == "/":
            self._answer(self._page().encode(), "text/html; charset=utf-8")
        else:
            self._answer(b"", "text/plain", HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 4096))
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get("Host"):
            return self._answer(b"", "text/plain", HTTPStatus.FORBIDDEN)  # another page's form switches nothing
        acts: dict[str, Callable[[], None]] = {
            "/on": lambda: self.department.turn(True),
            "/off": lambda: self.department.turn(False),
            "/forget": self.department.forget,
        }
        if self.path not in acts:
            return self._answer(b"", "text/plain", HTTPStatus.NOT_FOUND)
        acts[self.path]()
        if origin is None:
            return self._json(self._state())
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _state(self) -> dict[str, Any]:
        return {"name": self.department.name, "on": self.department.is_on(), "held": self.department.held()}

    def _page(self) -> str:
        rows = "".join(
            f"<tr><td>{one['subscription']}<td>第 {one['seq']} 号<td>{one['count']}</tr>"
            for one in self.department.held()
        )
        is_on = self.department.is_on()
        return PAGE.format(
            name=html.escape(self.department.name),
            what=html.escape(self.department.what),
            state="运行" if is_on else "停机",
            act="/off" if is_on else "/on",
            button="停机" if is_on else "开机",
            rows=rows or "<tr><td colspan=3>没有</tr>",
        )

    def _json(self, told: dict[str, Any]) -> None:
        self._answer(json.dumps(told, ensure_ascii=False).encode(), "application/json")

    def _answer(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: which subjects were asked for is nobody's business."""


def serve(port: int, department: Department) -> ThreadingHTTPServer:
    """The control page, answering in a thread of its own."""
    handler = type("OwnControl", (Control,), {"department": department})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
