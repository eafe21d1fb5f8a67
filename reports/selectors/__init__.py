"""Reports that were issued, as far as the reader may see them; what is true of one today."""

from datetime import date

from django.db.models import QuerySet

from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from reports import policies
from reports.models import Report
from reports.rules.issuing import Edition
from reports.selectors.gathering import marks_of
from subjects.selectors import subject_of


class ReportNotFound(NotFound):
    code = "reports.report_not_found"
    message = "没有这份信用报告，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[Report]:
    """Of staff what their departments issued, the credit office sees all; of a visitor what is about his subjects."""
    if actor.kind is Kind.VISITOR:
        return Report.objects.filter(subject_id__in=actor.subjects)
    if not policies.may_see(actor):
        return Report.objects.none()
    if actor.has(Role.CREDIT_OFFICE):
        return Report.objects.all()
    return Report.objects.filter(department_id__in=actor.departments)


def report_page(actor: Actor, *, after: int | None = None, limit: int) -> list[Report]:
    """Reports, the newest first. `after`: the id of the last one seen (keyset)."""
    rows = visible_to(actor).defer("marks").select_related("department")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.order_by("-id")[:limit])


def get_report(actor: Actor, report_id: int) -> Report:
    """One report. Raises ReportNotFound, also for another's."""
    found = visible_to(actor).defer("marks").select_related("file").filter(pk=report_id).first()
    if found is None:
        raise ReportNotFound
    return found


def report_numbered(number: str, report_id: int) -> Report:
    """For verification alone. Raises ReportNotFound."""
    found = Report.objects.select_related("file").filter(pk=report_id, number=number).first()
    if found is None:
        raise ReportNotFound
    return found


def used_in_year(subject_id: int, *, year: int) -> int:
    """How many reports about itself a subject was issued in a year."""
    return Report.objects.filter(subject_id=subject_id, edition=Edition.OWN, issued_on__year=year).count()


def marks_today(report: Report, *, on: date) -> dict[str, str]:
    """The marks that a report of the same edition would have on that day; none if the subject is gone."""
    subject = subject_of(report.subject_id)
    return marks_of(subject, on=on, edition=Edition(report.edition)) if subject else {}
