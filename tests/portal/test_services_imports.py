"""Tables into lists, records, measures and application lists: dry by default, all or nothing, twice nothing new."""

import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from collection.models import Record, Trigger
from collection.rules.sheets import HeaderMissing
from kernel.actor import system
from measures.models import MeasureItem
from portal.services.imports import Imported, import_entries, import_matters, import_measures, import_penalties
from redblack.models import Entry
from screening.models import Matter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ACTOR = system("test")
CODE = "91350100M000100Y43"
ENTRY = {
    "名称": "某某有限公司",
    "统一社会信用代码": CODE,
    "决定文号": "江人社失信列〔2026〕98号",
    "认定部门": "江澜市人力资源和社会保障局",
    "列入事由": "拖欠",
    "列入依据": "《保障农民工工资支付条例》第四十八条",
    "告知送达日期": "2026-10-01",
    "决定日期": "2026-10-20",
    "列入日期": "2026年10月20日",
    "有效期止": "2029/10/19",
}
PENALTY = {
    "行政相对人名称": "某某有限公司",
    "行政相对人代码": CODE,
    "行政处罚决定书文号": "江环罚〔2026〕901号",
    "处罚机关": "江澜市生态环境局",
    "处罚类别": "罚款",
    "处罚内容": "罚款 12 万元",
    "罚款金额（万元）": 12,
    "严重程度": "一般",
    "处罚决定日期": "2026-11-02",
    "公示截止期": "2027-11-01",
}
MEASURE = {
    "事项名称": "政府采购供应商资格审查",
    "责任处室（单位）": "政府采购管理科",
    "奖惩依据": "《政府采购法》第二十二条",
    "奖惩对象": "失信被执行人",
    "奖惩措施": "拒绝参与政府采购活动",
    "管理阶段": "事前、事中",
    "组织实施": "采购科",
    "应用手段": "强制应用",
    "措施编号": "T1",
    "实施部门代码": "11339900009910430T",
    "事项编号": "M5",
    "触发名单或信息": "L4、L5",
    "清单类别": 1,
    "用语": "依法应当",
    "期限": "列入期间",
    "依据文件": "procurement-law 第二十二条；mof-2016-125",
}
MATTER = {
    "事项编号": "T9",
    "事项名称": "测试事项",
    "实施部门代码": "11339900009910430T",
    "管理阶段": "事前",
    "核查对象": "applicant=申请人；legal_representative=法定代表人（自然人，可不填）",
    "核查名单或信息": "L1；L4",
}


def table(path: Path, *rows: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


def events() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event")
        return int(cursor.fetchone()[0])


def entries(path: Path, *, code: str = "L1", version: str = "v1", apply: bool = True) -> Imported:
    return import_entries(path=path, list_code=code, version=version, apply=apply, actor=ACTOR, now=NOW)


def test_entries_of_a_list_that_is_decided_here(tmp_path: Path) -> None:
    file = table(tmp_path / "a.xlsx", ENTRY)
    before = events()
    dry = entries(file, apply=False)
    assert (dry.rows, dry.applied, dry.problems) == (1, False, []) and events() == before
    assert entries(file).applied and Entry.objects.get().effective_until.isoformat() == "2029-10-19"
    before = events()
    again = entries(file)
    assert (again.known, again.problems) == (1, []) and events() == before


def test_a_file_with_one_wrong_row_is_not_taken_and_each_fault_is_named(tmp_path: Path) -> None:
    wrong_code = ENTRY | {"统一社会信用代码": CODE[:-1] + "4"}
    no_day = ENTRY | {"列入日期": "2026-13-01"}
    too_early = ENTRY | {"告知送达日期": "2026-11-01", "决定文号": "x"}
    outcome = entries(table(tmp_path / "a.xlsx", ENTRY, wrong_code, no_day, too_early))
    assert not outcome.applied and not Entry.objects.exists()
    assert [(p.row, p.column) for p in outcome.problems] == [(3, "统一社会信用代码"), (4, "列入日期"), (5, "整行")]
    assert "早于告知送达日期" in str(outcome.problems[2]) and "请改为如 2026-11-20" in str(outcome.problems[1])


def test_a_citizens_number_is_refused_and_not_repeated(tmp_path: Path) -> None:
    outcome = entries(table(tmp_path / "a.xlsx", ENTRY | {"统一社会信用代码": "110101199003070134"}))
    assert "110101199003070134" not in str(outcome.problems) and "自然人" in str(outcome.problems[0])


def test_a_received_list_is_replaced_as_a_whole(tmp_path: Path) -> None:
    one = {k: ENTRY[k] for k in ("名称", "统一社会信用代码", "决定文号", "认定部门", "列入事由", "列入日期")}
    other = one | {"统一社会信用代码": "91110108551385082Q", "决定文号": "（2026）江01执2号", "名称": "乙公司"}
    entries(table(tmp_path / "a.xlsx", one, other), code="L4")
    assert Entry.objects.filter(released_on=None).count() == 2
    fewer = table(tmp_path / "b.xlsx", other)
    refused = entries(fewer, code="L4")
    assert not refused.applied and "同一版本号而内容不同" in str(refused.problems)
    assert entries(fewer, code="L4", version="v2").applied
    assert [e.document_no for e in Entry.objects.filter(released_on=None)] == ["（2026）江01执2号"]


def test_a_list_under_legal_review_takes_nothing(tmp_path: Path) -> None:
    outcome = entries(table(tmp_path / "a.xlsx", ENTRY), code="LT-09")
    assert not outcome.applied and "待法制审核" in str(outcome.problems)


def test_penalties_raise_their_triggers_and_yuan_is_suspected(tmp_path: Path) -> None:
    banned = PENALTY | {
        "行政处罚决定书文号": "x〔2026〕2号",
        "独立限制类别": "P-BID",
        "独立限制截止日期": "2027-11-01",
    }
    blank = {"独立限制类别": "", "独立限制截止日期": ""}
    rows = [PENALTY | blank, banned]
    file = table(tmp_path / "a.xlsx", *rows)
    assert import_penalties(path=file, apply=True, actor=ACTOR, now=NOW).applied
    assert sorted(Trigger.objects.values_list("source__code", "own_term")) == [
        ("P-BID", True), ("P-GEN", False), ("P-GEN", False),
    ]  # fmt: skip
    before = events()
    assert import_penalties(path=file, apply=True, actor=ACTOR, now=NOW).applied
    assert events() == before and Record.objects.count() == 2
    yuan = import_penalties(
        path=table(tmp_path / "b.xlsx", PENALTY | {"罚款金额（万元）": 120000}), apply=True, actor=ACTOR, now=NOW
    )
    assert str(yuan.problems[0]) == "第 2 行“罚款金额（万元）”：120000 疑为元，本项单位为万元，请改为 12"


def test_measures_in_eight_columns(tmp_path: Path) -> None:
    file = table(tmp_path / "a.xlsx", MEASURE)
    assert import_measures(path=file, apply=True, actor=ACTOR, now=NOW).applied
    item = MeasureItem.objects.get(code="T1")
    assert (item.stages, item.kind, item.bases.count(), item.calls.count()) == (["before", "during"], 1, 2, 2)
    before = events()
    import_measures(path=file, apply=True, actor=ACTOR, now=NOW)
    assert events() == before
    low = import_measures(
        path=table(tmp_path / "b.xlsx", MEASURE | {"依据文件": "mof-2016-125", "措施编号": "T2"}),
        apply=True, actor=ACTOR, now=NOW,
    )  # fmt: skip
    assert "层级不够" in str(low.problems[0]) and not MeasureItem.objects.filter(code="T2").exists()


def test_application_lists(tmp_path: Path) -> None:
    file = table(tmp_path / "a.xlsx", MATTER)
    assert import_matters(path=file, apply=True, actor=ACTOR, now=NOW).applied
    matter = Matter.objects.get(code="T9")
    assert [(r["code"], r["persons"], r["required"]) for r in matter.roles] == [
        ("applicant", False, True), ("legal_representative", True, False),
    ]  # fmt: skip
    assert Matter.objects.get(code="T9").by_application
    own = table(tmp_path / "o.xlsx", MATTER | {"办理方式": "依职权"})
    import_matters(path=own, apply=True, actor=ACTOR, now=NOW)
    assert not Matter.objects.get(code="T9").by_application
    other = table(tmp_path / "w.xlsx", MATTER | {"办理方式": "随意"})
    assert "依申请、依职权" in str(import_matters(path=other, apply=True, actor=ACTOR, now=NOW).problems[0])
    unknown = import_matters(
        path=table(tmp_path / "b.xlsx", MATTER | {"核查名单或信息": "L77"}), apply=True, actor=ACTOR, now=NOW
    )
    assert "L77" in str(unknown.problems[0])


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(HeaderMissing, match="决定文号"):
        entries(table(tmp_path / "a.xlsx", {"名称": "甲", "统一社会信用代码": CODE}))


def test_the_command_is_dry_without_apply_and_fails_on_a_wrong_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(tmp_path / "a.xlsx", ENTRY)
    call_command("import_entries", str(file), "--list", "L1")
    assert "试运行：1 行可以导入" in capsys.readouterr().out and not Entry.objects.exists()
    call_command("import_entries", str(file), "--list", "L1", "--apply")
    assert "已导入 1 行" in capsys.readouterr().out and Entry.objects.count() == 1
    with pytest.raises(CommandError, match="未写入任何数据"):
        call_command("import_entries", str(table(tmp_path / "b.xlsx", ENTRY | {"决定文号": ""})), "--list", "L1")
