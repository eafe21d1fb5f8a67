"""After an entry left: departments that were shown it, or applied a measure because of it, undo that and say so.

The same where it is disputed and its measures rest, where it was corrected, and where it stands again after all.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, QuerySet

from accounts.selectors import addresses_of, departments_by_id
from audit.services import record
from exchange import policies
from exchange.events import LiftingConfirmed, LiftingsChased, LiftingsOpened, LiftingsTurned
from exchange.models import Lifting
from exchange.rules.liftings import Why
from exchange.selectors.liftings import Stands, get_waiting, how_they_stand, late_liftings
from feedback.selectors.undoing import acted_on
from kernel.actor import Actor, Role
from kernel.errors import Malformed, NotPermitted
from kernel.identifiers import holds_citizen_id
from kernel.workdays import due_on
from office.selectors import calendar
from office.services import send_message
from toolkit.clock import day_of

LONGEST = 300
LOCK, LOCKS = 0x11F7, 64  # advisory; of a bulk change each is taken once, and always in this order
IN_TURN = "SELECT pg_advisory_xact_lock(%s, place) FROM unnest(%s::int[]) place"
BACK, GONE = "条目继续有效，不再需要办理", "条目已移出，并入移出后的解除"
NEWER = "条目再次更正，并入最近一次更正的核对"


class CannotLift(NotPermitted):
    code = "exchange.cannot_lift"
    message = "解除确认由实施部门的报送、审核人员办理。"


class SaidWrong(Malformed):
    code = "exchange.lifting_said_wrong"
    message = f"请写明解除了什么、何时解除，不超过 {LONGEST} 个字，不写入公民身份号码。"


@transaction.atomic
def open_liftings(
    *, entry_ids: Collection[int], why: Why = Why.LEFT, occasion: str = "", actor: Actor, now: datetime
) -> int:
    """Tell every department that acted on entries which have left, rest or were corrected; how many cases are asked.
    Again, and for an entry of which that is not so any more, changes nothing.
    """
    _in_turn(entry_ids)
    states = how_they_stand(entry_ids)
    so = {one: stands for one, stands in states.items() if _is_so(why, stands)}
    if not so:
        return 0
    if why is Why.LEFT:  # what else waits is over with it; what was paused is remembered for the day it stands again
        waits = Lifting.objects.filter(entry_id__in=so, confirmed_at=None)
        _close(_locked(waits.exclude(why=Why.LEFT)), GONE, actor, now)
    shown_since = day_of(now) - timedelta(days=settings.RECALL_SHOWN_DAYS)
    cases = acted_on([f"entry:{one}" for one in sorted(so)], shown_since=shown_since)
    asked = Lifting.objects.filter(entry_id__in=so, why=why, occasion=occasion)
    if why is not Why.CORRECTED:  # an entry may leave and rest again; of one correction nobody is asked twice
        asked = asked.filter(withdrawn_at=None)
    known = set(asked.values_list("entry_id", "case_id"))
    due = due_on(day_of(now), settings.RECALL_WORKING_DAYS, calendar())
    new = [
        Lifting(
            entry_id=entry,
            list_code=so[entry].list_code,
            department_id=one.department_id,
            kind=Lifting.Kind.APPLIED if one.applied else Lifting.Kind.SHOWN,
            why=why,
            occasion=occasion,
            case_id=one.case_id,
            case_number=one.case_number,
            receipt=one.receipt,
            measure_text=one.measure_text,
            opened_at=now,
            due_on=due.on,
            provisional=due.provisional,
        )
        for one in cases
        for entry in [int(one.trigger.partition(":")[2])]
        if (entry, one.case_id) not in known
    ]
    if why is Why.CORRECTED:  # who has not answered yet looks at the last one only
        again = {(one.entry_id, one.case_id) for one in new}
        older = Lifting.objects.filter(
            entry_id__in={entry for entry, _ in again}, case_id__in={case for _, case in again}, why=why
        )
        rows = [one for one in _locked(older.filter(confirmed_at=None)) if (one.entry_id, one.case_id) in again]
        _close(rows, NEWER, actor, now)
    return _opened(new, why, actor, now)


@transaction.atomic
def turn_liftings(*, entry_id: int, actor: Actor, now: datetime) -> int:
    """The entry stands again, or its measures rest no more: nothing is to be undone, and whoever has undone it is
    asked to look at it again; how many cases are. Again, and for an entry that is out, changes nothing.
    """
    _in_turn([entry_id])
    rows = _locked(Lifting.objects.filter(entry_id=entry_id, why__in=_over(entry_id)))
    _close(rows, BACK, actor, now)
    return _look_again([row for row in rows if row.lifted], actor, now)


def _in_turn(entry_ids: Collection[int]) -> None:
    """Whoever reads how an entry stands acts on it before the next one reads: two of its facts may come at once."""
    with connection.cursor() as cursor:
        cursor.execute(IN_TURN, [LOCK, sorted({one % LOCKS for one in entry_ids})])


def _over(entry_id: int) -> list[Why]:
    """What nobody need undo any more as the entry stands now."""
    stands = how_they_stand([entry_id]).get(entry_id)
    if stands is None or stands.out:
        return []
    return [Why.LEFT] if stands.rests else [Why.LEFT, Why.SUSPENDED]


def _look_again(undone: Collection[Lifting], actor: Actor, now: datetime) -> int:
    """Ask, once for each case, of what was undone whether it is to be done again."""
    due = due_on(day_of(now), settings.RECALL_WORKING_DAYS, calendar())
    new = list({row.case_id: row for row in undone}.values())
    for row in new:
        row.pk, row.why, row.occasion, row.opened_at = None, Why.RESTORED, f"{now:%Y-%m-%dT%H:%M:%S}", now
        row.due_on, row.provisional, row.chased_on, row.escalated_on = due.on, due.provisional, None, None
        row.confirmed_at, row.confirmed_by, row.lifted, row.said, row.withdrawn_at = None, "", None, "", None
    return _opened(new, Why.RESTORED, actor, now)


def _is_so(why: Why, stands: Stands) -> bool:
    return stands.out if why is Why.LEFT else not stands.out and (why is not Why.SUSPENDED or stands.rests)


def _opened(new: list[Lifting], why: Why, actor: Actor, now: datetime) -> int:
    Lifting.objects.bulk_create(new, ignore_conflicts=True)
    for entry in sorted({one.entry_id for one in new}):
        count = sum(one.entry_id == entry for one in new)
        record(LiftingsOpened(entry, count, why.value), about=f"redblack.entry:{entry}", actor=actor, now=now)
    return len(new)


def _locked(rows: QuerySet[Lifting]) -> list[Lifting]:
    """What still stands of them: who answers meanwhile has answered before we read, or waits for us."""
    return list(rows.filter(withdrawn_at=None).order_by("pk").select_for_update(of=("self",)))


def _close(rows: Collection[Lifting], said: str, actor: Actor, now: datetime) -> None:
    """Of these, locked, nothing is asked any more: what waits is closed, what was answered stays as it is."""
    waiting = [row for row in rows if row.confirmed_at is None]
    for row in waiting:
        row.confirmed_at, row.confirmed_by, row.lifted, row.said = now, actor.key, False, said
    Lifting.objects.bulk_update(waiting, ["confirmed_at", "confirmed_by", "lifted", "said"])
    Lifting.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=now)
    for entry in sorted({row.entry_id for row in rows}):
        closed = sum(one.entry_id == entry for one in waiting)
        record(LiftingsTurned(entry, closed), about=f"redblack.entry:{entry}", actor=actor, now=now)


@transaction.atomic
def confirm_lifting(*, lifting_id: int, lifted: bool, said: str, actor: Actor, now: datetime) -> None:
    """The department says what it undid, or that nothing had been applied. Said once; again changes nothing. What it
    undid before it read that the entry stands again, it is asked to look at again.

    Raises LiftingNotFound, CannotLift, SaidWrong.
    """
    if not policies.may_lift(actor):
        raise CannotLift
    row = get_waiting(actor, lifting_id)
    if row.confirmed_at is not None and not row.closed_by_itself:
        return
    said = said.strip()
    if (lifted and not said) or len(said) > LONGEST or holds_citizen_id(said):
        raise SaidWrong
    row.confirmed_at, row.confirmed_by, row.lifted, row.said = now, actor.key, lifted, said
    row.save(update_fields=["confirmed_at", "confirmed_by", "lifted", "said"])
    record(
        LiftingConfirmed(row.pk, row.entry_id, lifted), about=f"redblack.entry:{row.entry_id}", actor=actor, now=now
    )
    if lifted and row.withdrawn_at is not None and row.why in _over(row.entry_id):
        _look_again([row], actor, now)


@transaction.atomic
def chase_liftings(*, today: date, actor: Actor, now: datetime) -> int:
    """What is past its day: its department is written to every day, the credit office once; how many departments."""
    late = late_liftings(today=today)
    counts = {r["department_id"]: r["n"] for r in late.order_by().values("department_id").annotate(n=Count("id"))}
    known = departments_by_id(counts)
    new = late.filter(escalated_on=None).count()
    for department_id, count in sorted(counts.items()):
        department = known[department_id]
        if department.email:
            send_message(
                to=department.email,
                subject=f"解除确认逾期 {count} 项",
                body=f"{department.name}：\n\n贵单位此前核查过或者据以实施措施的名单条目已移出、更正、暂缓执行或者恢复，"
                f"有 {count} 项尚未确认。请处理后，在“名单管理”的“联动解除”中确认。",
                about=f"exchange.department:{department_id}",
                actor=actor,
                now=now,
            )
        record(
            LiftingsChased(department_id, count), about=f"accounts.department:{department_id}", actor=actor, now=now
        )
    if new:
        names = "、".join(known[one].short_name for one in sorted(counts))
        for address in addresses_of(Role.CREDIT_OFFICE):
            send_message(
                to=address,
                subject=f"解除确认逾期 {new} 项，请督办",
                body=f"名单条目已移出或者变更，{names} 尚未确认解除、调整措施，已逾期。详见“联动解除”。",
                about="exchange.liftings:",
                actor=actor,
                now=now,
            )
        late.filter(escalated_on=None).update(escalated_on=today)
    late_liftings(today=today).update(chased_on=today)
    return len(counts)
