"""Spreadsheets of reports, scoped by department."""

from django.db.models import QuerySet

from accounts.selectors import scope
from feedback import policies
from feedback.models import CaseFile
from kernel.actor import Actor
from kernel.errors import NotFound


class CaseFileNotFound(NotFound):
    code = "feedback.case_file_not_found"
    message = "没有找到这份反馈表格，或您没有查看的权限。"


def case_files(actor: Actor, *, limit: int = 20) -> list[CaseFile]:
    """The spreadsheets of the actor's departments, the last first."""
    return list(_files(actor).select_related("department").order_by("-id")[:limit])


def get_case_file(actor: Actor, file_id: int) -> CaseFile:
    """One in the actor's scope. Raises CaseFileNotFound."""
    found = _files(actor).select_related("department").filter(pk=file_id).first()
    if found is None:
        raise CaseFileNotFound
    return found


def _files(actor: Actor) -> QuerySet[CaseFile]:
    if not policies.may_see(actor):
        return CaseFile.objects.none()
    mine = scope(actor)
    return CaseFile.objects.all() if mine is None else CaseFile.objects.filter(department_id__in=mine)
