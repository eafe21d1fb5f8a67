"""Reading proceedings: the work of a department, one case as the rules see it, what may be proposed."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet

from collection.selectors.records import RecordFilters, record_page
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from office.selectors import calendar
from redblack import policies
from redblack.models import Entry, ListType, Paper, PeriodChange, Proceeding, Statement
from redblack.rules.content import FIELDS, Content
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.places import statement_place
from redblack.rules.procedure import OTHER, Case, Stop, statement_due, statement_term
from redblack.rules.states import OPEN, ProceedingState, Track
from redblack.selectors.lists import recognises
from subjects.selectors import responsible_for
from toolkit import crypto
from toolkit.keyset import Capped, count_of

if TYPE_CHECKING:
    from collection.models import Record
    from subjects.models import Responsibility

HERE = (Track.LISTING.value, Track.REGISTERED.value)  # a red list has its own pages
OPEN_STATES = sorted(state.value for state in OPEN)


class ProceedingNotFound(NotFound):
    code = "redblack.proceeding_not_found"
    message = "没有这件列入办理，或您没有查看的权限。"


class StatementNotFound(NotFound):
    code = "redblack.statement_not_found"
    message = "没有这份陈述、申辩，或您没有查看的权限。"


class NoSuchPaper(NotFound):
    code = "redblack.no_such_paper"
    message = "没有这份文书，或您没有查看的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`state` "": every open one; "all": every one. `due_before`: the statement period was over before that day."""

    state: str = ""
    list_code: str = ""
    subject_id: int | None = None
    due_before: date | None = None


def proceedings(actor: Actor) -> QuerySet[Proceeding]:
    """What the actor's departments handle; the credit office sees all."""
    rows = Proceeding.objects.filter(track__in=HERE)
    if not policies.may_see_proceedings(actor):
        return rows.none()
    if policies.sees_every_proceeding(actor):
        return rows
    return rows.filter(department_id__in=actor.departments)


def proceeding_page(actor: Actor, *, filters: Filters, after: int | None = None, limit: int) -> list[Proceeding]:
    """The latest first. `after`: the id of the last one seen (keyset)."""
    rows = _filtered(proceedings(actor), filters)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.select_related("list_type", "department").order_by("-id")[:limit])


def proceeding_count(actor: Actor, *, filters: Filters) -> Capped:
    """How many, without reading more than a thousand."""
    return count_of(_filtered(proceedings(actor), filters))


def _filtered(rows: QuerySet[Proceeding], filters: Filters) -> QuerySet[Proceeding]:
    if filters.state == "":
        rows = rows.filter(state__in=OPEN_STATES)
    elif filters.state != "all":
        rows = rows.filter(state=filters.state)
    if filters.list_code:
        rows = rows.filter(list_type__code=filters.list_code)
    if filters.subject_id is not None:
        rows = rows.filter(subject_id=filters.subject_id)
    if filters.due_before is not None:
        rows = rows.filter(state=ProceedingState.SERVED, statement_due_on__lt=filters.due_before)
    return rows


def get_proceeding(actor: Actor, proceeding_id: int, *, for_update: bool = False) -> Proceeding:
    """One proceeding in the actor's scope. Raises ProceedingNotFound for "not there" and "not yours" alike."""
    rows = proceedings(actor).filter(pk=proceeding_id).select_related("list_type", "department", "entry")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    found = rows.first()
    if found is None:
        raise ProceedingNotFound
    return found


def get_statement(actor: Actor, statement_id: int) -> Statement:
    """Raises StatementNotFound."""
    found = Statement.objects.filter(pk=statement_id, proceeding__in=proceedings(actor)).first()
    if found is None:
        raise StatementNotFound
    return found


def get_paper(actor: Actor, paper_id: int) -> Paper:
    """A paper in the file of a proceeding in the actor's scope. Raises NoSuchPaper.

    What the party handed in is, like its words, for the department that handles the case alone.
    """
    rows = Paper.objects.filter(pk=paper_id, proceeding__in=proceedings(actor))
    found = rows.select_related("file", "proceeding").first()
    if found is None or found.proceeding is None or not may_read(actor, found, found.proceeding):
        raise NoSuchPaper
    return found


def may_read(actor: Actor, paper: Paper, proceeding: Proceeding) -> bool:
    """Of a paper in a file that the actor sees: whether he may open it."""
    if paper.kind != OTHER or actor.kind is Kind.SYSTEM:
        return True
    return proceeding.department_id in actor.departments


def papers_of(proceeding: Proceeding) -> list[Paper]:
    return list(proceeding.papers.select_related("file").order_by("id"))


def statements_of(proceeding: Proceeding) -> list[Statement]:
    return list(proceeding.statements.order_by("id"))


def said_in(statement: Statement) -> str:
    """What the party said, opened."""
    return crypto.decrypt(statement.text_ct, aad=statement_place(statement.pk))


def changes_of(proceeding: Proceeding) -> list[PeriodChange]:
    return list(proceeding.period_changes.order_by("id"))


def stops_of(proceeding: Proceeding) -> list[Stop]:
    return [Stop(change.from_day, change.until_day) for change in changes_of(proceeding) if change.what == "stop"]


# --- as the rules see it --------------------------------------------------------------------------------------------


def content_of(proceeding: Proceeding) -> Content:
    said = {name: getattr(proceeding, name) for name in FIELDS}
    return Content(**said | {"responsible_persons": tuple(proceeding.responsible_persons)})


def case_of(proceeding: Proceeding) -> Case:
    """The proceeding as the rules of procedure judge it."""
    names = ("ground", "facts", "legal_basis", "measures_told", "exit_route", "remedies", "notice_no", "decision_no")
    days = ("notice_made_on", "notice_served_on", "statement_due_on", "decided_on", "effective_until")
    return Case(
        here=proceeding.track == Track.LISTING,
        stopped=any(stop.until is None for stop in stops_of(proceeding)),
        unanswered=proceeding.statements.filter(accepted=None).count(),
        papers=frozenset(proceeding.papers.values_list("kind", flat=True)),
        drafted_by=proceeding.drafted_by,
        submitted_by=proceeding.submitted_by,
        handled_by=proceeding.handled_by,
        due_by_law=_due_by_law(proceeding),
        **{name: getattr(proceeding, name) for name in (*names, *days)},
    )


def _due_by_law(proceeding: Proceeding) -> date | None:
    served = proceeding.notice_served_on
    if proceeding.track != Track.REGISTERED or served is None or proceeding.statement_due_on is not None:
        return None
    return statement_due(served, statement_term(settings.STATEMENT_WORKING_DAYS), calendar()).on


# --- what may be proposed -------------------------------------------------------------------------------------------


def lists_to_propose(department_id: int | None) -> list[ListType]:
    """Lists that are 现行, decided here, no reward, and recognised by that department."""
    rows = ListType.objects.filter(
        legal_status=LegalStatus.CURRENT, origin__in=[o for o in Origin if o.decided_here]
    ).exclude(kind="reward")
    return [row for row in rows.order_by("number", "code") if recognises(row, authority_department_id=department_id)]


def standing_on(list_type_id: int, subject_id: int, *, on: date) -> Entry | None:
    """The entry that still stands for the subject on that list, or will from a day to come."""
    open_ended = Q(effective_until=None) | Q(effective_until__gte=on)
    return Entry.objects.filter(
        open_ended, list_type_id=list_type_id, subject_id=subject_id, released_on=None
    ).first()


def records_to_cite(actor: Actor, text: str, *, limit: int) -> "list[Record]":
    """Collected records of the actor's departments by document number or code, to begin a proceeding from."""
    return record_page(actor, filters=RecordFilters(q=text), limit=limit)


def persons_to_name(subject_id: int) -> "list[Responsibility]":
    """Who answers for the organisation, each once, with masked names."""
    seen: dict[int, Responsibility] = {}
    for one in responsible_for(subject_id):
        seen.setdefault(one.person_id, one)
    return list(seen.values())


# --- what waits -----------------------------------------------------------------------------------------------------


def to_decide(actor: Actor, *, limit: int) -> list[Proceeding]:
    """Prepared by others alone, of a department that the actor decides for; the longest waiting first."""
    if not actor.has(Role.REVIEWER):
        return []
    rows = proceedings(actor).filter(state=ProceedingState.SUBMITTED, department_id__in=actor.departments)
    rows = rows.exclude(drafted_by=actor.key).exclude(submitted_by=actor.key)
    rows = rows.exclude(handled_by__contains=[actor.key])
    return list(rows.select_related("list_type").order_by("submitted_at", "id")[:limit])


def to_go_on(actor: Actor, *, today: date, limit: int) -> list[Proceeding]:
    """What whoever prepares can take a step further: notices to serve, statement periods that are over."""
    if not actor.has(Role.UPLOADER):
        return []
    over = Q(state=ProceedingState.SERVED, statement_due_on__lt=today)
    rows = proceedings(actor).filter(Q(state=ProceedingState.NOTICED) | over, department_id__in=actor.departments)
    return list(rows.select_related("list_type").order_by("statement_due_on", "id")[:limit])
