"""The department that is called: a SOAP service by exchange/rules/soap/receiver.wsdl, its own database behind it.

Every call is signed under the key that both sides agreed on, and counts once; what it says is judged by the schema
before anything is written.
"""

import hashlib
import hmac
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from lxml import etree

from tools import places
from tools.receivers.store import Missing, Row, Store

HERE = places.ROOT / "exchange" / "rules" / "soap"
SPACE = "urn:credit-platform:exchange:1"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
LARGEST = 64 * 1024 * 1024
SKEW = 300  # seconds
PATH = "/credit/receiver"


class Refused(Exception):
    """A fault; its code is one of those that receiver.wsdl names."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class WebReceiver:
    what = "信用平台调用本单位的 SOAP 接口"

    def __init__(self, name: str, port: int, secret: str, store: Store) -> None:
        self.name, self.port, self.secret, self.store = name, port, secret.encode(), store
        self.schema = etree.XMLSchema(etree.parse(HERE / "exchange.xsd"))
        self.judging = threading.Lock()
        self.seen: dict[str, float] = {}
        self._server: ThreadingHTTPServer | None = None
        self.turn(True)

    def turn(self, on: bool) -> None:
        if on and self._server is None:
            pages = type("OwnService", (Service,), {"receiver": self})
            self._server = ThreadingHTTPServer(("127.0.0.1", self.port), pages)
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        elif not on and self._server is not None:
            server, self._server = self._server, None
            server.shutdown()
            server.server_close()

    def is_on(self) -> bool:
        return self._server is not None

    def stop(self) -> None:
        self.turn(False)

    def held(self) -> list[dict[str, int]]:
        return self.store.subscriptions()

    def holds(self, code: str) -> int:
        return self.store.holds(code)

    def forget(self) -> None:
        self.store.forget()

    def demand_signature(self, method: str, path: str, headers: Any, body: bytes) -> None:
        timestamp, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
        text = "\n".join([method, path, "", hashlib.sha256(body).hexdigest(), timestamp, nonce])
        right = hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()
        now = time.time()
        if not hmac.compare_digest(right, headers.get("X-Signature", "")) or abs(int(timestamp) - now) > SKEW:
            raise Refused("signature", "签名不正确。")
        with self.judging:
            self.seen = {one: at for one, at in self.seen.items() if now - at < 3 * SKEW}
            if nonce in self.seen:
                raise Refused("signature", "该 X-Nonce 已经使用过。")
            self.seen[nonce] = now

    def answer(self, body: bytes) -> tuple[str, int, int]:
        """The operation's name, and the number and count afterwards."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            [asked] = etree.fromstring(body, parser).findall(f"{{{ENVELOPE}}}Body/*")
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Refused("malformed", "不是一个 SOAP 1.1 信封。") from error
        with self.judging:
            fits = self.schema.validate(asked)
        if not fits:
            raise Refused("malformed", "内容不符合 exchange.xsd。")
        name = etree.QName(asked).localname
        said = {etree.QName(one).localname: one.text or "" for one in asked}
        rows = [_row(one) for one in asked.findall(f"{{{SPACE}}}rows")]
        own = int(said["subscription"])
        match name:
            case "Deliver":
                try:
                    seq, count = self.store.apply(own, rows)
                except Missing:
                    seq, count = self.store.status(own)  # the answer says from where
            case "Replace":
                seq, count = self.store.replace(
                    own, rows, after=int(said["after"]), more=said["more"] in {"true", "1"}, seq=int(said["seq"])
                )
            case "Status":
                seq, count = self.store.status(own)
            case _:
                raise Refused("malformed", "没有这个操作。")
        return name, seq, count


def _row(element: Any) -> Row:
    said = {etree.QName(one).localname: one for one in element}
    content = {etree.QName(one).localname: one.text or "" for one in said["content"]}
    return Row(int(said["seq"].text), said["change"].text, int(said["entry"].text), content)


class Service(BaseHTTPRequestHandler):
    receiver: ClassVar[WebReceiver]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == f"{PATH}?wsdl":
            self._say((HERE / "receiver.wsdl").read_bytes(), HTTPStatus.OK)
        elif self.path == f"{PATH}?xsd":
            self._say((HERE / "exchange.xsd").read_bytes(), HTTPStatus.OK)
        else:
            self._say(b"", HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != PATH or length > LARGEST:
            self.close_connection = True
            return self._say(b"", HTTPStatus.NOT_FOUND if self.path != PATH else HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(length)
        try:
            self.receiver.demand_signature("POST", PATH, self.headers, body)
            name, seq, count = self.receiver.answer(body)
        except Refused as refused:
            inner = (
                f"<s:Fault><faultcode>s:Client</faultcode><faultstring>{refused}</faultstring><detail>"
                f'<Problem xmlns="{SPACE}"><code>{refused.code}</code><message>{refused}</message></Problem>'
                "</detail></s:Fault>"
            )
            return self._envelope(inner, HTTPStatus.INTERNAL_SERVER_ERROR)
        self._envelope(
            f'<{name}Response xmlns="{SPACE}"><seq>{seq}</seq><count>{count}</count></{name}Response>', HTTPStatus.OK
        )

    def _envelope(self, inner: str, status: HTTPStatus) -> None:
        self._say(f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body>{inner}</s:Body></s:Envelope>'.encode(), status)

    def _say(self, body: bytes, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: rows are nobody's business."""
