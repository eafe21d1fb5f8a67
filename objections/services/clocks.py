"""Days that do not count, extensions, a new calendar, deadlines that have passed."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from kernel.actor import Actor
from objections import policies, selectors
from objections.events import ClocksRecomputed, ObjectionsEscalated
from objections.models import Clock, Objection, Pause
from objections.rules.clocks import may_extend, may_pause
from objections.rules.rulesets import BY_CODE, What
from objections.rules.states import OPEN, State
from objections.services import work
from office.services import send_message
from toolkit.clock import day_of


@transaction.atomic
def pause(
    *, objection_id: int, begins: date, until: date, why: str, reason: str, actor: Actor, now: datetime
) -> date | None:
    """Leave these days out of every open clock; the nearest last day afterwards.

    Raises ObjectionNotFound, NotYours, WrongStep, NotAsTheLawAsks, TextMissing.
    """
    row = _running(objection_id, actor)
    verdict = may_pause(begins=begins, until=until, why=why, filed_on=row.filed_on, today=day_of(now))
    work.demand(verdict)
    Pause.objects.create(
        objection=row, begins=begins, until=until, why=why, reason=work.demanded(reason)[:500], by=actor.key, at=now
    )
    work.reckon(row=row, clocks=Clock.objects.select_for_update().filter(objection=row, met_on=None))
    work.note_clock(row=row, why=why, actor=actor, now=now)
    return row.due_on


@transaction.atomic
def extend(*, objection_id: int, what: What, days: int, reason: str, actor: Actor, now: datetime) -> date | None:
    """Extend one clock, as far as the rule set lets; the nearest last day afterwards.

    Raises ObjectionNotFound, NotYours, WrongStep, NotAsTheLawAsks, TextMissing.
    """
    row = _running(objection_id, actor)
    clock = Clock.objects.select_for_update().filter(objection=row, what=what.value, met_on=None).first()
    if clock is None:
        raise work.WrongStep("该期限没有在计算，不能延长。")
    work.demand(may_extend(BY_CODE[row.rules], what, days=days, before=clock.more))
    clock.more += days
    clock.more_reason = work.demanded(reason)[:500]
    work.reckon(row=row, clocks=[clock])
    work.note_clock(row=row, why="延长", actor=actor, now=now)
    return row.due_on


def _running(objection_id: int, actor: Actor) -> Objection:
    row = selectors.get_visible(actor, objection_id, for_update=True)
    own = policies.may_receive(actor, department_id=row.department_id)
    if not own and not policies.may_verify(actor, provider_id=row.provider_id):
        raise work.NotYours
    if State(row.state) not in OPEN:
        raise work.WrongStep
    return row


@transaction.atomic
def recompute_clocks(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open clock that touches a year whose calendar was just imported; how many moved."""
    touched = Objection.objects.select_for_update().filter(
        clocks__met_on=None, clocks__due_on__year__gte=year, clocks__began_on__year__lte=year
    )
    moved = 0
    for row in Objection.objects.filter(pk__in=sorted(set(touched.values_list("pk", flat=True)))).order_by("pk"):
        moved += work.reckon(row=row, clocks=Clock.objects.filter(objection=row, met_on=None))
    record(ClocksRecomputed(year, moved), about=f"office.calendar:{year}", actor=actor, now=now)
    return moved


@transaction.atomic
def escalate(*, today: date, actor: Actor, now: datetime) -> int:
    """Deadlines that have passed and were not told today: who is late and who supervises get one message a day.

    Returns how many clocks. Nothing about the persons stands in a message.
    """
    late = Clock.objects.filter(met_on=None, due_on__lt=today).exclude(escalated_on=today)
    late = late.filter(objection__state__in=sorted(one.value for one in OPEN))
    per: Counter[int] = Counter()
    for clock in late.select_related("objection"):
        row = clock.objection
        who = row.provider_id if clock.what == What.PROVIDER and row.provider_id else row.department_id
        per.update({who, row.department_id})
    known = departments_by_id(per)
    for department_id, count in sorted(per.items()):
        department = known[department_id]
        if department.email:
            send_message(
                to=department.email,
                subject=f"异议办理逾期 {count} 件",
                body=f"{department.name}：\n\n有 {count} 项异议期限已经届满，尚未办结。请尽快办理，并说明理由。\n\n"
                "详见“名单管理”中的“异议处理”。",
                about=f"objections.department:{department_id}",
                actor=actor,
                now=now,
            )
        fact = ObjectionsEscalated(department_id, count)
        record(fact, about=f"accounts.department:{department_id}", actor=actor, now=now)
    return late.update(escalated_on=today)
