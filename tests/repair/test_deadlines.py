"""Last days over the holidays of 2025 and 2026, each with its article; clocks with stops; who may apply from when.

The calendar is the one that ships: the State Council's notices of 2025 and 2026, and 2027 provisionally.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.law import Source
from kernel.terms import same_day_later
from kernel.workdays import WorkCalendar
from office.selectors import calendar
from repair.rules import sets, sources
from repair.rules.clocks import Stop, due, dues
from repair.rules.eligibility import Case, earliest_day, may_apply, outlook
from repair.rules.grading import grade_of
from repair.rules.states import Target

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TERMS = {
    "accept": sources.DEADLINES,
    "handle": sources.DEADLINES,
    "whole": sources.DEADLINES,
    "wd": sources.WORKING_DAYS,
}


def d(text: str) -> date:
    return date.fromisoformat(text)


# (which term, from, its last day, why): accept 3, handle 7, whole 10 working days under Order 36
CASES = [
    ("accept", "2026-11-16", "2026-11-19", "no holiday: the story's penalty A"),
    ("handle", "2026-11-17", "2026-11-26", "the story's penalty A"),
    ("whole", "2026-11-13", "2026-11-27", "the story's penalty A"),
    ("handle", "2026-11-20", "2026-12-01", "over a week-end"),
    ("accept", "2026-04-03", "2026-04-09", "清明 4 to 6 April"),
    ("handle", "2026-04-03", "2026-04-15", "清明"),
    ("whole", "2026-04-01", "2026-04-16", "清明; the first day of Order 36"),
    ("accept", "2026-04-29", "2026-05-07", "劳动节 1 to 5 May"),
    ("handle", "2026-04-29", "2026-05-12", "劳动节; Saturday 9 May is worked"),
    ("whole", "2026-04-29", "2026-05-15", "劳动节; Saturday 9 May is worked"),
    ("accept", "2026-05-08", "2026-05-12", "Saturday 9 May is worked"),
    ("accept", "2026-06-17", "2026-06-23", "端午 19 to 21 June"),
    ("handle", "2026-06-17", "2026-06-29", "端午"),
    ("whole", "2026-06-18", "2026-07-03", "端午"),
    ("accept", "2026-09-18", "2026-09-22", "Sunday 20 September is worked"),
    ("accept", "2026-09-24", "2026-09-30", "中秋 25 to 27 September"),
    ("handle", "2026-09-23", "2026-10-10", "中秋, 国庆; Saturday 10 October is worked"),
    ("whole", "2026-09-23", "2026-10-14", "中秋, 国庆; Saturday 10 October is worked"),
    ("accept", "2026-09-30", "2026-10-10", "国庆 1 to 7 October; Saturday is worked"),
    ("handle", "2026-09-30", "2026-10-15", "国庆"),
    ("whole", "2026-09-30", "2026-10-20", "国庆"),
    ("accept", "2026-10-09", "2026-10-13", "Saturday 10 October is worked"),
]
# the same counting for applications of the older sets, whose days are those of the present one (G)
OLDER = [
    ("accept", "2025-01-23", "2025-01-27", "春节; Sunday 26 January is worked, 除夕 is a holiday from 2025"),
    ("accept", "2025-01-27", "2025-02-07", "春节 28 January to 4 February"),
    ("handle", "2025-01-24", "2025-02-10", "春节; Sunday 26 January and Saturday 8 February are worked"),
    ("accept", "2025-04-02", "2025-04-08", "清明 4 to 6 April"),
    ("handle", "2025-04-03", "2025-04-15", "清明"),
    ("accept", "2025-04-25", "2025-04-29", "Sunday 27 April is worked"),
    ("handle", "2025-04-28", "2025-05-12", "劳动节 1 to 5 May; Sunday 27 April lies before"),
    ("accept", "2025-05-30", "2025-06-05", "端午 31 May to 2 June"),
    ("handle", "2025-05-30", "2025-06-11", "端午"),
    ("accept", "2025-09-26", "2025-09-30", "Sunday 28 September is worked"),
    ("accept", "2025-09-29", "2025-10-10", "国庆 and 中秋 1 to 8 October"),
    ("handle", "2025-09-30", "2025-10-16", "国庆; Saturday 11 October is worked"),
    ("whole", "2025-09-30", "2025-10-21", "国庆; Saturday 11 October is worked"),
    ("wd5", "2025-09-29", "2025-10-13", "five days, Saturday 11 October is worked"),
    ("accept", "2025-12-30", "2026-01-05", "元旦 1 to 3 January; Sunday 4 January is worked"),
    ("handle", "2025-12-30", "2026-01-09", "元旦"),
    ("accept", "2026-02-12", "2026-02-24", "春节 15 to 23 February; Saturday 14 February is worked"),
    ("handle", "2026-02-12", "2026-02-28", "春节; Saturdays 14 and 28 February are worked"),
    ("accept", "2026-02-13", "2026-02-25", "春节"),
    ("whole", "2026-02-12", "2026-03-04", "春节"),
    ("whole", "2026-03-31", "2026-04-15", "清明; the last day of Order 58"),
]


def days_of(term: str, rules: sets.RuleSet) -> int:
    if term.startswith("wd"):
        return int(term[2:])
    return {"accept": rules.accept_days, "handle": rules.handle_days, "whole": rules.whole_days}[term]


@pytest.mark.parametrize(("term", "begins", "ends", "why"), CASES + OLDER)
def test_the_last_day(term: str, begins: str, ends: str, why: str) -> None:
    """国办发〔2025〕22号 信用修复办理期限; 行政处罚法 第八十五条."""
    rules = sets.in_force(d(begins))
    assert isinstance(TERMS[term.rstrip("0123456789")], Source)
    found = due(d(begins), days_of(term, rules), calendar())
    assert (found.on, found.provisional) == (d(ends), False), why


def test_there_are_forty_and_more() -> None:
    assert len(CASES + OLDER) >= 40
    assert all(sets.in_force(d(begins)).code == "order36" for _, begins, _, _ in CASES)
    assert all(sets.in_force(d(begins)).code == "order58" for _, begins, _, _ in OLDER)


def test_into_a_year_without_a_notice() -> None:
    """The 2027 notice is not out: provisional; a year that nobody has loaded counts by the week, and is marked."""
    found = due(d("2026-12-30"), 3, calendar())
    assert found.provisional and found.on > d("2027-01-01")
    bare = WorkCalendar(frozenset({2026}), {})
    assert due(d("2026-12-30"), 3, bare) == type(found)(d("2027-01-04"), True)
    assert due(d("2026-12-24"), 3, bare).provisional is False


def test_the_storys_penalty_has_the_days_of_the_story() -> None:
    rules = sets.in_force(d("2026-11-13"))
    said = dues(
        rules,
        applied_on=d("2026-11-13"),
        received_on=d("2026-11-16"),
        accepted_on=d("2026-11-17"),
        extended_days=0,
        stops=(),
        calendar=calendar(),
    )
    assert said.accept and said.handle
    assert (said.accept.on, said.handle.on, said.whole.on) == (d("2026-11-19"), d("2026-11-26"), d("2026-11-27"))
    assert said.decide.on == d("2026-11-26")


# --- which set, by the day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2018-01-01", "notice527"), ("2019-07-01", "notice527"), ("2023-04-30", "notice527"),
        ("2023-05-01", "order58"), ("2026-03-31", "order58"), ("2026-04-01", "order36"), ("2030-01-01", "order36"),
    ],
)  # fmt: skip
def test_the_set_of_a_day(on: str, code: str) -> None:
    assert sets.in_force(d(on)).code == code


def test_local_sets_and_what_a_city_may_set() -> None:
    on = d("2026-11-20")
    shenzhen = sets.in_force(on, local="shenzhen")
    assert (shenzhen.accept_days, shenzhen.handle_days, shenzhen.mark("handle_days")[0]) == (0, 3, "L")
    assert sets.in_force(on, local="henan").effect_days == 1 and sets.in_force(on, local="shanghai").effect_days == 3
    assert sets.in_force(on, local="zhejiang").list_bars_penalties
    assert sets.in_force(on, local="xinzhou").handle_days == 15
    mine = sets.in_force(on, values={"handle_days": 5, "unknown": 9})
    assert mine.handle_days == 5 and mine.mark("handle_days")[0] == "设"
    assert sets.in_force(d("2026-03-31"), values={"handle_days": 5}).handle_days == 7  # the past is not set anew
    assert sets.local_of("410105", {"41": "henan", "4101": "xinzhou"}) == "xinzhou"
    assert sets.local_of("330100", {"41": "henan"}) == ""
    for one in (shenzhen, mine, *sets.NATIONAL):
        assert sets.from_json(sets.to_json(one)) == one


# --- from when ------------------------------------------------------------------------------------------------------


def case(**fields) -> Case:
    said = {
        "target": Target.RECORD,
        "grade": "一般",
        "field": "",
        "found_on": d("2026-10-09"),
        "until": d("2027-10-08"),
    }
    return Case(**said | fields)


@pytest.mark.parametrize(
    ("code", "grade", "field", "found", "first"),
    [
        ("order36", "一般", "", "2026-10-09", "2027-01-10"),  # the story's penalty B
        ("order36", "一般", "", "2026-08-12", "2026-11-13"),  # the story's penalty A
        ("order36", "一般", "", "2026-11-30", "2027-03-01"),  # February has no thirtieth
        ("order36", "轻微", "", "2026-11-20", "2026-11-20"),  # as soon as the duties are performed
        ("order36", "严重", "", "2025-11-19", "2026-11-20"),
        ("order36", "严重", "", "2024-02-29", "2025-03-01"),
        ("order58", "严重", "", "2026-01-15", "2026-04-16"),
        ("order58", "一般", "江澜市应急管理局 安全生产", "2025-06-01", "2026-06-02"),
        ("notice527", "严重", "", "2022-09-01", "2023-03-02"),
        ("notice527", "一般", "", "2022-09-01", "2022-12-02"),
    ],
)
def test_the_first_day_and_the_day_before(code: str, grade: str, field: str, found: str, first: str) -> None:
    rules = next(one for one in sets.NATIONAL if one.code == code)
    one = case(grade=grade, field=field, found_on=d(found), until=None)
    assert earliest_day(one, rules) == d(first)
    assert may_apply(one, rules, on=d(first))
    before = may_apply(one, rules, on=d(first) - DAY)
    if grade != "轻微":
        [reason] = before.against
        assert reason.code == "too_early" and first in reason.message and str(reason.source)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"over": "该信息终止公示"}, "over"), ({"until": d("2027-01-31")}, "over"),
        ({"reward": True}, "not_negative"),
        ({"forbidden": "《某法》第九条"}, "law_forbids"), ({"own_route": "某系统"}, "own_route"),
        ({"decided_here": False, "authority": "省某厅"}, "decided_elsewhere"),
        ({"own_terms": [(d("2031-02-25"), "某罚31号")]}, "own_term_runs"),
        ({"own_terms": [(None, "某罚31号")]}, "own_term_runs"), ({"found_on": None}, "day_unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_repaired(fields, code: str) -> None:
    verdict = may_apply(case(**fields), sets.NATIONAL[-1], on=d("2027-02-01"))
    assert code in [reason.code for reason in verdict.against]
    assert all(str(reason.source) and reason.message for reason in verdict.against)


def test_on_a_serious_list_in_zhejiang() -> None:
    one, on = case(on_serious_list=True), d("2027-02-01")
    assert may_apply(one, sets.in_force(on), on=on)
    [reason] = may_apply(one, sets.in_force(on, local="zhejiang"), on=on).against
    assert str(reason.source).endswith("第三十二条")


def test_what_is_still_missing_is_two_papers() -> None:
    rules = sets.NATIONAL[-1]
    found = outlook(case(), rules, on=d("2026-11-20"))
    assert found.earliest == d("2027-01-10") and found.missing == ("法定责任义务履行完毕的证明材料", "信用承诺书")
    assert outlook(case(), rules, on=d("2027-02-01"), has_proof=True, has_commitment=True).missing == ()
    assert outlook(case(over="已终止公示"), rules, on=d("2027-02-01")).earliest is None


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ({"stated": "严重", "kinds": "警告"}, "严重"),
        ({"stated": "", "procedure": "简易程序", "kinds": "罚款"}, "轻微"),
        ({"stated": "", "kinds": "警告；罚款"}, "一般"),
        ({"stated": "", "kinds": "罚款；吊销许可证件"}, "严重"),
        ({"stated": "", "kinds": "通报批评"}, "轻微"), ({"stated": "", "kinds": ""}, "一般"),
        ({"stated": "轻微", "serious_list": True}, "严重"),
    ],
)  # fmt: skip
def test_the_grade(said, grade: str) -> None:
    found = grade_of(**said)
    assert found.grade == grade and found.why


# --- clocks with stops: properties ---

DATES = st.dates(d("2025-01-02"), d("2026-10-31"))
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(DATES, st.integers(0, 15), st.integers(0, 8), st.integers(0, 12))
def test_a_stop_moves_the_last_day_by_its_working_days(start: date, term: int, after: int, held: int) -> None:
    days = calendar()
    without = due(start, term, days).on
    stop = Stop(start + after * DAY, start + (after + held) * DAY)
    with_it = due(start, term, days, [stop]).on
    resting = [one for one in (stop.begins + n * DAY for n in range(1, held + 1)) if days.is_working(one)]
    counted = [
        one for one in (start + n * DAY for n in range(1, (with_it - start).days + 1))
        if days.is_working(one) and one not in resting
    ]  # fmt: skip
    assert len(counted) == term
    assert without <= with_it
    if term:
        assert days.is_working(with_it) and with_it not in resting


@FEW
@given(DATES, st.integers(1, 15), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10)), max_size=3))
def test_order_and_overlap_of_stops_do_not_matter_and_an_open_one_adds_nothing(
    start: date, term: int, spans: list[tuple[int, int]]
) -> None:
    days = calendar()
    stops = [Stop(start + a * DAY, start + (a + b) * DAY) for a, b in spans]
    once = due(start, term, days, stops)
    assert once == due(start, term, days, stops[::-1]) == due(start, term, days, stops + stops)
    assert once == due(start, term, days, [*stops, Stop(start + DAY, None)])


@FEW
@given(DATES, st.integers(0, 40), st.sampled_from(["轻微", "一般", "严重"]))
def test_the_first_day_never_lies_before_the_shortest_publicity(found: date, later: int, grade: str) -> None:
    rules = sets.in_force(found + later * DAY)
    one = case(grade=grade, found_on=found, until=None)
    first = earliest_day(one, rules)
    assert first is not None and first >= found
    months = rules.shortest(grade, "")
    assert first == (same_day_later(found, months) + DAY if months else found)
    assert bool(may_apply(one, rules, on=first)) and (not months or not may_apply(one, rules, on=first - DAY))
