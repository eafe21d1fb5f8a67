from datetime import date
from typing import Any

import pytest

from redblack.rules.evidence import Papers, may_bind, may_take_entries
from redblack.rules.lists import LegalStatus, Origin
from tests.factories.redblack import papers, red_papers

HERE = [Origin.CITY, Origin.COUNTY]
RECEIVED = [Origin.PROVINCE, Origin.NATION, Origin.COURT]
ON = date(2026, 11, 20)


def codes(given: Papers, *, origin: Origin, reward: bool = False, basis: str = "", exit_rule: str = "") -> set[str]:
    verdict = may_bind(given, origin=origin, reward=reward, type_basis=basis, type_exit=exit_rule, on=ON)
    assert all(r.message and str(r.source) for r in verdict.against)
    return {r.code for r in verdict.against}


@pytest.mark.parametrize("status", LegalStatus)
def test_only_a_current_list_takes_entries(status: LegalStatus) -> None:
    verdict = may_take_entries(status)
    assert bool(verdict) is (status is LegalStatus.CURRENT)
    assert all(status.value in r.message for r in verdict.against)


@pytest.mark.parametrize("origin", Origin)
def test_whole_papers_bind(origin: Origin) -> None:
    assert codes(papers(), origin=origin) == set()


STATED_EVERYWHERE = [
    ({"document_no": ""}, "no_document_no"),
    ({"authority": ""}, "no_authority"),
    ({"effective_from": None}, "no_effective_from"),
    ({"legal_basis": ""}, "no_legal_basis"),
    ({"effective_until": None, "exit_route": ""}, "no_end"),
    ({"effective_until": date(2026, 3, 1)}, "end_before_start"),
]


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize(("missing", "code"), STATED_EVERYWHERE, ids=[code for _, code in STATED_EVERYWHERE])
def test_what_a_decision_states(missing: dict[str, Any], code: str, origin: Origin) -> None:
    assert code in codes(papers(**missing), origin=origin)


@pytest.mark.parametrize("origin", HERE)
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"notice_served_on": None}, {"no_notice"}, id="no-notice"),
        pytest.param({"notice_served_on": date(2026, 3, 3)}, {"decided_before_notice"}, id="notice-a-day-late"),
        pytest.param({"notice_served_on": date(2026, 3, 2)}, set(), id="notice-the-same-day"),
        pytest.param({"decided_on": None}, {"no_decision_date"}, id="no-decision"),
        pytest.param(
            {"decided_on": date(2026, 11, 21), "effective_from": date(2026, 11, 21)},
            {"decided_in_future"},
            id="decided-tomorrow",
        ),
        pytest.param({"decided_on": ON, "effective_from": ON}, set(), id="decided-today"),
        pytest.param({"effective_from": date(2026, 3, 1)}, {"effective_before_decision"}, id="binds-too-early"),
        pytest.param({"effective_until": None, "exit_route": "履行后移出"}, set(), id="an-exit-instead-of-an-end"),
    ],
)
def test_a_black_list_decided_here(changed: dict[str, Any], expected: set[str], origin: Origin) -> None:
    assert codes(papers(**changed), origin=origin) == expected


@pytest.mark.parametrize("origin", HERE)
def test_here_the_list_type_stands_in_for_nothing(origin: Origin) -> None:
    bare = papers(legal_basis="", effective_until=None)
    assert codes(bare, origin=origin, basis="某法", exit_rule="移出") == {"no_legal_basis", "no_end"}


@pytest.mark.parametrize("origin", RECEIVED)
def test_a_received_entry_leans_on_its_list_type(origin: Origin) -> None:
    upstream = papers(legal_basis="", effective_until=None, notice_served_on=None, decided_on=None)
    assert codes(upstream, origin=origin, basis="某法", exit_rule="移出") == set()
    assert codes(upstream, origin=origin) == {"no_legal_basis", "no_end"}


@pytest.mark.parametrize("origin", HERE)
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, set(), id="whole"),
        pytest.param({"publicised_from": None}, {"not_publicised"}, id="no-beginning"),
        pytest.param({"publicised_until": None}, {"not_publicised"}, id="no-end"),
        pytest.param({"publicised_until": date(2026, 5, 21)}, {"decided_during_publicity"}, id="decided-during"),
        pytest.param({"publicised_until": date(2026, 5, 20)}, set(), id="decided-on-the-last-day"),
    ],
)
def test_henan_regulation_article_28(changed: dict[str, Any], expected: set[str], origin: Origin) -> None:
    assert codes(red_papers(**changed), origin=origin, reward=True) == expected


def test_a_received_red_list_is_publicised_upstream() -> None:
    assert codes(papers(notice_served_on=None), origin=Origin.PROVINCE, reward=True) == set()
