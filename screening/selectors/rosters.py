"""Reading rosters: who sees which, their members, what the last run says, what waits for a person."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.selectors import scope
from collection.selectors import SourceAge, source_ages
from kernel.actor import Actor, Kind
from kernel.errors import NotFound
from measures.selectors import PlacedItem, items_in_force
from screening import policies
from screening.models import Matter, Roster, RosterAnswer, RosterFinding, RosterMember, RosterRun, RosterUpload
from screening.rules.roster_content import Recipient, RosterContent
from screening.selectors.finding_queues import Queue, newest, size, sizes, states_of
from toolkit.keyset import Capped, count_of

COUNTED = ("newly_hit", "changed", "no_longer", "doubtful")


class RosterNotFound(NotFound):
    code = "screening.roster_not_found"
    message = "没有找到该监管对象名单，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[Roster]:
    """The rosters of the actor's departments; the credit office sees all, an administrator none."""
    departments = scope(actor)
    if departments is None:
        return Roster.objects.all()
    if not policies.is_staff(actor) and actor.kind is not Kind.CLIENT:
        return Roster.objects.none()
    return Roster.objects.filter(department_id__in=departments)


def get_visible(actor: Actor, roster_id: int, *, for_update: bool = False) -> Roster:
    """One roster in the actor's scope. Raises RosterNotFound."""
    rosters = visible_to(actor).select_related("department", "matter")
    found = (rosters.select_for_update(of=("self",)) if for_update else rosters).filter(pk=roster_id).first()
    if found is None:
        raise RosterNotFound
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFilters:
    """`state`: a Roster.State, or "" for all that are not closed."""

    state: str = ""
    label: str = ""
    department_id: int | None = None


def roster_page(
    actor: Actor, *, filters: RosterFilters, after: int | None = None, limit: int
) -> list[tuple[Roster, RosterRun | None]]:
    """Rosters, the newest first, each with its last finished run. `after`: id of the last one seen (keyset)."""
    rows = visible_to(actor).select_related("department")
    rows = rows.filter(state=filters.state) if filters.state else rows.exclude(state=Roster.State.CLOSED)
    if filters.label:
        rows = rows.filter(labels__contains=[filters.label])
    if filters.department_id:
        rows = rows.filter(department_id=filters.department_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    done = RosterRun.objects.filter(roster_id=OuterRef("pk"), state=RosterRun.State.DONE)
    rows = rows.annotate(last_id=Subquery(done.order_by("-id").values("pk")[:1]))
    found = list(rows.order_by("-id")[:limit])
    runs = RosterRun.objects.in_bulk({one.last_id for one in found if one.last_id})
    return [(one, runs.get(one.last_id)) for one in found]


def last_run(roster: Roster) -> RosterRun | None:
    """The last run that came to its end."""
    return roster.runs.filter(state=RosterRun.State.DONE).order_by("-id").first()


def run_under_way(roster: Roster) -> RosterRun | None:
    return roster.runs.filter(state__in=[RosterRun.State.WAITING, RosterRun.State.RUNNING]).order_by("id").first()


def run_page(roster: Roster, *, after: int | None = None, limit: int) -> list[RosterRun]:
    rows = roster.runs.order_by("-id")
    return list((rows if after is None else rows.filter(pk__lt=after))[:limit])


def content_of(roster: Roster) -> RosterContent:
    """What the department has written of it."""
    return RosterContent(
        name=roster.name,
        labels=tuple(roster.labels),
        purpose=roster.purpose,
        persons=roster.persons,
        source_ids=tuple(roster.source_ids),
        measures_from=roster.measures_from,
        item_codes=tuple(roster.item_codes),
        matter_code=roster.matter.code if roster.matter else "",
        stage=roster.stage,
        schedule=roster.schedule,
        recipients=tuple(Recipient(one["channel"], one["to"]) for one in roster.recipients),
    )


def mark_of(roster: Roster) -> str:
    """What an editor has seen: another text when somebody has changed the roster since."""
    content = content_of(roster)
    return hashlib.sha256(json.dumps(asdict(content), ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a roster of a department may be compared with."""

    sources: Sequence[SourceAge]
    items: Sequence[PlacedItem]
    matters: Sequence[Matter]


def choices_for(department_id: int, *, today: date) -> Choices:
    """The lists and kinds of record in use; the published measures and the matters of the department."""
    matters = Matter.objects.filter(implementing_department_id=department_id).order_by("code")
    return Choices(
        [source for source in source_ages(as_of=today)],
        items_in_force(as_of=today, department_id=department_id),
        list(matters),
    )


# --- members --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilters:
    """`answer`: of the last run: hit, clear, could_not_check, or "" ; `state`: a RosterMember.State, "problem": all
    that a person has to mend, "": whoever counts; `code`: a whole unified code.
    """

    answer: str = ""
    state: str = ""
    code: str = ""
    upload_id: int | None = None


PROBLEMS = (RosterMember.State.IDENTIFY, RosterMember.State.INVALID, RosterMember.State.WRONG_KIND)


def _members(roster: Roster, filters: MemberFilters) -> QuerySet[RosterMember]:
    rows = RosterMember.objects.filter(roster_id=roster.pk, removed_at=None)
    if filters.state == "problem":
        rows = rows.filter(state__in=PROBLEMS)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    elif filters.upload_id is None:
        rows = rows.exclude(state=RosterMember.State.DUPLICATE)
    if filters.code:
        rows = rows.filter(uscc=filters.code)
    if filters.upload_id is not None:
        rows = rows.filter(upload_id=filters.upload_id)
    if filters.answer:
        answered = RosterAnswer.objects.filter(member_id=OuterRef("pk"), answer=filters.answer)
        rows = rows.filter(Exists(answered))
    return rows


def member_page(
    roster: Roster, *, filters: MemberFilters, after: int | None = None, limit: int
) -> list[tuple[RosterMember, RosterAnswer | None]]:
    """Members in the order in which they came, each with its current answer. `after`: id of the last one (keyset)."""
    if filters.answer in {"hit", "could_not_check"} and not (filters.state or filters.code):
        return _answered(roster, filters.answer, after, limit)
    rows = _members(roster, filters)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("id")[:limit])
    answers = RosterAnswer.objects.in_bulk([one.pk for one in found])
    return [(one, answers.get(one.pk)) for one in found]


def _answered(
    roster: Roster, answer: str, after: int | None, limit: int
) -> list[tuple[RosterMember, RosterAnswer | None]]:
    """By the answers' own index, in which the few that are told of stand together."""
    rows = RosterAnswer.objects.filter(roster_id=roster.pk, answer=answer)
    if after is not None:
        rows = rows.filter(member_id__gt=after)
    answers = list(rows.order_by("member_id")[:limit])
    members = RosterMember.objects.in_bulk([one.member_id for one in answers])
    return [(members[one.member_id], one) for one in answers if one.member_id in members]


def member_count(roster: Roster, *, filters: MemberFilters) -> Capped:
    return count_of(_members(roster, filters))


def get_upload(actor: Actor, roster_id: int, upload_id: int) -> RosterUpload:
    """One file of a roster in the actor's scope. Raises RosterNotFound."""
    found = get_visible(actor, roster_id).uploads.filter(pk=upload_id).first()
    if found is None:
        raise RosterNotFound("没有找到该名单文件。")
    return found


# --- findings -------------------------------------------------------------------------------------------------------


class FindingNotFound(NotFound):
    code = "screening.finding_not_found"
    message = "没有找到该筛查发现，或您没有查看的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilters:
    """`state`: "todo" (to be handled today), a RosterFinding.State, or "" for all; `mine`: an actor's key."""

    state: str = "todo"
    roster_id: int | None = None
    change: str = ""
    run_id: int | None = None
    mine: str = ""


def findings_visible_to(actor: Actor) -> QuerySet[RosterFinding]:
    return RosterFinding.objects.filter(roster_id__in=visible_to(actor).values("pk"))


def get_finding(actor: Actor, finding_id: int) -> RosterFinding:
    """Raises FindingNotFound."""
    found = findings_visible_to(actor).filter(pk=finding_id).first()
    if found is None:
        raise FindingNotFound
    return found


def _queue(actor: Actor, filters: FindingFilters, today: date) -> Queue:
    rosters = visible_to(actor)
    if filters.roster_id is not None:
        rosters = rosters.filter(pk=filters.roster_id)
    return Queue(
        roster_ids=tuple(rosters.order_by("pk").values_list("pk", flat=True)),
        states=states_of(filters.state, today=today),
        change=filters.change,
        run_id=filters.run_id,
        assignee=filters.mine,
    )


def finding_page(
    actor: Actor, *, filters: FindingFilters, today: date, after: int | None = None, limit: int
) -> list[RosterFinding]:
    """Findings, the newest first. `after`: id of the last one seen (keyset)."""
    return newest(_queue(actor, filters, today), after=after, limit=limit)


def finding_count(actor: Actor, *, filters: FindingFilters, today: date) -> Capped:
    """How many, without reading more than a thousand of any roster and state."""
    return size(_queue(actor, filters, today))


@dataclass(frozen=True, slots=True)
class WaitingFindings:
    """What of one roster waits for a department."""

    roster_id: int
    name: str
    count: Capped


def waiting_findings(actor: Actor, *, today: date, limit: int = 20) -> list[WaitingFindings]:
    """The findings to be handled, roster by roster of the reader's own departments, for the home page."""
    own = visible_to(actor).filter(department_id__in=actor.departments).exclude(state=Roster.State.CLOSED)
    names = dict(own.order_by("-id").values_list("pk", "name")[: 10 * limit])
    counted = sizes(Queue(roster_ids=tuple(names), states=states_of("todo", today=today)))
    return [WaitingFindings(pk, name, counted[pk]) for pk, name in names.items() if pk in counted][:limit]
