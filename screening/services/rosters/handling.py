"""What a person does about findings: hand over, put off, dispose of, open again; many at once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.db import IntegrityError, transaction

from accounts.selectors import staff_of
from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from screening import policies
from screening.events import FindingsHandled
from screening.models import Roster, RosterFinding
from screening.selectors.rosters import FindingNotFound, findings_visible_to
from toolkit.clock import day_of

State: TypeAlias = RosterFinding.State
Disposition: TypeAlias = RosterFinding.Disposition
OPEN = frozenset({State.OPEN, State.ASSIGNED, State.SNOOZED})
MOST_AT_ONCE = 200
LONGEST_SNOOZE = timedelta(days=366)
NEED_A_NOTE = frozenset({Disposition.FALSE_HIT, Disposition.NO_MEASURE})


class CannotHandle(NotPermitted):
    code = "screening.cannot_handle_findings"
    message = "筛查发现由名单所属部门的人员处置。"


class NothingChosen(Malformed):
    code = "screening.no_finding_chosen"
    message = "没有勾选任何一项。请先勾选要办理的筛查发现。"


class TooManyChosen(Malformed):
    code = "screening.too_many_findings"
    message = f"一次最多办理 {MOST_AT_ONCE} 项，请分批办理。"


class NobodyThere(Malformed):
    code = "screening.no_such_assignee"
    message = "请选择本部门的在职人员。"


class DayWrong(Malformed):
    code = "screening.snooze_day_wrong"
    message = "请填写暂缓到哪一天：明天起、一年以内。"


class NoteMissing(Malformed):
    code = "screening.disposition_note_missing"
    message = "处置为“误报”或者“无需采取措施”的，请写明理由。"


class NoteTellsAPerson(Malformed):
    code = "screening.note_tells_a_person"
    message = "说明中含有公民身份号码，请删去后重新提交。"


class FindingOver(RuleBroken):
    code = "screening.finding_over"
    message = "其中有已经处置或已有后续变化的，不能这样办理。请刷新页面后重新勾选。"


@transaction.atomic
def assign(*, finding_ids: Sequence[int], username: str, actor: Actor, now: datetime) -> int:
    """Hand findings over to somebody of the rosters' department. How many. Raises NobodyThere and the common ones."""
    found = _locked(finding_ids, actor, OPEN)
    departments = {roster.department_id for roster in _rosters(found)}
    staff = {one.username: one for one in staff_of(departments)}
    if username not in staff or not departments <= {staff[username].department_id}:
        raise NobodyThere
    for one in found:
        one.state, one.snoozed_until = State.ASSIGNED, None
        one.assignee, one.assigned_by, one.assigned_at = f"user:{username}", actor.key, now
    return _done(found, "assign", username, actor, now)


@transaction.atomic
def snooze(*, finding_ids: Sequence[int], until: date | None, actor: Actor, now: datetime) -> int:
    """Not before that day; then they are in the queue again by themselves. Raises DayWrong and the common ones."""
    today = day_of(now)
    if until is None or not today < until <= today + LONGEST_SNOOZE:
        raise DayWrong
    found = _locked(finding_ids, actor, OPEN)
    for one in found:
        one.state, one.snoozed_until = State.SNOOZED, until
    return _done(found, "snooze", until.isoformat(), actor, now)


@transaction.atomic
def dispose(*, finding_ids: Sequence[int], disposition: Disposition, note: str, actor: Actor, now: datetime) -> int:
    """Say what came of them. A note is kept as feedback, and asked for where nothing follows from a hit.

    Raises NoteMissing, NoteTellsAPerson and the common ones: NothingChosen, TooManyChosen, FindingNotFound,
    CannotHandle, FindingOver.
    """
    said = note.strip()[:500]
    if disposition in NEED_A_NOTE and not said:
        raise NoteMissing
    if holds_citizen_id(said):
        raise NoteTellsAPerson
    found = _locked(finding_ids, actor, OPEN)
    for one in found:
        one.state, one.snoozed_until, one.disposition, one.note = State.DISPOSED, None, disposition, said
        one.disposed_by, one.disposed_at = actor.key, now
    return _done(found, "dispose", str(disposition), actor, now)


@transaction.atomic
def reopen(*, finding_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """Take a disposition back. Not where something has been found of the same member since: FindingOver."""
    found = _locked(finding_ids, actor, frozenset({State.DISPOSED}))
    for one in found:
        one.state, one.disposition, one.disposed_by, one.disposed_at = State.OPEN, "", "", None
    try:
        with transaction.atomic():
            return _done(found, "reopen", "", actor, now)
    except IntegrityError as error:
        if "screening_rosterfinding_one_to_handle" not in str(error):
            raise
        raise FindingOver("该对象已有后续变化，请办理最新的一项。") from error


def _locked(finding_ids: Sequence[int], actor: Actor, states: frozenset[State]) -> list[RosterFinding]:
    wanted = sorted(set(finding_ids))
    if not wanted:
        raise NothingChosen
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyChosen
    found = list(findings_visible_to(actor).filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",)))
    if len(found) < len(wanted):
        raise FindingNotFound
    if not all(policies.may_handle_findings(actor, department_id=r.department_id) for r in _rosters(found)):
        raise CannotHandle
    if any(one.state not in states for one in found):
        raise FindingOver
    return found


def _rosters(found: Sequence[RosterFinding]) -> list[Roster]:
    return list(Roster.objects.filter(pk__in={one.roster_id for one in found}).order_by("pk"))


def _done(found: list[RosterFinding], verb: str, said: str, actor: Actor, now: datetime) -> int:
    fields = ["state", "snoozed_until", "assignee", "assigned_by", "assigned_at"]
    fields += ["disposition", "note", "disposed_by", "disposed_at"]
    RosterFinding.objects.bulk_update(found, fields)
    for roster_id in sorted({one.roster_id for one in found}):
        ids = [one.pk for one in found if one.roster_id == roster_id]
        record(FindingsHandled(verb, said, ids), about=f"screening.roster:{roster_id}", actor=actor, now=now)
    return len(found)
