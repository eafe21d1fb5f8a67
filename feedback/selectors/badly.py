"""Hits that were badly closed: no case, no measure, a reason that says nothing or was copied from case to case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, QuerySet

from feedback.models import Case, Due
from feedback.rules.supervision import Flaw
from feedback.selectors.cases import visible_to
from kernel.actor import Actor
from toolkit.keyset import Capped, count_of

COPIED_FROM = 5  # cases of one department with one reason
MOST_GROUPS = 100


@dataclass(frozen=True, slots=True)
class Copied:
    """One reason that a department gave for many cases."""

    department_id: int
    reason_key: str
    cases: int
    reason: str


def flawed(actor: Actor, flaw: Flaw, *, today: date) -> QuerySet[Due]:
    """The cases with a flaw, in no order."""
    mine = visible_to(actor)
    if flaw is Flaw.NO_CASE:
        return mine.filter(reported_at=None, owed=True, due_on__lt=today)
    if flaw is Flaw.NO_MEASURE:
        return mine.filter(measure_code="", reported_at__isnull=False)
    return mine.filter(weak=True)


def flawed_page(actor: Actor, flaw: Flaw, *, today: date, after: int | None, limit: int) -> list[Due]:
    """A page of them, the last first; `after`: id of the last one seen (keyset)."""
    found = flawed(actor, flaw, today=today)
    if after is not None:
        found = found.filter(id__lt=after)
    return list(found.order_by("-id")[:limit])


def of_reason(actor: Actor, *, department_id: int, reason_key: str, after: int | None, limit: int) -> list[Due]:
    """The cases of a department with one reason, the last first (keyset)."""
    found = visible_to(actor).filter(department_id=department_id, reason_key=reason_key).exclude(reason_key="")
    if after is not None:
        found = found.filter(id__lt=after)
    return list(found.order_by("-id")[:limit])


def flaw_counts(actor: Actor, *, today: date) -> dict[Flaw, Capped]:
    """How many of each, up to a thousand; of copied reasons how many reasons."""
    counts = {flaw: count_of(flawed(actor, flaw, today=today)) for flaw in Flaw if flaw is not Flaw.COPIED}
    return counts | {Flaw.COPIED: Capped(len(copied(actor)))}


def copied(actor: Actor) -> list[Copied]:
    """Reasons that stand word for word in at least COPIED_FROM cases of one department, the most used first."""
    groups = (
        visible_to(actor)
        .exclude(reason_key="")
        .values("department_id", "reason_key")
        .annotate(n=Count("id"), newest=Max("id"))
        .filter(n__gte=COPIED_FROM)
        .order_by("-n", "department_id", "reason_key")[:MOST_GROUPS]
    )
    rows = list(groups)
    reasons = _reasons({row["newest"] for row in rows})
    return [Copied(row["department_id"], row["reason_key"], row["n"], reasons.get(row["newest"], "")) for row in rows]


def _reasons(dues: Collection[int]) -> dict[int, str]:
    newest = Case.objects.filter(due__in=dues, version=F("due__version"))
    return dict(newest.values_list("due_id", "reason").order_by())


def badly_closed_by_department() -> dict[int, int]:
    """How many reported cases of each department have a flaw."""
    found: dict[int, int] = {}
    every = Due.objects.filter(reported_at__isnull=False)
    for rows in (every.filter(weak=True), every.filter(measure_code="")):
        for row in rows.order_by().values("department_id").annotate(n=Count("id")):
            found[row["department_id"]] = found.get(row["department_id"], 0) + row["n"]
    groups = (
        Due.objects.exclude(reason_key="")
        .filter(weak=False)
        .order_by()
        .values("department_id", "reason_key")
        .annotate(n=Count("id"))
        .filter(n__gte=COPIED_FROM)
    )
    for row in groups:
        found[row["department_id"]] = found.get(row["department_id"], 0) + row["n"]
    return found
