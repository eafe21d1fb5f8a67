"""Posting to the SMS gateway: one attempt, with a limit on everything that the other side decides."""

import time
import urllib.error
import urllib.request
from datetime import datetime
from http.client import HTTPException
from typing import Any

from django.conf import settings

from office.rules.sms import Answer, answer_of, body_of, signature_of

LONGEST_ANSWER = 64 * 1024


class GatewayAway(OSError):
    """No answer that says yes or no: the network, the gateway, or something between that answers in its place."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signed message goes to the configured address and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def post_text(*, key: str, to: str, text: str, now: datetime) -> bool:
    """Hand one message to the gateway: True taken, False refused for good. Raises GatewayAway (an OSError).

    `key` is the same at every attempt: the gateway sends it once.
    """
    body = body_of(key=key, to=to, text=text)
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Timestamp": str(timestamp),
        "X-Signature": signature_of(token=settings.SMS_GATEWAY_TOKEN, timestamp=timestamp, body=body),
    }
    request = urllib.request.Request(settings.SMS_GATEWAY_URL, body, headers, method="POST")  # operator's
    try:
        status, answer = _answered(request)
    except (OSError, HTTPException, ValueError) as error:
        raise GatewayAway(type(error).__name__) from error
    said = answer_of(status, answer)
    if said is Answer.AWAY:
        raise GatewayAway(str(status))
    return said is Answer.ACCEPTED


def _answered(request: urllib.request.Request) -> tuple[int, bytes]:
    """Status and body, whatever the status; a gateway that drips its answer is given up as one that is silent."""
    end = time.monotonic() + settings.SMS_GATEWAY_TIMEOUT
    try:
        response = _opener.open(request, timeout=settings.SMS_GATEWAY_TIMEOUT)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        read = b""
        while chunk := response.read1(4096):
            read += chunk
            if len(read) > LONGEST_ANSWER or time.monotonic() > end:
                raise TimeoutError
    return int(response.status), read
