"""Files on their way to the platform above: sent until its receipt is there, then compared with what it has.

The key makes a file that is sent twice be taken once above. A crash between its receipt and our commit sends again.
"""

import base64
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from audit.services import record
from collection.selectors.handovers import visible_handovers
from collection.services.upward import AlreadyHanded, demand_whole, mark_handed
from feedback import policies
from feedback.events import DispatchAccepted, DispatchCompared, DispatchGivenUp, DispatchOpened
from feedback.models import Dispatch
from feedback.rules.upward import SendState
from feedback.selectors.upward import DispatchNotFound, UpReportNotFound, get_report, to_compare, waiting
from feedback.services.upward import ForTheOffice
from kernel.actor import Actor, system
from kernel.errors import RuleBroken, Unavailable
from office.rules.sms import signature_of
from office.services import open_file

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)
GIVE_UP_AFTER = 30
LONGEST_ANSWER = 1024 * 1024


class NoUpstream(Unavailable):
    code = "feedback.no_upstream"
    message = "没有配置上级平台接口，请下载文件后通过上级平台提交，再标记已上报。"


class NotToBeSentAgain(RuleBroken):
    code = "feedback.not_to_be_sent_again"
    message = "该文件正在发送或者已被接收，不需要重发。"


class UpstreamAway(OSError):
    """No answer that says yes or no: the network, the platform above, or something that answers in its place."""


class UpstreamRefused(Exception):
    """The platform above will never take this file; the text is its reason."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@transaction.atomic
def dispatch(*, kind: str, ref_id: int, actor: Actor, now: datetime) -> int:
    """Have a monthly report of cases ("cases") or a daily file of records ("records") sent; again: the same sending.

    Raises ForTheOffice, NoUpstream, UpReportNotFound, collection.services.upward.HandoverUnfinished.
    """
    if not policies.may_report_upward(actor):
        raise ForTheOffice
    if not settings.UPWARD_URL:
        raise NoUpstream
    file, rows, key = _what(kind, ref_id, actor)
    made, new = Dispatch.objects.get_or_create(
        kind=kind,
        ref_id=ref_id,
        defaults={
            "key": key,
            "name": file.name,
            "file_id": file.pk,
            "rows": rows,
            "state": SendState.WAITING,
            "retry_at": now,
            "made_by": actor.key,
            "made_at": now,
        },
    )
    if new:
        record(DispatchOpened(made.pk, key, rows), about=f"feedback.dispatch:{made.pk}", actor=actor, now=now)
    return made.pk


def _what(kind: str, ref_id: int, actor: Actor) -> tuple[Any, int, str]:
    if kind == Dispatch.Kind.CASES:
        report = get_report(ref_id)
        return report.xml, report.cases, f"cases-{report.month:%Y%m}-{report.number}"
    handover = visible_handovers(actor).filter(pk=ref_id).first()
    if handover is None:
        raise UpReportNotFound
    demand_whole(handover)
    return handover.xml, handover.records, f"records-{handover.item.code}-{handover.day:%Y%m%d}-{handover.number}"


@transaction.atomic
def send_again(*, dispatch_id: int, actor: Actor, now: datetime) -> None:
    """Try a file again that was given up or refused. Raises ForTheOffice, DispatchNotFound, NotToBeSentAgain."""
    if not policies.may_report_upward(actor):
        raise ForTheOffice
    row = Dispatch.objects.select_for_update().filter(pk=dispatch_id).first()
    if row is None:
        raise DispatchNotFound
    if row.state not in (SendState.DEAD, SendState.REFUSED):
        raise NotToBeSentAgain
    row.state, row.attempts, row.retry_at = SendState.WAITING, 0, now
    row.save(update_fields=["state", "attempts", "retry_at"])
    record(DispatchOpened(row.pk, row.key, row.rows), about=f"feedback.dispatch:{row.pk}", actor=actor, now=now)


def send_waiting(*, clock: Callable[[], datetime]) -> int:
    """Try what is due; how many were receipted. The first that finds nobody there ends the round."""
    if not settings.UPWARD_URL:
        return 0
    sent = 0
    for dispatch_id in waiting(now=clock()):
        state = send(dispatch_id=dispatch_id, now=clock())
        sent += state == SendState.ACCEPTED
        if state == SendState.WAITING:
            break
    return sent


@transaction.atomic
def send(*, dispatch_id: int, now: datetime) -> str:
    """One attempt under the row's lock; the state after it, "" where another has it or it is not due."""
    due = Dispatch.objects.filter(pk=dispatch_id, state=SendState.WAITING, retry_at__lte=now)
    row = due.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return ""
    row.attempts += 1
    try:
        with open_file(file_id=row.file_id) as stream:
            content = stream.read()
        body = {
            "id": row.key,
            "kind": row.kind,
            "name": row.name,
            "rows": row.rows,
            "sha256": hashlib.sha256(content).hexdigest(),
            "content": base64.b64encode(content).decode(),
        }
        answer = _call("POST", "/cases", body, now=now)
        receipt = str(answer.get("receipt") or "")[:100]
        if not receipt:
            raise UpstreamAway("no receipt")
    except UpstreamRefused as refusal:
        row.state, row.last_error = SendState.REFUSED, str(refusal)[:300]
    except OSError as error:
        row.last_error = type(error).__name__  # its kind only: the text may quote what was sent
        row.retry_at = now + min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
        if row.attempts >= GIVE_UP_AFTER:
            row.state = SendState.DEAD
    else:
        row.state, row.receipt, row.sent_at, row.last_error = SendState.ACCEPTED, receipt, now, ""
    row.save()
    _tell(row, now)
    return str(row.state)


def _tell(row: Dispatch, now: datetime) -> None:
    about, by = f"feedback.dispatch:{row.pk}", system("upward")
    if row.state == SendState.ACCEPTED:
        if row.kind == Dispatch.Kind.RECORDS:
            with suppress(AlreadyHanded):  # somebody had carried it there himself
                mark_handed(handover_id=row.ref_id, note=f"接口上报，回执 {row.receipt}", actor=by, now=now)
        record(DispatchAccepted(row.pk, row.key, row.receipt), about=about, actor=by, now=now)
    elif row.state in (SendState.DEAD, SendState.REFUSED):
        record(DispatchGivenUp(row.pk, row.key, row.last_error), about=about, actor=by, now=now)


def compare_all(*, clock: Callable[[], datetime]) -> int:
    """Ask for what was receipted whether it is there and how much of it; how many did not agree."""
    wrong = 0
    for dispatch_id in to_compare() if settings.UPWARD_URL else ():
        try:
            wrong += not compare(dispatch_id=dispatch_id, now=clock())
        except (OSError, UpstreamRefused):
            break  # tomorrow
    return wrong


@transaction.atomic
def compare(*, dispatch_id: int, now: datetime) -> bool:
    """Whether the platform above has as many rows of a file as were sent. Raises UpstreamAway, UpstreamRefused."""
    row = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch_id)
    answer = _call("GET", f"/cases?id={quote(row.key)}", None, now=now)
    above = answer.get("rows")
    row.above = above if isinstance(above, int) and 0 <= above < 2**31 else 0
    row.compared_at = now
    row.save(update_fields=["above", "compared_at"])
    fact = DispatchCompared(row.pk, row.key, row.rows, row.above)
    record(fact, about=f"feedback.dispatch:{row.pk}", actor=system("upward"), now=now)
    return row.above == row.rows


def _call(method: str, path: str, said: dict[str, Any] | None, *, now: datetime) -> dict[str, Any]:
    """One signed call. Raises UpstreamAway, UpstreamRefused (422 and 409 with a reason)."""
    body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Timestamp": str(timestamp),
        "X-Signature": signature_of(token=settings.UPWARD_TOKEN, timestamp=timestamp, body=body),
    }
    request = urllib.request.Request(settings.UPWARD_URL + path, body or None, headers, method=method)  # operator's
    try:
        with _opener.open(request, timeout=settings.UPWARD_TIMEOUT) as response:
            read = response.read(LONGEST_ANSWER)
            answer = json.loads(read)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (409, 422):
                raise UpstreamRefused(f"上级平台退回（{error.code}）。请核对后重新生成。") from error
        raise UpstreamAway(str(error.code)) from error
    except (OSError, HTTPException, ValueError) as error:
        raise UpstreamAway(type(error).__name__) from error
    if not isinstance(answer, dict):
        raise UpstreamAway("no object")
    return answer
