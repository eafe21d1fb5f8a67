"""Code lists and the numbers that identify: never mended, always told which place and what it likely should be."""

import pytest

from catalog.rules.definition import Field, read_field
from collection.rules import codelists, numbers
from collection.rules.judged import Judged
from collection.rules.problems import Severity

CITIZEN = "110101199003070134"


def field(**said) -> Field:
    return read_field({"code": "F", "name": "信息项", "required": True, **said})


def said(judged: Judged) -> str:
    return " ".join(problem.message for problem in judged.problems)


def codes(judged: Judged) -> list[str]:
    return [problem.code for problem in judged.problems]


# --- code lists ---
KINDS = ["警告", "罚款", "没收违法所得、没收非法财物", "吊销许可证件"]
one = codelists.judge_code(field(type="code", codes=KINDS))
several = codelists.judge_code(field(type="code", codes=KINDS, separator=";", codes_open=True, length=40))


@pytest.mark.parametrize("raw", ["警告", " 警 告 ", "警告&警告&警告", "警告；警告"])
def test_a_single_code(raw):
    assert one(raw).text == "警告"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("警告;罚款", "警告;罚款"),
        ("罚款；警告", "罚款;警告"),
        ("警告、罚款", "警告;罚款"),
        ("警告&罚款", "警告;罚款"),
        ("警告，罚款", "警告;罚款"),
        ("警告&警告&警告", "警告"),
        ("罚款、没收违法所得、没收非法财物", "罚款;没收违法所得、没收非法财物"),
        ("没收违法所得、没收非法财物；罚款", "没收违法所得、没收非法财物;罚款"),
        ("罚款;其他-责令限期拆除", "罚款;其他-责令限期拆除"),
        ("其他（责令限期拆除）", "其他-责令限期拆除"),
        ("罚款;;", "罚款"),
    ],
)
def test_several_codes(raw, read):
    assert several(raw).text == read


def test_a_code_twice_is_listed():
    assert [(p.code, p.severity) for p in several("警告&警告").problems] == [("repeated", Severity.WARNING)]


@pytest.mark.parametrize(
    ("judge", "raw", "code", "how"),
    [
        (one, "警告;罚款", "code_several", "只保留一项"),
        (one, "拘役", "code_list", "请改为下列之一：警告、罚款"),
        (one, "没收违法所得", "code_list", "如改为“没收违法所得、没收非法财物”"),
        (one, "其他-责令改正", "code_list", "请改为"),
        (several, "其他", "code_list", "“其他-具体内容”"),
        (several, "其他-" + "长" * 40, "too_long", "请删减"),
        (several, "警\x00告", "control_character", "请"),
    ],
)
def test_what_is_no_code(judge, raw, code, how):
    assert codes(judge(raw)) == [code]
    assert how in said(judge(raw))


def test_an_open_code_holds_no_citizens_number():
    assert codes(several(f"其他-王某{CITIZEN}")) == ["citizen_number_in_text"]


def test_every_unknown_code_is_named():
    assert codes(several("拘役;罚金;警告")) == ["code_list", "code_list"]


# --- numbers that identify ---
uscc = numbers.judge_uscc(field(type="uscc"))


def test_a_unified_code_is_read_in_any_width():
    assert uscc("９１４４０３００７０８４６１１３６ｔ").text == "91440300708461136T"
    assert uscc(" 9144 0300 7084 6113 6T ").text == "91440300708461136T"


@pytest.mark.parametrize("raw", ["00000000000000000X", "— —", "无", "/", "0", "000000000000000000"])
def test_marks_for_no_code(raw):
    assert uscc(raw).filled is False


@pytest.mark.parametrize(("raw", "place"), [("91520198MAAMOWECXQ", 13), ("91150425MAOMX52N1X", 11)])
def test_a_letter_o_is_named_with_its_place_and_never_mended(raw, place):
    judged = uscc(raw)
    assert judged.text == ""
    assert f"第{place}位是字母“O”" in said(judged) and f"第{place}位的“0”" in said(judged)


def test_a_letter_that_would_fit_says_so():
    assert "（改后校验码相符）" in said(uscc("9144O300708461136T"))
    assert "第5位是字母“O”、第9位是字母“I”" in said(uscc("9144O300I08461136T"))


@pytest.mark.parametrize(
    ("raw", "how"),
    [
        ("91440300708461136", "应为18位，现为17位"),
        ("91440300708461136A", "校验码不符"),
        (CITIZEN, "疑为公民身份号码"),
        ("110108000000016", "是15位注册号"),
    ],
)
def test_wrong_unified_codes(raw, how):
    assert codes(uscc(raw)) == ["uscc_wrong"]
    assert how in said(uscc(raw)) and CITIZEN not in said(uscc(raw))


def test_an_organisation_code():
    judge = numbers.judge_org_code(field(type="org_code"))
    assert judge("70846113-6").text == judge("708461136").text == "708461136"
    assert "校验码不符" in said(judge("708461137"))
    assert "第9至17位 708461136" in said(judge("91440300708461136T"))
    assert "应为9位" in said(judge("1234"))


def test_a_registration_number():
    judge = numbers.judge_reg_no(field(type="reg_no"))
    assert judge("110108000000016").text == "110108000000016"
    assert "校验码不符" in said(judge("110108000000017"))
    assert [(p.code, p.severity) for p in judge("1101080000001").problems] == [("reg_no_unusual", Severity.WARNING)]
    assert "13至15位" in said(judge("110108000000"))
    assert "13至15位" in said(judge("1101080000000160"))


def test_a_citizens_number_that_passes_as_a_unified_code_must_be_confirmed():
    """One in 31 of them does: this one is made up."""
    number = "116909196810091990"
    judged = uscc(number)
    assert [(p.code, p.severity) for p in judged.problems] == [("uscc_person", Severity.SUSPECT)]
    for judge in (numbers.judge_reg_no(field(type="reg_no")), numbers.judge_org_code(field(type="org_code"))):
        assert "疑为公民身份号码" in said(judge(number)) and number[:9] not in said(judge(number))
