"""What a check refuses to write down, and what it refuses to answer."""

from dataclasses import replace
from datetime import datetime

import pytest

from audit.models import Event
from kernel.actor import Kind, Role
from screening import selectors
from screening.models import Receipt
from screening.services import checking
from screening.services.choosing import ReasonTellsAPerson, choose
from tests.factories import redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.conftest import City

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


@pytest.mark.parametrize("file_number", [NUMBER, f"办件 {NUMBER}", "１１０１０５ １９４９１２３１ ００２ｘ"])
def test_a_file_number_that_is_a_citizens_number_is_kept_nowhere(city: City, file_number: str, now: datetime) -> None:
    before = Event.objects.count()
    with pytest.raises(checking.FileNumberTellsAPerson):
        make.ask(city.matter, city.uscc, file_number=file_number, now=now)
    assert (Receipt.objects.count(), Event.objects.count()) == (0, before)


def test_a_plan_that_is_overtaken_is_made_anew(city: City, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    overtaken = [0, 0, 0]  # three publications in a row fall between the making of a plan and the look
    made = selectors.make_plan

    def late(**asked):
        plan = made(**asked)
        if overtaken:
            overtaken.pop()
            return replace(plan, made_from=replace(plan.made_from, lists=-1))
        return plan

    redblack.entry(city.black.code, city.firm)
    monkeypatch.setattr(selectors.checks, "make_plan", late)
    selectors.checks._plans.clear()
    assert make.ask(city.matter, city.uscc, now=now).answer == "hit"
    assert not overtaken
    plan = selectors.prepared_plan(matter_code=city.matter, stage="before", as_of=now.date())
    assert plan.made_from == selectors.revisions()


def test_a_plan_that_never_settles_answers_nothing(
    city: City, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = selectors.make_plan

    def late(**asked):
        plan = made(**asked)
        return replace(plan, made_from=replace(plan.made_from, lists=-1))

    monkeypatch.setattr(selectors.checks, "make_plan", late)
    selectors.checks._plans.clear()
    with pytest.raises(checking.RegisterMoving):
        make.ask(city.matter, city.uscc, now=now)
    assert not Receipt.objects.exists()


def test_a_reason_with_a_citizens_number_is_not_kept(city: City, now: datetime) -> None:
    redblack.entry(city.black.code, city.firm)
    number = make.ask(city.matter, city.uscc, now=now).number
    clerk = replace(PLATFORM, kind=Kind.USER, roles=frozenset({Role.CREDIT_OFFICE}))
    with pytest.raises(ReasonTellsAPerson):
        choose(number=number, what="go_on", reason=f"{NUMBER} 已核实", actor=clerk, now=now)
