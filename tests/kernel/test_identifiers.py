"""Vectors of the standards, every negative with the place that its message names."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from kernel.identifiers import (
    USCC_CHARS,
    citizen_id_check_char,
    citizen_id_problem,
    holds_citizen_id,
    is_missing_code,
    mask,
    normalise_code,
    org_code_valid,
    read,
    read_all,
    reg_no_valid,
    uscc_check_char,
    uscc_problem,
    warnings_of_uscc,
)

TODAY = date(2026, 11, 20)
FIRM = "91339901MA9K3H5T3Y"
OTHER = "91339901MA9K8X2WXX"

_VALID = """91350100M000100Y43 914403001922038216 9144030071526726XG 91440300708461136T 91440300192185379H
9144030010001686XA 91330100799655058B 91330100716105852F 91100000100003962T 911100001000044477 911100001000054748
91110108551385082Q 91110000802100433B 11230500001755309F 11420000MB15291767 12330227419611791H"""
VALID = _VALID.split()
_INVALID = "911100001000054747 91440300MA5DC3AM4K 91330000716105852F 913702001635626810 911100001000013428"
INVALID = _INVALID.split()


@pytest.mark.parametrize("code", VALID)
def test_valid_codes_of_the_register(code: str) -> None:
    assert uscc_problem(code) is None
    assert org_code_valid(code[8:17])


@pytest.mark.parametrize("code", INVALID)
def test_a_wrong_check_digit_is_told_with_the_right_one(code: str) -> None:
    problem = uscc_problem(code)
    assert problem and f"应为“{uscc_check_char(code[:17])}”，现为“{code[17]}”" in problem


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("9133990OMA9K3H5T3Y", ("第8位是字母“O”", "如为数字0")),
        ("9I339901MA9K3H5T3Y", ("第2位是字母“I”", "如为数字1")),
        ("91339901MA9K3H5T3V", ("第18位是字母“V”",)),
        ("01339901MA9K3H5T3Y", ("第1位“0”不是登记管理部门代码",)),
        ("9133A901MA9K3H5T3Y", ("第5位“A”应为数字",)),
        ("91339901MA9K3H5T3", ("应为18位，现为17位", "少1位")),
        ("91339901MA9K3H5T3YY", ("现为19位", "多1位")),
        ("9133990%MA9K3H5T3Y", ("第8位“%”不是代码可用的字符",)),
    ],
)
def test_a_problem_names_the_place_and_the_mend(code: str, said: tuple[str, ...]) -> None:
    problem = uscc_problem(code)
    assert problem and all(part in problem for part in said)


@pytest.mark.parametrize("first", "123456789ANY")
def test_every_registering_authority_is_taken(first: str) -> None:
    """GB 32100: the usual package refuses A, N and Y."""
    code = first + "1330100799655058"
    assert uscc_problem(code + uscc_check_char(code)) is None


@given(st.integers(10, 99), st.integers(100000, 999999), st.text(USCC_CHARS, min_size=9, max_size=9))
def test_the_check_digit_agrees_with_another_implementation(kind: int, place: int, body: str) -> None:
    first17 = f"{kind}{place}{body}"
    assert uscc_check_char(first17) == uscc.calc_check_digit(first17)


@given(st.integers(10**16, 10**17 - 1))
def test_the_citizens_check_digit_agrees_too(number: int) -> None:
    assert citizen_id_check_char(str(number)) == ric.calc_check_digit(f"{number}0")


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(USCC_CHARS))
def test_one_changed_character_never_passes(code: str, place: int, char: str) -> None:
    changed = code[:place] + char + code[place + 1 :]
    assert (uscc_problem(changed) is None) == (changed == code)


def test_what_the_register_issues_is_only_warned_of() -> None:
    assert warnings_of_uscc(FIRM, frozenset({"339901"})) == ()
    assert "不在现行行政区划代码表" in warnings_of_uscc(FIRM, frozenset({"110101"}))[0]
    inner_wrong = "91110114L71771668"
    code = inner_wrong + uscc_check_char(inner_wrong)
    assert uscc_problem(code) is None
    assert any("校验位不符" in said for said in warnings_of_uscc(code, frozenset()))


@pytest.mark.parametrize(
    ("code", "valid"),
    [("10000344-1", False), ("100001686", False), ("10001686X", True), ("MA9K3H5T3", True), ("MA9K3H5T-3", True),
     ("MA9K3H5T4", False), ("ma9k3h5t3", False), ("MA9K3H5T", False)],
)  # fmt: skip
def test_organisation_codes(code: str, valid: bool) -> None:
    assert org_code_valid(code) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [("320404000009558", True), ("320404000009559", False), ("32040400000955", False), ("32040400000955X", False)],
)
def test_old_registration_numbers(number: str, valid: bool) -> None:
    assert reg_no_valid(number) is valid


@given(st.integers(10**13, 10**14 - 1))
def test_one_check_digit_and_only_one_makes_a_registration_number(body: int) -> None:
    assert sum(reg_no_valid(f"{body}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "110101199003070134"])
def test_valid_citizens_numbers(number: str) -> None:
    assert citizen_id_problem(number) is None


def test_nobody_is_older_than_a_hundred_and_thirty() -> None:
    """The standard's own specimen was born in 1880."""
    assert "过早" in str(citizen_id_problem("440524188001010014", TODAY))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("110101199003070135", "校验码不符"),
        ("110101199013070134", "不是有效日期"),
        ("110101203003070134", "晚于今天"),
        ("710101199003070134", "第1位"),
        ("11010119900307013O", "第18位“O”不是数字"),
        ("1101011990030701", "现为16位"),
        ("110101900307013", "15位旧身份证号码"),
    ],
)
def test_a_citizens_number_is_refused_with_its_mend_and_never_repeated(number: str, said: str) -> None:
    problem = citizen_id_problem(number, TODAY)
    assert problem and said in problem and number not in problem


@pytest.mark.parametrize("county", ["339901", "130182", "810000", "830000", "910101"])
def test_a_county_is_not_checked(county: str) -> None:
    first = f"{county}19900307013"
    assert citizen_id_problem(first + citizen_id_check_char(first), TODAY) is None


@pytest.mark.parametrize(
    "text",
    ["00000000000000000X", "000000000000000000", "无", " / ", "N/A", "null", "", "　", "０", "99999999999999999X"],
)
def test_what_stands_for_no_code(text: str) -> None:
    assert is_missing_code(text) and read(text).kind == "missing"


@pytest.mark.parametrize("text", [FIRM, "江澜恒泰食品有限公司", "9", "911100001000044477"])
def test_what_does_not(text: str) -> None:
    assert not is_missing_code(text)


def test_looks_are_mended_characters_never() -> None:
    assert normalise_code(" ９１３３９９０１\u200bｍａ9k 3h5t\t3y ") == FIRM
    assert normalise_code("9133990O") == "9133990O"


READ: list[tuple[str, str, str]] = [
    (FIRM, "uscc", FIRM),
    ("９１３３９９０１ｍａ9k3h5t3y", "uscc", FIRM),
    ("9133 9901 MA9K 3H5T 3Y", "uscc", FIRM),
    ("91339901-MA9K3H5T3-Y", "uscc", FIRM),
    (f"统一社会信用代码:{FIRM}\n名称:江澜恒泰食品有限公司\n类型:有限责任公司", "uscc", FIRM),
    (f"统一社会信用代码：{FIRM}；\r\n企业名称：江澜恒泰食品有限公司；", "uscc", FIRM),
    (f"https://shiming.gsxt.example/q?uniscid={FIRM}&name=江澜恒泰食品有限公司", "uscc", FIRM),
    (f"申请人江澜恒泰食品有限公司（{FIRM}），电话13800138000，2026年11月20日", "uscc", FIRM),
    (f"注册号320404000009558 统一社会信用代码{FIRM}", "uscc", FIRM),
    (
        "姓名 沈某\n性别 男 民族 汉\n出生 1990年3月7日\n公民身份号码 110101199003070134",
        "citizen_id",
        "110101199003070134",
    ),
    ("110101199003070134", "citizen_id", "110101199003070134"),
    ("11010519491231002x", "citizen_id", "11010519491231002X"),
    ("320404000009558", "reg_no", "320404000009558"),
    ("注册号：320404000009558", "reg_no", "320404000009558"),
    ("MA9K3H5T-3", "org_code", "MA9K3H5T3"),
    ("组织机构代码:MA9K3H5T-3", "org_code", "MA9K3H5T3"),
    ("E12345678", "passport", "E12345678"),
    ("H1234567890", "travel_permit", "H1234567890"),
    ("江澜恒泰食品有限公司", "name", "江澜恒泰食品有限公司"),
    ("名称:江澜恒泰食品有限公司", "name", "江澜恒泰食品有限公司"),
    ("' OR 1=1 --", "name", "' OR 1=1 --"),
    ("云", "name", "云"),
]


@pytest.mark.parametrize(("text", "kind", "value"), READ)
def test_reading_a_text(text: str, kind: str, value: str) -> None:
    found = read(text, today=TODAY)
    assert (found.kind, found.value, found.problem) == (kind, value, "")
    assert found.original == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{FIRM} {OTHER}", "2个不同的统一社会信用代码"),
        ("9133990OMA9K3H5T3Y", "第8位是字母“O”"),
        ("统一社会信用代码：9133990OMA9K3H5T3Y\n名称：某公司", "第8位是字母“O”"),
        ("91339901MA9K3H5T3", "少1位"),
        ("3204040000O9558", "第11位是“O”"),
        ("320404000009559", "注册号校验码不符"),
        ("3204040000095", "13位数字"),
        ("110101199003070135", "身份号码校验码不符"),
        ("https://shiming.gsxt.example/q?e=xyz", "只有网址"),
        ("😀", "没有识别出"),
        ("(.*)+", "没有识别出"),
        ("公司" * 150, "文本过长（300字）"),
        ("123", "应为18位，现为3位"),
    ],
)
def test_what_cannot_be_used_says_how_to_mend_it(text: str, said: str) -> None:
    found = read(text, today=TODAY)
    assert found.kind == "invalid" and said in found.problem


def test_a_number_that_may_be_either_asks_which() -> None:
    prefix = next(
        f
        for f in (f"1101011990{m:02}{d:02}{n:03}" for m in range(1, 13) for d in range(1, 29) for n in range(1000))
        if citizen_id_check_char(f) == uscc_check_char(f)
    )
    number = prefix + citizen_id_check_char(prefix)
    assert read(number).kind == "invalid" and "请在号码前写明" in read(number).problem
    assert read(f"身份证 {number}").kind == "citizen_id"
    assert read(f"信用代码 {number}").kind == "uscc"


def test_all_codes_of_a_text_come_once_each_and_in_order() -> None:
    found = read_all(f"{FIRM}\n{OTHER}\n{FIRM}\n9133990OMA9K3H5T3Y")
    assert [(f.kind, f.value) for f in found] == [
        ("uscc", FIRM),
        ("uscc", OTHER),
        ("invalid", "9133990OMA9K3H5T3Y"),
    ]


def test_the_name_beside_a_code_is_kept() -> None:
    assert read(f"名称:江澜恒泰食品有限公司\n统一社会信用代码:{FIRM}").name == "江澜恒泰食品有限公司"


@pytest.mark.parametrize("number", ["110101199003070135", "11010119900307013"])
def test_a_wrong_personal_number_is_not_repeated(number: str) -> None:
    found: Any = read(f"身份证 {number}", today=TODAY)
    assert found.kind == "invalid" and number not in found.value + found.problem


@given(st.text(max_size=400))
def test_reading_never_fails(text: str) -> None:
    assert read_all(text, today=TODAY)
    assert read(text, today=TODAY).kind in {
        "uscc", "citizen_id", "reg_no", "org_code", "passport", "travel_permit", "invalid", "missing", "name",
    }  # fmt: skip


def test_a_mask_keeps_six_and_four() -> None:
    assert mask("110101199003070134") == "110101********0134"
    assert mask("E12345678") == "E******"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("11010519491231002X", True),
        ("12 11010519491231002x 3", True),
        ("张某 110105 19491231 002x 的申请", True),
        ("110105-19491231-002X", True),
        ("1101.0519.4912.3100.2x", True),
        ("110105/19491231/002X", True),
        ("12 110105－19491231－002X 3", True),
        ("110105 - 19491231 \u200b002X", True),
        ("110105194912310021", False),  # its check digit is wrong
        ("110105-19491231-0021", False),
        ("2026-11-20 10:00:00.110105-19491231", False),  # a moment and an id
        ("2026-11-20/2026-11-30", False),
        ("110105-19491231-002-10", False),
        ("1101051949123100210", False),  # nineteen digits
        ("1101-0519-4912-3100-210", False),
        ("JL-20261120-000037", False),
        ("111101051949123100 2X11", False),
        ("", False),
    ],
)
def test_a_text_that_holds_a_citizens_number(text: str, holds: bool) -> None:
    assert holds_citizen_id(text) is holds
