"""Deadlines over the holidays of 2025 and 2026 with their articles; what rests by which ground; what may be said."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.workdays import WorkCalendar
from objections.rules import kinds, rulesets, sources
from objections.rules.clocks import Pause, at_filing, at_forwarding, last_day, may_extend, may_pause
from objections.rules.conclusions import Conclusion, may_conclude, may_confirm
from objections.rules.filing import Wish, may_file, may_review
from objections.rules.kinds import KINDS, OUTCOMES, Kind, Outcome, Target, takes_off
from objections.rules.rulesets import BY_CODE, RULE_SETS, Limit, What, chosen, unknown_codes
from objections.rules.states import LIFE, OPEN, OVER, State
from objections.rules.suspension import digest_of, may_rest_by_decision, rests_at_once
from tests.objections.calendars import CALENDAR

CASES = [  # rule set, clock, filed or forwarded on, last day, why
    ("henan", What.PROVIDER, "2026-11-18", "2026-11-23", "scene 7"),
    ("henan", What.WHOLE, "2026-11-18", "2026-11-27", "scene 7"),
    ("henan", What.WHOLE, "2026-09-23", "2026-10-10", "中秋、国庆；10 月 10 日周六上班"),
    ("henan", What.WHOLE, "2026-02-12", "2026-02-28", "春节；14、28 日周六上班"),
    ("henan", What.OWN, "2025-12-30", "2026-01-05", "元旦；1 月 4 日周日上班"),
    ("henan", What.WHOLE, "2026-04-29", "2026-05-12", "劳动节；5 月 9 日周六上班"),
    ("henan", What.OWN, "2026-06-17", "2026-06-23", "端午"),
    ("henan", What.PROVIDER, "2026-02-13", "2026-02-25", "春节"),
    ("henan", What.WHOLE, "2026-11-20", "2026-12-01", "没有节假日"),
    ("henan", What.OWN, "2026-11-21", "2026-11-25", "周六提出"),
    ("shanghai", What.MARK, "2026-09-30", "2026-10-08", "国庆"),
    ("shanghai", What.FORWARD, "2026-09-30", "2026-10-09", "国庆"),
    ("shanghai", What.OWN, "2025-09-29", "2025-10-13", "国庆、中秋；10 月 11 日周六上班"),
    ("shanghai", What.PROVIDER, "2026-11-20", "2026-11-27", "没有节假日"),
    ("shandong", What.OWN, "2026-09-24", "2026-09-30", "中秋"),
    ("shandong", What.WHOLE, "2025-04-02", "2025-04-14", "清明"),
    ("zhejiang", What.OWN, "2025-09-29", "2025-10-13", "国庆、中秋"),
    ("zhejiang", What.WHOLE, "2026-11-20", "2026-11-27", "没有节假日"),
    ("shenzhen", What.OWN, "2026-09-30", "2026-10-08", "国庆"),
    ("shenzhen", What.PROVIDER, "2026-04-30", "2026-05-07", "劳动节"),
    ("credit_agency", What.OWN, "2026-09-11", "2026-10-08", "二十日止于节日，顺延至节后首日"),
    ("credit_agency", What.OWN, "2026-11-02", "2026-11-23", "止于周日，顺延"),
    ("county_plan", What.WHOLE, "2026-09-23", "2026-10-21", "中秋、国庆；10 月 10 日周六上班"),
    ("hunan_plan", What.PROVIDER, "2026-11-03", "2026-11-23", "止于周一"),
    ("xinzhou", What.PROVIDER, "2026-01-26", "2026-02-14", "止于调休上班的周六"),
    ("xinzhou", What.REPLY, "2026-09-30", "2026-10-09", "国庆"),
]


@pytest.mark.parametrize(("code", "what", "start", "due", "why"), CASES, ids=lambda one: str(one))
def test_deadline(code: str, what: What, start: str, due: str, why: str) -> None:
    rules = BY_CODE[code]
    found = last_day(date.fromisoformat(start), rules.limits[what], CALENDAR)
    assert found.on.isoformat() == due, why
    assert str(rules.source) and rules.confidence in {"L", "S"}


def test_a_year_without_its_notice_is_provisional() -> None:
    found = last_day(date(2026, 12, 25), Limit(7), CALENDAR)
    assert found.provisional and found.on.year == 2027


@given(
    start=st.dates(date(2025, 1, 2), date(2026, 9, 1)),
    days=st.integers(1, 20),
    natural=st.booleans(),
    stops=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_days_that_do_not_count_are_the_only_difference(
    start: date, days: int, natural: bool, stops: list[tuple[int, int]]
) -> None:
    """The counted days between start and end are the limit; a pause never shortens, and twice the same is once."""
    pauses = [Pause(start + timedelta(a), start + timedelta(a + n)) for a, n in stops]
    limit = Limit(days, natural)
    plain, paused = last_day(start, limit, CALENDAR), last_day(start, limit, CALENDAR, pauses)
    assert paused.on >= plain.on and CALENDAR.is_working(paused.on)
    assert last_day(start, limit, CALENDAR, pauses + pauses) == paused
    assert last_day(start, limit, CALENDAR, [Pause(start, None)]) == plain  # still lasting: stops no day yet
    out = {p.begins + timedelta(n) for p in pauses for n in range(((p.until or p.begins) - p.begins).days + 1)}
    every = [start + timedelta(n) for n in range(1, (paused.on - start).days + 1)]
    counted = [day for day in every if day not in out and (natural or CALENDAR.is_working(day))]
    assert len(counted) == days if not natural else len(counted) >= days
    assert last_day(start, limit, CALENDAR, pauses, more=1).on >= paused.on


def test_which_clocks_begin_when() -> None:
    henan = BY_CODE["henan"]
    assert at_filing(henan) == (What.OWN,) and at_forwarding(henan) == (What.PROVIDER, What.WHOLE)
    assert at_filing(BY_CODE["shanghai"]) == (What.MARK, What.FORWARD, What.OWN)
    assert at_filing(BY_CODE["ningjin"]) == () == at_forwarding(BY_CODE["ningjin"])


def test_the_area_and_the_day_choose_the_rule_set() -> None:
    on = date(2026, 11, 20)
    setting = "33=zhejiang; 3399=county_plan ;henan"
    for area, code in (("339901", "county_plan"), ("330100", "zhejiang"), ("410000", "henan")):
        assert chosen(setting, area=area, on=on) == BY_CODE[code]
    assert chosen("shenzhen;", area="440300", on=date(2022, 12, 31)) is None
    assert chosen("44=shenzhen;henan", area="440300", on=date(2022, 12, 31)) == BY_CODE["henan"]
    assert unknown_codes("33=zhejiang;atlantis") == ["atlantis"]
    assert len({one.code for one in RULE_SETS}) == len(RULE_SETS) == len(BY_CODE)


@pytest.mark.parametrize("kind", Kind)
def test_what_rests(kind: Kind) -> None:
    said = {"target": Target.ENTRY, "own_term": False, "court": False, "same_again": False, "by_rule_set": False}
    at_once = kind in (Kind.WRONG_SUBJECT, Kind.OVER_TERM)
    assert rests_at_once(kind, **said) is at_once
    assert rests_at_once(kind, **said | {"by_rule_set": True})
    for never in ("own_term", "court", "same_again"):
        for by_rule_set in (True, False):
            assert not rests_at_once(kind, **said | {never: True, "by_rule_set": by_rule_set})
        assert not may_rest_by_decision(**{"own_term": False, "court": False, "same_again": False} | {never: True})
    assert not rests_at_once(kind, **said | {"target": Target.CHECK})
    assert may_rest_by_decision(own_term=False, court=False, same_again=False)


def test_the_same_claim_in_other_clothes() -> None:
    assert digest_of("决定书（2026）1号 有误。") == digest_of("决定书(２０２６)1号有误")
    assert digest_of("决定书有误") != digest_of("决定书无误")


def test_extensions_and_pauses_by_their_articles() -> None:
    zhejiang, today = BY_CODE["zhejiang"], date(2026, 11, 20)
    assert may_extend(zhejiang, What.OWN, days=15, before=0)
    for days, before in ((1, 15), (16, 0), (0, 0)):
        [reason] = may_extend(zhejiang, What.OWN, days=days, before=before).against
        assert reason.source == sources.ZHEJIANG
    assert "不能延长" in may_extend(BY_CODE["henan"], What.OWN, days=1, before=0).against[0].message
    on = date(2026, 11, 18)
    good = {"begins": on, "until": date(2026, 11, 19), "why": "鉴定", "filed_on": on, "today": today}
    assert may_pause(**good)
    wrong = ({"begins": date(2026, 11, 17)}, {"until": date(2026, 11, 17)}, {"until": date(2026, 11, 21)})
    for bad in ({"why": "等领导"}, *wrong):
        assert not may_pause(**good | bad)


def test_who_may_file_and_ask_again() -> None:
    wish = Wish(target=Target.ENTRY, about_subject=False, standing=False, claim="一")
    assert {one.code for one in may_file(wish).against} == {"not_about_subject", "not_standing", "no_claim"}
    assert may_file(Wish(target=Target.ENTRY, about_subject=True, standing=True, claim="决定书不是我公司的"))
    day = date(2026, 9, 21)
    asked = {"answered": True, "answered_on": day, "is_review": False, "reviewed": False}
    assert may_review(**asked, on=day + timedelta(60)) and not may_review(**asked, on=day + timedelta(61))
    for never in ({"answered": False}, {"is_review": True}, {"reviewed": True}):
        assert not may_review(**asked | never, on=day)


def test_what_may_be_concluded_by_whom() -> None:
    said = Conclusion(outcome=Outcome.CORRECT, finding="决定书载明他人", document_no="移1号")
    assert may_conclude(said, target=Target.ENTRY, kind=Kind.WRONG_SUBJECT, received=False)
    plain = {"target": Target.ENTRY, "kind": Kind.DATA, "received": False}
    codes = {one.code for one in may_conclude(said, **plain).against}
    assert codes == {"nothing_changed"}
    unfit = Conclusion(outcome=Outcome.DELETE, finding="", changes={"x": "y"})
    assert {one.code for one in may_conclude(unfit, **plain).against} == {
        "outcome_unfit", "no_finding", "no_document", "field_unknown"
    }  # fmt: skip
    court = Conclusion(outcome=Outcome.REMOVE, finding="法院复函")
    assert [one.code for one in may_conclude(court, **plain | {"received": True}).against] == ["no_upstream_document"]
    assert not may_confirm(two_persons=True, proposed_by="a", by="a", handled_first=frozenset())
    assert may_confirm(two_persons=False, proposed_by="a", by="a", handled_first=frozenset())
    assert not may_confirm(two_persons=True, proposed_by="a", by="b", handled_first=frozenset({"b"}))
    off = {(t, k, o) for t in Target for k in Kind for o in OUTCOMES[t] if takes_off(t, k, o)}
    assert (Target.ENTRY, Kind.WRONG_SUBJECT, Outcome.CORRECT) in off
    assert (Target.ENTRY, Kind.DATA, Outcome.CORRECT) not in off
    assert all(o is not Outcome.KEEP for _, _, o in off) and set(KINDS) == set(Kind) and kinds.CHANNELS


def test_the_life_has_no_way_around_acceptance() -> None:
    assert State.CONCLUDED not in {LIFE.after(v, State.FILED) for v in LIFE.open_to(State.FILED)}
    assert all(not LIFE.open_to(one) for one in OVER) and all(LIFE.open_to(one) for one in OPEN)
    assert set(State) == OPEN | OVER and not OPEN & OVER and rulesets.WHATS.keys() == set(What)
    assert isinstance(CALENDAR, WorkCalendar)
