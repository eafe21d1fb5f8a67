"""Complaints as far as the reader may see them."""

import json
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.selectors import departments_by_id, departments_with
from complaints import policies
from complaints.models import Complaint, Handler, Paper
from complaints.rules.states import OPEN, OVER, State
from kernel.actor import Actor, Role
from kernel.errors import NotFound
from toolkit import crypto


class ComplaintNotFound(NotFound):
    code = "complaints.complaint_not_found"
    message = "没有这件投诉举报，或您没有查看的权限。"


class PaperNotFound(NotFound):
    code = "complaints.paper_not_found"
    message = "没有这份材料，或没有转交您的部门。"


@dataclass(frozen=True, slots=True)
class Choice:
    """A department that a complaint may be forwarded to."""

    id: int
    name: str


def visible_to(actor: Actor) -> QuerySet[Complaint]:
    """The credit office sees all; a department what was forwarded to it, and of that the office's words alone."""
    if policies.may_handle(actor):
        return Complaint.objects.all()
    if not policies.may_see(actor):
        return Complaint.objects.none()
    return Complaint.objects.filter(department_id__in=actor.departments)


def complaint_page(actor: Actor, *, over: bool, after: tuple[date, int] | None = None, limit: int) -> list[Complaint]:
    """What is open by its last day, or what is over, the newest first. `after`: (due_on, id) of the last row seen."""
    rows = visible_to(actor).select_related("department")
    if over:
        rows = rows.filter(state__in=sorted(OVER))
        return list((rows.filter(pk__lt=after[1]) if after else rows).order_by("-id")[:limit])
    rows = rows.filter(state__in=sorted(OPEN))
    if after is not None:
        day, last = after
        rows = rows.filter(due_on__gte=day).filter(Q(due_on__gt=day) | Q(id__gt=last))
    return list(rows.order_by("due_on", "id")[:limit])


def get_complaint(actor: Actor, complaint_id: int, *, for_update: bool = False) -> Complaint:
    """One complaint. Raises ComplaintNotFound, also for another's."""
    rows = visible_to(actor).filter(pk=complaint_id)
    found = rows.select_for_update(of=("self",)).first() if for_update else rows.select_related("department").first()
    if found is None:
        raise ComplaintNotFound
    return found


def papers_of(actor: Actor, complaint: Complaint) -> list[Paper]:
    """All for the credit office; for a department what was passed on to it."""
    rows = Paper.objects.filter(complaint=complaint).select_related("file").order_by("pk")
    return list(rows if policies.may_handle(actor) else rows.filter(passed_on=True))


def get_paper(actor: Actor, *, complaint_id: int, paper_id: int) -> Paper:
    """One paper. Raises ComplaintNotFound, PaperNotFound."""
    for paper in papers_of(actor, get_complaint(actor, complaint_id)):
        if paper.pk == paper_id:
            return paper
    raise PaperNotFound


def text_of(actor: Actor, complaint: Complaint) -> str:
    """What was told, for the credit office alone; a department gets the summary."""
    if not policies.may_handle(actor):
        return ""
    place = f"complaints.complaint:{complaint.pk}:text"
    return crypto.decrypt_with(crypto.unwrap(complaint.text_key, aad=place), complaint.text_ct, aad=place)


def informant_of(complaint: Complaint) -> dict[str, str]:
    """Who told it: name, phone, mail. For services alone; what goes to a screen is recorded first."""
    if not complaint.informant_ct or not complaint.informant_key:
        return {}
    place = f"complaints.complaint:{complaint.pk}:informant"
    sealed = crypto.decrypt_with(crypto.unwrap(complaint.informant_key, aad=place), complaint.informant_ct, aad=place)
    return {str(key): str(value) for key, value in json.loads(sealed).items()}


def is_handler(actor: Actor) -> bool:
    """Whether somebody named this member of staff."""
    return policies.may_handle(actor) and Handler.objects.filter(username=actor.name, active=True).exists()


def handlers() -> list[Handler]:
    """Who may, or could once, open an informant's identity."""
    return list(Handler.objects.order_by("-active", "username"))


def may_be_forwarded_to() -> list[Choice]:
    """Departments with somebody who reports."""
    found = departments_by_id(departments_with(Role.UPLOADER))
    return [Choice(key, value.name) for key, value in sorted(found.items())]


def waiting(actor: Actor, *, limit: int) -> list[Complaint]:
    """What waits for the reader's own hand, the most urgent first."""
    states = [State.RECEIVED, State.ACCEPTED, State.REPORTED] if policies.may_handle(actor) else [State.FORWARDED]
    return list(visible_to(actor).filter(state__in=states).order_by("due_on", "id")[:limit])
