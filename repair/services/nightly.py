"""What happens by itself: publicity ends at its longest, and what is asked about it is moot."""

from datetime import date, datetime

from collection.services.publicity import stop_publicity
from kernel.actor import Actor
from repair.models import Application
from repair.rules.states import OPEN, Target
from repair.selectors.standing import NothingThere, held
from repair.services.filing import close_moot

BITES = 200


def end_publicity(*, today: date, actor: Actor, now: datetime) -> int:
    """期满停止公示, bite by bite, each a transaction of its own; then the applications that this made moot. How many
    records.

    信用修复管理办法 第四条: after the longest publicity it stops by itself.
    """
    done = 0
    for _ in range(BITES):
        count = stop_publicity(today=today, actor=actor, now=now)
        done += count
        if not count:
            break
    close_over(today=today, actor=actor, now=now)
    return done


def close_over(*, today: date, actor: Actor, now: datetime) -> int:
    """Close what is open about records and entries that have ended. How many. Twice has one effect."""
    closed = 0
    rows = Application.objects.filter(state__in=[s.value for s in OPEN]).order_by("pk")
    for target, record_id, entry_id in rows.values_list("target", "record_id", "entry_id"):
        try:
            case = held(Target(target), record_id or entry_id or 0, on=today).case
        except NothingThere:
            continue
        over = case.over or (
            f"公示期限已于 {case.until.isoformat()} 届满" if case.until and case.until < today else ""
        )
        if over:
            reason = f"{over}，已停止公示和使用，无需再修复。"
            closed += close_moot(record_id=record_id, entry_id=entry_id, reason=reason, actor=actor, now=now)
    return closed
