"""Writing to departments about what they owe: some days before the last day, and every week after it."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.selectors import departments_by_id
from audit.services import record
from feedback.events import DuesChased
from feedback.models import Due
from kernel.actor import Actor
from office.services import send_message

AGAIN_AFTER = timedelta(days=7)
NAMED = 20


@transaction.atomic
def chase(*, today: date, actor: Actor, now: datetime) -> int:
    """One message for each department with dues that end within FEEDBACK_REMIND_DAYS or are overdue; how many
    departments. What was reminded of is not reminded of again for a week, but on the first day after its end.

    A department without an address sees its list on its home page, as does the credit office.
    """
    soon = today + timedelta(days=settings.FEEDBACK_REMIND_DAYS)
    again = Q(chased_on=None) | Q(chased_on__lte=today - AGAIN_AFTER) | Q(due_on=today - timedelta(days=1))
    waiting = Due.objects.filter(again, reported_at=None, owed=True, due_on__lte=soon).exclude(chased_on=today)
    rows = waiting.order_by("due_on", "id").values_list(
        "pk", "department_id", "due_on", "measure_text", "file_number"
    )
    mine: dict[int, list[tuple[date, str, str]]] = defaultdict(list)
    told = []
    for pk, department_id, due_on, measure, file_number in rows:
        told.append(pk)
        mine[department_id].append((due_on or today, measure, file_number))
    known = departments_by_id(mine)
    for department_id, dues in sorted(mine.items()):
        overdue = sum(due_on < today for due_on, _, _ in dues)
        department = known.get(department_id)
        if department is not None and department.email:
            send_message(
                to=department.email,
                subject=f"奖惩反馈提醒：待反馈 {len(dues)} 项，其中逾期 {overdue} 项",
                body=_letter(department.name, dues, today),
                about=f"feedback.department:{department_id}",
                actor=actor,
                now=now,
            )
        fact = DuesChased(department_id, len(dues), overdue)
        record(fact, about=f"accounts.department:{department_id}", actor=actor, now=now)
    Due.objects.filter(pk__in=told).update(chased_on=today)
    return len(mine)


def _letter(department: str, dues: list[tuple[date, str, str]], today: date) -> str:
    lines = [
        f"{due_on.isoformat()}{'（已逾期）' if due_on < today else ''}　{measure[:60]}"
        f"{f'　办件号 {file_number}' if file_number else ''}"
        for due_on, measure, file_number in dues[:NAMED]
    ]
    if len(dues) > NAMED:
        lines.append(f"……共 {len(dues)} 项")
    end = "请登录系统在“响应与反馈”的“奖惩反馈”中办理；已办结的多项可用表格一次反馈。"
    return "\n".join([f"{department}：", "", "以下事项待反馈奖惩实施情况：", *lines, "", end])
