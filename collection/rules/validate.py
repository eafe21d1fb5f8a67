"""The offline validator: a file checked by the template that it was made from, without database and settings.

    python -m collection.rules.validate FILE --template TEMPLATE [--out RETURNED.xlsx]

The template's hidden sheet carries the definition of the item, so a department checks with the rules of the version
that it will report under. What only the platform knows is not checked: the register, what was reported before.
Exit code 0: every row can be taken. 1: rows would be returned. 2: the file or the template is refused.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from catalog.rules.definition import Definition, NotADefinition, read
from collection.rules import findings
from collection.rules.checking import Plan
from collection.rules.dates import SHANGHAI
from collection.rules.headings import Matched, match
from collection.rules.keys import key_of
from collection.rules.problems import LABELS, Problem, Severity, sentence, shown
from collection.rules.ready import Ready, Returned
from collection.rules.returned import CONFIRM_HEADING, CONFIRMED, ROW_HEADING, ReturnedRow, returned_workbook
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import Sheet, read_sheet
from collection.rules.stamp import Stamp, definition_in, stamp_in, version_note

CLEAN, RETURNED, REFUSED = 0, 1, 2
LIMITS = "本校验不连接平台：主体是否已登记、决定是否已报送，以报送时的校验为准。"


class NoTemplate(FileRefused):
    code = "collection.no_template"
    message = "模板中没有目录条目的定义。请从平台重新下载该条目的模板，不要删改其中的隐藏工作表。"


@dataclass(slots=True)
class Report:
    """What checking a file found. `bad`: (row, its texts by heading, problems); `warned`: (row, warning)."""

    definition: Definition
    sheet: str
    header_row: int
    headings: tuple[str, ...]
    notes: list[str]
    total: int = 0
    taken: int = 0
    same: int = 0
    bad: list[tuple[int, dict[str, str], tuple[Problem, ...]]] = field(default_factory=list)
    warned: list[tuple[int, Problem]] = field(default_factory=list)


def validate(source: Path, definition: Definition, *, today: date) -> Report:
    """Check every row of a file. Raises FileRefused and its kinds, in Chinese."""
    stamp = None
    with suppress(FileRefused, OSError):  # reading the rows says why a file cannot be read
        stamp = stamp_in(source)
    note = version_note(stamp, definition)
    words = {word for one in definition.fields for word in (one.name, one.code, *one.synonyms)}
    sheet = read_sheet(source, expected=words, limits=BULK)
    matched = match(sheet.headers, definition)
    report = Report(definition, sheet.name, sheet.header_row, sheet.headers, _notes(sheet, matched, definition, note))
    _check_rows(report, sheet, matched, Plan(definition, today=today, reporter="", reporter_code=""))
    return report


def _check_rows(report: Report, sheet: Sheet, matched: Matched, plan: Plan) -> None:
    roles = report.definition.roles
    earlier: dict[tuple[str, ...], Ready] = {}
    for row in sheet.rows:
        report.total += 1
        number = _row_number(row.cells.get(ROW_HEADING, ""), row.number)
        found = plan.check(
            number,
            {code: row.cells[heading] for heading, code in matched.fields.items()},
            confirmed=row.cells.get(CONFIRM_HEADING, "").strip() == CONFIRMED,
            flaws={matched.fields.get(flaw.header, flaw.header): flaw.message for flaw in row.problems},
        )
        if isinstance(found, Returned):
            report.bad.append((number, row.cells, found.problems))
            continue
        before = earlier.setdefault(_identity(found), found)
        if before is not found and (before.content, before.sealed) != (found.content, found.sealed):
            report.bad.append((number, row.cells, (findings.repeated(roles, before.row),)))
            continue
        report.same += before is not found
        report.taken += before is found
        report.warned += [(number, problem) for problem in found.warnings]


def _identity(ready: Ready) -> tuple[str, ...]:
    person = ready.person
    who = (person.id_kind, person.number) if person else (ready.uscc, ready.reg_no, ready.org_code)
    return (*key_of(ready), *who)


def _row_number(said: str, number: int) -> int:
    """Of a returned workbook the row of the first file."""
    return int(said) if said.isascii() and said.isdigit() else number


def _notes(sheet: Sheet, matched: Matched, definition: Definition, note: str) -> list[str]:
    names = [definition.by_code[code].name for code in matched.missing]
    said = [
        note,
        f"未读取的工作表：{_listed(sheet.left_out)}。" if sheet.left_out else "",
        f"未读取的隐藏工作表：{_listed(sheet.hidden)}。" if sheet.hidden else "",
        f"不属于本条目、未采集的列：{_listed(matched.unread)}。" if matched.unread else "",
        f"文件中没有列的信息项：{_listed(names)}。" if names else "",
        f"有 {sheet.filled_down} 处向下合并的单元格，已按每行相同的内容读取，请核对。" if sheet.filled_down else "",
    ]
    return [one for one in said if one]


def _listed(names: Sequence[str]) -> str:
    return "、".join(shown(name) for name in names)


def lines_of(report: Report, name: str) -> Iterator[str]:
    """The report in Chinese, line by line."""
    item = report.definition
    yield f"文件：{name}（工作表“{report.sheet}”，表头在第 {report.header_row} 行）"
    yield f"目录条目：{item.item_name}（{item.item_code}，第 {item.version} 版）"
    same = f"，重复而内容相同 {report.same} 行" if report.same else ""
    back = f"需退回修正 {len(report.bad)} 行，提示 {len(report.warned)} 条"
    yield f"共 {report.total} 行：可入库 {report.taken} 行{same}，{back}。"
    yield from report.notes
    if report.bad:
        yield ""
        yield "需退回修正："
        for row, _, problems in report.bad:
            yield from (_line(item, row, problem) for problem in problems)
        yield ""
        yield "按问题分类："
        counts = Counter(
            p.code for _, _, problems in report.bad for p in problems if p.severity is not Severity.WARNING
        )
        yield from (f"  {LABELS.get(code, code)} {count}" for code, count in counts.most_common())
    if report.warned:
        yield ""
        yield "提示（不影响入库）："
        yield from (_line(item, row, problem) for row, problem in report.warned)
    yield ""
    yield LIMITS


def _line(item: Definition, row: int, problem: Problem) -> str:
    found = item.by_code.get(problem.field)
    mark = "（提示）" if problem.severity is Severity.WARNING else ""
    return sentence(row, found.name if found else "", problem) + mark


def workbook_of(report: Report) -> bytes:
    """The returned workbook of a report, as the platform gives it. Its stamp names no batch."""
    item = report.definition
    fields = match(report.headings, item).fields
    heading = {code: name for name, code in fields.items()}
    rows = (
        ReturnedRow(row, cells, tuple((heading.get(p.field, ""), p.message, p.severity.value) for p in problems))
        for row, cells, problems in report.bad
    )
    stamp = Stamp(item.item_code, item.version)
    return returned_workbook(headings=report.headings, rows=rows, stamp=stamp, definition=item)


def definition_of(template: Path | None, item_json: Path | None) -> Definition:
    """The definition that a template carries, or that a JSON file says. Raises NoTemplate."""
    try:
        if item_json is not None:
            said: Mapping[str, object] = json.loads(item_json.read_text("utf-8"))
            return read(said)
        found = definition_in(template) if template is not None else None
    except NotADefinition as error:
        raise NoTemplate(f"{error}") from error
    except (OSError, ValueError) as error:
        raise NoTemplate from error
    if found is None:
        raise NoTemplate
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the command line; writes the report to standard output, refusals to standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m collection.rules.validate", description="离线校验：按模板检查待报送的文件，不连接数据库。"
    )
    parser.add_argument("file", type=Path, help="待校验的文件（xlsx、xls、csv）")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--template", type=Path, help="从平台下载的模板")
    which.add_argument("--item-json", type=Path, help="目录条目的定义（JSON），代替模板")
    parser.add_argument("--out", type=Path, help="将需退回修正的行写入该工作簿（xlsx）")
    parser.add_argument("--today", type=date.fromisoformat, help="按哪一天校验（缺省为今天）")
    asked = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows ? instead of failing
    try:
        definition = definition_of(asked.template, asked.item_json)
        report = validate(asked.file, definition, today=asked.today or datetime.now(SHANGHAI).date())
        if asked.out is not None and report.bad:
            asked.out.write_bytes(workbook_of(report))
    except FileRefused as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    except OSError as error:
        sys.stderr.write(f"文件不能读写：{error.filename}（{error.strerror}）。请检查路径和权限。\n")
        return REFUSED
    for line in lines_of(report, asked.file.name):
        sys.stdout.write(f"{line}\n")
    if asked.out is not None and report.bad:
        sys.stdout.write(f"退回修正表已写入：{asked.out}\n")
    return RETURNED if report.bad else CLEAN


if __name__ == "__main__":
    sys.exit(main())
