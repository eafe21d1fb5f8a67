"""Working days from the table: the vectors of the law, provisional years, and what an import sets off."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from kernel.actor import Actor, Kind, Role, system
from kernel.workdays import CalendarMissing, due_on
from office import selectors, services
from office.apps import next_year_is_known
from office.models import CalendarDay, CalendarYear
from office.rules.holidays import PROVISIONAL_SOURCE, DayRow, statutory_days
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
ACTOR = system("test")
OFFICE = Actor(kind=Kind.USER, name="xyb01", id=1, roles=frozenset({Role.CREDIT_OFFICE}))
CLERK = Actor(kind=Kind.USER, name="zc01", id=2, roles=frozenset({Role.CLERK}))
FILE = Path(services.INITIAL) / "calendar.csv"
NOTICE: dict[str, Any] = {"year": 2027, "notice": "国办发明电〔2026〕1号", "source": "录入", "provisional": False}


@pytest.fixture(autouse=True)
def initial(db: None) -> None:
    services.load_initial(actor=ACTOR, now=NOW)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-09-23", 7, "2026-10-10"),
        ("2026-02-12", 7, "2026-02-28"),
        ("2025-12-30", 3, "2026-01-05"),
        ("2026-04-29", 7, "2026-05-12"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-06-17", 3, "2026-06-23"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2025-09-29", 5, "2025-10-13"),
        ("2026-03-31", 10, "2026-04-15"),
        ("2026-11-20", 7, "2026-12-01"),
    ],
)
def test_the_vectors(start: str, days: int, due: str) -> None:
    found = due_on(date.fromisoformat(start), days, selectors.calendar())
    assert (found.on, found.provisional) == (date.fromisoformat(due), False)


def test_a_term_that_reaches_into_2027_is_provisional() -> None:
    assert due_on(date(2026, 11, 22), 30, selectors.calendar()).provisional
    with pytest.raises(CalendarMissing):
        due_on(date(2027, 12, 30), 5, selectors.calendar())


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    calendar = selectors.calendar()
    days = (date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()))
    assert sum(calendar.is_working(day) for day in days) == count


def test_the_initial_file_has_every_year_and_its_source() -> None:
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["day"][:4] for row in rows} == {str(year) for year in range(2004, 2028)}
    assert {row["source"] for row in rows if row["day"] < "2027"} == {"chinesecalendar 1.11.0"}
    provisional = [row["day"] for row in rows if row["source"] == PROVISIONAL_SOURCE]
    assert provisional == [row.day.isoformat() for row in statutory_days(2027)]


def test_loading_again_changes_nothing() -> None:
    before = Event.objects.count()
    assert set(services.load_initial(actor=ACTOR, now=NOW).values()) == {0}
    assert Event.objects.count() == before


def test_the_notice_replaces_the_provisional_year_at_once() -> None:
    assert selectors.calendar().is_working(date(2027, 2, 9))
    days = [DayRow(date(2027, 2, 9), False, "春节"), DayRow(date(2027, 2, 20), True, "春节")]
    assert services.import_year(days=days, actor=OFFICE, now=NOW, **NOTICE) > 0
    calendar = selectors.calendar()
    assert not calendar.is_working(date(2027, 2, 9)) and calendar.is_working(date(2027, 2, 20))
    assert 2027 not in calendar.provisional
    fact = Event.objects.filter(name="office.calendar.imported", about="office.calendaryear:2027").latest("id")
    assert (fact.payload["provisional"], fact.payload["days"], fact.actor) == (False, 2, "user:xyb01")
    services.load_initial(actor=ACTOR, now=NOW)
    assert CalendarYear.objects.get(year=2027).provisional is False
    assert services.import_year(days=days, actor=OFFICE, now=NOW, **NOTICE) == 0


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"actor": CLERK}, services.CalendarIsNotYours),
        ({"notice": " "}, services.NoticeMissing),
        ({"days": []}, services.NoDays),
        ({"days": [DayRow(date(2026, 2, 9), False, "春节")]}, services.DayOfAnotherYear),
    ],
)
def test_an_import_is_refused(fields: dict[str, Any], error: type[Exception]) -> None:
    days = [DayRow(date(2027, 2, 9), False, "春节")]
    with pytest.raises(error):
        services.import_year(**NOTICE | {"days": days, "actor": OFFICE, "now": NOW} | fields)


@pytest.mark.parametrize(("today", "open_"), [("2026-10-31", False), ("2026-11-01", True), ("2027-03-01", False)])
def test_from_the_first_of_november_the_next_year_is_asked_for(today: str, open_: bool) -> None:
    assert selectors.next_year_is_open(date.fromisoformat(today)) is open_


def test_the_system_check_warns(frozen: Any) -> None:
    assert [warning.id for warning in next_year_is_known(databases=["default"])] == ["office.W001"]
    assert next_year_is_known(databases=None) == []
    services.import_year(days=[DayRow(date(2027, 2, 9), False, "春节")], actor=OFFICE, now=NOW, **NOTICE)
    assert next_year_is_known(databases=["default"]) == []
    frozen.move_to(datetime(2026, 10, 30, 2, 0, tzinfo=NOW.tzinfo))
    CalendarYear.objects.filter(year=2027).delete()
    assert next_year_is_known(databases=["default"]) == []


def test_the_database_refuses() -> None:
    with pytest.raises(IntegrityError, match="office_calendarday_is_of_its_year"), transaction.atomic():
        CalendarDay.objects.create(day=date(2027, 3, 1), year_id=2026, working=False, source="x")
    with pytest.raises(IntegrityError, match="office_calendaryear_final_has_a_notice"), transaction.atomic():
        CalendarYear.objects.create(year=2030, source="x", provisional=False, imported_at=NOW)
    with pytest.raises(IntegrityError, match="office_calendaryear_plausible"), transaction.atomic():
        CalendarYear.objects.create(year=1066, source="x", provisional=True, imported_at=NOW)
