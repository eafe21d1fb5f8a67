"""Lists of powers: headings, what a row must say, what an item takes over."""

from dataclasses import dataclass
from typing import Any

import pytest

from catalog.rules.content import Basis
from catalog.rules.powers import PowerRow, RowRefused, bases_in, derived, item_code, understand
from portal.services.initial_data import catalogue_items

GOOD = {
    "事项编码": "330100123456",
    "事项名称": "食品经营许可",
    "事项类型": "行政许可",
    "实施部门代码": "11339900009910086U",
    "设定依据": "《中华人民共和国食品安全法》第三十五条",
}


def test_a_row() -> None:
    good, refused = understand([(2, GOOD)])
    assert refused == []
    assert good == [PowerRow(2, "330100123456", "食品经营许可", "行政许可", "11339900009910086U", GOOD["设定依据"])]


def test_other_headings_and_words_of_the_same_meaning() -> None:
    row = {"＊权力编码": "Ａ１", "职权名称": "罚款", "权力 类型": "行政监督检查", "行使主体": "某局", "实施依据": ""}
    good, refused = understand([(3, row)])
    assert not refused and good == [PowerRow(3, "A1", "罚款", "行政检查", "某局", "")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"事项编码": ""}, ["没有填写事项编码"]),
        ({"事项名称": " "}, ["没有填写事项名称"]),
        ({"实施部门代码": ""}, ["没有填写实施部门代码"]),
        ({"事项类型": "行政恩赐"}, ["事项类型“行政恩赐”不对", "行政许可、行政处罚"]),
        ({"事项编码": "9" * 61}, ["事项编码有 61 个字符，超过 60 个"]),
        ({"事项名称": "长" * 301}, ["事项名称有 301 个字符"]),
        ({"设定依据": "第\x00条"}, ["设定依据中有不可见的控制字符"]),
        (
            {"事项编码": "", "事项名称": "", "事项类型": ""},
            ["没有填写事项编码；没有填写事项名称；", "事项类型“”不对"],
        ),
    ],
    ids=str,
)
def test_a_row_that_is_returned(changes: dict[str, str], words: list[str]) -> None:
    good, (refused,) = understand([(7, GOOD | changes)])
    assert not good and refused.row == 7 and refused.message.endswith("。")
    assert all(one in refused.message for one in words)


def test_a_code_twice_in_one_file() -> None:
    good, refused = understand([(2, GOOD), (3, GOOD | {"事项名称": "别的"})])
    assert [row.row for row in good] == [2]
    assert refused == [RowRefused(3, "事项编码“330100123456”与第 2 行重复，请删去其中一行或改正编码。")]


@dataclass(frozen=True)
class Document:
    code: str
    title: str
    short: str
    number: str = ""


DOCUMENTS = [
    Document("food", "中华人民共和国食品安全法", "食品安全法"),
    Document("penalty", "中华人民共和国行政处罚法", "行政处罚法"),
    Document("notice", "某通知", "某发〔2018〕1号", "某发〔2018〕1号"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("某市规定", []),
        ("《中华人民共和国食品安全法》第三十五条", [("food", "第三十五条")]),
        ("《食品安全法》第三十五条、第一百二十二条第一款", [("food", "第三十五条、第一百二十二条")]),
        ("依据《行政处罚法》第九条和《食品安全法》第三十五条", [("penalty", "第九条"), ("food", "第三十五条")]),
        ("《食品安全法实施条例》第二条", []),
        ("《食品安全法》第一条；《某未登记的条例》第八条", [("food", "第一条")]),
        ("某发〔2018〕1号", [("notice", "")]),
    ],
)
def test_the_documents_that_a_basis_cites(text: str, expected: list[tuple[str, str]]) -> None:
    assert bases_in(text, DOCUMENTS) == tuple(Basis(document=d, article=a) for d, a in expected)


def test_an_item_derived_from_a_power() -> None:
    standard = [content for code, content in catalogue_items() if code == "permit"][-1]
    made = derived(
        standard,
        name="食品经营许可",
        basis="《食品安全法》第三十五条。",
        department_code="11339900009910086U",
        documents=DOCUMENTS,
    )
    assert made.name == "食品经营许可（行政许可）"
    assert made.legal_basis == "《食品安全法》第三十五条；" + standard.legal_basis
    assert made.bases == (Basis(document="food", article="第三十五条"), *standard.bases)
    assert made.provider_units == ("11339900009910086U",)
    assert (made.fields, made.rules, made.roles) == (standard.fields, standard.rules, standard.roles)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("330100-1", "permit-330100-1"), ("许可 12/3", "permit-12-3"), ("9" * 60, "permit-" + "9" * 53)],
)
def test_the_code_of_a_derived_item(given: str, expected: Any) -> None:
    assert item_code("行政许可", given) == expected
