"""Applications as their readers see them: the department's queue, the window's, the party's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, F, Q, QuerySet

from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from kernel.workdays import WorkCalendar, shift
from repair import policies
from repair.models import Application, Attachment, Paper, Result
from repair.rules.clocks import Stop
from repair.rules.sets import SERIOUS
from repair.rules.states import DECIDED, LIFE, OPEN, Channel, State
from subjects.selectors import holder_of
from toolkit.keyset import Capped, count_of


class ApplicationNotFound(NotFound):
    code = "repair.application_not_found"
    message = "没有这件信用修复申请，或您没有查看的权限。"


class FileNotFound(NotFound):
    code = "repair.file_not_found"
    message = "没有这份材料或者文书，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[Application]:
    """The recognising department's and those below it; all for the credit office; what a window filed for it; of a
    visitor, those of whom he is or represents; of the single window, what it forwarded.
    """
    rows = Application.objects.all()
    if policies.sees_every_department(actor):
        return rows
    if actor.kind is Kind.VISITOR:
        return rows.filter(subject_id__in=actor.subjects)
    if policies.may_forward(actor):
        return rows.filter(channel=Channel.UPSTREAM)
    if not policies.may_open(actor):
        return rows.none()
    own = Q(department_id__in=actor.departments) if policies.may_see(actor) else Q(pk__in=[])
    return rows.filter(own | Q(filed_department_id__in=actor.departments))


def get_visible(actor: Actor, application_id: int, *, for_update: bool = False) -> Application:
    """One application in the actor's scope. Raises ApplicationNotFound."""
    rows = visible_to(actor).select_related("department")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=application_id).first()
    if found is None:
        raise ApplicationNotFound
    return found


def by_upstream(upstream_no: str) -> Application | None:
    return Application.objects.filter(upstream_no=upstream_no).first() if upstream_no else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`state`: a state, "open" (to be done), "overdue", or "" for all. `q`: number, document or unified code."""

    state: str = "open"
    q: str = ""


def page(
    actor: Actor, *, filters: Filters, today: date, after: tuple[date, int] | None = None, limit: int
) -> list[Application]:
    """What is open by its last day, the most urgent first; else the latest first."""
    rows = _filtered(visible_to(actor), filters, today).select_related("department")
    if filters.state in ("open", "overdue"):
        rows = rows.alias(by=_BY_DUE)
        if after is not None:
            day, last = after
            rows = rows.filter(Q(whole_due_on__gte=day) & (Q(whole_due_on__gt=day) | Q(id__gt=last)))
        return list(rows.order_by("whole_due_on", "id")[:limit])
    if after is not None:
        rows = rows.filter(pk__lt=after[1])
    return list(rows.order_by("-id")[:limit])


_BY_DUE = F("whole_due_on")


def count(actor: Actor, *, filters: Filters, today: date) -> Capped:
    return count_of(_filtered(visible_to(actor), filters, today))


def _filtered(rows: QuerySet[Application], filters: Filters, today: date) -> QuerySet[Application]:
    if filters.state == "open":
        rows = rows.filter(state__in=[s.value for s in OPEN])
    elif filters.state == "overdue":
        rows = rows.filter(state__in=[s.value for s in OPEN], due_on__lt=today)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    text = filters.q.strip()
    if text:
        subject = holder_of(uscc=text.upper()) if len(text) == 18 and text.isascii() else None
        wanted = Q(number=text) | Q(upstream_no=text) | Q(document_no=text)
        rows = rows.filter(Q(subject_id=subject) if subject else wanted)
    return rows


def waiting(actor: Actor, *, limit: int) -> list[Application]:
    """What the actor himself can do next: for handlers everything open of the department that does not wait for the
    party; a serious case that he handled waits for somebody else.
    """
    if not actor.roles & {Role.UPLOADER, Role.REVIEWER}:
        return []
    rows = Application.objects.filter(department_id__in=actor.departments, state__in=[State.FILED, State.ACCEPTED])
    if not actor.has(Role.REVIEWER):
        rows = rows.exclude(state=State.ACCEPTED, opinion__gt="")
    rows = rows.exclude(state=State.ACCEPTED, grade=SERIOUS, opinion__gt="", handled_by__contains=[actor.key])
    return list(rows.order_by("whole_due_on", "id")[:limit])


def of_subjects(subject_ids: Iterable[int], *, limit: int = 200) -> list[Application]:
    rows = Application.objects.filter(subject_id__in=list(subject_ids)).select_related("department")
    return list(rows.order_by("-id")[:limit])


def stops_of(row: Application) -> list[Stop]:
    return [Stop(one.begins, one.until) for one in row.stops.order_by("begins", "id")]


def attachments_of(row: Application) -> list[Attachment]:
    return list(row.attachments.select_related("file").order_by("id"))


def papers_of(row: Application) -> list[Paper]:
    return list(row.papers.select_related("file").order_by("id"))


def file_of(row: Application, *, attachment_id: int | None = None, paper_id: int | None = None) -> Attachment | Paper:
    """One attachment or paper of an application that was found for its reader. Raises FileNotFound."""
    found: Attachment | Paper | None = None
    if attachment_id is not None:
        found = row.attachments.select_related("file").filter(pk=attachment_id).first()
    elif paper_id is not None:
        found = row.papers.select_related("file").filter(pk=paper_id).first()
    if found is None:
        raise FileNotFound
    return found


def paper_by_token(token: str) -> Paper | None:
    return Paper.objects.select_related("application").filter(token=token).first()


def steps_open(row: Application) -> tuple[str, ...]:
    return LIFE.open_to(State(row.state))


def results_page(*, after: int | None, unmatched: bool, limit: int) -> list[Result]:
    rows = Result.objects.filter(state="unmatched") if unmatched else Result.objects.all()
    return list((rows.filter(pk__lt=after) if after else rows).order_by("-id")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long things took, of applications that ended in a span: the figures of 办理时限."""

    department: str
    total: int
    granted: int
    refused: int
    late: int
    days: float | None


def times(actor: Actor, *, since: date, until: date) -> list[Times]:
    """Per department: ended, granted, refused, later than the last day, calendar days on average."""
    ended = Q(state__in=[s.value for s in DECIDED]) | Q(state=State.DECLINED)
    rows = visible_to(actor).filter(ended, decided_at__date__gte=since, decided_at__date__lte=until)
    grouped = rows.values("department__short_name").annotate(
        total=Count("pk"),
        granted=Count("pk", filter=Q(state__in=[State.GRANTED, State.REVOKED])),
        refused=Count("pk", filter=Q(state__in=[State.REFUSED, State.DECLINED])),
        late=Count("pk", filter=Q(decided_at__date__gt=F("whole_due_on"))),
        took=Avg(F("decided_at__date") - F("applied_on")),
    )
    return [
        Times(
            department=one["department__short_name"],
            total=one["total"],
            granted=one["granted"],
            refused=one["refused"],
            late=one["late"],
            days=round(one["took"] / timedelta(days=1), 1) if isinstance(one["took"], timedelta) else one["took"],
        )
        for one in grouped.order_by("department__short_name")
    ]


def soon(calendar: WorkCalendar, today: date) -> date:
    """Until when a last day counts as near: two working days ahead."""
    return shift(today, 2, calendar)
