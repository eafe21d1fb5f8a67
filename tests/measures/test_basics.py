"""The basic lists by edition: terms that never overlap, marks that are confirmed, and what is in force on a day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel.actor import Actor, Role
from kernel.errors import Refusal
from measures import services
from measures.models import BasicList, BasicMeasure
from measures.selectors import basics
from measures.services import Basic
from tests.conftest import NOW
from tests.factories import accounts

pytestmark = pytest.mark.django_db
ONE = Basic(number=1, kind=1, label="限制市场或行业准入")
TWO = Basic(number=2, kind=3, label="从严审慎授信")


@pytest.fixture
def office(db: None) -> Actor:
    BasicMeasure.objects.all().delete()
    BasicList.objects.all().delete()
    return accounts.actor(Role.CREDIT_OFFICE)


def register(actor: Actor, code: str, begins: str = "", ends: str = "", **said: Any) -> int:
    given: dict[str, Any] = {
        "title": f"清单 {code}",
        "edition": code[-4:],
        "local": False,
        "effective_from": date.fromisoformat(begins) if begins else None,
        "effective_until": date.fromisoformat(ends) if ends else None,
        "confidence": "P",
        "measures": [ONE, TWO],
    }
    return services.register_basic_list(code=code, actor=actor, now=NOW, **given | said)


def refused(call: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        call()
    return refusal.value.code


@pytest.mark.parametrize(
    ("begins", "ends", "wins"),
    [
        ("2022-01-01", "", False),
        ("2021-12-31", "2021-12-31", False),
        ("2020-01-01", "", False),
        ("2020-01-01", "2020-12-31", True),
        ("", "", True),
    ],
)
def test_two_national_editions_never_overlap(begins: str, ends: str, wins: bool, office: Actor) -> None:
    register(office, "national-2021", "2021-01-01")
    if wins:
        register(office, "national-2099", begins, ends)
    else:
        assert refused(lambda: register(office, "national-2099", begins, ends)) == "measures.editions_overlap"


def test_the_next_edition_begins_when_the_one_before_has_ended(office: Actor) -> None:
    register(office, "national-2021", "2021-12-16", "2022-12-31")
    register(office, "national-2023", "2023-01-01", measures=[ONE])
    register(office, "local-2022", "2022-06-01", local=True, measures=[TWO])
    assert [one.code for one in basics.in_force(date(2022, 12, 31))] == ["national-2021", "local-2022"]
    assert [one.label for one in basics.basic_measures(date(2023, 1, 1))] == [ONE.label, TWO.label]
    assert not basics.basic_measures(date(2021, 12, 15))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"begins": "2022-01-02", "ends": "2022-01-01"}, "measures.term_backwards"),
        ({"ends": "2022-01-01"}, "measures.term_backwards"),
        ({"measures": [ONE, ONE]}, "measures.bad_basic_measure"),
        ({"measures": [Basic(number=1, kind=4, label="x")]}, "measures.bad_basic_measure"),
        ({"measures": [Basic(number=1, kind=1, label="")]}, "measures.bad_basic_measure"),
    ],
)
def test_what_is_no_edition(said: dict[str, Any], code: str, office: Actor) -> None:
    assert refused(lambda: register(office, "national-2021", **said)) == code


def test_a_confirmation_stays_while_the_words_stay(office: Actor) -> None:
    listed = register(office, "national-2021")
    measure = BasicMeasure.objects.get(basic_list=listed, number=1)
    services.confirm_basic_measure(measure_id=measure.pk, actor=office, now=NOW)
    again: dict[str, Any] = {"measure_id": measure.pk, "actor": office, "now": NOW}
    assert refused(lambda: services.confirm_basic_measure(**again)) == "measures.basic_measure_not_found"
    register(office, "national-2021", measures=[ONE])
    measure.refresh_from_db()
    assert (measure.confirmed_by, measure.confirmed_on) == (office.key, date(2026, 11, 20))
    assert BasicMeasure.objects.filter(basic_list=listed).count() == 1
    register(office, "national-2021", measures=[Basic(number=1, kind=1, label="限制准入")])
    measure.refresh_from_db()
    assert (measure.confirmed_by, measure.confirmed_on) == ("", None)


def test_the_lists_are_the_credit_offices(office: Actor) -> None:
    clerk = accounts.actor(Role.CLERK)
    assert refused(lambda: register(clerk, "national-2021")) == "measures.basic_lists_are_the_offices"
    said: dict[str, Any] = {"measure_id": 1, "actor": clerk, "now": NOW}
    assert refused(lambda: services.confirm_basic_measure(**said)) == "measures.basic_lists_are_the_offices"


def test_what_ships_has_three_kinds_and_fourteen_measures_and_invents_no_later_text(office: Actor) -> None:
    shipped = yaml.safe_load(Path("measures/initial/basic_lists.yaml").read_text(encoding="utf-8"))
    for one in shipped:
        measures = [Basic(**m) for m in one["measures"]]
        services.register_basic_list(**one | {"measures": measures}, actor=office, now=NOW)
    found = basics.basic_measures(date(2026, 11, 20))
    assert [one.kind for one in found] == [1] * 8 + [2] * 4 + [3] * 2
    assert {one.basic_list.code for one in found} == {"national-2021"}
    later = [one for one in basics.basic_lists() if one.edition > "2021"]
    assert [one.edition for one in later] == ["2025", "2024", "2022"] and not any(
        m for o in later for m in o.measures.all()
    )
