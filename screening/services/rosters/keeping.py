"""Making and changing rosters: what they ask, when they run by themselves, who is told; pausing and closing them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.services import record
from collection.selectors import source_ages
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from measures.selectors import items_in_force
from office.rules.sms import mobile_of
from office.selectors import calendar
from office.services import is_address
from screening import policies
from screening.events import RosterKept, RosterStateSet
from screening.models import Matter, Roster, RosterFinding, RosterRun
from screening.rules.roster_content import Recipient, RosterContent, problems_of
from screening.rules.schedules import next_due, read_schedule
from screening.selectors.rosters import get_visible, mark_of
from screening.services.rosters.starting import request_run
from toolkit.clock import day_of

ASKS = ("source_ids", "measures_from", "item_codes", "matter", "stage", "persons")


class CannotKeepRoster(NotPermitted):
    code = "screening.cannot_keep_roster"
    message = "监管对象名单由本部门的报送、审核人员或者信用办人员维护。"


class RosterWrong(Malformed):
    code = "screening.roster_wrong"
    message = "监管对象名单填写不完整。"


class RosterNameTaken(Malformed):
    code = "screening.roster_name_taken"
    message = "本部门已有同名的监管对象名单，请换一个名称，或者打开已有的名单修改。"


class RosterChanged(RuleBroken):
    code = "screening.roster_changed"
    message = "打开之后，名单设置已被他人修改。请刷新页面，核对后重新保存。"


class RosterIsClosed(RuleBroken):
    code = "screening.roster_is_closed"
    message = "名单已停用，不能再修改或恢复。需要时请新建。"


@dataclass(frozen=True, slots=True)
class Saved:
    """`asked`: what it asks has changed, so that it is screened anew."""

    roster_id: int
    asked: bool


@transaction.atomic
def make_roster(*, content: RosterContent, actor: Actor, now: datetime) -> int:
    """A new roster of the actor's department. Raises CannotKeepRoster, RosterWrong, RosterNameTaken, and what
    `read_schedule` raises.
    """
    if actor.department_id is None or not policies.may_keep_roster(actor, department_id=actor.department_id):
        raise CannotKeepRoster
    return make_roster_of(department_id=actor.department_id, content=content, actor=actor, now=now)


@transaction.atomic
def make_roster_of(*, department_id: int, content: RosterContent, actor: Actor, now: datetime) -> int:
    """The same for any department in the actor's scope."""
    if not policies.may_keep_roster(actor, department_id=department_id):
        raise CannotKeepRoster
    roster = Roster(department_id=department_id, made_by=actor.key, made_at=now)
    _write(roster, content, now)
    _keep(roster, made=True, actor=actor, now=now)
    return roster.pk


@transaction.atomic
def change_roster(*, roster_id: int, content: RosterContent, seen: str, actor: Actor, now: datetime) -> Saved:
    """Change what stands. `seen`: selectors.rosters.mark_of when the form was opened.

    What is asked differently is screened anew at once. Raises RosterNotFound, RosterChanged, and as `make_roster`.
    """
    roster = _mine(actor, roster_id)
    if mark_of(roster) != seen:
        raise RosterChanged
    before = [getattr(roster, name) for name in ASKS]
    _write(roster, content, now)
    _keep(roster, made=False, actor=actor, now=now)
    asked = before != [getattr(roster, name) for name in ASKS]
    if asked and roster.state == Roster.State.ACTIVE and roster.runs.exists():
        request_run(roster_id=roster.pk, why=RosterRun.Why.MANUAL, actor=actor, now=now)
    return Saved(roster.pk, asked)


@transaction.atomic
def set_state(*, roster_id: int, state: Roster.State, actor: Actor, now: datetime) -> None:
    """Pause it, take it up again, or close it for good. What nobody has handled of a closed one is over.

    Raises RosterNotFound, CannotKeepRoster, RosterIsClosed.
    """
    roster = _mine(actor, roster_id)
    if roster.state == state:
        return
    roster.state = state
    roster.next_run_at = _next(roster, now)
    roster.save(update_fields=["state", "next_run_at"])
    if state == Roster.State.CLOSED:
        standing = RosterFinding.objects.filter(roster_id=roster.pk)
        standing.filter(state__in=["open", "assigned", "snoozed"]).update(state="superseded", snoozed_until=None)
    record(RosterStateSet(roster.pk, str(state)), about=f"screening.roster:{roster.pk}", actor=actor, now=now)


def _mine(actor: Actor, roster_id: int) -> Roster:
    roster = get_visible(actor, roster_id, for_update=True)
    if not policies.may_keep_roster(actor, department_id=roster.department_id):
        raise CannotKeepRoster
    if roster.state == Roster.State.CLOSED:
        raise RosterIsClosed
    return roster


def _write(roster: Roster, content: RosterContent, now: datetime) -> None:
    """Put the content into the row. Raises RosterWrong, RosterNameTaken, and what `read_schedule` raises."""
    today = day_of(now)
    codes = {one.item.code for one in items_in_force(as_of=today, codes=content.item_codes)}
    problems = problems_of(content, sources=[s.id for s in source_ages(as_of=today)], items=codes)
    matter = Matter.objects.filter(code=content.matter_code).first() if content.measures_from == "matter" else None
    if content.measures_from == "matter" and matter is not None and content.stage not in matter.stages:
        problems.append("该事项没有这个管理阶段，请重新选择。")
    if problems:
        raise RosterWrong("".join(problems))
    schedule = read_schedule(content.schedule)
    twins = Roster.objects.filter(department_id=roster.department_id, name=content.name.strip())
    if twins.exclude(pk=roster.pk).exclude(state=Roster.State.CLOSED).exists():
        raise RosterNameTaken
    roster.name = content.name.strip()
    roster.labels, roster.purpose, roster.persons = list(content.labels), content.purpose.strip(), content.persons
    roster.source_ids, roster.measures_from = sorted(set(content.source_ids)), content.measures_from
    roster.item_codes = sorted(set(content.item_codes)) if content.measures_from == "chosen" else []
    roster.matter, roster.stage = matter, content.stage if matter else ""
    roster.schedule, roster.on_change = schedule.words(), schedule.on_change
    roster.next_run_at = _next(roster, now)
    roster.recipients = [_recipient(one) for one in content.recipients]
    roster.notify_by = sorted({one["channel"] for one in roster.recipients})


def _recipient(one: Recipient) -> dict[str, Any]:
    if one.channel == "sms":
        mobile = mobile_of(one.to)
        if mobile is None:
            raise RosterWrong(f"手机号码“{one.to[:3]}…”不正确，请填写 11 位手机号码。")
        return {"channel": "sms", "to": mobile}
    if not is_address(one.to) or len(one.to) > 120:
        raise RosterWrong(f"邮箱“{one.to[:40]}”不正确，请核对。")
    return {"channel": "mail", "to": one.to}


def _next(roster: Roster, now: datetime) -> datetime | None:
    if roster.state != Roster.State.ACTIVE:
        return None
    return next_due(read_schedule(roster.schedule), after=now, calendar=calendar())


def _keep(roster: Roster, *, made: bool, actor: Actor, now: datetime) -> None:
    roster.save()
    fact = RosterKept(
        roster_id=roster.pk,
        department_id=roster.department_id,
        made=made,
        persons=roster.persons,
        sources=roster.source_ids,
        measures_from=roster.measures_from,
        schedule=roster.schedule,
    )
    record(fact, about=f"screening.roster:{roster.pk}", actor=actor, now=now)
