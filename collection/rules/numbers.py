"""Cells that hold a number which identifies somebody. Pure; nothing is mended, a person's number never repeated."""

from catalog.rules.definition import Field
from collection.rules.judged import EMPTY, Judge, Judged, is_missing, refused, warning
from collection.rules.problems import Problem, Severity, shown
from kernel.identifiers import (
    CATEGORIES,
    USCC_CHARS,
    USCC_LENGTH,
    USCC_SHAPE,
    citizen_id_problem,
    is_missing_code,
    normalise_code,
    org_code_valid,
    reg_no_valid,
    uscc_problem,
)

LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_LONGEST_ID = 30
UNPRINTABLE = "含不可见的控制字符。请在单元格中重新录入18位统一社会信用代码。"
A_PERSONS = "疑为公民身份号码，不是统一社会信用代码。请改填统一社会信用代码；相对人为自然人的，填入证件号码栏。"
MAY_BE_A_PERSON = (
    "该号码同时符合公民身份号码的规则。请核对：是公民身份号码的，填入证件号码栏；"
    "确为统一社会信用代码的，请在“确认无误”栏填“是”。"
)


def may_be_a_person(number: str) -> bool:
    """Whether it is a citizen's number as well: one in 31 of those passes as a unified code."""
    return len(number) == 18 and number[6:8] in ("19", "20") and citizen_id_problem(number) is None


def judge_uscc(field: Field) -> Judge:
    """GB 32100-2015. A letter that no code holds is named with the digit it likely stands for."""
    code = field.code

    def judge(raw: str) -> Judged:
        number = raw if USCC_SHAPE.fullmatch(raw) else normalise_code(raw)
        wrong = uscc_problem(number)
        if wrong is None:
            if may_be_a_person(number):
                return Judged(number, None, (Problem(code, "uscc_person", MAY_BE_A_PERSON, Severity.SUSPECT),), True)
            if number[1] in CATEGORIES.get(number[0], ""):
                return Judged(number, None, (), True)
            message = f"第1、2位“{number[:2]}”不是常见的机构类别。请对照执照核对。"
            return Judged(number, None, (warning(code, "uscc_unusual", message),), True)
        if is_missing(raw) or is_missing_code(number):
            return EMPTY
        return refused(code, "uscc_wrong", _uscc_message(number, wrong) if number.isprintable() else UNPRINTABLE)

    return judge


def _uscc_message(number: str, wrong: str) -> str:
    if may_be_a_person(number):
        return A_PERSONS
    if len(number) == 15 and number.isdigit() and reg_no_valid(number):
        return f"{number} 是15位注册号。请填入注册号栏，本栏改为18位统一社会信用代码。"
    foreign = [place for place, char in enumerate(number) if char not in USCC_CHARS]
    if len(number) != USCC_LENGTH or not foreign or any(number[place] not in LOOKALIKES for place in foreign):
        return wrong
    what = "、".join(f"第{place + 1}位是字母“{number[place]}”" for place in foreign)
    how = "、".join(f"第{place + 1}位的“{LOOKALIKES[number[place]]}”" for place in foreign)
    fits = uscc_problem("".join(LOOKALIKES.get(char, char) for char in number)) is None
    proof = "（改后校验码相符）" if fits else "（改后校验码仍不符，另有错位）"
    return f"{what}，代码中不使用字母I、O、S、V、Z。请对照执照核对，疑应改为数字：{how}{proof}。"


def judge_org_code(field: Field) -> Judge:
    """GB 11714-1997: nine characters; the hyphen before the last is dropped."""
    code = field.code

    def judge(raw: str) -> Judged:
        number = normalise_code(raw)
        if is_missing(raw) or is_missing_code(number):
            return EMPTY
        if org_code_valid(number):
            return Judged(number.replace("-", ""), None, (), True)
        bare = number.replace("-", "")
        if may_be_a_person(bare):
            message = A_PERSONS
        elif len(bare) == USCC_LENGTH and uscc_problem(bare) is None:
            message = (
                f"{bare} 是18位统一社会信用代码。请填入统一社会信用代码栏，本栏改为其第9至17位 {bare[8:17]} 或留空。"
            )
        elif len(bare) != 9:
            message = f"组织机构代码应为9位，现为{len(bare)}位。请对照证书改正，或留空。"
        else:
            message = f"“{shown(number)}”校验码不符，说明某一位录入有误。请对照证书逐位核对，或留空。"
        return refused(code, "org_code_wrong", message)

    return judge


def judge_reg_no(field: Field) -> Judge:
    """GS 15-2006: 15 digits with a check digit. Numbers of 13 or 14 digits are older and have none."""
    code = field.code

    def judge(raw: str) -> Judged:
        number = normalise_code(raw)
        if is_missing(raw) or is_missing_code(number):
            return EMPTY
        if reg_no_valid(number):
            return Judged(number, None, (), True)
        if number.isascii() and number.isdigit() and len(number) in (13, 14):
            message = f"{len(number)}位是旧式注册号，没有校验位。请对照执照核对，已换照的改填统一社会信用代码。"
            return Judged(number, None, (warning(code, "reg_no_unusual", message),), True)
        if may_be_a_person(number):
            message = A_PERSONS
        elif len(number) == USCC_LENGTH and uscc_problem(number) is None:
            message = f"{number} 是18位统一社会信用代码。请填入统一社会信用代码栏，本栏留空。"
        elif len(number) == 15 and number.isascii() and number.isdigit():
            message = "15位注册号校验码不符，说明某一位录入有误，也可能不是注册号。请对照旧执照逐位核对，或留空。"
        else:
            message = f"注册号应为13至15位数字，现为{len(number)}位。请对照旧执照改正，或留空。"
        return refused(code, "reg_no_wrong", message)

    return judge


def judge_id_number(field: Field) -> Judge:
    """The number of a person's document, only normalised: which rule holds, its kind says (rules/identity.py)."""
    code = field.code

    def judge(raw: str) -> Judged:
        number = normalise_code(raw)
        if is_missing(raw) or is_missing_code(number):
            return EMPTY
        if len(number) > _LONGEST_ID or not number.isprintable():
            return refused(code, "id_number_wrong", "证件号码应为5至30位字母、数字。请对照证件改正，只填一个号码。")
        return Judged(number, None, (), True)

    return judge
