"""The steps before an entry, each on the day before and on the day itself."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.workdays import WorkCalendar, due_on
from redblack.rules.procedure import (
    DECISION,
    Case,
    Stop,
    may_decide,
    may_notify,
    may_serve,
    may_submit,
    second_person,
    statement_due,
    statement_term,
)

HOLIDAYS = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CALENDAR = WorkCalendar(frozenset({2026, 2027}), HOLIDAYS, frozenset({2027}))
SERVED, DUE = date(2026, 11, 10), date(2026, 11, 17)
HEARD = Case(
    here=True,
    ground="隐瞒事故",
    facts="2026年9月瞒报生产安全事故",
    legal_basis="《安全生产法》第七十八条",
    measures_told="暂停项目审批",
    exit_route="满12个月后可以申请提前移出",
    remedies="可以申请行政复议",
    notice_no="某失信告〔2026〕1号",
    notice_made_on=date(2026, 11, 9),
    notice_served_on=SERVED,
    statement_due_on=DUE,
    stopped=False,
    unanswered=0,
    decision_no="某失信列〔2026〕1号",
    decided_on=None,
    effective_until=None,
    papers=frozenset(),
    drafted_by="user:a",
    submitted_by="user:a",
)
MADE = replace(HEARD, here=False, decided_on=date(2026, 11, 18), papers=frozenset({DECISION}))


def codes(verdict) -> list[str]:
    return [reason.code for reason in verdict.against]


def test_whole_cases_may_go_on() -> None:
    assert may_notify(HEARD) and may_submit(MADE, on=date(2026, 11, 20))
    assert may_decide(HEARD, by="user:b", on=date(2026, 11, 18))


@pytest.mark.parametrize("field", ["ground", "facts", "legal_basis", "measures_told", "remedies", "notice_no"])
def test_a_notice_tells_each_of_these(field: str) -> None:
    verdict = may_notify(replace(HEARD, **{field: " "}))
    assert codes(verdict) == [f"no_{field}"]
    assert "国办发〔2020〕49号" in str(verdict.against[0].source)


@pytest.mark.parametrize(
    ("served_on", "expected"),
    [
        (date(2026, 11, 8), ["served_before_notice"]),
        (date(2026, 11, 9), []),
        (date(2026, 11, 20), []),
        (date(2026, 11, 21), ["served_in_future"]),
    ],
)
def test_a_notice_is_served_after_it_was_made_and_not_in_future(served_on: date, expected: list[str]) -> None:
    assert codes(may_serve(HEARD, served_on=served_on, on=date(2026, 11, 20))) == expected


@pytest.mark.parametrize(("on", "expected"), [(DUE, ["period_running"]), (date(2026, 11, 18), [])])
def test_the_last_day_of_the_period_belongs_to_the_party(on: date, expected: list[str]) -> None:
    verdict = may_submit(HEARD, on=on)
    assert codes(verdict) == expected
    assert all("2026-11-18" in reason.message and "行政处罚法" in reason.source.act for reason in verdict.against)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (replace(HEARD, notice_made_on=None), ["not_notified"]),
        (replace(HEARD, notice_served_on=None), ["not_served"]),
        (replace(HEARD, stopped=True), ["period_stopped"]),
        (replace(HEARD, unanswered=2), ["statement_unanswered"]),
        (replace(HEARD, decision_no=""), ["no_decision_no"]),
        (replace(HEARD, exit_route="", remedies=""), ["no_exit_route", "no_remedies"]),
        (replace(MADE, papers=frozenset()), ["no_decision_paper"]),
        (replace(MADE, papers=frozenset({"其他"})), []),
        (replace(MADE, notice_served_on=None), ["no_notice"]),
        (replace(MADE, decided_on=date(2026, 11, 9)), ["decided_before_notice"]),
        (replace(MADE, decided_on=DUE), ["decided_within_period"]),
        (replace(MADE, decided_on=SERVED, statement_due_on=None), ["decided_on_service"]),
        (replace(MADE, decided_on=date(2026, 11, 11), statement_due_on=None), []),
        (replace(MADE, decided_on=DUE, statement_due_on=None, due_by_law=DUE), ["decided_within_period"]),
        (replace(MADE, decided_on=date(2026, 11, 18), statement_due_on=None, due_by_law=DUE), []),
        (replace(MADE, statement_due_on=date(2026, 11, 9)), ["period_before_service"]),
        (replace(MADE, notice_made_on=date(2026, 11, 11)), ["served_before_notice"]),
    ],
)
def test_what_stands_against_a_submission(case: Case, expected: list[str]) -> None:
    assert codes(may_submit(case, on=date(2026, 11, 20))) == expected


@pytest.mark.parametrize(
    ("by", "allowed"), [("user:a", False), ("user:s", False), ("user:h", False), ("user:b", True)]
)
def test_nobody_decides_what_he_had_a_hand_in(by: str, allowed: bool) -> None:
    case = replace(HEARD, submitted_by="user:s", handled_by=["user:s", "user:h"])
    assert bool(second_person(case, by=by)) is allowed
    assert ("decided_by_proposer" in codes(may_decide(case, by=by, on=date(2026, 11, 20)))) is not allowed


def test_an_entry_that_would_be_over_already_is_not_decided() -> None:
    case = replace(HEARD, effective_until=date(2026, 11, 19))
    assert codes(may_decide(case, by="user:b", on=date(2026, 11, 20))) == ["end_in_past"]
    assert may_decide(case, by="user:b", on=date(2026, 11, 19))


# --- the period ---------------------------------------------------------------------------------------------------


def test_the_period_counts_working_days_from_the_day_after_service() -> None:
    # the vector of the rulebook: Mid-Autumn left out here, National Day and its Saturday counted
    assert statement_due(date(2026, 9, 28), statement_term(5), CALENDAR).on == date(2026, 10, 10)
    assert statement_due(date(2026, 11, 10), statement_term(5), CALENDAR).on == DUE
    assert statement_due(date(2026, 12, 29), statement_term(5), CALENDAR).provisional


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (Stop(date(2026, 11, 12), date(2026, 11, 13)), date(2026, 11, 19)),
        (Stop(date(2026, 11, 14), date(2026, 11, 15)), DUE),  # a week-end does not count anyway
        (Stop(date(2026, 11, 18), date(2026, 11, 20)), DUE),  # over by then
        (Stop(date(2026, 11, 12), None), DUE),  # still stands: Case.stopped keeps the decision away
    ],
)
def test_days_on_which_the_period_rests_do_not_count(stop: Stop, expected: date) -> None:
    assert statement_due(SERVED, statement_term(5), CALENDAR, [stop]).on == expected


@given(
    st.dates(date(2026, 1, 1), date(2026, 11, 1)),
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=3),
)
def test_a_stop_never_shortens_the_period(served: date, days: int, rests: list[tuple[int, int]]) -> None:
    stops = [
        Stop(date.fromordinal(served.toordinal() + begins), date.fromordinal(served.toordinal() + begins + length))
        for begins, length in rests
    ]
    plain = due_on(served, days, CALENDAR)
    rested = statement_due(served, statement_term(days), CALENDAR, stops)
    assert statement_due(served, statement_term(days), CALENDAR) == plain
    assert rested.on >= plain.on
    counted = [
        day
        for ordinal in range(served.toordinal() + 1, rested.on.toordinal() + 1)
        if CALENDAR.is_working(day := date.fromordinal(ordinal))
        and not any(stop.until and stop.begins <= day <= stop.until for stop in stops)
    ]
    assert len(counted) == days and counted[-1] == rested.on
