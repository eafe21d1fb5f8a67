"""Rules of reports: who may have one, which section, when one is no longer true."""

from datetime import date

import pytest

from catalog.rules.classes import editions
from reports.rules.issuing import Channel, Edition, Wish, may_issue
from reports.rules.sections import Section, section_of
from reports.rules.truth import Standing, number_of, parts_of, read_number, standing
from subjects.rules.kinds import Kind

THEN = {"r1": "1|公示中|2029-02-25", "e1": "a"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (THEN, Standing.VALID),
        (THEN | {"r2": "1|公示中|"}, Standing.NEWS_SINCE),
        ({"e1": "a"}, Standing.SUPERSEDED),
        (THEN | {"r1": "2|公示中|2029-02-25"}, Standing.SUPERSEDED),
        ({"r1": THEN["r1"], "e1": "b", "r2": "x"}, Standing.SUPERSEDED),
        ({}, Standing.SUPERSEDED),
    ],
)
def test_what_left_or_changed_makes_a_report_untrue_and_what_is_new_does_not(
    now: dict[str, str], expected: Standing
) -> None:
    assert standing(THEN, now) is expected
    assert standing({}, {}) is Standing.VALID


def wish(**fields: object) -> Wish:
    said = {"kind": Kind.LEGAL_PERSON, "edition": Edition.PUBLIC, "channel": Channel.COUNTER, "note": ""}
    return Wish(**said | {"purpose": "行政审批"} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (wish(), set()),
        (wish(kind=Kind.NATURAL_PERSON), {"person"}),
        (wish(purpose="随便看看"), {"purpose"}),
        (wish(purpose="其他", note="  "), {"purpose"}),
        (wish(purpose="其他", note="办件 77"), set()),
        (wish(purpose="其他", note="为 11010519491231002X 代办"), {"note_holds_id"}),
        (wish(edition=Edition.OWN), {"own_for_others"}),
        (wish(edition=Edition.OWN, purpose="主体申请"), set()),
        (wish(edition=Edition.OWN, purpose="主体申请", used=9), set()),  # free twice, and no law refuses a third
        (wish(edition=Edition.OWN, purpose="主体申请", used=9, limit=9, limit_basis="某条例第九条"), {"too_many"}),
        (wish(used=9, limit=9, limit_basis="某条例第九条"), set()),
        (wish(kind=Kind.SOLE_TRADER), set()),
        (wish(kind=Kind.SOLE_TRADER, channel=Channel.KIOSK), {"sole_trader"}),
    ],
)
def test_who_may_have_which_report(asked: Wish, codes: set[str]) -> None:
    verdict = may_issue(asked)
    assert {reason.code for reason in verdict.against} == codes
    assert all(str(reason.source) and reason.message for reason in verdict.against)


def test_every_class_of_every_edition_has_its_section() -> None:
    found = {section_of(name, e.code) for e in editions().values() for name in e.classes}
    assert found == {None, *Section} - {Section.ADVICE}
    assert section_of("行政管理信息", "地方补充") is Section.LOCAL
    assert section_of("知识产权信息", "2024") is Section.OTHER


def test_a_number_is_read_as_people_type_it() -> None:
    number = number_of(date(2026, 11, 20), 37)
    assert number == "XB-20261120-000037"
    assert parts_of(read_number("ｘｂ－２０２６１１２０ — 000037")) == (date(2026, 11, 20), 37)
    assert [parts_of(wrong) for wrong in ("", "JL-20261120-000037", "XB-20261399-000037", "XB-20261120-37")] == [
        None
    ] * 4
