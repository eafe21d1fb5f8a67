"""What goes up about a forwarded application: written in the transaction of the step, sent until it is receipted."""

import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from office.rules.sms import signature_of
from repair.events import HandedUp
from repair.models import Application, Message
from repair.rules.states import Outgoing, State
from toolkit.clock import SHANGHAI, wall

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
LONGEST_ANSWER = 1024 * 1024
AT_ONCE = 200


class UpstreamAway(OSError):
    """No answer that says yes: the network, the single window, or something between that answers in its place."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def tell_upward(*, row: Application, kind: Outgoing, more: dict[str, Any], now: datetime) -> Message:
    """Write what is to go up. In the caller's transaction, on a locked or new application."""
    content = {
        "upstream_no": row.upstream_no,
        "number": row.number,
        "kind": kind.value,
        "state": State(row.state).label,
        "at": now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "due_on": row.due_on.isoformat() if row.due_on else None,
    }
    turn = row.messages.count() + 1
    return Message.objects.create(
        application=row, kind=kind, turn=turn, content=content | more, created_at=now, retry_at=now
    )


def waiting(*, now: datetime) -> list[int]:
    """The first unsent message of each application, where it is time to try."""
    rows = Message.objects.filter(sent_at=None).order_by("application_id", "turn").distinct("application_id")
    return [one.pk for one in rows[:AT_ONCE] if one.retry_at <= now]


def send(*, message_id: int, actor: Actor, now: datetime) -> bool:
    """Hand one message up: whether it is receipted now. Away: tried again later, after longer and longer pauses.

    The window knows a message by application and turn, so what is sent twice is taken once.
    """
    if not settings.REPAIR_UPSTREAM_URL:
        return False
    with transaction.atomic():
        row = (
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=message_id, sent_at=None)
            .select_related("application")
            .first()
        )
        if row is None:
            return False
        key = f"{row.application.number}-{row.turn}"
        row.attempts += 1
        try:
            answer = call(method="POST", path="/repair/messages", body={"id": key, **row.content})
            receipt = str(answer.get("receipt") or "")[:120]
            if not receipt:
                raise UpstreamAway("no receipt")
        except UpstreamAway as error:
            pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)
            row.last_error, row.retry_at = str(error)[:200], now + pause
            row.save(update_fields=["attempts", "last_error", "retry_at"])
            return False
        row.sent_at, row.receipt, row.last_error = now, receipt, ""
        row.save(update_fields=["attempts", "sent_at", "receipt", "last_error"])
        fact = HandedUp(row.pk, row.application_id, row.kind, receipt)
        record(fact, about=f"repair.application:{row.application_id}", actor=actor, now=now)
    return True


def call(*, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """One question to the single window, signed by the machine's own clock. Raises UpstreamAway."""
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body is not None else b""
    timestamp = int(wall().timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Timestamp": str(timestamp),
        "X-Signature": signature_of(token=settings.REPAIR_UPSTREAM_TOKEN, timestamp=timestamp, body=data),
    }
    address = settings.REPAIR_UPSTREAM_URL + path  # operator's
    request = urllib.request.Request(address, data or None, headers, method=method)
    try:
        with _opener.open(request, timeout=settings.REPAIR_UPSTREAM_TIMEOUT) as response:
            said = json.loads(response.read(LONGEST_ANSWER))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise UpstreamAway(type(error).__name__) from error
    if not isinstance(said, dict):
        raise UpstreamAway("not an object")
    return said
