"""The main job of the demo: every firm of the cast at every matter, compared with what the story expects."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kernel.errors import NotFound
from portal.models import DemoStory
from portal.rules.expectation import Cell, cell_of, expected_cell
from portal.services.files import demo
from screening.services.checking import Applicant, preview

COUNTS = {
    "subjects": "SELECT count(*) FROM subjects_pub_subject",
    "entries": """
        SELECT count(*) FROM redblack_pub_binding
        WHERE rev_to IS NULL AND collection_pub_in_force(valid_from, valid_until, released_on, %(day)s)""",
    "lists": "SELECT count(*) FROM collection_pub_source WHERE kind <> 'record' AND retired_from IS NULL",
    "measures": "SELECT count(*) FROM measures_pub_item(%(day)s)",
}


class NoStory(NotFound):
    code = "portal.no_story"
    message = "没有载入演示数据。请先运行 manage.py load_initial 和 manage.py load_demo。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One firm's answers by matter, beside what was expected."""

    number: str
    name: str
    got: dict[str, Cell]
    expected: dict[str, Cell]

    @property
    def wrong(self) -> list[str]:
        return [matter for matter, cell in self.got.items() if cell != self.expected[matter]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    working_day: date
    as_of: date
    matters: list[str]
    lines: list[Line]
    counts: dict[str, int]


def compare_story(*, now: datetime) -> Outcome:
    """Ask for every cell as of the day on which the story was opened, so that it does not go stale with the lists.

    Raises NoStory.
    """
    story = DemoStory.objects.first()
    if story is None:
        raise NoStory
    expected = demo("expected")
    cast = {one["key"]: one for one in demo("cast")["subjects"]}
    lines = []
    for row in expected["expected"]:
        firm = cast[row["subject"]]
        got = {}
        for matter in expected["matters"]:
            [answer] = preview(
                matter_code=matter,
                stage="before",
                applicants=[Applicant(firm["uscc"])],
                as_of=story.opened_on,
                now=now,
            )
            got[matter] = cell_of(answer)
        wanted = {matter: expected_cell(row[matter]) for matter in expected["matters"]}
        lines.append(Line(number=firm["number"], name=firm["name"], got=got, expected=wanted))
    return Outcome(
        working_day=story.working_day,
        as_of=story.opened_on,
        matters=expected["matters"],
        lines=lines,
        counts=counts(as_of=story.opened_on),
    )


def counts(*, as_of: date) -> dict[str, int]:
    """Subjects, entries in force, lists and published measures on that day, counted by SQL."""
    result = {}
    with connection.cursor() as cursor:
        for what, sql in COUNTS.items():
            cursor.execute(sql, {"day": as_of})
            result[what] = int(cursor.fetchone()[0])
    return result
