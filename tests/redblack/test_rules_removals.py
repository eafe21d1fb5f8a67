"""How an entry leaves its list, and what speaks for and against an honour."""

from datetime import date
from typing import Any

import pytest

from redblack.rules.exit_letters import Leaving, exit_notice, removal_decision
from redblack.rules.honours import BadMark, Comparison, may_be_publicised, may_honour, may_recognise
from redblack.rules.lists import Origin, ReleaseKind
from redblack.rules.removals import Standing, how_it_left, may_clear_name, may_release

DAY = date(2026, 11, 20)
SINCE, UNTIL = date(2026, 3, 2), date(2029, 3, 1)


def standing(**fields: Any) -> Standing:
    said = {"origin": Origin.CITY, "authority": "某局", "effective_from": SINCE, "effective_until": UNTIL}
    return Standing(**said | fields)


def against(kind: ReleaseKind = ReleaseKind.EARLY, released_on: date = DAY, **fields: Any) -> set[str]:
    verdict = may_release(standing(**fields), kind=kind, released_on=released_on, on=DAY)
    return {reason.code for reason in verdict.against}


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, set()),
        ({"effective_until": None}, set()),
        ({"origin": Origin.COUNTY}, set()),
        ({"origin": Origin.COURT}, {"decided_elsewhere"}),
        ({"origin": Origin.PROVINCE}, {"decided_elsewhere"}),
        ({"kind": ReleaseKind.EXPIRED}, {"expires_by_itself"}),
        ({"released_on": date(2026, 11, 21)}, {"released_in_future"}),
        ({"released_on": date(2026, 3, 1)}, {"released_before_listed"}),
        ({"released_on": SINCE}, {"early_on_first_day"}),
        ({"released_on": SINCE, "kind": ReleaseKind.REVOKED}, set()),
        ({"released_on": SINCE, "kind": ReleaseKind.CORRECTED}, set()),
        ({"effective_until": DAY}, set()),
        ({"effective_until": date(2026, 11, 19)}, {"term_is_over"}),
    ],
)
def test_who_may_leave_from_which_day(fields: dict[str, Any], codes: set[str]) -> None:
    assert against(**fields) == codes


def test_what_has_left_cannot_leave_again_and_the_article_says_so() -> None:
    left = standing(released_on=date(2026, 11, 19), release_kind="提前移出")
    [reason] = may_release(left, kind=ReleaseKind.REVOKED, released_on=DAY, on=DAY).against
    assert reason.code == "already_released" and str(reason.source) == "河南省社会信用条例 第三十七条"
    assert "2026-11-19 提前移出" in reason.message


@pytest.mark.parametrize("kind", ReleaseKind)
def test_only_a_wrong_listing_is_cleared(kind: ReleaseKind) -> None:
    assert bool(may_clear_name(kind.value)) is (kind in (ReleaseKind.REVOKED, ReleaseKind.CORRECTED))
    assert not may_clear_name("")


@pytest.mark.parametrize(
    ("reward", "until", "begins", "kind"),
    [
        (False, date(2026, 11, 19), None, ReleaseKind.EXPIRED),
        (False, DAY, None, ReleaseKind.EARLY),  # its last day is today
        (False, None, DAY, ReleaseKind.EARLY),
        (True, None, date(2026, 4, 20), ReleaseKind.EXPIRED),  # everything in the new version is of a later year
        (True, None, SINCE, ReleaseKind.EARLY),  # the same year again, without this one
        (True, None, None, ReleaseKind.EARLY),  # an empty version replaces nothing
    ],
)
def test_what_the_exit_of_a_vanished_row_is_called(
    reward: bool, until: date | None, begins: date | None, kind: ReleaseKind
) -> None:
    assert how_it_left(reward=reward, began=SINCE, until=until, version_begins=begins, on=DAY) is kind


# --- honours --------------------------------------------------------------------------------------------------------
MARK = BadMark(ref="record:7", source="行政处罚", document_no="罚1号", authority="某局", since=SINCE, until=UNTIL)


def test_any_bad_record_is_named_and_a_gap_wants_a_note() -> None:
    both = Comparison(on=DAY, bad=(MARK, MARK), gaps=("某名单（超时效）",))
    assert [r.code for r in may_honour(both, note="").against] == ["bad_record", "bad_record", "not_compared"]
    assert "罚1号" in may_honour(both, note="").against[0].message
    gap = Comparison(on=DAY, gaps=("某名单（超时效）",))
    assert not may_honour(gap, note=" ") and may_honour(gap, note="已电话核实")
    assert may_honour(Comparison(on=DAY), note="")


@pytest.mark.parametrize(
    ("begins", "ends", "codes"),
    [
        (DAY, date(2026, 11, 27), set()),
        (DAY, date(2026, 11, 26), {"publicity_too_short"}),
        (date(2026, 11, 19), date(2026, 11, 27), {"publicised_in_past"}),
    ],
)
def test_the_span_of_a_publicity(begins: date, ends: date, codes: set[str]) -> None:
    verdict = may_be_publicised(begins=begins, ends=ends, earliest_end=date(2026, 11, 27), on=DAY)
    assert {r.code for r in verdict.against} == codes


@pytest.mark.parametrize(
    ("until", "unanswered", "upheld", "codes"),
    [
        (date(2026, 11, 19), 0, 0, set()),
        (DAY, 0, 0, {"publicity_not_over"}),
        (None, 0, 0, {"not_publicised"}),
        (date(2026, 11, 19), 1, 0, {"objections_open"}),
        (date(2026, 11, 19), 0, 1, {"objection_upheld"}),
    ],
)
def test_when_the_publicity_has_done_its_work(
    until: date | None, unanswered: int, upheld: int, codes: set[str]
) -> None:
    verdict = may_recognise(publicised_until=until, unanswered=unanswered, upheld=upheld, decided_on=DAY)
    assert {r.code for r in verdict.against} == codes


# --- letters --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reward", [True, False])
def test_the_papers_of_an_exit_say_what_ends(reward: bool) -> None:
    leaving = Leaving(
        agency="某局",
        name="某公司",
        code="91339901MA9K2D3FX4",
        list_name="某名单",
        reward=reward,
        listed_by="列1号",
        listed_on=SINCE,
        kind=ReleaseKind.CORRECTED,
        released_on=DAY,
        document_no="移1号",
        reason="列入有误",
        decided_on=DAY,
    )
    decision, notice = str(removal_decision(leaving)), str(exit_notice(leaving))
    for text in ("移1号", "列1号", "某名单", "更正", "2026-11-20", "第三十七条"):
        assert text in decision and text in notice
    assert "列入有误" in decision and "行政复议" in decision and "纠正错误列入" in decision
    assert ("激励措施停止适用" in notice) is reward
