"""What can be wrong with a row, and how it is said: value, reason, how to mend it (term 29). Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """ERROR: the row is returned. SUSPECT: returned unless a person confirms it (确认无误). WARNING: it is taken."""

    ERROR = "error"
    SUSPECT = "suspect"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one cell, or with the whole row (`field` "").

    `code`: a key of LABELS. `message`: Chinese, without the place; ends with how to mend it; a person's number is
    never repeated in it.
    """

    field: str
    code: str
    message: str
    severity: Severity = Severity.ERROR


NO_CODE = "no_code"  # a name without any code: the engine adds whom the register knows under that name

LABELS: dict[str, str] = {
    "required": "必填项为空",
    "required_if": "条件必填项为空",
    "one_of": "至少填一项",
    "must_be_empty": "不应填写",
    NO_CODE: "没有主体代码",
    "cell_flawed": "单元格不可信",
    "control_character": "含控制字符",
    "unreadable_character": "含无法识别的字符",
    "too_long": "超过长度",
    "formula": "疑为公式",
    "citizen_number_in_text": "文本含身份号码",
    "year_in_text": "文本年份存疑",
    "repeated": "内容重复",
    "date_unreadable": "日期无法识别",
    "date_impossible": "日期不存在",
    "date_future": "日期晚于今天",
    "in_order": "日期先后不符",
    "amount_unreadable": "金额无法识别",
    "amount_unit": "金额单位不符",
    "amount_negative": "金额为负",
    "amount_decimals": "小数位数过多",
    "amount_too_large": "金额过大",
    "amount_suspect": "金额存疑",
    "unit_slip": "金额与文字不符",
    "amount_differs": "金额与文字不一致",
    "integer_unreadable": "整数无法识别",
    "code_list": "不在代码表中",
    "code_several": "只能填一项",
    "uscc_wrong": "统一社会信用代码有误",
    "uscc_person": "疑为公民身份号码",
    "uscc_unusual": "统一社会信用代码少见",
    "org_code_wrong": "组织机构代码有误",
    "reg_no_wrong": "注册号有误",
    "reg_no_unusual": "注册号校验位不符",
    "codes_differ": "两个代码不一致",
    "id_number_wrong": "证件号码有误",
    "id_kind_unknown": "证件类型不明",
    "kind_unknown": "主体类别不明",
    "kind_mismatch": "主体类别与代码不符",
    "kind_not_collected": "主体类别不在归集范围",
    "name_wrong": "名称有误",
    "document_no_wrong": "文号有误",
    "authority_wrong": "机关名称有误",
    "authority_note": "机关名称带有说明",
    "no_penalty": "不是行政处罚",
    "person_summary": "依法不归集",
    "grade_missing": "未定失信程度",
    "publicity_assumed": "公示期限按规定推算",
    "publicity_long": "公示期过长",
    "publicity_person": "自然人不予公示",
    "publicity_over": "公示期已满",
    "raise_incomplete": "缺少限制期限",
    "term_open": "限制期限未定",
    "duplicate": "与其他行重复",
}


def sentence(row: int, field_name: str, problem: Problem) -> str:
    """第 {行} 行“{信息项}”：… (term 29); `field_name` "": the whole row."""
    place = f"第 {row} 行“{field_name}”" if field_name else f"第 {row} 行"
    return f"{place}：{problem.message}"


_LONG_NUMBER = re.compile(r"(?:\d[\s\u200b-\u200f\u2060\ufeff-]*){14,}[\dXxＸｘ]?")
SHOWN = 40  # characters of a value that a message repeats


def shown(value: str) -> str:
    """A value as a message may repeat it: on one line, cut, any number that may be a person's left out."""
    text = " ".join(_LONG_NUMBER.sub("（号码不显示）", value).split())
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "□" for char in text)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
