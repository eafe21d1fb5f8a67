"""The offline validator, as a department runs it: nothing but this repository and a template."""

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from catalog.rules.definition import written
from collection.rules.returned import REASON_HEADING, ROW_HEADING
from collection.rules.sheets import read_sheet
from collection.rules.stamp import Stamp, stamp_in
from collection.rules.template import template
from collection.rules.validate import validate
from tests.architecture.project import ROOT
from tests.collection.definitions import FIELDS, GOOD, PENALTY, PERSON, SAID

TODAY = date(2026, 11, 22)
NAMES = {one["code"]: one["name"] for one in FIELDS}
CITIZEN = PERSON["CF_XDR_ZJHM"]
BAD = GOOD | {"CF_WSH": "江环罚〔2026〕67号", "CF_NR_FK": "120000", "CF_NR": "罚款120000元", "CF_YXQ": "2020-01-01"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "模板.xlsx").write_bytes(template(PENALTY))
    return tmp_path


def save(path: Path, rows: list[dict[str, str]], *, extra: str = "") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*NAMES.values(), *([extra] if extra else [])])
        writer.writeheader()
        writer.writerows({NAMES[code]: text for code, text in row.items()} for row in rows)
    return path


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "collection.rules.validate", *map(str, arguments), "--today", "2026-11-22"],
        cwd=ROOT, env={}, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_a_good_file(folder):
    path = save(folder / "处罚.csv", [GOOD, PERSON | {"CF_WSH": "江环罚〔2026〕70号"}])
    done = run(path, "--template", folder / "模板.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert "目录条目：行政处罚信息（penalty，第 2 版）" in done.stdout
    assert "共 2 行：可入库 2 行，需退回修正 0 行" in done.stdout
    assert CITIZEN not in done.stdout


def test_a_file_with_errors_and_its_workbook(folder):
    rows = [GOOD, BAD, GOOD | {"BZ": "又报一次"}, PERSON | {"BZ": f"证号{CITIZEN}", "CF_WSH": "江环罚〔2026〕68号"}]
    path = save(folder / "处罚.csv", rows, extra="承办人")
    done = run(path, "--template", folder / "模板.xlsx", "--out", folder / "退回.xlsx")
    assert (done.returncode, done.stderr) == (1, "")
    said = done.stdout.splitlines()
    assert "第 3 行“罚款金额（万元）”：120000 疑为元，本项单位为万元，请改为 12（“处罚内容”中为 120000 元）。" in said
    assert any(line.startswith("第 3 行“处罚有效期”：2020-01-01 早于“处罚决定日期”2026-10-09") for line in said)
    assert any("第 4 行“行政处罚决定书文号”：与第 2 行是同一主体的同一决定" in line for line in said)
    assert "第 5 行“备注”：文本中含有公民身份号码，请删去。" in said
    assert "不属于本条目、未采集的列：承办人。" in said
    assert CITIZEN not in done.stdout
    sheet = read_sheet(folder / "退回.xlsx")
    back = list(sheet.rows)
    assert [row.cells[ROW_HEADING] for row in back] == ["3", "4", "5"]
    assert "请改为 12" in back[0].cells[REASON_HEADING]
    stamp = stamp_in(folder / "退回.xlsx")
    assert isinstance(stamp, Stamp) and (stamp.item_code, stamp.version, stamp.batch_id) == ("penalty", 2, None)


def test_the_mended_workbook_is_checked_under_the_rows_of_the_first_file(folder):
    path = save(folder / "处罚.csv", [GOOD, BAD])
    run(path, "--template", folder / "模板.xlsx", "--out", folder / "退回.xlsx")
    report = validate(folder / "退回.xlsx", PENALTY, today=TODAY)
    assert [row for row, _, _ in report.bad] == [3]


def test_the_same_row_twice_is_no_error(folder):
    report = validate(save(folder / "处罚.csv", [GOOD, GOOD]), PENALTY, today=TODAY)
    assert (report.total, report.taken, report.same, report.bad) == (2, 1, 1, [])


def test_a_definition_as_json(folder):
    (folder / "item.json").write_text(json.dumps(written(PENALTY), ensure_ascii=False), "utf-8")
    path = save(folder / "处罚.csv", [GOOD])
    assert run(path, "--item-json", folder / "item.json").returncode == 0


@pytest.mark.parametrize("which", ["other item", "no template", "not there", "headings", "empty"])
def test_what_is_refused(folder, which):
    path = save(folder / "处罚.csv", [GOOD])
    if which == "no template":
        done = run(path, "--template", path)
        assert "请从平台重新下载该条目的模板" in done.stderr
    elif which == "not there":
        done = run(folder / "无此文件.csv", "--template", folder / "模板.xlsx")
        assert "没有找到文件" in done.stderr or "不能读写" in done.stderr
    elif which == "headings":
        (folder / "乱.csv").write_text("甲,乙\n1,2\n", "utf-8")
        done = run(folder / "乱.csv", "--template", folder / "模板.xlsx")
        assert "缺少必填列" in done.stderr
    elif which == "empty":
        (folder / "空.csv").write_bytes(b"")
        done = run(folder / "空.csv", "--template", folder / "模板.xlsx")
        assert "文件是空的" in done.stderr
    else:
        (folder / "许可.json").write_text(json.dumps(SAID | {"item_code": "permit"}), "utf-8")
        done = run(folder / "模板.xlsx", "--item-json", folder / "许可.json")
        assert "模板" in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
