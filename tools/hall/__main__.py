"""An acceptance system of the demo city: another process, another origin, another department's code.

`python -m tools.hall PORT http://127.0.0.1:8000`: one form that carries the platform's plug-in. It holds the secret
of the client system `hall`, asks for tokens by signed requests, and keeps what was taken in only while it runs. It
uses nothing of the platform but what docs/manual/plugin.md and docs/manual/interface.md say.
"""

import html
import itertools
import json
import signal
import sys
import threading
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any, ClassVar
from urllib.parse import parse_qs

import yaml

from tools import places
from tools.hall.platform import Platform

HERE = Path(__file__).parent
FILES = {"/hall.css": "text/css; charset=utf-8", "/hall.js": "text/javascript; charset=utf-8"}
OPERATOR = "综合窗口3号 李敏"
LARGEST = 64 * 1024
SHANGHAI = timezone(timedelta(hours=8))
ANSWERS = {"hit": "命中", "could_not_check": "未能核查", "clear": "未命中"}
CHOICES = {"hold": "暂缓受理，转实施部门确认", "go_on": "继续受理并说明理由", "": "无须选择"}


def matters() -> list[dict[str, Any]]:
    """The matters of the city that somebody applies for at a window."""
    every = yaml.safe_load((places.ROOT / "screening/initial/matters.yaml").read_text(encoding="utf-8"))
    return [one for one in every if one["way"] == "window"]


class Hall(BaseHTTPRequestHandler):
    """The pages of the acceptance system."""

    platform: ClassVar[Platform]
    numbers: ClassVar[Any] = itertools.count(1)
    taken: ClassVar[dict[str, dict[str, str]]] = {}
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._form()
        elif path in FILES:
            self._answer((HERE / path.strip("/")).read_bytes(), FILES[path])
        else:
            self._answer("没有这个页面。".encode(), "text/plain; charset=utf-8", HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            return self._answer(b"", "text/plain", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(length)
        handler = {"/credit-token": self._token, "/apply": self._apply, "/finish": self._finish}.get(self.path)
        if handler is None:
            return self._answer(b"", "text/plain", HTTPStatus.NOT_FOUND)
        handler(body)

    # --- pages ------------------------------------------------------------------------------------------------------
    def _form(self) -> None:
        options = "".join(f'<option value="{m["code"]}">{html.escape(m["name"])}</option>' for m in matters())
        number = f"SL{datetime.now(SHANGHAI):%Y%m%d}-{next(self.numbers):04d}"
        self._page("form.html", matters=options, number=number, platform=self.platform.address, operator=OPERATOR)

    def _apply(self, body: bytes) -> None:
        """Take the application in. What the page says of the check is asked of the platform again, by the server."""
        said = {name: values[-1].strip() for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        number, receipt = said.get("file_number", ""), said.get("credit_receipt", "")
        status, found = self.platform.call("GET", f"/api/v1/checks/{receipt}") if receipt else (0, {})
        known = status == HTTPStatus.OK and found.get("file_number") == number
        answer = ANSWERS.get(str(found["answer"]), "") if known else "未能核查"
        choice = CHOICES.get(said.get("credit_choice", ""), "")
        reason = said.get("credit_reason", "")
        self.taken[number] = {"matter": said.get("matter", ""), "receipt": receipt if known else ""}
        rows = {
            "办件号": number,
            "事项": said.get("matter", ""),
            "核查结论": answer,
            "核查回执": receipt if known else "无（请补查）",
            "窗口选择": choice + (f"：{reason}" if reason else ""),
            "办理状态": "暂缓受理，已转实施部门确认" if said.get("credit_choice") == "hold" else "已受理",
        }
        self._page("taken.html", rows=_rows(rows), number=html.escape(number, quote=True), operator=OPERATOR)

    def _finish(self, body: bytes) -> None:
        """The decision was taken: tell the platform, by file number."""
        said = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
        case = self.taken.get(said.get("file_number", ""), {})
        told = {
            "file_number": said.get("file_number", ""),
            "matter": case.get("matter", ""),
            "result": said.get("result", ""),
            "decided_on": f"{datetime.now(SHANGHAI):%Y-%m-%d}",
            "receipt": case.get("receipt", ""),
        }
        status, found = self.platform.call("POST", "/api/v1/checks/outcomes", told)
        rows = {
            "办件号": told["file_number"],
            "登记结果": "已登记到信用平台" if status == HTTPStatus.OK else str(found.get("title", "未能登记")),
        }
        self._page("taken.html", rows=_rows(rows), number="", operator=OPERATOR)

    def _token(self, body: bytes) -> None:
        """A token for the browser. The header shows that the page itself asks: no other origin may set it unasked."""
        if self.headers.get("X-Requested-With") != "credit-check":
            return self._json({"title": "只有受理页面可以取得核查令牌。"}, HTTPStatus.FORBIDDEN)
        try:
            asked = json.loads(body)
            question = {name: str(asked[name]) for name in ("matter", "stage", "file_number")}
        except (ValueError, KeyError, TypeError):
            return self._json({"title": "请求内容不完整。"}, HTTPStatus.BAD_REQUEST)
        question |= {"operator": OPERATOR, "origin": f"http://{self.headers.get('Host', '')}"}
        status, found = self.platform.call("POST", "/api/v1/plugin/tokens", question)
        if status != HTTPStatus.OK:
            title = found.get("title") or "未能连接信用平台，不得据此认定为无记录。"
            return self._json({"title": title}, HTTPStatus.BAD_GATEWAY)
        self._json({"token": found["token"]})

    # --- answering --------------------------------------------------------------------------------------------------
    def _page(self, name: str, **values: str) -> None:
        page = Template((HERE / name).read_text(encoding="utf-8")).substitute(values)
        self._answer(page.encode(), "text/html; charset=utf-8")

    def _json(self, told: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self._answer(json.dumps(told, ensure_ascii=False).encode(), "application/json", status)

    def _answer(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        platform = self.platform.address
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'self'; script-src 'self' {platform}; connect-src 'self' {platform}; "
            "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: what was typed is nobody's business."""


def _rows(rows: dict[str, str]) -> str:
    return "".join(f"<div><dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd></div>" for k, v in rows.items())


def secret_of(code: str) -> str:
    """The demo's secret of a client system."""
    people = yaml.safe_load((places.ROOT / "portal/initial/demo/users.yaml").read_text(encoding="utf-8"))
    return next(str(one["secret"]) for one in people["clients"] if one["code"] == code)


def serve(port: int, address: str) -> ThreadingHTTPServer:
    """The server, listening on loopback; whoever calls lets it run."""
    pages = type("Pages", (Hall,), {"platform": Platform(address, "hall", secret_of("hall"))})
    return ThreadingHTTPServer(("127.0.0.1", port), pages)


def main(port: int, address: str) -> None:
    server = serve(port, address)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
