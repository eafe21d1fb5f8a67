"""Repairs that were decided above: applied the same day, once by their number, and compared with above every day."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from collection.rules.publicity import ENDED
from collection.services import RecordUnknown, end_record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from redblack.rules.lists import ReleaseKind
from redblack.services import AlreadyReleased, release
from repair import policies
from repair.events import Reconciled, ResultTaken
from repair.models import Reconciliation, Result
from repair.rules.states import ResultState, Target
from repair.selectors.standing import PLATFORM, Held, entries_by_number, records_by_number
from repair.services.filing import close_moot
from repair.services.upward import call
from subjects.selectors import holder_of
from toolkit.clock import day_of

MOST = 1_000  # results in one call


class CannotDeliver(NotPermitted):
    code = "repair.cannot_deliver"
    message = "修复结果由上级平台的接入系统或者信用办报送。"


class TooMany(Malformed):
    code = "repair.too_many_results"
    message = f"一次最多报送 {MOST} 条修复结果，请分批报送。"


class ResultOtherwise(RuleBroken):
    code = "repair.result_otherwise"
    message = "同一上级编号此前报送的内容与本次不同，未予执行。请核对后用新的编号报送。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One repair as it is told from above."""

    upstream_no: str
    code: str
    document_no: str
    target: Target
    repaired_on: date
    authority: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    upstream_no: str
    state: str
    note: str
    new: bool


def receive(*, results: Sequence[Said], way: str, actor: Actor, now: datetime) -> list[Taken]:
    """Apply results, each in a transaction of its own, in the order given: one that is wrong holds up no other.

    国办发〔2025〕22号: platforms follow the same day. Raises CannotDeliver, TooMany.
    """
    if not policies.may_deliver_results(actor):
        raise CannotDeliver
    if len(results) > MOST:
        raise TooMany
    taken = []
    for one in results:
        try:
            taken.append(_take(one, way, actor, now))
        except ResultOtherwise as refusal:
            taken.append(Taken(upstream_no=one.upstream_no, state="refused", note=str(refusal), new=False))
    return taken


def try_again(*, actor: Actor, now: datetime) -> int:
    """Results that matched nothing: the record may have come meanwhile. How many were applied."""
    done = 0
    for pk in Result.objects.filter(state=ResultState.UNMATCHED).order_by("id").values_list("pk", flat=True)[:MOST]:
        done += _again(pk, actor, now)
    return done


def reconcile(*, day: date, actor: Actor, now: datetime) -> Reconciliation:
    """Compare what is above of a day with what is held here; fetch and apply what is missing. Twice has one effect.

    Raises UpstreamAway.
    """
    said = call(method="GET", path=f"/repair/results?day={day.isoformat()}", body=None)
    above = [read for one in said.get("results", []) if (read := read_result(one)) is not None]
    known = set(
        Result.objects.filter(upstream_no__in=[one.upstream_no for one in above]).values_list(
            "upstream_no", flat=True
        )
    )
    missing = [one for one in above if one.upstream_no not in known]
    receive(results=missing[:MOST], way="fetched", actor=actor, now=now)
    try_again(actor=actor, now=now)
    with transaction.atomic():
        row, _ = Reconciliation.objects.update_or_create(
            day=day,
            defaults={
                "above": len(above),
                "held": len(known),
                "fetched": len(missing[:MOST]),
                "unmatched": Result.objects.filter(state=ResultState.UNMATCHED).count(),
                "at": now,
            },
        )
        fact = Reconciled(day.isoformat(), row.above, row.held, row.fetched, row.unmatched)
        record(fact, about="repair.result:", actor=actor, now=now)
    return row


def read_result(said: object) -> Said | None:
    """One result as JSON tells it; None when it is none."""
    if not isinstance(said, dict):
        return None
    try:
        return Said(
            upstream_no=str(said["upstream_no"])[:80],
            code=str(said["code"]).strip().upper()[:18],
            document_no=str(said["document_no"]).strip()[:120],
            target=Target(said.get("target", "record")),
            repaired_on=date.fromisoformat(str(said["repaired_on"])),
            authority=str(said.get("authority", ""))[:200],
        )
    except (KeyError, ValueError):
        return None


@transaction.atomic
def _take(one: Said, way: str, actor: Actor, now: datetime) -> Taken:
    row, new = Result.objects.get_or_create(
        upstream_no=one.upstream_no,
        defaults={
            "digest": one.digest,
            "code": one.code,
            "document_no": one.document_no,
            "authority": one.authority,
            "what": one.target,
            "repaired_on": one.repaired_on,
            "way": way,
            "state": ResultState.UNMATCHED,
            "received_at": now,
            "received_by": actor.key,
        },
    )
    if row.digest != one.digest:
        raise ResultOtherwise
    if new:
        _apply(row, actor, now)
    return Taken(upstream_no=row.upstream_no, state=row.state, note=row.note, new=new)


@transaction.atomic
def _again(pk: int, actor: Actor, now: datetime) -> bool:
    row = Result.objects.select_for_update(skip_locked=True).filter(pk=pk, state=ResultState.UNMATCHED).first()
    if row is None:
        return False
    _apply(row, actor, now)
    return row.state != ResultState.UNMATCHED


def _apply(row: Result, actor: Actor, now: datetime) -> None:
    """End what the result is about, as the platform itself: the decision was made above."""
    today = day_of(now)
    found, note = _match(row, today)
    if found is None:
        row.note = note
        row.save(update_fields=["note"])
        _tell(row, actor, now)
        return
    # before the end itself, so that its application closes with the true reason
    reason = f"上级平台已准予修复（{row.upstream_no}），无需再办理。"
    record_id, entry_id = (found.id, None) if found.target is Target.RECORD else (None, found.id)
    close_moot(record_id=record_id, entry_id=entry_id, reason=reason, actor=PLATFORM, now=now)
    row.state = ResultState.SAME if found.case.over else ResultState.APPLIED
    if row.state == ResultState.APPLIED:
        _end(found, row, today, now)
    row.subject_id, row.record_id, row.entry_id = found.subject_id, record_id, entry_id
    row.applied_at, row.note = now, found.case.over
    row.save(update_fields=["state", "subject_id", "record_id", "entry_id", "applied_at", "note"])
    _tell(row, actor, now)


def _match(row: Result, today: date) -> tuple[Held | None, str]:
    subject_id = holder_of(uscc=row.code)
    if subject_id is None:
        return None, "没有登记该统一社会信用代码的主体"
    look = records_by_number if row.what == Target.RECORD else entries_by_number
    found = look(subject_id, row.document_no, on=today)
    if row.authority:
        found = [one for one in found if one.authority == row.authority] or found
    if not found:
        return None, "该主体没有该文号的失信信息"
    return next((one for one in found if not one.case.over), found[0]), ""


def _end(found: Held, row: Result, today: date, now: datetime) -> None:
    reason = f"上级平台准予信用修复：{row.upstream_no}"
    try:
        if found.target is Target.RECORD:
            end_record(
                record_id=found.id,
                ended_on=today,
                publicity_state=ENDED,
                reason=reason,
                actor=PLATFORM,
                now=now,
            )
        else:
            release(
                entry_id=found.id,
                kind=ReleaseKind.EARLY,
                released_on=today,
                document_no=row.upstream_no,
                reason=reason,
                actor=PLATFORM,
                now=now,
            )
    except (RecordUnknown, AlreadyReleased):
        row.state = ResultState.SAME


def _tell(row: Result, actor: Actor, now: datetime) -> None:
    target_id = row.record_id or row.entry_id or 0
    fact = ResultTaken(row.pk, row.upstream_no, row.state, row.what, target_id)
    record(fact, about=f"repair.result:{row.pk}", actor=actor, now=now)
