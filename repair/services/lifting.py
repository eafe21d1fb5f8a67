"""暂时解除: while a court-approved plan of reorganisation is executed, what one department holds against the subject
rests: hidden, not used, its measures lifted. Executed: it has ended. Failed: it stands again.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from collection.rules.publicity import ENDED, NOT_SHOWN
from collection.selectors.records import get_record
from collection.services import end_record
from collection.services.publicity import restore_record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from redblack.rules.lists import ReleaseKind
from redblack.services import release
from redblack.services.restoring import restore_entry
from repair import policies
from repair.events import Lifted
from repair.models import Lifting
from repair.rules.states import Target
from repair.selectors.standing import PLATFORM, held_against
from toolkit.clock import day_of
from toolkit.db import refusing


class CannotLift(NotPermitted):
    code = "repair.cannot_lift"
    message = "谁认定、谁修复：由认定部门的审核人员登记暂时解除。"


class NothingToLift(RuleBroken):
    code = "repair.nothing_to_lift"
    message = "本部门没有认定该主体的在期失信信息，无需暂时解除。"


class LiftedAlready(RuleBroken):
    code = "repair.lifted_already"
    message = "该主体已在暂时解除期间，不能重复登记。"


class LiftingNotFound(NotFound):
    code = "repair.lifting_not_found"
    message = "没有这件暂时解除，或它已经结束。"


class LiftingIncomplete(Malformed):
    code = "repair.lifting_incomplete"
    message = "请填写法院、裁定书文号和理由，裁定日期不晚于今天，且不得写入公民身份号码。"


@transaction.atomic
def lift(*, subject_id: int, court: str, ruling_no: str, ruled_on: date, actor: Actor, now: datetime) -> int:
    """Lift for a time everything that the actor's department recognised and that stands, but terms of its own.

    国办发〔2025〕22号 破产重整企业信用修复: on the court's ruling that approves the plan. The lifting's id. Raises
    CannotLift, LiftingIncomplete, NothingToLift, LiftedAlready.
    """
    department = actor.department_id
    if department is None or not policies.may_decide(actor, department_id=department):
        raise CannotLift
    today = day_of(now)
    said = f"{court} {ruling_no}"
    if not court.strip() or not ruling_no.strip() or ruled_on > today or holds_citizen_id(said):
        raise LiftingIncomplete
    mine = [
        one
        for one in held_against(subject_id, on=today)
        if one.department_id in actor.departments and not one.case.over and one.case.decided_here
    ]
    if not mine:
        raise NothingToLift
    with refusing("repair_lifting_one_standing_per_subject", LiftedAlready):
        row = Lifting.objects.create(
            subject_id=subject_id,
            department_id=department,
            court=court.strip()[:200],
            ruling_no=ruling_no.strip()[:120],
            from_day=today,
            state="standing",
            records=[one.id for one in mine if one.target is Target.RECORD],
            entries=[one.id for one in mine if one.target is Target.ENTRY],
            before={str(one.id): _shown(one.id) for one in mine if one.target is Target.RECORD},
            by=actor.key,
            at=now,
        )
    reason = f"法院裁定批准重整计划，暂时解除：{row.ruling_no}"
    for record_id in row.records:
        end_record(
            record_id=record_id, ended_on=today, publicity_state=NOT_SHOWN, reason=reason, actor=actor, now=now
        )
    for entry_id in row.entries:
        release(
            entry_id=entry_id,
            kind=ReleaseKind.EARLY,
            released_on=today,
            document_no=row.ruling_no,
            reason=reason,
            actor=actor,
            now=now,
        )
    _tell(row, actor, now)
    return row.pk


@transaction.atomic
def close_lifting(*, lifting_id: int, executed: bool, reason: str, actor: Actor, now: datetime) -> None:
    """The plan was executed: 终止公示 for good. It failed: everything stands again as far as its term goes.

    Raises LiftingNotFound, CannotLift, LiftingIncomplete, and what restore_record and restore_entry raise.
    """
    row = Lifting.objects.select_for_update().filter(pk=lifting_id, state="standing").first()
    if row is None:
        raise LiftingNotFound
    if not policies.may_decide(actor, department_id=row.department_id):
        raise CannotLift
    if len(reason.strip()) < 2 or holds_citizen_id(reason):
        raise LiftingIncomplete
    today = day_of(now)
    why = f"重整计划{'执行完毕' if executed else '未能执行'}：{row.ruling_no}"
    for record_id in row.records:
        if executed:
            end_record(record_id=record_id, ended_on=today, publicity_state=ENDED, reason=why, actor=actor, now=now)
        else:
            shown = row.before[str(record_id)]
            restore_record(record_id=record_id, publicity_state=shown, today=today, reason=why, actor=actor, now=now)
    if not executed:
        for entry_id in row.entries:
            restore_entry(entry_id=entry_id, document_no=row.ruling_no, actor=actor, now=now)
    row.state = "final" if executed else "ended"
    row.closed_by, row.closed_at, row.closing_reason = actor.key, now, reason.strip()
    row.save(update_fields=["state", "closed_by", "closed_at", "closing_reason"])
    _tell(row, actor, now)


def liftings(*, actor: Actor) -> list[dict[str, Any]]:
    """Those of the actor's departments, the credit office's all; the latest first."""
    rows = Lifting.objects.order_by("-id")
    if not policies.sees_every_department(actor):
        rows = rows.filter(department_id__in=actor.departments)
    shown = list(rows[:100])
    departments = departments_by_id({one.department_id for one in shown})
    return [{"lifting": one, "department": departments[one.department_id].short_name} for one in shown]


def _shown(record_id: int) -> str:
    return get_record(PLATFORM, record_id).publicity_state


def _tell(row: Lifting, actor: Actor, now: datetime) -> None:
    fact = Lifted(row.pk, row.subject_id, row.state, len(row.records), len(row.entries))
    record(fact, about=f"repair.lifting:{row.pk}", actor=actor, now=now)
