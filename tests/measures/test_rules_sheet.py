"""The eight columns of 篇十五: what is written is read again; what people merge is read, or told by its row."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.sheet import HEADINGS, SHEETS, SheetItem, SheetRefused, cells_of, read_rows, workbook

# 篇十五, 附件1, as its table stands in the notice of 安徽省广播电视局 (2019年版)
BASIS = "《关于对慈善捐赠领域相关主体实施守信联合激励和失信联合惩戒的合作备忘录》（发改财金〔2018〕331号）"
TARGET = (
    "一是在民政部门依法登记或认定、评估等级在4A以上的慈善组织；\n"
    "二是有良好的捐赠记录，以及在扶贫济困领域有突出贡献的捐赠人，包括自然人、法人和非法人组织。"
)
CONTENT = "在同等条件下，优先向守信慈善组织购买服务，并为守信慈善组织承接政府购买服务项目提供指导。"
HEAD = [
    "序号",
    "事项名称",
    "责任处室\n(单位)",
    "激励依据",
    "激励对象",
    "省广播电视局\n激励措施",
    "管理阶段",
    "组织实施",
    "应用手段",
]
PASTED = (
    "守信联合激励措施清单序号事项名称责任处室(单位)激励依据激励对象省广播电视局激励措施管理阶段组织实施应用手段"
    "1无规划财务处《关于对慈善捐赠领域相关主体实施守信联合激励和失信联合惩戒的合作备忘录》(发改财金〔2018〕331号)"
    "一是在民政部门依法登记或认定、评估等级在4A以上的慈善组织;"
)


def row(**fields: Any) -> SheetItem:
    said = {
        "matter_name": "无",
        "responsible_office": "规划财务处",
        "basis_text": BASIS,
        "target_text": TARGET,
        "content": CONTENT,
        "stages": ("before", "during"),
        "organisation": "局行政审批办",
        "means": "推荐应用",
        "reward": True,
    }
    return SheetItem(**said | fields)


def book(fill: Callable[[Any], None], title: str = "Sheet1") -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.title = title
    fill(made.active)
    made.save(out)
    return out.getvalue()


def table(*rows: list[str], head: list[str] | None = None, title: str = "失信联合惩戒措施清单") -> bytes:
    def fill(sheet: Any) -> None:
        for one in [head or list(HEADINGS.values()), *rows]:
            sheet.append(one)

    return book(fill, title)


def problems(data: bytes, **fields: Any) -> str:
    with pytest.raises(SheetRefused) as refused:
        read_rows(data, **fields)
    return "\n".join(refused.value.problems)


TEXT = st.text(st.sampled_from("某限制申请《》（）〔〕2026号、，。；abc-=+@"), max_size=40)
FILLED = TEXT.filter(bool)
ROWS = st.builds(
    SheetItem,
    matter_name=TEXT,
    responsible_office=TEXT,
    basis_text=TEXT,
    target_text=st.lists(FILLED, max_size=3).map("\n".join),
    content=st.lists(FILLED, min_size=1, max_size=3).map("\n".join),
    stages=st.sets(st.sampled_from(["before", "during", "after"])).map(
        lambda said: tuple(one for one in ("before", "during", "after") if one in said)
    ),
    organisation=TEXT,
    means=st.sampled_from(["推荐应用", "强制应用", ""]),
    reward=st.booleans(),
)


def test_what_is_written_is_read_again_in_its_order() -> None:
    rows = [row(), row(content="另一项", stages=(), means=""), row(reward=False, means="强制应用", matter_name="")]
    assert read_rows(workbook(rows)).rows == tuple(rows)


@given(rows=st.lists(ROWS, min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_rows_come_back_as_they_were(rows: list[SheetItem]) -> None:
    ordered = [one for one in rows if one.reward] + [one for one in rows if not one.reward]
    assert read_rows(workbook(rows)).rows == tuple(ordered)


def test_the_table_of_the_notice_with_its_title_its_breaks_and_its_merged_cells() -> None:
    """The very list of 篇十五, as it looks after it was pasted into a sheet."""

    def fill(sheet: Any) -> None:
        sheet.append(["附件1"])
        sheet.append(["守信联合激励措施清单"])
        sheet.merge_cells("A2:I2")
        sheet.append(HEAD)
        sheet.append(["1", "无", "规划财务处", BASIS, TARGET, CONTENT, "事前\n事中", "行政审批办", "推荐应用"])
        sheet.append(["2", None, None, None, None, "优先安排项目", "事后", "各处室", "推荐应用"])
        for column in "BCDE":
            sheet.merge_cells(f"{column}4:{column}5")

    read = read_rows(book(fill))
    assert read.filled_down == 4
    assert read.rows == (
        row(stages=("before", "during"), organisation="行政审批办"),
        row(content="优先安排项目", stages=("after",), organisation="各处室"),
    )


def test_the_notice_pasted_as_running_text_is_told_and_not_guessed_at() -> None:
    def fill(sheet: Any) -> None:
        for line in ("安徽省广播电视局守信联合激励和失信联合惩戒措施清单(2019年版)", "附件1", PASTED):
            sheet.append([line])

    said = problems(book(fill))
    assert "连成了一段文字" in said and "第 3 行" in said and "复制表格" in said


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"content": ""}, "第 2 行“奖惩措施”：没有填写"),
        ({"stages": "全流程"}, "第 2 行“管理阶段”：全流程"),
        ({"means": "酌情应用"}, "第 2 行“应用手段”：酌情应用"),
        ({"matter_name": "长" * 201}, "第 2 行“事项名称”：超过 200 个字"),
        ({"content": "长" * 4001}, "第 2 行“奖惩措施”：超过 4000 个字"),
    ],
)
def test_each_wrong_cell_is_named_by_sheet_and_row(cells: dict[str, str], message: str) -> None:
    said = dict(zip(HEADINGS, cells_of(row(means="强制应用")), strict=True)) | cells
    assert "工作表“失信联合惩戒措施清单”" + message in problems(table(list(said.values())))


def test_every_problem_is_told_at_once() -> None:
    bad = cells_of(row())
    bad[4], bad[5] = "", "随时"
    said = problems(table(bad, cells_of(row()), bad))
    assert said.count("没有填写") == 2 and "第 2 行" in said and "第 4 行" in said


def test_headings_that_are_missing_are_named() -> None:
    head = [heading for heading in HEADINGS.values() if heading != "组织实施"]
    assert "没有找到这些列：组织实施" in problems(table(cells_of(row())[:7], head=head))
    assert "没有内容" in problems(table())


@pytest.mark.parametrize(
    ("title", "means", "given", "reward"),
    [
        ("失信联合惩戒措施清单", "", None, False),
        ("守信联合激励措施清单", "强制应用", None, True),
        ("Sheet1", "推荐应用", None, True),
        ("Sheet1", "强制应用", None, False),
        ("Sheet1", "", True, True),
        ("Sheet1", "强制应用", True, True),
    ],
)
def test_reward_or_punishment_as_the_file_or_else_the_person_says(
    title: str, means: str, given: bool | None, reward: bool
) -> None:
    [one] = read_rows(table(cells_of(row(means=means)), title=title), reward=given).rows
    assert one.reward is reward


def test_what_nobody_says_is_asked() -> None:
    assert "看不出是激励还是惩戒" in problems(table(cells_of(row(means="")), title="Sheet1"))
    head = [*HEADINGS.values(), "性质"]
    [one] = read_rows(table([*cells_of(row(means="")), "惩戒"], head=head, title="Sheet1")).rows
    assert one.reward is False


def test_both_sheets_are_read_and_others_left_out() -> None:
    made = openpyxl.load_workbook(io.BytesIO(workbook([row(), row(reward=False, means="强制应用")])))
    made.create_sheet("说明").append(["本清单由办公室解释"])
    out = io.BytesIO()
    made.save(out)
    read = read_rows(out.getvalue())
    assert [one.reward for one in read.rows] == [True, False] and read.left_out == ("说明",)
    assert made.sheetnames[:2] == list(SHEETS.values())
