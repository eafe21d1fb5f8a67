"""A measure applies to the triggers for which its condition holds, and to no other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from measures.rules.conditions import Condition, read_condition
from screening.rules.answer import Answer, RewardState, calls_for_feedback
from screening.rules.record import content_of
from screening.rules.triggers import division_of
from tests.screening.cases import BLACK, FIRM, PENALTY, RED, TODAY, answered, measure, plan, reward, trigger
from tests.screening.test_rules_record import result

SCENE = read_condition(
    {
        "all": [
            {"fact": "grade", "is": "in", "value": ["严重"]},
            {"fact": "stage", "is": "in", "value": ["before"]},
            {"fact": "months_left", "is": ">", "value": 3},
        ]
    }
)


def only(fact: str, operator: str, value: Any) -> Condition | None:
    return read_condition({"fact": fact, "is": operator, "value": value})


@pytest.mark.parametrize(
    ("said", "applies"),
    [
        ({"grade": "严重"}, True),
        ({"grade": "一般"}, False),
        ({"grade": "严重", "until": date(2027, 2, 20)}, False),
        ({"grade": "严重", "until": date(2027, 2, 21)}, True),
        ({"grade": "严重", "until": None}, True),
    ],
)
def test_only_serious_only_before_only_while_more_than_three_months_remain(
    said: dict[str, Any], applies: bool
) -> None:
    answer = answered(plan(measure(condition=SCENE)), trigger(BLACK, **said))
    assert (answer.answer, answer.no_measure) == (Answer.HIT, not applies)  # a hit all the same
    assert [a.measure.code for a in answer.measures] == ["Y1"] * applies
    after = answered(replace(plan(measure(condition=SCENE)), stage="after"), trigger(BLACK, **said))
    assert after.measures == () and after.undecided == ()


def test_what_the_record_does_not_tell_is_neither_applied_nor_passed_over() -> None:
    answer = answered(plan(measure(condition=SCENE)), trigger(BLACK))
    assert answer.answer is Answer.HIT and answer.measures == () and not answer.no_measure
    [unsure] = answer.undecided
    assert unsure.lacking == ("失信程度",) and unsure.triggers == answer.triggers
    told = result(answer)
    assert not told.no_measure and not calls_for_feedback(told)
    [subject] = content_of(told)["subjects"]
    assert "失信程度" in subject["undecided"][0]["sentence"] and subject["measures"] == []


def test_of_several_triggers_those_count_for_which_it_holds() -> None:
    grave = trigger(BLACK, "entry:1", grade="严重", until=date(2028, 1, 1))
    light = trigger(BLACK, "entry:2", grade="轻微", until=date(2029, 1, 1))
    untold = trigger(BLACK, "entry:3", until=None)
    answer = answered(plan(measure(condition=SCENE)), grave, light, untold)
    [applied] = answer.measures
    assert applied.triggers == (grave,) and applied.until == date(2028, 1, 1) and answer.undecided == ()
    resting = replace(grave, disputed_on=TODAY, suspended=True)
    assert answered(plan(measure(condition=SCENE)), resting, light).measures[0].suspended


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        (only("source", "in", ["L1"]), True),
        (only("source", "in", ["L4"]), False),
        (only("amount", ">=", "1000"), True),
        (only("matter", "in", ["M1"]), True),
        (only("subject_kind", "in", ["natural_person"]), False),
        (only("months_since", ">=", 8), True),
        (only("months_since", ">=", 9), False),
        (only("own_term", "is", True), False),
        (only("disputed", "is", False), True),
        (only("area", "in", ["339900"]), True),
    ],
)
def test_every_fact_reaches_its_condition(condition: Condition | None, applies: bool) -> None:
    firm = replace(FIRM, code="91339901MA9K3H5T3Y")
    found = trigger(BLACK, amount=Decimal("1000.00"))
    given = plan(measure(condition=condition))
    assert bool(answered(given, found, who=firm).measures) is applies


def test_a_reward_is_confirmed_only_where_its_condition_is() -> None:
    one = replace(reward(), condition=only("grade", "in", ["轻微"]))
    given = plan(one, consults=(RED, BLACK))
    assert answered(given, trigger(RED, grade="一般")).rewards == ()
    assert [r.state for r in answered(given, trigger(RED, grade="轻微")).rewards] == [RewardState.OFFERED]
    assert [r.state for r in answered(given, trigger(RED)).rewards] == [RewardState.UNCONFIRMED]


@pytest.mark.parametrize(
    ("own_until", "until"), [(date(2026, 11, 20), date(2026, 11, 20)), (date(2027, 12, 1), date(2027, 6, 7))]
)
def test_what_goes_on_by_a_document_of_its_own_ends_with_it(own_until: date, until: date) -> None:
    """The ban in the penalty ends when it ends; the department's own document ends its going on before."""
    going_on = plan(measure(triggers=(BLACK, PENALTY), own_until=own_until), consults=(BLACK, PENALTY))
    ban = trigger(PENALTY, "record:1", own_term=True, until=date(2027, 6, 7))
    assert answered(going_on, ban).measures[0].until == until
    tomorrow = replace(going_on, as_of=date(2026, 11, 21))
    assert bool(answered(tomorrow, ban).measures) is (own_until > TODAY)
    assert answered(tomorrow, trigger(BLACK)).measures  # while it is listed, the listing calls for it


@pytest.mark.parametrize(
    ("code", "division"),
    [
        ("91339901MA9K3H5T3Y", "339901"),
        ("", ""),
        ("339901********1234", ""),
        ("9133990", ""),
        ("91３３9901MA9K3H5T3Y", ""),
    ],
)
def test_the_division_that_a_code_names(code: str, division: str) -> None:
    assert division_of(code) == division
