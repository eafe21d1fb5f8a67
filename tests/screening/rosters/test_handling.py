"""What a person does about findings: handed over, put off, disposed of; by the department alone, never twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Department
from kernel.actor import Actor, Role
from screening.models import RosterFinding
from screening.rules.roster_content import RosterContent
from screening.selectors import rosters as selectors
from screening.selectors.roster_statistics import statistics
from screening.services.rosters import handling
from screening.services.rosters.keeping import CannotKeepRoster, make_roster
from tests.conftest import NOW
from tests.factories import accounts, redblack, rosters
from tests.factories import screening as make
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TRUE = handling.Disposition.TRUE_HIT


@pytest.fixture
def home() -> Department:
    return accounts.department()


@pytest.fixture
def clerk(home: Department) -> Actor:
    return accounts.actor(Role.CLERK, department=home)


@pytest.fixture
def found(home: Department) -> list[int]:
    """Three findings of one roster."""
    black = redblack.list_type()
    codes = [make.uscc() for _ in range(3)]
    for code in codes:
        redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id], department_id=home.pk, labels=["危化", "年检"])
    rosters.members(roster, *codes)
    rosters.run(roster, at=NOW)
    return list(RosterFinding.objects.order_by("id").values_list("pk", flat=True))


def todo(actor: Actor, on: date = TODAY, **fields: Any) -> list[int]:
    page = selectors.finding_page(actor, filters=selectors.FindingFilters(**fields), today=on, limit=10)
    return [one.pk for one in page]


def test_assigned_put_off_and_disposed(clerk: Actor, home: Department, found: list[int]) -> None:
    one, two, three = found
    other = accounts.user(Role.CLERK, department=home)
    assert todo(clerk) == [three, two, one]
    assert handling.assign(finding_ids=[one, two], username=other.username, actor=clerk, now=NOW) == 2
    assert todo(clerk, mine=f"user:{other.username}") == [two, one] and todo(clerk) == found[::-1]
    until = TODAY + timedelta(days=7)
    handling.snooze(finding_ids=[two], until=until, actor=clerk, now=NOW)
    assert todo(clerk) == [three, one]
    assert todo(clerk, until - timedelta(days=1)) == [three, one] and two in todo(clerk, until)
    handling.dispose(finding_ids=[one, two, three], disposition=TRUE, note=" 已处理 ", actor=clerk, now=NOW)
    assert todo(clerk) == [] and todo(clerk, state="disposed") == found[::-1]
    row = RosterFinding.objects.get(pk=two)
    assert (row.disposition, row.note, row.disposed_by, row.disposed_at) == ("true_hit", "已处理", clerk.key, NOW)
    fact = payload_of(f"screening.roster:{row.roster_id}", "screening.findings.handled")
    assert fact == {"verb": "dispose", "said": "true_hit", "findings": found}
    assert handling.reopen(finding_ids=[two], actor=clerk, now=NOW) == 1 and todo(clerk) == [two]


def test_what_is_over_stays_over(clerk: Actor, found: list[int]) -> None:
    handling.dispose(finding_ids=found[:1], disposition=TRUE, note="", actor=clerk, now=NOW)
    with pytest.raises(handling.FindingOver):
        handling.dispose(finding_ids=found[:2], disposition=TRUE, note="", actor=clerk, now=NOW)
    assert RosterFinding.objects.get(pk=found[1]).state == "open"  # all or none
    with pytest.raises(handling.FindingOver):
        handling.reopen(finding_ids=found[1:2], actor=clerk, now=NOW)
    later = RosterFinding.objects.get(pk=found[0])
    later.pk, later.state, later.disposition, later.disposed_at = None, "open", "", None
    later.save()
    with pytest.raises(handling.FindingOver, match="后续变化"):
        handling.reopen(finding_ids=found[:1], actor=clerk, now=NOW)


@pytest.mark.parametrize(
    ("verb", "said", "refusal"),
    [
        ("dispose", {"disposition": handling.Disposition.FALSE_HIT, "note": " "}, handling.NoteMissing),
        ("dispose", {"disposition": handling.Disposition.NO_MEASURE, "note": ""}, handling.NoteMissing),
        ("snooze", {"until": TODAY}, handling.DayWrong),
        ("snooze", {"until": None}, handling.DayWrong),
        ("snooze", {"until": TODAY + timedelta(days=400)}, handling.DayWrong),
        ("assign", {"username": "nobody"}, handling.NobodyThere),
        ("assign", {"username": ""}, handling.NobodyThere),
    ],
)
def test_refused_with_how_to_mend_it(
    clerk: Actor, found: list[int], verb: str, said: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        getattr(handling, verb)(finding_ids=found, **said, actor=clerk, now=NOW)
    assert set(RosterFinding.objects.order_by("id").values_list("state", flat=True)) == {"open"}


def test_a_number_of_a_person_is_no_note(clerk: Actor, found: list[int]) -> None:
    with pytest.raises(handling.NoteTellsAPerson):
        handling.dispose(
            finding_ids=found, disposition=TRUE, note=f"沈某某 {make.citizen_id()}", actor=clerk, now=NOW
        )


def test_none_and_too_many(clerk: Actor, found: list[int]) -> None:
    with pytest.raises(handling.NothingChosen):
        handling.dispose(finding_ids=[], disposition=TRUE, note="", actor=clerk, now=NOW)
    with pytest.raises(handling.TooManyChosen):
        handling.dispose(finding_ids=range(1, 300), disposition=TRUE, note="", actor=clerk, now=NOW)


def test_others_look_on_or_see_nothing(found: list[int]) -> None:
    stranger, office = accounts.actor(Role.REVIEWER), accounts.actor(Role.CREDIT_OFFICE)
    given: dict[str, Any] = {"finding_ids": found, "disposition": TRUE, "note": "", "now": NOW}
    with pytest.raises(selectors.FindingNotFound):
        handling.dispose(**given, actor=stranger)
    with pytest.raises(handling.CannotHandle):
        handling.dispose(**given, actor=office)
    assert todo(stranger) == [] and todo(office) == found[::-1]
    with pytest.raises(CannotKeepRoster):
        make_roster(content=RosterContent(name="x"), actor=accounts.actor(Role.CLERK), now=NOW)


def test_counted_by_roster_label_and_month(clerk: Actor, found: list[int]) -> None:
    one, two, three = found
    later = NOW + timedelta(days=4)
    handling.dispose(finding_ids=[one], disposition=TRUE, note="", actor=clerk, now=later)
    false = handling.Disposition.FALSE_HIT
    handling.dispose(finding_ids=[two], disposition=false, note="同名", actor=clerk, now=later)
    period: dict[str, Any] = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1), "now": later}
    (row,) = statistics(clerk, by="roster", **period)
    assert (row.found, row.newly_hit, row.true, row.false, row.open) == (3, 3, 1, 1, 1)
    assert (row.false_percent, row.oldest_days, row.median_days) == ("50.0%", 4, 4.0)
    assert [r.of for r in statistics(clerk, by="label", **period)] == ["危化", "年检"]
    assert [(r.of, r.found) for r in statistics(clerk, by="month", **period)] == [("2026-11", 3)]
    assert statistics(accounts.actor(Role.REVIEWER), by="roster", **period) == []
    assert [w.count.value for w in selectors.waiting_findings(clerk, today=later.date())] == [1]
    assert three
