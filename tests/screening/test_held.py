"""While a received version is held: who vanished from it or came with it could not be checked, everybody else is."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from redblack.models import ListType, ListVersion
from redblack.rules.lists import Origin
from redblack.services import discard_version, release_version
from redblack.services.received.applying import settle
from redblack.services.received.receiving import open_version
from redblack.services.received.staging import Known, stage
from screening import selectors
from subjects.services.posts import add_responsible
from tests.conftest import NOW
from tests.factories import measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.factories.received import SECOND
from tests.redblack.staged import read_row
from toolkit.clock import day_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
ROWS = 20


class Town:
    """A court list of twenty firms, a matter that consults it; firm 19 is a person's who is on it himself."""

    def __init__(self) -> None:
        self.list = redblack.list_type(origin=Origin.COURT, exit_rule="x", loaded=False)
        self.matter = make.matter(consults=[self.list.source_id])
        measures.item(matter_code=self.matter, triggers=[self.list.source_id], extends_to_responsible=True)
        self.codes = [make.uscc() for _ in range(ROWS + 1)]
        self.firms = [make.firm(code) for code in self.codes]
        self.person = make.person()
        add_responsible(
            organisation_id=self.firms[ROWS],
            person_id=self.person,
            post="法定代表人",
            valid_from=date(2026, 1, 1),
            valid_until=None,
            actor=PLATFORM,
            now=NOW,
        )
        self.arrived([*self.firms[:ROWS], self.person], NOW - timedelta(hours=2))

    def arrived(self, subjects: list[int], stated: datetime) -> ListVersion:
        version = open_version(
            list_type=ListType.objects.get(pk=self.list.id),
            version=str(stated),
            stated_at=stated,
            channel="file",
            sha256="0" * 64,
            file_id=None,
            actor=PLATFORM,
            now=NOW,
        )
        rows = [Known(read_row(n, f"案{subject}"), subject) for n, subject in enumerate(subjects, start=1)]
        stage(version_id=version.pk, rows=rows)
        settle(version=version, fused=True, actor=PLATFORM, now=NOW)
        return version

    def ask(self, firm: int) -> dict[str, Any]:
        """What the receipt keeps of the one subject asked about."""
        [subject] = make.ask(self.matter, self.codes[firm], now=NOW).content["subjects"]
        return subject  # type: ignore[no-any-return]


@pytest.fixture
def town(frozen: object) -> Town:
    return Town()


@pytest.fixture
def held(town: Town) -> ListVersion:
    """It lost ten firms and the person, and brought one firm."""
    version = town.arrived([*town.firms[10:ROWS], make.firm()], NOW - timedelta(hours=1))
    assert version.state == "held"
    return version


def told(subject: dict[str, Any]) -> tuple[str, bool, int]:
    """Answer, whether complete, and how many gaps are a version that is held."""
    assert all("更新待确认" in gap["sentence"] for gap in subject["gaps"])
    return subject["answer"], subject["complete"], len(subject["gaps"])


def test_rows_in_both_versions_answer_as_before(town: Town, held: ListVersion) -> None:
    assert told(town.ask(15)) == ("hit", True, 0)
    assert town.ask(15)["measures"]


def test_who_vanished_could_not_be_checked(town: Town, held: ListVersion) -> None:
    subject = town.ask(3)
    assert told(subject) == ("could_not_check", False, 1)
    assert (subject["headline"], subject["measures"], subject["triggers"]) == ("未能核查（名单更新待确认）", [], [])


def test_who_came_could_not_be_checked_either(town: Town) -> None:
    version = town.arrived([*town.firms, *(make.firm() for _ in range(ROWS))], NOW - timedelta(hours=1))
    assert version.state == "held" and [reason["code"] for reason in version.reasons] == ["grown"]
    assert told(town.ask(ROWS)) == ("could_not_check", False, 1)
    assert told(town.ask(3)) == ("hit", True, 0)


def test_who_is_in_neither_version_is_clear(town: Town, held: ListVersion) -> None:
    town.codes.append(make.uscc())
    make.firm(town.codes[-1])
    assert told(town.ask(-1)) == ("clear", True, 0)


def test_a_responsible_person_in_doubt_is_a_hint(town: Town, held: ListVersion) -> None:
    subject = town.ask(ROWS)
    assert subject["answer"] == "clear"
    assert [(hint["count"], hint["doubtful"]) for hint in subject["related"]] == [(0, True)]
    release_version(version_id=held.pk, note="已核实", actor=SECOND, now=NOW)
    held.refresh_from_db()
    settle(version=held, fused=False, actor=PLATFORM, now=NOW)
    assert town.ask(ROWS)["related"] == []


def test_before_and_after_the_person_is_a_limit(town: Town) -> None:
    assert [(hint["count"], hint["doubtful"]) for hint in town.ask(ROWS)["related"]] == [(1, False)]


@pytest.mark.parametrize(("release", "answer"), [(True, "clear"), (False, "hit")])
def test_a_decision_ends_the_doubt(town: Town, held: ListVersion, release: bool, answer: str) -> None:
    if release:
        release_version(version_id=held.pk, note="已核实", actor=SECOND, now=NOW)
        assert town.ask(3)["answer"] == "could_not_check"  # until it is applied
        held.refresh_from_db()
        settle(version=held, fused=False, actor=PLATFORM, now=NOW)
    else:
        discard_version(version_id=held.pk, note="漏传", actor=SECOND, now=NOW)
    assert told(town.ask(3)) == (answer, True, 0)


def test_what_was_told_while_it_was_held_is_told_again(town: Town, held: ListVersion) -> None:
    today = day_of(NOW)
    prepared = selectors.make_plan(matter_code=town.matter, stage="before", as_of=today)
    asked = {"codes": [None, None], "ids": [town.firms[3], town.firms[15]], "as_of": today}
    before = selectors.look(prepared, **asked)
    discard_version(version_id=held.pk, note="漏传", actor=SECOND, now=NOW)
    assert selectors.look(prepared, **asked).subjects != before.subjects
    again = selectors.look(prepared, vector=before.vector, **asked)
    assert again.subjects == before.subjects
    assert again.subjects[0].doubted == {town.list.source_id} and not again.subjects[0].triggers


def test_grade_and_amount_of_an_entry_come_with_its_trigger() -> None:
    black = redblack.list_type()
    matter = make.matter(consults=[black.source_id])
    firm = make.firm()
    redblack.entry(black.code, firm, grade="严重", amount="12000.50")
    prepared = selectors.make_plan(matter_code=matter, stage="before", as_of=day_of(NOW))
    [found] = selectors.look(prepared, codes=[None], ids=[firm], as_of=day_of(NOW)).subjects
    [trigger] = found.triggers
    assert (trigger.grade, str(trigger.amount)) == ("严重", "12000.50")
