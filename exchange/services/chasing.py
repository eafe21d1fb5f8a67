"""Recalls that were not confirmed in time: the receiver's department is written to until it has confirmed."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from accounts.selectors import departments_by_id
from audit.services import record
from exchange.events import RecallsChased
from exchange.selectors import overdue_recalls
from kernel.actor import Actor
from office.services import send_message


@transaction.atomic
def chase(*, today: date, actor: Actor, now: datetime) -> int:
    """Each department with overdue recalls gets one message a day with their number; how many departments.

    One without an address is written down as reminded all the same: it sees them on its home page, as does the
    credit office.
    """
    late = overdue_recalls(today=today, chased_before=today)
    rows = late.order_by().values("subscription__department_id").annotate(count=Count("id"))
    counts = {row["subscription__department_id"]: row["count"] for row in rows}
    known = departments_by_id(counts)
    for department_id, count in sorted(counts.items()):
        department = known[department_id]
        if department.email:
            send_message(
                to=department.email,
                subject=f"联动解除通知逾期未确认 {count} 项",
                body=f"{department.name}：\n\n有 {count} 项联动解除通知逾期未确认。名单条目已移出或者措施暂不执行，"
                "请停止使用、解除措施，由接收系统签收确认。\n\n详见“名单管理”中的“联动解除”。",
                about=f"exchange.department:{department_id}",
                actor=actor,
                now=now,
            )
        fact = RecallsChased(department_id, count)
        record(fact, about=f"accounts.department:{department_id}", actor=actor, now=now)
    late.update(chased_on=today)
    return len(counts)
