"""The check's SQL against Python, against itself at another revision, and against its own past (I8)."""

import itertools
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from collection.models import Source
from collection.services import end_record
from kernel.errors import RuleBroken
from redblack.models import Entry
from redblack.rules.lists import Ground, Origin, ReleaseKind
from redblack.services import end_dispute, mark_disputed, release
from screening import selectors
from screening.rules.answer import SubjectAnswer, answer_subject
from screening.rules.question import Subject
from screening.selectors import Looked, PreparedPlan, look
from subjects.services.posts import add_responsible
from tests.factories import collection, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db
IN_FORCE = """
SELECT bool_and(collection_pub_in_force(f, u, r, d) = e)
FROM unnest(%s::date[], %s::date[], %s::date[], %s::date[], %s::bool[]) AS t (f, u, r, d, e)
"""


def in_force(since: date, until: date | None, released: date | None, day: date) -> bool:
    """Begun, not past its last day, not released on or before that day."""
    return since <= day and not (until is not None and until < day) and not (released is not None and released <= day)


def test_in_force_is_what_python_says() -> None:
    days = [date(2026, 11, 18) + timedelta(days=n) for n in range(6)]
    cases = list(itertools.product(days, [None, *days], [None, *days], days))
    expected = [in_force(*case) for case in cases]
    assert 100 < sum(expected) < len(cases) - 100
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, [*(list(column) for column in zip(*cases, strict=True)), expected])
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("since", "until", "released", "expected"),
    [
        (0, None, None, True),
        (1, None, None, False),
        (-5, 0, None, True),
        (-5, -1, None, False),
        (-5, None, 0, False),
        (-5, None, 1, True),
    ],
)
def test_in_force_on_its_first_and_last_day(
    since: int, until: int | None, released: int | None, expected: bool
) -> None:
    day = date(2026, 11, 20)
    dates = [None if n is None else day + timedelta(days=n) for n in (since, until, released)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT collection_pub_in_force(%s::date, %s::date, %s::date, %s)", [*dates, day])
        assert cursor.fetchone() == (expected,)


def plan_of(matter: str, day: date, vector: dict[str, int] | None = None) -> PreparedPlan:
    return selectors.make_plan(matter_code=matter, stage="before", as_of=day, at=vector)


def answers(prepared: PreparedPlan, looked: Looked) -> list[SubjectAnswer]:
    return [
        answer_subject(
            Subject(role="applicant", role_label="申请人", id=f.id, name=f.name),
            plan=prepared.plan,
            sources={i: replace(s, revision=0) for i, s in looked.sources.items()},
            triggers=f.triggers,
            related=f.related,
        )
        for f in looked.subjects
    ]


@dataclass(slots=True)
class Town:
    """Some firms, their responsible persons, two lists, a kind of record, a matter: all sorts of things happen."""

    dice: random.Random
    matter: str
    lists: list[redblack.List]
    ban: int
    codes: list[str]
    firms: list[int]
    people: list[int]
    records: list[int]
    count: int = 0

    @classmethod
    def built(cls, dice: random.Random, now: datetime) -> "Town":
        # received: there the terms of one subject may overlap, so more can happen
        received = {"origin": Origin.PROVINCE, "freshness_days": 400}
        lists = [redblack.list_type(**received), redblack.list_type(kind="reward", **received)]
        ban = collection.source(code="P-TOWN")
        matter = make.matter(consults=[*(one.source_id for one in lists), ban])
        measures.item(code="Y-T", matter_code=matter, triggers=[lists[0].source_id, ban], extends_to_responsible=True)
        measures.reward(
            code="Z-T", matter_code=matter, triggers=[lists[1].source_id], unless_bad=[lists[0].source_id]
        )
        codes = [make.uscc() for _ in range(4)]
        firms, people = [make.firm(code) for code in codes], [make.person() for _ in range(2)]
        town = cls(dice, matter, lists, ban, codes, firms, people, [])
        for firm in firms[:3]:
            town.appoint(firm, now)
        return town

    def appoint(self, firm: int, now: datetime) -> None:
        add_responsible(
            organisation_id=firm,
            person_id=self.dice.choice(self.people),
            post="法定代表人",
            valid_from=date(2026, 1, 1) + timedelta(days=self.count),
            valid_until=None,
            actor=PLATFORM,
            now=now,
        )

    def happen(self, day: date, now: datetime) -> None:
        """One thing, whichever the dice say. What a rule refuses does not happen."""
        self.count += 1
        here = {"actor": PLATFORM, "now": now}
        entries = list(Entry.objects.order_by("id").values_list("id", flat=True))
        what = self.dice.randrange(10)
        try:
            if what < 3 or not entries:
                red = self.dice.random() < 0.3
                papers = redblack.red_papers() if red else redblack.papers(effective_until=self.some_day(day, 0, 60))
                redblack.entry(self.lists[red].code, self.dice.choice(self.firms), papers=papers, now=now)
            elif what == 3:
                release(
                    entry_id=self.dice.choice(entries),
                    kind=ReleaseKind.EARLY,
                    released_on=self.some_day(day, -2, 2),
                    document_no="",
                    reason="x",
                    **here,
                )
            elif what == 4:
                mark_disputed(
                    entry_id=self.dice.choice(entries),
                    ground=self.dice.choice([Ground.WRONG_SUBJECT, Ground.FACTS]),
                    marked_on=self.some_day(day, -2, 2),
                    **here,
                )
            elif what == 5:
                end_dispute(entry_id=self.dice.choice(entries), outcome="维持", ended_on=day, **here)
            elif what == 6:
                source = self.dice.choice([self.ban, *(one.source_id for one in self.lists)])
                at = now - timedelta(days=self.dice.choice([0, 0, 500]))
                collection.load(source, at=at, rows=self.count, held=self.dice.random() < 0.2)
            elif what == 7:
                subject = self.dice.choice(self.firms + self.people)
                given_term = {"valid_from": self.some_day(day, -9, 1), "valid_until": self.some_day(day, 2, 30)}
                raised = collection.raised("P-TOWN", subject, responsible=subject in self.people, **given_term)
                self.records.append(collection.record(subject_id=subject, raised=[raised], now=now))
            elif what == 8 and self.records:
                end_record(
                    record_id=self.dice.choice(self.records),
                    ended_on=day,
                    publicity_state="终止公示",
                    reason="x",
                    **here,
                )
            else:
                self.rewrite(now)
        except (RuleBroken, LookupError):
            return
        except Exception as refusal:
            if not getattr(refusal, "code", "").startswith(("redblack.", "collection.", "subjects.")):
                raise

    def rewrite(self, now: datetime) -> None:
        if self.dice.random() < 0.5:
            measures.item(
                code="Y-T",
                matter_code=self.matter,
                triggers=self.dice.choice([[self.ban], [self.lists[0].source_id, self.ban]]),
                extends_to_responsible=self.dice.random() < 0.5,
                content=f"第{self.count}版",
                now=now,
            )
        elif self.dice.random() < 0.5:
            consults = [self.lists[0].source_id, self.lists[1].source_id, self.ban][: self.dice.choice([2, 3])]
            make.matter(code=self.matter, consults=consults)
        else:
            self.appoint(self.dice.choice(self.firms), now)

    def some_day(self, day: date, first: int, last: int) -> date:
        return day + timedelta(days=self.dice.randint(first, last))

    def asked(self) -> dict:
        return {
            "codes": [*self.codes, *(None for _ in self.people)],
            "ids": [*(None for _ in self.codes), *self.people],
        }


@pytest.mark.parametrize("seed", [20261120, 7])
def test_any_check_can_be_replayed(seed: int, now: datetime) -> None:
    town = Town.built(random.Random(seed), now)
    remembered = []
    for step in range(150):
        moment = now + timedelta(hours=step)
        day = (moment + timedelta(hours=8)).date()
        town.happen(day, moment)
        prepared = plan_of(town.matter, day)
        looked = look(prepared, as_of=day, **town.asked())
        remembered.append((day, looked.vector, answers(prepared, looked), looked))
        again = look(prepared, as_of=day, vector=looked.vector, **town.asked())
        assert (again.sources, again.subjects) == (looked.sources, looked.subjects)
    told = {a.answer for _, _, given_answers, _ in remembered for a in given_answers}
    assert len(told) == 3  # something of everything happened
    for day, vector, before, looked in remembered:
        prepared = plan_of(town.matter, day, vector)
        again = look(prepared, as_of=day, vector=vector, **town.asked())
        assert answers(prepared, again) == before
        assert again.subjects == looked.subjects


def test_the_vector_names_every_source_that_was_read(now: datetime) -> None:
    town = Town.built(random.Random(1), now)
    prepared = plan_of(town.matter, date(2026, 11, 20))
    looked = look(prepared, as_of=date(2026, 11, 20), **town.asked())
    read = {int(name.partition(":")[2]): number for name, number in looked.vector.items() if ":" in name}
    assert read == dict(Source.objects.filter(pk__in=prepared.asked).values_list("id", "revision"))
    assert {"registry", "measures", "lists", "documents", "subjects"} <= looked.vector.keys()
