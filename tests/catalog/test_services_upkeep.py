"""Changes of law reach the catalogue within fifteen working days; the calendar may move the day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalog import selectors, services
from catalog.handlers import on_calendar_imported
from catalog.models import Upkeep
from credit_platform.subscriptions import SUBSCRIPTIONS
from kernel.actor import Actor
from office.rules.holidays import DayRow
from office.services import import_year
from tests.factories import accounts
from tests.factories.catalog import editor, item
from tests.facts import facts_about, payload_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 2, tzinfo=UTC)


@pytest.fixture
def actor() -> Actor:
    for year, provisional in ((2026, False), (2027, True)):
        import_year(
            year=year,
            notice="" if provisional else "放假通知",
            source="测试",
            provisional=provisional,
            days=[DayRow(date(year, 1, 1), False, "元旦")],
            actor=accounts.PLATFORM,
            now=NOW,
        )
    return editor()


def note(actor: Actor, **changes: Any) -> Upkeep:
    said = {"what": "law", "title": "某法修订施行", "happened_on": date(2026, 12, 18)} | changes
    return Upkeep.objects.get(pk=services.note_upkeep(actor=actor, now=NOW, **said))


def test_fifteen_working_days(actor: Actor) -> None:
    early = note(actor, happened_on=date(2026, 11, 20))
    assert (early.due_on, early.provisional) == (date(2026, 12, 11), False)
    noted = note(actor)
    assert (noted.due_on, noted.provisional) == (date(2027, 1, 11), True)  # over New Year, in a provisional year
    assert noted.noted_by == actor.key
    assert payload_of(f"catalog.upkeep:{noted.pk}", "catalog.upkeep.noted")["due_on"] == "2027-01-11"


def test_a_calendar_that_is_imported_moves_what_is_open(actor: Actor) -> None:
    kept, closed = note(actor), note(actor, title="另一部法")
    services.close_upkeep(upkeep_id=closed.pk, outcome="无需变更", actor=actor, now=NOW)
    days = [DayRow(date(2027, 1, day), False, "元旦") for day in (1, 4, 5)]
    import_year(
        year=2027, notice="通知", source="测试", provisional=False, days=days, actor=accounts.PLATFORM, now=NOW
    )
    assert "catalog.handlers.on_calendar_imported" in SUBSCRIPTIONS["office.calendar.imported"]
    for _ in range(2):
        on_calendar_imported({"year": 2027}, now=NOW)
    kept.refresh_from_db()
    closed.refresh_from_db()
    assert (kept.due_on, kept.provisional) == (date(2027, 1, 13), False)
    assert closed.due_on == date(2027, 1, 11)
    assert payload_of("office.calendar:2027", "catalog.upkeep.recomputed")["changed"] == 0  # the second time


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": " "}, services.UpkeepIncomplete),
        ({"title": "长" * 301}, services.UpkeepIncomplete),
        ({"what": "mood"}, services.UpkeepIncomplete),
        ({"item_code": "NOWHERE"}, services.UpkeepIncomplete),
        ({"department_id": 999_999}, services.UpkeepIncomplete),
        ({"happened_on": date(2026, 12, 21)}, services.NotYetHappened),
        ({"happened_on": date(1980, 1, 1)}, services.OutsideTheCalendar),
    ],
    ids=str,
)
def test_what_is_not_noted(changes: dict[str, Any], refusal: type[Exception], actor: Actor) -> None:
    with pytest.raises(refusal):
        note(actor, **changes)
    assert not Upkeep.objects.exists()


def test_it_is_closed_once_with_what_came_of_it(actor: Actor) -> None:
    noted = note(actor, item_code=item(), department_id=accounts.department().pk)
    with pytest.raises(services.UpkeepIncomplete):
        services.close_upkeep(upkeep_id=noted.pk, outcome=" ", actor=actor, now=NOW)
    services.close_upkeep(upkeep_id=noted.pk, outcome="已发布第 2 版", actor=actor, now=NOW)
    with pytest.raises(services.UpkeepNotFound):
        services.close_upkeep(upkeep_id=noted.pk, outcome="再来一次", actor=actor, now=NOW)
    noted.refresh_from_db()
    assert (noted.outcome, noted.closed_at, noted.closed_by) == ("已发布第 2 版", NOW, actor.key)
    assert [name for name, _ in facts_about(f"catalog.upkeep:{noted.pk}")] == [
        "catalog.upkeep.noted",
        "catalog.upkeep.closed",
    ]
    assert payload_of(f"catalog.upkeep:{noted.pk}", "catalog.upkeep.closed")["late"] is False


def test_a_late_one_says_so(actor: Actor) -> None:
    noted = note(actor, happened_on=date(2026, 11, 20))
    services.close_upkeep(upkeep_id=noted.pk, outcome="已更新", actor=actor, now=NOW)
    assert payload_of(f"catalog.upkeep:{noted.pk}", "catalog.upkeep.closed")["late"] is True


def test_the_most_urgent_first_page_by_page(actor: Actor) -> None:
    days = [date(2026, 12, day) for day in (18, 1, 10, 1)]
    made = [note(actor, happened_on=day) for day in days]
    order = sorted(made, key=lambda noted: (noted.due_on, noted.pk))
    first = selectors.upkeep_page(actor, limit=2)
    second = selectors.upkeep_page(actor, after=(first[-1].due_on, first[-1].pk), limit=5)
    assert first + second == order
    filters = selectors.UpkeepFilters(overdue_on=date(2026, 12, 23))
    assert selectors.upkeep_page(actor, filters=filters) == order[:2]
    services.close_upkeep(upkeep_id=order[0].pk, outcome="已更新", actor=actor, now=NOW)
    assert selectors.upkeep_page(actor) == order[1:] and selectors.open_upkeep(actor).count() == 3
    assert selectors.upkeep_page(actor, filters=selectors.UpkeepFilters(closed=True)) == order[:1]
    clerk = accounts.actor(accounts.Role.CLERK)
    assert selectors.upkeep_page(clerk) == [] and not selectors.open_upkeep(clerk).exists()
