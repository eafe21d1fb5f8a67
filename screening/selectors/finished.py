"""Reading finished matters: which were checked, which should have been, by window and matter (feature E8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from django.db.models import Count, Q, QuerySet

from accounts.selectors import scope
from kernel.actor import Actor
from kernel.errors import NotFound
from screening.models import FinishedCase, FinishedFile

STATES = tuple(FinishedCase.State.values)
MOST_LINES = 200  # of the table of windows and matters


class FinishedFileNotFound(NotFound):
    code = "screening.finished_file_not_found"
    message = "没有找到该办件文件，或您没有查看的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedFilters:
    """`month`: its first day; None: all. `window` None: all; "" is "no window was named". `state` "": all."""

    month: date | None = None
    department_id: int | None = None
    matter_id: int | None = None
    window: str | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One window and one matter: how many were finished, and how many of them without the check."""

    department_id: int
    matter_id: int
    matter_code: str
    matter_name: str
    window: str
    total: int
    checked: int
    missing: int
    exempt: int


def visible_to(actor: Actor) -> QuerySet[FinishedCase]:
    """Matters that the actor's departments decided or took in. Credit office: all."""
    mine = scope(actor)
    if mine is None:
        return FinishedCase.objects.all()
    return FinishedCase.objects.filter(Q(department_id__in=mine) | Q(desk_id__in=mine))


def newest_month(actor: Actor) -> date | None:
    """The first day of the last month in which something was finished."""
    rows = case_page(actor, filters=FinishedFilters(), limit=1)
    return rows[0].finished_on.replace(day=1) if rows else None


def summary(actor: Actor, *, filters: FinishedFilters) -> tuple[list[Line], bool]:
    """Windows and matters, those with most omissions first; and whether there are more than MOST_LINES."""
    rows = (
        _narrowed(visible_to(actor), filters)
        .order_by()
        .values_list("department_id", "matter_id", "matter__code", "matter__name", "window")
        .annotate(
            total=Count("id"),
            checked=Count("id", filter=Q(state="checked")),
            missing=Count("id", filter=Q(state="missing")),
            exempt=Count("id", filter=Q(state="exempt")),
        )
        .order_by("-missing", "-total", "matter_id", "window", "department_id")[: MOST_LINES + 1]
    )
    found = [Line(*row) for row in rows]
    return found[:MOST_LINES], len(found) > MOST_LINES


def totals(actor: Actor, *, filters: FinishedFilters) -> dict[str, int]:
    """The same over everything: {"total", "checked", "missing", "exempt"}."""
    return (
        _narrowed(visible_to(actor), filters)
        .order_by()
        .aggregate(
            total=Count("id"),
            checked=Count("id", filter=Q(state="checked")),
            missing=Count("id", filter=Q(state="missing")),
            exempt=Count("id", filter=Q(state="exempt")),
        )
    )


def case_page(
    actor: Actor, *, filters: FinishedFilters, after: tuple[date, int] | None = None, limit: int = 50
) -> list[FinishedCase]:
    """Finished matters, the last first; `after`: (finished_on, id) of the last one seen (keyset).

    One index serves each part in order; parts may overlap, for a department may both take in and decide.
    """
    found: dict[int, FinishedCase] = {}
    for part in _parts(actor, filters):
        part = _narrowed(part, filters)
        if after is not None:
            day, last = after
            part = part.filter(Q(finished_on__lte=day) & (Q(finished_on__lt=day) | Q(id__lt=last)))
        rows = part.select_related("matter", "department").order_by("-finished_on", "-id")[:limit]
        found |= {case.pk: case for case in rows}
    return sorted(found.values(), key=lambda c: (c.finished_on, c.pk), reverse=True)[:limit]


def every_case(actor: Actor, *, filters: FinishedFilters, most: int) -> Iterator[FinishedCase]:
    """All of them in the same order, for a spreadsheet, some thousands at a time."""
    after, left = None, most
    while left > 0:
        part = case_page(actor, filters=filters, after=after, limit=min(2_000, left))
        if not part:
            return
        yield from part
        after, left = (part[-1].finished_on, part[-1].pk), left - len(part)


def _parts(actor: Actor, filters: FinishedFilters) -> Iterator[QuerySet[FinishedCase]]:
    mine = scope(actor)
    states = [filters.state] if filters.state else STATES
    if filters.matter_id is not None:
        for state in states:
            yield visible_to(actor).filter(matter_id=filters.matter_id, state=state)
    elif mine is None and filters.department_id is None:
        for state in states:
            yield FinishedCase.objects.filter(state=state)
    else:
        chosen = [filters.department_id] if filters.department_id is not None else sorted(mine or ())
        for department, state in product(chosen, states):
            yield visible_to(actor).filter(department_id=department, state=state)
            if filters.department_id is None:
                yield FinishedCase.objects.filter(desk_id=department, state=state)


def _narrowed(rows: QuerySet[FinishedCase], filters: FinishedFilters) -> QuerySet[FinishedCase]:
    if filters.month is not None:
        following = (filters.month + timedelta(days=32)).replace(day=1)
        rows = rows.filter(finished_on__gte=filters.month, finished_on__lt=following)
    if filters.department_id is not None:
        rows = rows.filter(department_id=filters.department_id)
    if filters.matter_id is not None:
        rows = rows.filter(matter_id=filters.matter_id)
    if filters.window is not None:
        rows = rows.filter(window=filters.window)
    return rows.filter(state=filters.state) if filters.state else rows


def outcome_of(*, matter_id: int, file_number: str) -> FinishedCase | None:
    """What became of the case that a receipt was for, if it had a file number and somebody has said."""
    if not file_number:
        return None
    return FinishedCase.objects.filter(matter_id=matter_id, file_number=file_number).first()


def files(actor: Actor, *, limit: int) -> list[FinishedFile]:
    """The files of the actor's departments, the last first."""
    return list(_files(actor).select_related("department").order_by("-id")[:limit])


def get_file(actor: Actor, file_id: int) -> FinishedFile:
    """Raises FinishedFileNotFound for "not there" and "not yours" alike."""
    found = _files(actor).filter(pk=file_id).first()
    if found is None:
        raise FinishedFileNotFound
    return found


def _files(actor: Actor) -> QuerySet[FinishedFile]:
    mine = scope(actor)
    return FinishedFile.objects.all() if mine is None else FinishedFile.objects.filter(department_id__in=mine)


def missing_by_department(month: date) -> dict[int, int]:
    """How many matters each department finished in a month (its first day) without the check that they called for."""
    until = (month + timedelta(days=31)).replace(day=1)
    late = FinishedCase.objects.filter(state="missing", finished_on__gte=month, finished_on__lt=until)
    rows = late.order_by().values("department_id").annotate(n=Count("id"))
    return {row["department_id"]: row["n"] for row in rows}
