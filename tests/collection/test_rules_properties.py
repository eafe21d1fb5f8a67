"""What holds for every row, whatever stands in it."""

import re
from dataclasses import replace
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from collection.rules.checking import Plan
from collection.rules.keys import document_key, key_of
from collection.rules.problems import LABELS, Severity
from collection.rules.ready import Ready, Returned
from kernel.identifiers import citizen_id_check_char, holds_citizen_id
from tests.collection.definitions import GOOD, PENALTY, PERSON

TODAY = date(2026, 11, 22)
CODES = [field.code for field in PENALTY.fields]
ODD = [
    "", " ", "无", "— —", "/", "0", "00000000000000000X", "120000", "120000元", "12万元", "-1", "1.2E+5",
    "壹拾贰万元整", "2022-09-31", "2022/9/3", "20220903", "2022年9月3日", "46346", "长期", "22-9-3", "2026-11-23",
    "2100-12-31", "警告&警告", "警告；罚款", "罚款、没收违法所得、没收非法财物", "其他-x", "其他", "不予行政处罚",
    "罚款人民币零元(0元)", "罚款3万元", "取消投标资格", "吊销食品经营许可证", "自然人", "个体工商户", "法人",
    "91520198MAAMOWECXQ", "92440300708461136T", "91440300708461136T", "70846113-6", "110108000000016",
    "1101080000001", "身份证", "护照号", "110101199003070134", "110101199003070135", "E12345678", "=A1", "a\x00b",
    "\ue000", "\ud800", "系统-2", "某局(2)", "02015〕号", "轻微", "严重", "公示中", "不予公示", "简易程序", "=+-@",
    "１２３", "\u200b", "&", ";", "（", "〔", "年版2099年版", "2099-12-31", "终止公示（已修复）",
]  # fmt: skip
cell = st.one_of(st.sampled_from(ODD), st.text(max_size=30), st.sampled_from(sorted(set(GOOD.values()))))
any_row = st.dictionaries(st.sampled_from(CODES), cell)
near_row = st.builds(
    lambda base, change: {code: text for code, text in (base | change).items() if text is not None},
    st.sampled_from([GOOD, PERSON]),
    st.dictionaries(st.sampled_from(CODES), st.one_of(st.none(), st.sampled_from(ODD)), max_size=3),
)
row = st.one_of(any_row, near_row)
number = st.builds(
    lambda area, born, order: (body := f"{area}{born:%Y%m%d}{order:03}") + citizen_id_check_char(body),
    st.integers(110000, 659999),
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
)


def plan() -> Plan:
    return Plan(PENALTY, today=TODAY, reporter="江澜市生态环境局", reporter_code="11230500001755309F")


PLAN = plan()


def listed(found: Ready | Returned):
    return found.problems if isinstance(found, Returned) else found.warnings


@given(row, st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_row_is_answered_and_every_problem_says_how_to_mend_it(cells, confirmed):
    found = PLAN.check(2, cells, confirmed=confirmed)
    places = [CODES.index(problem.field) if problem.field else len(CODES) for problem in listed(found)]
    assert places == sorted(places)
    for problem in listed(found):
        assert problem.code in LABELS
        assert problem.message.endswith("。"), problem
        assert "请" in re.split(r"[。]", problem.message.rstrip("。"))[-1] or "请" in problem.message[-60:], problem
        assert problem.message.isprintable(), problem
    if isinstance(found, Returned):
        assert any(problem.severity is not Severity.WARNING for problem in found.problems)
    elif not confirmed:
        assert all(problem.severity is Severity.WARNING for problem in found.warnings)


def written(ready: Ready) -> dict[str, str]:
    cells = ready.content | ready.sealed
    if ready.person is not None:
        cells[PENALTY.roles.name] = ready.person.name
    return cells


@given(row)
@example(GOOD)
@example(PERSON)
@example(GOOD | {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": "00000000000000000X", "CF_XDR_GSZC": "110108000000016"})
@settings(max_examples=400, deadline=None)
def test_a_ready_row_written_canonically_is_the_same_row(cells):
    ready = PLAN.check(2, cells, confirmed=True)
    if isinstance(ready, Returned):
        return
    again = PLAN.check(2, written(ready), confirmed=True)
    if isinstance(again, Returned) and ready.kind == "sole_trader" and not ready.uscc:
        again = PLAN.check(2, written(ready) | {PENALTY.roles.uscc: "00000000000000000X"}, confirmed=True)
    assert isinstance(again, Ready), again
    assert replace(again, warnings=()) == replace(ready, warnings=())
    assert set(again.warnings) <= set(ready.warnings)
    assert key_of(again) == key_of(ready)


@given(row, st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_columns_changes_nothing(cells, random):
    shuffled = list(cells.items())
    random.shuffle(shuffled)
    assert PLAN.check(2, dict(shuffled)) == PLAN.check(2, cells)


@given(row)
@settings(max_examples=100, deadline=None)
def test_what_a_plan_has_seen_before_changes_nothing(cells):
    assert plan().check(2, cells) == PLAN.check(2, cells)


@given(number, st.sampled_from(CODES), st.sampled_from([GOOD, PERSON]), st.text(max_size=5), st.text(max_size=5))
@settings(max_examples=400, deadline=None)
def test_no_message_repeats_a_citizens_number(citizen, code, base, before, after):
    for text in (
        citizen,
        before + citizen + after,
        f"{citizen[:6]} {citizen[6:14]} {citizen[14:]}",
        citizen[:17] + "?",
    ):
        for problem in listed(PLAN.check(2, base | {code: text})):
            assert citizen[:17] not in re.sub(r"[\s-]", "", problem.message)
            assert not holds_citizen_id(problem.message)


@given(number, row)
@settings(max_examples=200, deadline=None)
def test_no_content_holds_a_persons_number_or_name(citizen, cells):
    found = PLAN.check(2, cells | PERSON | {"CF_XDR_ZJHM": citizen})
    if isinstance(found, Ready):
        assert citizen not in str(found.content) and PERSON["CF_XDR_MC"] not in found.content["CF_XDR_MC"]
        assert found.person is not None and found.person.number == citizen


# fields on which no other field's judgement rests
ALONE = ["CF_XDR_SWDJ", "CF_FRDB", "CF_WFXW", "CF_YJ", "CF_SJLY", "CF_SJLYDM", "BZ", "CF_NR_WFFF"]


@given(row, st.sampled_from(ALONE))
@settings(max_examples=300, deadline=None)
def test_another_error_removes_no_problem(cells, code):
    def of_others(found):
        return [(p.field, p.code, p.message) for p in listed(found) if p.field != code]

    before, after = PLAN.check(2, cells), PLAN.check(2, cells | {code: "坏\x07"})
    assert isinstance(after, Returned)
    assert of_others(before) == of_others(after)
    assert any(problem.field == code for problem in after.problems)


@given(st.text(max_size=60))
def test_a_key_is_the_key_of_itself(text):
    assert document_key(document_key(text)) == document_key(text)
