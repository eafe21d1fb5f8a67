"""Extractions and their runs, for the credit office."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.selectors import all_departments
from collection import policies
from collection.models import Batch, Extraction
from collection.rules.extraction import Place
from kernel.actor import Actor

RUNS = 20  # shown on an extraction's page; the rest is in the list of batches


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. `read_to`: the last value of the order column."""

    row: Extraction
    read_to: str


def visible_extractions(actor: Actor) -> QuerySet[Extraction]:
    """The credit office sees all, nobody else any: they hold addresses of other networks."""
    if not policies.may_run_the_intake(actor):
        return Extraction.objects.none()
    return Extraction.objects.select_related("department", "item")


def extraction_lines(actor: Actor) -> list[Line]:
    """All of them, by department and name: a city has some dozens."""
    rows = visible_extractions(actor).order_by("department__code", "name")
    return [Line(row, Place.read(row.last_value).value) for row in rows]


def runs_of(extraction: Extraction) -> list[Batch]:
    """The newest batches that it brought."""
    rows = Batch.objects.filter(extraction=extraction).order_by("-created_at", "-id")
    return list(rows[:RUNS])


def department_choices() -> list[tuple[int, str]]:
    return sorted(((one.id, one.name) for one in all_departments()), key=lambda one: one[1])


def item_choices() -> list[tuple[str, str]]:
    """Code and name of every item that is published now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (code) code, name FROM catalog_pub_version
            WHERE state = 'published' ORDER BY code, number DESC"""
        )
        return [(code, f"{name}（{code}）") for code, name in cursor.fetchall()]
