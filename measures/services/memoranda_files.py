"""Memoranda out and in: as a workbook of four sheets or as YAML; the same comes back that went out."""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
import yaml
from django.db import transaction

from audit.services import record
from collection.rules import sheet_guard
from collection.rules.sheets import FileRefused, column_of, read_sheet
from collection.rules.workbook_stream import sheets_of
from kernel.actor import Actor
from kernel.errors import Malformed
from measures import policies
from measures.events import MemorandaExported, MemorandaImported
from measures.models import Memorandum
from measures.rules.memoranda import MemorandumContent, NotAMemorandum, Problem, read, written
from measures.rules.memoranda_sheets import (
    CODE,
    COLUMNS,
    HEADS,
    Found,
    Row,
    RowProblem,
    by_row,
    from_sheets,
    to_sheets,
)
from measures.selectors.memoranda import contents_of
from measures.services.memoranda import (
    MeasureInUse,
    MemorandaAreTheOffices,
    create_memorandum,
    save_memorandum,
    wrong_with,
)
from toolkit.clock import day_of

LARGEST_YAML = 5 * 1024 * 1024
YAML_NAMES = (".yaml", ".yml")
MOST_PROBLEMS = 1000


class YamlRefused(Malformed):
    code = "measures.yaml_refused"
    message = "YAML 文件无法读取。请按导出文件的样子修改后重新提交。"


@dataclass(frozen=True, slots=True)
class MemorandaTaken:
    """What became of a file. `problems`: rows that were not taken, and their memoranda with them."""

    created: int
    changed: int
    same: int
    problems: list[RowProblem]


@transaction.atomic
def import_memoranda(*, data: bytes, name: str, actor: Actor, now: datetime) -> MemorandaTaken:
    """Take the memoranda of a file: new ones, changed ones; the same change nothing. One that has any problem is left
    as it was, the others are taken. Memoranda that the file does not name stay.

    Raises MemorandaAreTheOffices, FileRefused, YamlRefused.
    """
    if not policies.may_publish(actor):
        raise MemorandaAreTheOffices
    found, problems = _of_yaml(data) if name.lower().endswith(YAML_NAMES) else _of_workbook(data)
    counts = {"created": 0, "changed": 0, "same": 0}
    known = {one.code: one for one in contents_of([f.content.code for f in found])}
    for one in _older_first(found):
        content = one.content
        if known.get(content.code) == content:
            counts["same"] += 1
            continue
        wrong = wrong_with(content)
        if wrong:
            problems += by_row(wrong, one.rows)
            continue
        try:
            with transaction.atomic():
                if content.code in known:
                    seen = known[content.code].seen
                    save_memorandum(code=content.code, content=content, seen=seen, actor=actor, now=now)
                    counts["changed"] += 1
                else:
                    create_memorandum(content=content, actor=actor, now=now)
                    counts["created"] += 1
        except MeasureInUse as refusal:
            problems += by_row([Problem("备忘录", str(refusal))], one.rows)
    digest = hashlib.sha256(data).hexdigest()
    fact = MemorandaImported(digest, counts["created"], counts["changed"], counts["same"], len(problems))
    record(fact, about="measures.memorandum:", actor=actor, now=now)
    order = {sheet: at for at, sheet in enumerate(COLUMNS)}
    problems.sort(key=lambda p: (order.get(p.sheet, len(order)), p.row))
    return MemorandaTaken(**counts, problems=problems[:MOST_PROBLEMS])


def _older_first(found: Sequence[Found]) -> list[Found]:
    """A memorandum after the one of the same file that it replaces; in a circle as they stand, to be refused."""
    by_code = {one.content.code: one for one in found}
    done: dict[str, Found] = {}
    for one in found:
        chain: list[Found] = []
        here: Found | None = one
        while here is not None and here not in chain and here.content.code not in done:
            chain.append(here)
            here = by_code.get(here.content.replaces)
        for each in reversed(chain):
            done.setdefault(each.content.code, each)
    return list(done.values())


def _of_workbook(data: bytes) -> tuple[list[Found], list[RowProblem]]:
    stream = io.BytesIO(data)
    sheet_guard.check_size(len(data))
    if sheet_guard.kind_of(stream) != "xlsx":
        raise FileRefused("备忘录有几个工作表，只能从 .xlsx 工作簿导入。请另存为 .xlsx，或使用 YAML。")
    sheets: dict[str, Iterable[Row]] = {HEADS: _rows(data, HEADS)}
    there = {sheet.name for sheet in sheets_of(io.BytesIO(data))}
    for sheet in COLUMNS:
        if sheet != HEADS and sheet in there:
            sheets[sheet] = _rows(data, sheet)
    return from_sheets(sheets)


def _rows(data: bytes, sheet: str) -> list[Row]:
    """Every row with its text by the heading as it is spelt here, whatever marks stand around it in the file."""
    table = read_sheet(data, sheet, expected=tuple(COLUMNS[sheet]))
    place = {heading: column_of(table.headers, (heading,)) for heading in COLUMNS[sheet]}
    if place[CODE] is None:
        raise FileRefused(f"工作表“{sheet}”没有“{CODE}”列。请按导出文件的表头填写：{'、'.join(COLUMNS[sheet])}。")
    said = [(heading, header) for heading, header in place.items() if header is not None]
    return [(row.number, {heading: row.cells[header] for heading, header in said}) for row in table.rows]


def _of_yaml(data: bytes) -> tuple[list[Found], list[RowProblem]]:
    if len(data) > LARGEST_YAML:
        raise YamlRefused(f"YAML 文件超过 {LARGEST_YAML // 1024 // 1024} MB。请分成几个文件提交。")
    try:
        text = data.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if getattr(event, "anchor", None):
                raise YamlRefused("YAML 文件中不能使用锚点和别名（&、*）。请展开后重新提交。")
        said = yaml.safe_load(text)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlRefused from error
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        raise YamlRefused("YAML 文件应是备忘录的列表，每份以“- code:”开头。请按导出文件的样子修改。")
    found, problems = [], []
    seen: set[str] = set()
    for at, one in enumerate(said, 1):
        where = {"备忘录": (f"第 {at} 份备忘录", at)}
        try:
            content, slips = read(one)
        except NotAMemorandum as error:
            slips, content = [Problem("备忘录", str(error))], None
        if content is not None and content.code in seen:
            slips.append(Problem("备忘录", f"编号“{content.code}”重复。请删去其中一份。"))
        problems += [RowProblem(where["备忘录"][0], at, f"{p.place}：{p.message}") for p in slips]
        if content is not None and not slips:
            seen.add(content.code)
            found.append(Found(content, where))
    return found, problems


@transaction.atomic
def export_memoranda(*, codes: Sequence[str] | None, form: str, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """All memoranda, or these, as "xlsx" or "yaml": file name and bytes. Raises MemorandaAreTheOffices."""
    if not policies.may_publish(actor):
        raise MemorandaAreTheOffices
    contents = contents_of(codes)
    data = _yaml(contents) if form == "yaml" else _workbook(contents)
    fact = MemorandaExported(form, len(contents), sum(len(one.measures) for one in contents))
    record(fact, about=_about(codes), actor=actor, now=now)
    return f"合作备忘录-{day_of(now):%Y%m%d}.{'yaml' if form == 'yaml' else 'xlsx'}", data


def _about(codes: Sequence[str] | None) -> str:
    row = Memorandum.objects.filter(code=codes[0]).first() if codes is not None and len(codes) == 1 else None
    return f"measures.memorandum:{row.pk if row else ''}"


def _yaml(contents: Sequence[MemorandumContent]) -> bytes:
    said = [written(one) for one in contents]
    text: str = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


def _workbook(contents: Sequence[MemorandumContent]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for name, rows in to_sheets(contents).items():
        sheet: Any = book.add_worksheet(name)
        for at, (heading, width) in enumerate(COLUMNS[name].items()):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, heading, head)
        for line, cells in enumerate(rows, start=1):
            for at, cell in enumerate(cells):
                if cell:
                    sheet.write_string(line, at, cell, text)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS[name]) - 1)
    book.close()
    return out.getvalue()
