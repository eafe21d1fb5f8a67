"""After an entry left: departments that were shown it, or applied a measure because of it, undo that and say so."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from accounts.selectors import addresses_of, departments_by_id
from audit.services import record
from exchange import policies
from exchange.events import LiftingConfirmed, LiftingsChased, LiftingsOpened
from exchange.models import Lifting
from exchange.selectors.liftings import entries_out, get_waiting, late_liftings
from feedback.selectors.undoing import acted_on
from kernel.actor import Actor, Role
from kernel.errors import Malformed, NotPermitted
from kernel.identifiers import holds_citizen_id
from kernel.workdays import due_on
from office.selectors import calendar
from office.services import send_message
from toolkit.clock import day_of

LONGEST = 300


class CannotLift(NotPermitted):
    code = "exchange.cannot_lift"
    message = "解除确认由实施部门的报送、审核人员办理。"


class SaidWrong(Malformed):
    code = "exchange.lifting_said_wrong"
    message = f"请写明解除了什么、何时解除，不超过 {LONGEST} 个字，不写入公民身份号码。"


@transaction.atomic
def open_liftings(*, entry_ids: Collection[int], actor: Actor, now: datetime) -> int:
    """Tell every department that acted on entries which have left; how many cases are to be undone. Again, and for an
    entry that stands after all, changes nothing.
    """
    out = entries_out(sorted(entry_ids))
    today = day_of(now)
    shown_since = today - timedelta(days=settings.RECALL_SHOWN_DAYS)
    cases = acted_on([f"entry:{one}" for one in out], shown_since=shown_since) if out else []
    known = set(Lifting.objects.filter(entry_id__in=out).values_list("entry_id", "case_id"))
    due = due_on(today, settings.RECALL_WORKING_DAYS, calendar())
    new = [
        Lifting(
            entry_id=entry,
            list_code=out[entry],
            department_id=one.department_id,
            kind=Lifting.Kind.APPLIED if one.applied else Lifting.Kind.SHOWN,
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
    Lifting.objects.bulk_create(new, ignore_conflicts=True)
    for entry in sorted({one.entry_id for one in new}):
        count = sum(one.entry_id == entry for one in new)
        record(LiftingsOpened(entry, count), about=f"redblack.entry:{entry}", actor=actor, now=now)
    return len(new)


@transaction.atomic
def confirm_lifting(*, lifting_id: int, lifted: bool, said: str, actor: Actor, now: datetime) -> None:
    """The department says what it undid, or that nothing had been applied. Said once; again changes nothing.

    Raises LiftingNotFound, CannotLift, SaidWrong.
    """
    if not policies.may_lift(actor):
        raise CannotLift
    row = get_waiting(actor, lifting_id)
    if row.confirmed_at is not None:
        return
    said = said.strip()
    if (lifted and not said) or len(said) > LONGEST or holds_citizen_id(said):
        raise SaidWrong
    row.confirmed_at, row.confirmed_by, row.lifted, row.said = now, actor.key, lifted, said
    row.save(update_fields=["confirmed_at", "confirmed_by", "lifted", "said"])
    record(
        LiftingConfirmed(row.pk, row.entry_id, lifted), about=f"redblack.entry:{row.entry_id}", actor=actor, now=now
    )


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
                body=f"{department.name}：\n\n有 {count} 项名单条目已移出，贵单位此前核查或者实施措施，尚未确认解除。"
                "请解除措施后，在“名单管理”的“联动解除”中确认。",
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
                body=f"名单条目已移出，{names} 尚未确认解除措施，已逾期。详见“联动解除”。",
                about="exchange.liftings:",
                actor=actor,
                now=now,
            )
        late.filter(escalated_on=None).update(escalated_on=today)
    late_liftings(today=today).update(chased_on=today)
    return len(counts)
