"""zeep, as another department's developer would use it: our WSDL, their signature on every call."""

from typing import Any, cast

import zeep
from django.test import Client
from zeep.transports import Transport

from tests.signing import send

ADDRESS = "http://testserver/api/v1/exchange/soap"


class Answer:
    """What zeep reads of an answer of `requests`."""

    def __init__(self, answer: Any) -> None:
        self.status_code, self.content, self.headers = answer.status_code, answer.content, answer.headers
        self.encoding = "utf-8"
        self.cookies: dict[str, str] = {}


class Signed(Transport):
    """zeep's door to the platform: descriptions are loaded openly, calls are signed."""

    def __init__(self, code: str, secret: str) -> None:
        super().__init__()
        self.code, self.secret = code, secret

    def load(self, url: str) -> bytes:
        answer = Client().get(url.removeprefix("http://testserver"))
        assert answer.status_code == 200
        return cast(bytes, answer.content)

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Answer:  # type: ignore[override]
        path = address.removeprefix("http://testserver")
        kind = headers.get("Content-Type", "")
        return Answer(send(Client(), self.code, path, body=message, content_type=kind, secret=self.secret))


def service(code: str, *, soap: str = "1.1", secret: str = "secret-one") -> Any:
    """The operations of our service, for the client system of that code."""
    return zeep.Client(f"{ADDRESS}?wsdl={soap}", transport=Signed(code, secret)).service
