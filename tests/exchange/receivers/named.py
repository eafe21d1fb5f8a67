"""A department's SOAP service that knows a name and a password and no signature: `… named PORT FOLDER NAME PASSWORD`.

It judges the UsernameToken as WS-Security says (OASIS, UsernameToken Profile 1.0): the digest over nonce, moment and
password; a moment of the last five minutes; each nonce once. FOLDER/seen holds the last envelope.
"""

import base64
import hashlib
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lxml import etree

from tests.exchange.receivers.book import Book, Missing

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
OWN = "urn:credit-platform:exchange:1"
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
SPACES = {"s": ENVELOPE, "p": OWN, "w": f"{WSS}-wssecurity-secext-1.0.xsd", "u": f"{WSS}-wssecurity-utility-1.0.xsd"}


class Handler(BaseHTTPRequestHandler):
    book: Book
    folder: Path
    name: str
    password: bytes

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "seen").write_bytes(body)
        root = etree.fromstring(body)
        if not self._is_known(root):
            problem = f'<Problem xmlns="{OWN}"><code>signature</code></Problem>'
            said = f"<faultcode>s:Client</faultcode><faultstring>no</faultstring><detail>{problem}</detail>"
            return self._say(500, f"<s:Fault>{said}</s:Fault>")
        [asked] = root.findall("s:Body/*", SPACES)
        name = etree.QName(asked).localname
        if name == "Deliver":
            rows = [_row(one) for one in asked.findall("p:rows", SPACES)]
            with suppress(Missing):  # the answer says from where
                self.book.apply(rows[0]["seq"], rows)
        seq, count = self.book.stands()
        self._say(200, f'<{name}Response xmlns="{OWN}"><seq>{seq}</seq><count>{count}</count></{name}Response>')

    def _is_known(self, root: Any) -> bool:
        token = root.find("s:Header/w:Security/w:UsernameToken", SPACES)
        if token is None:
            return False
        nonce, created = token.findtext("w:Nonce", "", SPACES), token.findtext("u:Created", "", SPACES)
        total = hashlib.sha1(base64.b64decode(nonce) + created.encode() + self.password).digest()
        right = base64.b64encode(total).decode() == token.findtext("w:Password", "", SPACES)
        age = datetime.now(UTC) - datetime.fromisoformat(created)
        return (
            token.findtext("w:Username", "", SPACES) == self.name
            and token.find("w:Password", SPACES).get("Type") == f"{WSS}-username-token-profile-1.0#PasswordDigest"
            and right
            and abs(age) < timedelta(minutes=5)
            and self.book.is_new(nonce)
        )

    def _say(self, status: int, inner: str) -> None:
        text = f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body>{inner}</s:Body></s:Envelope>'.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def _row(element: Any) -> dict[str, Any]:
    said = {etree.QName(one).localname: one for one in element}
    content = {etree.QName(one).localname: one.text for one in said["content"]}
    return {"seq": int(said["seq"].text), "change": said["change"].text, "entry": int(said["entry"].text),
            "content": content}  # fmt: skip


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    said = {"book": Book(folder / "book.sqlite"), "folder": folder, "name": sys.argv[3]}
    handler = type("Own", (Handler,), said | {"password": sys.argv[4].encode()})
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()


if __name__ == "__main__":
    main()
