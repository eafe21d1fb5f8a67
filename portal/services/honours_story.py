"""What the demo city did about its honoured firms that broke the law before the story begins: answered the same day.

The cast is left alone: what 沁源's recognisers do is played by the presenter.
"""

from datetime import datetime, timedelta

from kernel.actor import Actor
from redblack.rules.lists import Origin, ReleaseKind
from redblack.selectors import exits, get_visible
from redblack.selectors.entries import seen_of
from redblack.services import decide_removal, propose_removal
from redblack.services.recognising import tell
from toolkit.clock import day_of

MINUTE = timedelta(minutes=1)


def answer_background(
    *, cast: set[int], office: Actor, drafter: Actor, reviewer: Actor, now: datetime
) -> dict[str, int]:
    """Answer every open task that is not about the cast: our own honours end, other recognisers are written to.

    Returns how many entries left which list.
    """
    left: dict[str, int] = {}
    rows = exits.open_tasks(office).exclude(entry__subject_id__in=cast)
    for task in rows.select_related("entry__list_type").order_by("id"):
        entry = task.entry
        if exits.get_task(office, task.pk).outcome:
            continue  # answered with another one about the same entry
        if not Origin(entry.origin).decided_here:
            number = f"江信函〔{now:%Y}〕{task.pk}号"
            tell(task_id=task.pk, document_no=number, text="请依法复核该主体。", actor=office, now=now + MINUTE)
            continue
        removal = propose_removal(
            entry_id=entry.pk,
            kind=ReleaseKind.EARLY,
            document_no=f"江市监诚移〔{now:%Y}〕{task.pk}号",
            reason=f"新发生失信行为：{task.cause_text}",
            released_on=day_of(now),
            actor=drafter,
            now=now + MINUTE,
        )
        seen = seen_of(get_visible(reviewer, entry.pk), exits.open_dispute(entry.pk))
        decide_removal(removal_id=removal, seen=seen, actor=reviewer, now=now + 2 * MINUTE)
        left[entry.list_type.code] = left.get(entry.list_type.code, 0) + 1
    return left
