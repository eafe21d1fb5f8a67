"""Changes of law or of functions that must reach the catalogue within fifteen working days: noted, due, closed."""

from datetime import date, datetime

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from catalog import policies
from catalog.events import UpkeepClosed, UpkeepNoted, UpkeepRecomputed
from catalog.models import Item, Upkeep
from catalog.rules.sources import UPKEEP
from catalog.services.drafts import CannotEdit
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound
from kernel.workdays import CalendarMissing, due_on
from office.selectors import calendar
from toolkit.clock import day_of


class UpkeepNotFound(NotFound):
    code = "catalog.upkeep_not_found"
    message = "没有这条目录维护事项，或已经办结。请刷新后再看。"


class UpkeepIncomplete(Malformed):
    code = "catalog.upkeep_incomplete"
    message = "请填写变化的内容；办结时请写明处理结果。"


class NotYetHappened(Malformed):
    code = "catalog.not_yet_happened"
    message = "变化日期不得晚于今天。法律法规尚未施行的，请在施行之日登记。"


class OutsideTheCalendar(Malformed):
    code = "catalog.outside_the_calendar"
    message = "工作日历中没有变化日期所在的年份，无法计算期限。请核对日期。"


@transaction.atomic
def note_upkeep(
    *,
    what: str,
    title: str,
    happened_on: date,
    department_id: int | None = None,
    item_code: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Note a change of law (`what` "law") or of functions ("function") that the catalogue must follow within
    UPKEEP.working_days, 篇七(一)1. Returns its id.

    Raises CannotEdit, UpkeepIncomplete, NotYetHappened, OutsideTheCalendar.
    """
    if not policies.may_edit(actor):
        raise CannotEdit
    title = title.strip()
    longest = Upkeep._meta.get_field("title").max_length or 0
    if not title or len(title) > longest or what not in Upkeep.What.values:
        raise UpkeepIncomplete(f"请选择变化的种类，并填写变化的内容（不超过 {longest} 字）。")
    if happened_on > day_of(now):
        raise NotYetHappened
    if department_id is not None and department_id not in departments_by_id([department_id]):
        raise UpkeepIncomplete("没有所选的部门，请重新选择。")
    item = Item.objects.filter(code=item_code).first() if item_code else None
    if item_code and item is None:
        raise UpkeepIncomplete(f"目录中没有编码为“{item_code}”的条目，请核对。")
    try:
        due = due_on(happened_on, UPKEEP.working_days, calendar())
    except CalendarMissing as missing:
        raise OutsideTheCalendar from missing
    noted = Upkeep.objects.create(
        what=what,
        title=title,
        happened_on=happened_on,
        due_on=due.on,
        provisional=due.provisional,
        department_id=department_id,
        item=item,
        noted_by=actor.key,
        noted_at=now,
    )
    fact = UpkeepNoted(noted.pk, what, happened_on.isoformat(), due.on.isoformat(), due.provisional)
    record(fact, about=f"catalog.upkeep:{noted.pk}", actor=actor, now=now)
    return noted.pk


@transaction.atomic
def close_upkeep(*, upkeep_id: int, outcome: str, actor: Actor, now: datetime) -> None:
    """Say what came of it. Raises CannotEdit, UpkeepNotFound, UpkeepIncomplete."""
    if not policies.may_edit(actor):
        raise CannotEdit
    noted = Upkeep.objects.select_for_update(of=("self",)).filter(pk=upkeep_id, closed_at=None).first()
    if noted is None:
        raise UpkeepNotFound
    if not outcome.strip():
        raise UpkeepIncomplete("请写明处理结果，如：已发布条目的新版本，或经核对无需变更。")
    noted.outcome, noted.closed_at, noted.closed_by = outcome.strip(), now, actor.key
    noted.save(update_fields=["outcome", "closed_at", "closed_by"])
    fact = UpkeepClosed(noted.pk, late=day_of(now) > noted.due_on)
    record(fact, about=f"catalog.upkeep:{noted.pk}", actor=actor, now=now)


@transaction.atomic
def recompute_upkeep(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open due date that touches a year whose calendar was imported. How many changed."""
    days = calendar()
    changed = []
    touched = Upkeep.objects.select_for_update(of=("self",)).filter(
        closed_at=None, due_on__year__gte=year, happened_on__year__lte=year
    )
    for noted in touched.order_by("id"):
        again = due_on(noted.happened_on, UPKEEP.working_days, days)
        if (again.on, again.provisional) != (noted.due_on, noted.provisional):
            noted.due_on, noted.provisional = again.on, again.provisional
            changed.append(noted)
    Upkeep.objects.bulk_update(changed, ["due_on", "provisional"], batch_size=1000)
    record(UpkeepRecomputed(year, len(changed)), about=f"office.calendar:{year}", actor=actor, now=now)
    return len(changed)
