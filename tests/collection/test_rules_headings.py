"""Which column is which field, and when a file is refused for its headings."""

import random

import pytest

from catalog.rules.definition import read
from collection.rules.headings import HeadingsRefused, match
from tests.collection.definitions import FIELDS, PENALTY, SAID

NAMES = [one["name"] for one in FIELDS]
CODES = [one["code"] for one in FIELDS]
BY_NAME = dict(zip(NAMES, CODES, strict=True))


def refusal(headings, definition=PENALTY) -> str:
    with pytest.raises(HeadingsRefused) as caught:
        match(headings, definition)
    assert "请" in str(caught.value)
    return str(caught.value)


def renamed(old: str, new: str) -> list[str]:
    return [new if name == old else name for name in NAMES]


def test_names_and_codes_in_any_order():
    assert match(NAMES, PENALTY).fields == BY_NAME
    assert match(CODES, PENALTY).fields == dict(zip(CODES, CODES, strict=True))
    shuffled = random.Random(1).sample(NAMES, len(NAMES))
    assert match(shuffled, PENALTY).fields == BY_NAME
    assert match([code.lower() for code in CODES], PENALTY).missing == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("行政相对人名称", "＊行政相对人名称"),
        ("行政相对人名称", "行政相对人名称（必填）"),
        ("行政相对人名称", "行政相对人\n名称"),
        ("行政相对人名称", "企业名称"),
        ("行政相对人名称", " 行政相对人名称： "),
        ("行政相对人代码_1(统一社会信用代码)", "行政相对人代码_1（统一社会信用代码）"),
        ("行政相对人代码_1(统一社会信用代码)", "行政相对人代码＿１"),
        ("行政相对人代码_1(统一社会信用代码)", "统一社会信用代码"),
        ("行政相对人代码_2(工商注册号)", "工商注册号"),
        ("罚款金额（万元）", "罚款金额"),
        ("罚款金额（万元）", "罚款金额(万元)（选填）"),
        ("处罚内容", "CF_JG"),
        ("法定代表人证件号码", "CF_FR_SFZH"),
    ],
)
def test_other_ways_to_write_a_heading(old, new):
    matched = match(renamed(old, new), PENALTY)
    assert matched.fields[new] == BY_NAME[old]
    assert (matched.missing, matched.unread) == ((), ())


def test_what_is_not_understood_is_listed():
    matched = match([*NAMES[:-3], "承办人", "原表行号", "退回原因", "确认无误", ""], PENALTY)
    assert matched.unread == ("承办人",)
    assert matched.missing == ("PROCEDURE", "GRADE", "STATE")


def test_two_columns_for_one_field():
    assert "“行政相对人名称”“企业名称”都对应信息项“行政相对人名称”" in refusal([*NAMES, "企业名称"])
    assert "只保留其中一列" in refusal([*NAMES, "处罚内容(2)"])


def test_another_unit_in_the_heading():
    said = refusal(renamed("罚款金额（万元）", "罚款金额（元）"))
    assert "单位是元" in said and "换算为万元" in said


def test_a_missing_required_column_is_named():
    assert "缺少必填列“处罚内容”" in refusal([name for name in NAMES if name != "处罚内容"])


def test_no_column_says_who_it_is():
    who = {"CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_ZJHM"}
    said = refusal([name for name in NAMES if BY_NAME[name] not in who])
    assert "缺少必填列“行政相对人代码_1(统一社会信用代码)”" in said


def test_another_items_template():
    permit = [*NAMES[:13], "许可编号", "许可内容", "许可机关", "许可类别", "许可决定日期", "有效期自", "有效期至"]
    said = refusal(permit)
    assert "“行政处罚信息”（第 2 版）" in said
    assert "文件共有 20 列，其中 7 列无法识别（“许可编号”" in said and "疑为其他目录条目的表格" in said


def test_a_heading_that_two_fields_claim_belongs_to_neither():
    fields = [one | {"synonyms": ["代码"]} if one["code"] in ("CF_XDR_SHXYM", "CF_CFJGDM") else one for one in FIELDS]
    matched = match([*NAMES, "代码"], read(SAID | {"fields": fields}))
    assert matched.unread == ("代码",)


def test_a_name_wins_over_another_fields_synonym():
    fields = [one | {"synonyms": ["备注"]} if one["code"] == "CF_SY" else one for one in FIELDS]
    assert match(NAMES, read(SAID | {"fields": fields})).fields["备注"] == "BZ"
