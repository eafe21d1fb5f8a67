"""The list of information items leaves as a spreadsheet and comes back the same, or with every fault at once."""

import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest

from catalog.rules.definition import KINDS, Field, FieldType, Masking
from catalog.rules.field_list import HEADINGS, LONGEST, FieldListRefused, read_list, workbook

NEEDS = dict(zip(KINDS, ("R", "-", "O", "R"), strict=True))
FIELDS = (
    Field(code="CF_WSH", name="行政处罚决定书文号", length=128, required=NEEDS, synonyms=("文号", "决定书号")),
    Field(
        code="CF_CFLB", name="处罚类别", type=FieldType.CODE, required=NEEDS, codes=("警告", "罚款"), codes_open=True,
        separator="；", sharing="政务共享", note="可多选",
    ),
    Field(
        code="CF_NR_FK", name="罚款金额", type=FieldType.AMOUNT, unit="万元", decimals=6, required=NEEDS,
        suspect_above=Decimal("10000.5"),
    ),
    Field(code="ZJHM", name="证件号码", type=FieldType.ID_NUMBER, required=NEEDS, masking=Masking.SEALED),
)  # fmt: skip


def edited(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(FIELDS, title="某条目")))
    change(book["信息项清单"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_there_and_back() -> None:
    assert read_list(workbook(FIELDS, title="某条目")) == FIELDS
    assert read_list(edited(lambda sheet: None)) == FIELDS


def test_the_order_of_the_rows_is_the_order_of_the_items() -> None:
    assert [f.code for f in read_list(edited(lambda sheet: sheet.move_range("A2:R2", rows=10)))] == [
        "CF_CFLB", "CF_NR_FK", "ZJHM", "CF_WSH",
    ]  # fmt: skip


def column(heading: str) -> int:
    return HEADINGS.index(heading) + 1


def test_every_fault_is_told_with_its_row() -> None:
    def spoil(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for heading, text in (
            ("类型", "数字"),
            ("长度", "很长"),
            ("法人", "要"),
            ("金额复核上限", "多"),
            ("脱敏", "无"),
        ):
            sheet.cell(2, column(heading), text)
        sheet.cell(3, column("信息项名称")).value = None
        sheet.cell(4, column("信息项代码"), "罚款/金额")
        sheet.cell(5, column("信息项代码"), "ZJHM")
        sheet.cell(6, column("信息项代码"), "ZJHM")
        sheet.cell(6, column("信息项名称"), "另一个证件号码")
        sheet.cell(6, column("类型"), "文本")

    with pytest.raises(FieldListRefused) as refused:
        read_list(edited(spoil))
    told = refused.value.problems
    assert len(told) == 8
    for start in (
        "第 2 行“类型”：数字。请改为文本、",
        "第 2 行“长度”：很长。请改为 1 至 10000",
        "第 3 行“信息项名称”：未填写",
    ):
        assert any(one.startswith(start) for one in told), told
    assert "信息项代码“ZJHM”出现了不止一次，请改为不重复的。" in told


def test_no_end_of_rows_and_no_end_of_faults() -> None:
    def many(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in range(LONGEST):
            sheet.append([f"F{row}", f"名{row}", "不知"])

    with pytest.raises(FieldListRefused, match="另有 121 处") as refused:
        read_list(edited(many))
    assert f"信息项超过 {LONGEST} 个" in refused.value.problems[-1]
