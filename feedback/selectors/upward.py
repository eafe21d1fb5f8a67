"""What goes up: the cases of a month, the reports made of them, the files on their way."""

from datetime import date

from django.db.models import F, QuerySet

from feedback.models import Case, Dispatch, UpReport
from feedback.rules.effects import month_after
from kernel.errors import NotFound
from toolkit.clock import start_of


class UpReportNotFound(NotFound):
    code = "feedback.up_report_not_found"
    message = "没有这份月报，请返回列表重新选择。"


class DispatchNotFound(NotFound):
    code = "feedback.dispatch_not_found"
    message = "没有这次发送，请返回列表重新选择。"


def cases_of_month(month: date) -> list[Case]:
    """Cases that were reported or corrected in the month, by their newest version, in the order of their numbers."""
    found = Case.objects.filter(
        reported_at__gte=start_of(month), reported_at__lt=start_of(month_after(month)), version=F("due__version")
    )
    return list(found.select_related("due").order_by("due_id"))


def reports(*, limit: int) -> QuerySet[UpReport]:
    """The reports that were made, the newest month first."""
    return UpReport.objects.select_related("xlsx", "xml").order_by("-month", "-number")[:limit]


def get_report(report_id: int, *, for_update: bool = False) -> UpReport:
    """Raises UpReportNotFound."""
    rows = UpReport.objects.select_related("xlsx", "xml")
    found = (rows.select_for_update(of=("self",)) if for_update else rows).filter(pk=report_id).first()
    if found is None:
        raise UpReportNotFound
    return found


def dispatches(kind: str, refs: list[int]) -> dict[int, Dispatch]:
    """The sendings of these reports (or handovers) by what they send."""
    return {one.ref_id: one for one in Dispatch.objects.filter(kind=kind, ref_id__in=refs)}


def waiting(*, now: object, limit: int = 50) -> list[int]:
    """Files that are to be sent now, the longest waiting first."""
    due = Dispatch.objects.filter(state="waiting", retry_at__lte=now)
    return list(due.order_by("retry_at", "id").values_list("id", flat=True)[:limit])


def to_compare(*, limit: int = 200) -> list[int]:
    """Accepted files whose count above was never compared, or did not agree."""
    accepted = Dispatch.objects.filter(state="accepted").exclude(above=F("rows"))
    unseen = Dispatch.objects.filter(state="accepted", above=None)
    return list((accepted | unseen).order_by("id").values_list("id", flat=True)[:limit])
