"""A letter to the receiver's department and the credit office when rows do not arrive."""

from datetime import datetime

from accounts.selectors import addresses_of, departments_by_id
from exchange.models import Delivery, Subscription
from kernel.actor import Actor, Role
from office.services import send_message


def tell_of_failure(*, subscription: Subscription, batch: Delivery, actor: Actor, now: datetime) -> int:
    """Write to both about a batch that was tried several times, or was given up; how many letters."""
    department = departments_by_id([subscription.department_id])[subscription.department_id]
    given_up = batch.dead_at is not None
    subject = f"名单推送{'已停止自动重试' if given_up else f'连续 {batch.attempts} 次失败'}：{subscription.name}"
    then = (
        "系统不再自动重试。排除原因后，请在“推送失败”页面点“重发”，其后的内容将依次补推。"
        if given_up
        else "系统会逐步放慢重试，恢复后自动从断点依次补推，不会遗漏或重复。"
    )
    body = (
        f"推送订阅“{subscription.name}”（{department.name}）第 {batch.first_seq} 至 {batch.last_seq} 号"
        f"已推送 {batch.attempts} 次，没有被接收。\n最近一次的原因：{batch.last_error}\n\n{then}"
        "名单移出的条目同样没有送达，对方可能仍在执行措施，请尽快处理。"
    )
    told = {one for one in [department.email, *addresses_of(Role.CREDIT_OFFICE)] if one}
    for to in sorted(told):
        send_message(
            to=to, subject=subject, body=body, about=f"exchange.subscription:{subscription.pk}", actor=actor, now=now
        )
    return len(told)
