"""Opening what is owed about a hit, and taking the report."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.services import record
from feedback.events import DuesRecomputed, FeedbackOwed
from feedback.models import Due
from feedback.services.known import facts_of, note_known
from feedback.services.tallying import tally_owed
from kernel.actor import Actor, system
from kernel.errors import NotPermitted
from kernel.workdays import due_on
from office.selectors import calendar
from screening.rules.answer import RewardState
from screening.rules.triggers import division_of
from screening.selectors import ReceiptNotFound
from screening.selectors import receipt as receipt_by_number
from toolkit.clock import day_of


class CannotReport(NotPermitted):
    code = "feedback.cannot_report"
    message = "反馈由办理该事项的实施部门填写。"


def open_dues_of(*, numbers: Collection[str], departments: Collection[int], now: datetime) -> int:
    """Open what these receipts call for at once, where one of the departments implements the matter; how many.

    Whoever reports in the second after the check need not wait for the worker; the worker then finds it opened.
    """
    opened = 0
    for number in numbers:
        try:
            mine = receipt_by_number(number).implementing_department_id in departments
        except ReceiptNotFound:
            continue
        if mine:
            opened += open_dues(number=number, actor=system("feedback"), now=now)
    return opened


@transaction.atomic
def open_dues(*, number: str, actor: Actor, now: datetime) -> int:
    """Open one due for each measure that a receipt calls for, for the department that implements the matter.

    Measures suspended by a dispute are not owed. A reward is offered: whether it was given may be reported. What was
    shown to whom is remembered. Again changes nothing. Returns how many are owed that were not before.
    """
    receipt = receipt_by_number(number)
    checked_on = day_of(receipt.checked_at)
    due = due_on(checked_on, settings.FEEDBACK_WORKING_DAYS, calendar())
    told = {d for d in (receipt.department_id, receipt.implementing_department_id) if d is not None}
    note_known(department_ids=told, content=receipt.content, on=checked_on)
    called = list(_called(receipt.content["subjects"]))
    sources = facts_of({measure["because"][0] for _, _, measure, _ in called if measure["because"]})
    known = set(Due.objects.filter(number=number).values_list("subject_index", "measure_code"))
    fresh = []
    for index, subject, measure, reward in called:
        if (index, measure["code"]) in known:
            continue
        trigger = measure["because"][0] if measure["because"] else ""
        one = Due(
            number=receipt.number,
            owed=not reward,
            reward=reward,
            checked_on=checked_on,
            subject_index=index,
            subject_id=subject["id"],
            subject_kind=subject["kind"],
            area=division_of(subject["code"] or ""),
            trigger=trigger,
            source_id=next((source for _, source in sources.get(trigger, ())), None),
            measure_code=measure["code"],
            measure_text=measure["content"],
            matter_code=receipt.matter.code,
            stage=receipt.stage,
            file_number=receipt.file_number,
            department_id=receipt.implementing_department_id,
            due_on=None if reward else due.on,
            provisional=not reward and due.provisional,
        )
        fresh.append(one)
    Due.objects.bulk_create(fresh)
    owed = [one for one in fresh if one.owed]
    tally_owed(owed)
    if owed:
        record(FeedbackOwed(number, len(owed)), about=f"screening.receipt:{number}", actor=actor, now=now)
    return len(owed)


def _called(subjects: Iterable[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any], dict[str, Any], bool]]:
    """(place, subject, measure, whether it is a reward) of all that a receipt calls for or offers."""
    for index, subject in enumerate(subjects):
        for measure in subject["measures"]:
            if not measure["suspended"]:
                yield index, subject, measure, False
        for reward in subject["rewards"]:
            if reward["state"] == RewardState.OFFERED:
                yield index, subject, reward, True


@transaction.atomic
def recompute_dues(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open due date that touches a year whose calendar has just been imported."""
    days = calendar()
    changed = []
    touched = Due.objects.select_for_update().filter(
        reported_at=None, owed=True, due_on__year__gte=year, checked_on__year__lte=year
    )
    for due in touched.order_by("id"):
        again = due_on(due.checked_on, settings.FEEDBACK_WORKING_DAYS, days)
        if (again.on, again.provisional) != (due.due_on, due.provisional):
            due.due_on, due.provisional = again.on, again.provisional
            changed.append(due)
    Due.objects.bulk_update(changed, ["due_on", "provisional"], batch_size=1000)
    record(DuesRecomputed(year, len(changed)), about=f"office.calendar:{year}", actor=actor, now=now)
    return len(changed)
