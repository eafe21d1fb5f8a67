"""The interface to the SMS gateway: what is posted, how it is signed, and what its answers mean. Pure.

One HTTPS POST per message, JSON in UTF-8: {"id": the same for every attempt, "to": mobile number, "text": ...}, with
the headers X-Timestamp (seconds) and X-Signature, the HMAC-SHA256 under the common token of the timestamp, a line
break, and the SHA-256 of the body, in hexadecimal. The gateway sends an id once, however often it is posted.
Its answer is JSON: {"accepted": true}, or {"accepted": false} where it never will. Anything else is "try again".
"""

import hashlib
import hmac
import json
import re
from enum import StrEnum
from typing import Any

LONGEST_TEXT = 300
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class Answer(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"  # of this message, for good
    AWAY = "away"


def mobile_of(text: str) -> str | None:
    """A mainland mobile number without its decoration; None: it is none."""
    plain = re.sub(r"[\s()-]", "", text).removeprefix("+86").removeprefix("0086")
    return plain if _MOBILE.fullmatch(plain) else None


def masked(mobile: str) -> str:
    """For the screen: 139****0001."""
    return f"{mobile[:3]}****{mobile[-4:]}"


def body_of(*, key: str, to: str, text: str) -> bytes:
    return json.dumps({"id": key, "to": to, "text": text}, ensure_ascii=False, separators=(",", ":")).encode()


def signature_of(*, token: str, timestamp: int, body: bytes) -> str:
    signed = f"{timestamp}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(token.encode(), signed.encode(), hashlib.sha256).hexdigest()


def answer_of(status: int, body: bytes) -> Answer:
    """What an HTTP answer says. A page of HTML, an error of the server, half an answer: it is away."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return Answer.AWAY
    if status not in {200, 201, 202, 422} or not isinstance(said, dict):
        return Answer.AWAY
    if said.get("accepted") is True and status != 422:
        return Answer.ACCEPTED
    return Answer.REFUSED if said.get("accepted") is False else Answer.AWAY
