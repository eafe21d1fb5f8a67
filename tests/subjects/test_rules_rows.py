"""Rows of a file: what is taken, and what every refusal says."""

from datetime import date

import pytest

from subjects.rules.rows import Columns, Row, RowError, columns_of, read_date, read_row, read_rows

TODAY = date(2026, 11, 20)
COLUMNS = Columns(name=0, uscc=1, reg_date=2, width=5)
CODE = "91339901MA9K3H5T3Y"


def row(*cells: str) -> Row | RowError:
    return read_row(2, cells, COLUMNS, TODAY)


def test_a_good_row() -> None:
    assert row(" 江澜(恒泰)食品有限公司 ", CODE.lower(), "2019-07-01", "", "") == Row(
        2, "江澜（恒泰）食品有限公司", "江澜恒泰食品有限公司", CODE, "legal_person", date(2019, 7, 1), "339901"
    )


@pytest.mark.parametrize(
    ("cells", "field", "said"),
    [
        (("", CODE, ""), "name", "为空"),
        (("公" * 201, CODE, ""), "name", "过长"),
        (("=cmd|' /C calc'!A0", CODE, ""), "name", "公式"),
        (("江澜\ufffd食品有限公司", CODE, ""), "name", "无法识别的字符"),
        (("（）", CODE, ""), "name", "没有文字"),
        (("某公司", "9133990OMA9K3H5T3Y", ""), "uscc", "第8位是字母“O”"),
        (("某公司", "91339901MA9K3H5T3X", ""), "uscc", "校验码不符"),
        (("某公司", "00000000000000000X", ""), "uscc", "无代码"),
        (("某公司", "320404000009558", ""), "uscc", "15位注册号"),
        (("某公司", "110101199003070134", ""), "uscc", "公民身份号码"),
        (("某公司", CODE, "2019-02-30"), "reg_date", "不是有效的过去日期"),
        (("某公司", CODE, "2027-01-01"), "reg_date", "不是有效的过去日期"),
        (("某公司",), "row", "列数不足"),
    ],
)
def test_a_bad_row_says_what_to_mend(cells: tuple[str, ...], field: str, said: str) -> None:
    error = row(*cells)
    assert isinstance(error, RowError) and error.field == field and said in str(error)
    assert str(error).startswith("第2行“")


def test_a_citizens_number_is_not_repeated() -> None:
    assert "110101199003070134" not in str(row("某公司", "110101199003070134", ""))


@pytest.mark.parametrize(
    "text", ["2019-07-01", "2019/7/1", "20190701", "2019年7月1日", "2019.07.01", "2019-07-01 00:00:00"]
)
def test_days_as_people_write_them(text: str) -> None:
    assert read_date(text) == date(2019, 7, 1)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["name", "uscc", "reg_date", "province", "city"], Columns(0, 1, 2, 5)),
        (["\ufeff统一社会信用代码", " 企业名称 "], Columns(1, 0, -1, 2)),
        (["序号", "单位名称", "社会信用代码", "成立日期"], Columns(1, 2, 3, 4)),
    ],
)
def test_columns_are_found_by_their_heading(header: list[str], columns: Columns) -> None:
    assert columns_of(header) == columns


def test_a_missing_column_is_named() -> None:
    assert "统一社会信用代码" in str(columns_of(["名称"])) and "名称" in str(columns_of([]))


def test_blank_rows_are_passed_over_and_lines_keep_their_number() -> None:
    read = list(read_rows([["", ""], ["某公司", CODE]], COLUMNS, TODAY))
    assert [one.line for one in read] == [3]
