"""Opening what is owed about a hit, and taking the report."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from audit.services import record
from feedback import policies, selectors
from feedback.events import CaseReported, DuesRecomputed, FeedbackOwed
from feedback.models import Case, Due
from feedback.rules.cases import Report, may_close
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.workdays import due_on
from office.selectors import calendar
from screening.selectors import receipt as receipt_by_number
from toolkit.clock import day_of
from toolkit.db import refusing


class CannotReport(NotPermitted):
    code = "feedback.cannot_report"
    message = "反馈由办理该事项的实施部门填写。"


class ReportIncomplete(RuleBroken):
    code = "feedback.report_incomplete"
    message = "反馈内容不完整。"


class ReportTellsAPerson(Malformed):
    code = "feedback.report_tells_a_person"
    message = "反馈内容中含有公民身份号码。请删去号码，只写办件号。"


class ReportedMeanwhile(RuleBroken):
    code = "feedback.reported_meanwhile"
    message = "该事项刚刚已有人反馈，请刷新后再更正。"


@transaction.atomic
def open_dues(*, number: str, actor: Actor, now: datetime) -> int:
    """Open one due for each measure that a receipt calls for, for the department that implements the matter.

    Measures suspended by a dispute and rewards are not owed. Again changes nothing. Returns how many were opened.
    """
    receipt = receipt_by_number(number)
    checked_on = day_of(receipt.checked_at)
    due = due_on(checked_on, settings.FEEDBACK_WORKING_DAYS, calendar())
    wanted = [
        Due(
            number=receipt.number,
            checked_on=checked_on,
            subject_index=index,
            subject_id=subject["id"],
            measure_code=measure["code"],
            measure_text=measure["content"],
            matter_code=receipt.matter.code,
            file_number=receipt.file_number,
            department_id=receipt.implementing_department_id,
            due_on=due.on,
            provisional=due.provisional,
        )
        for index, subject in enumerate(receipt.content["subjects"])
        for measure in subject["measures"]
        if not measure["suspended"]
    ]
    known = set(Due.objects.filter(number=number).values_list("subject_index", "measure_code"))
    fresh = [d for d in wanted if (d.subject_index, d.measure_code) not in known]
    Due.objects.bulk_create(fresh)
    if fresh:
        record(FeedbackOwed(number, len(fresh)), about=f"screening.receipt:{number}", actor=actor, now=now)
    return len(fresh)


@transaction.atomic
def report(*, due_id: int, seen_version: int, content: Report, actor: Actor, now: datetime) -> Case:
    """Take a report, or a corrected one. `seen_version`: the last version that the reporter saw, 0 for none.

    Raises DueNotFound, CannotReport, ReportTellsAPerson, ReportIncomplete, ReportedMeanwhile.
    """
    due = selectors.get_visible(actor, due_id, for_update=True)
    if not policies.may_report(actor, department_id=due.department_id):
        raise CannotReport
    if any(holds_citizen_id(text) for text in (content.reason, content.content, content.effect)):
        raise ReportTellsAPerson
    verdict = may_close(content, on=day_of(now))
    if not verdict:
        raise ReportIncomplete("".join(r.message for r in verdict.against), reasons=verdict.against)
    if seen_version != Case.objects.filter(due=due).count():  # versions are 1, 2, 3: the due's row is locked
        raise ReportedMeanwhile
    with refusing("feedback_case_once_per_version", ReportedMeanwhile):
        case = Case.objects.create(
            due=due,
            version=seen_version + 1,
            action=content.action.value,
            reason=content.reason,
            content=content.content,
            amount=content.amount,
            done_from=content.done_from,
            done_until=content.done_until,
            effect=content.effect,
            reported_by=actor.key,
            reported_at=now,
        )
    if due.reported_at is None:
        due.reported_at, due.reported_on = now, day_of(now)
    due.version, due.action, due.amount = case.version, case.action, case.amount
    due.save(update_fields=["reported_at", "reported_on", "version", "action", "amount"])
    record(
        CaseReported(due.pk, case.pk, case.version, case.action), about=f"feedback.due:{due.pk}", actor=actor, now=now
    )
    return case


@transaction.atomic
def recompute_dues(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open due date that touches a year whose calendar has just been imported."""
    days = calendar()
    changed = []
    touched = Due.objects.select_for_update().filter(
        reported_at=None, due_on__year__gte=year, checked_on__year__lte=year
    )
    for due in touched.order_by("id"):
        again = due_on(due.checked_on, settings.FEEDBACK_WORKING_DAYS, days)
        if (again.on, again.provisional) != (due.due_on, due.provisional):
            due.due_on, due.provisional = again.on, again.provisional
            changed.append(due)
    Due.objects.bulk_update(changed, ["due_on", "provisional"], batch_size=1000)
    record(DuesRecomputed(year, len(changed)), about=f"office.calendar:{year}", actor=actor, now=now)
    return len(changed)
