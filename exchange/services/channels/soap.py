"""A receiver's own web service, by the contract that we commit for it (exchange/rules/soap/receiver.wsdl).

It is called as a receiver's REST interface is (webhook.py): the same host, signature, patience and logic of numbers;
only what is said is an envelope. A receiver that wants a name and a password gets a UsernameToken besides.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from exchange.rules.channels import Trouble
from exchange.rules.soap import contract, envelope
from exchange.rules.soap.envelope import Version
from exchange.rules.soap.messages import ENTRY
from exchange.rules.soap.username_token import token
from exchange.services.channels.base import CannotDeliver, Receipt
from exchange.services.channels.webhook import LONGEST_ANSWER, WebhookChannel
from kernel.errors import Malformed
from toolkit import clock

OPERATIONS = {"changes": "Deliver", "snapshot": "Replace", "status": "Status"}
ASKED = {
    "Deliver": ("subscription", "rows"),
    "Replace": ("subscription", "seq", "after", "more", "rows"),
    "Status": ("subscription",),
}
CODES = {  # of a fault's Problem, as receiver.wsdl names them
    "signature": (Trouble.LOGIN, "对方拒绝了签名或者用户名、密码，请核对，并检查对方系统的时钟。"),
    "full": (Trouble.FULL, ""),
}


class SoapChannel(WebhookChannel):
    def _call(self, said: Mapping[str, Any]) -> Receipt:
        name = OPERATIONS[said["kind"]]
        said = {"subscription": self._target.subscription_id, **said}
        if "rows" in said:
            said["rows"] = [
                row | {"content": {key: row["content"].get(key) for key in ENTRY}} for row in said["rows"]
            ]
        element = envelope.build(name, {key: said[key] for key in ASKED[name]})
        wrong = contract.faults_of(element)
        assert not wrong, wrong  # what does not keep to the contract is a defect of ours
        status, kind, answer = self._answered(envelope.wrap(element, Version.V11, head=self._security()))
        return _receipt(f"{name}Response", status, kind, answer)

    def _security(self) -> Any:
        username = self._target.settings.get("username")
        if not username:
            return None
        nonce = secrets.token_bytes(16)
        return token(username=username, password=self._target.secret, nonce=nonce, created=clock.wall())

    def _headers(self, body: bytes) -> dict[str, str]:
        signed = super()._headers(body) if self._target.secret else {"User-Agent": "credit-platform"}
        return signed | {"Content-Type": Version.V11.media_type, "Accept": "text/xml", "SOAPAction": '""'}


def _receipt(name: str, status: int, kind: str, answer: bytes) -> Receipt:
    """What the answer's element says; anything else is no receipt. Of a fault nothing but its code is read."""
    if 300 <= status < 400:
        raise CannotDeliver(Trouble.REDIRECT)
    if status in {401, 403}:
        raise CannotDeliver(*CODES["signature"])
    try:
        message = envelope.read(answer if len(answer) <= LONGEST_ANSWER else b"", content_type=kind)
    except Malformed as error:
        refused = status != 200
        raise CannotDeliver(
            Trouble.REFUSED if refused else Trouble.ANSWER,
            f"对方系统报错（HTTP {status}），请对方查看其日志。" if refused else "",
        ) from error
    if envelope.fault_text(message.element):
        code = message.element.findtext(f".//{{{contract.SPACE}}}Problem/{{{contract.SPACE}}}code", "")
        raise CannotDeliver(*CODES.get(code, (Trouble.REFUSED, "")))
    if status != 200 or message.name != name or contract.faults_of(message.element):
        raise CannotDeliver(Trouble.ANSWER)
    said = envelope.values_of(message.element)
    return Receipt(int(said["seq"]), int(said["count"]))
