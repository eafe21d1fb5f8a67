"""Files as people hand them in, made in memory: workbooks, csv, and the same spoilt."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import yaml
from openpyxl.worksheet.worksheet import Worksheet

from catalog.rules.definition import Definition, read
from collection.rules.checking import Plan, Returned
from collection.rules.headings import match
from collection.rules.problems import Problem, Severity, sentence
from collection.rules.samples import penalty_rows
from collection.rules.sheets import BULK, read_sheet

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
Cells = dict[str, Any]


@cache
def definition(file: str = "penalty", version: int = 1) -> Definition:
    """An item of the initial data as a definition."""
    said = yaml.safe_load((ROOT / f"catalog/initial/items/{file}.yaml").read_text())[0]
    return read({**said, "item_code": said["code"], "item_name": said["name"], "version": version})


@cache
def _good() -> tuple[dict[str, str], ...]:
    return tuple(penalty_rows(60, seed=3, bad_share=0, people_share=0, today=date(2026, 11, 20)))


def good(count: int = 1, **changed: Any) -> list[Cells]:
    """Penalty rows by heading that are taken as they are; `changed` (by field code) in the first of them."""
    names = {field.code: field.name for field in definition().fields}
    rows: list[Cells] = [{names[code]: text for code, text in row.items()} for row in _good()[:count]]
    rows[0] |= {names[code]: value for code, value in changed.items()}
    return rows


def table(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Headings and rows, as a table."""
    return [list(rows[0]), *([row.get(heading, "") for heading in rows[0]] for row in rows)]


def workbook(lines: Iterable[Sequence[Any]], *, title: str = "Sheet1", merge: Sequence[str] = ()) -> bytes:
    """As a library would write it: strings as strings, numbers as numbers, "=…" as formulas without a result."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for line in lines:
        sheet.append([None if cell == "" else cell for cell in line])
    for cells in merge:
        sheet.merge_cells(cells)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(lines: Iterable[Sequence[Any]], **options: Any) -> bytes:
    """As XlsxWriter writes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell != "":
                    sheet.write(row, column, cell)
    return out.getvalue()


def csv_of(lines: Iterable[Sequence[Any]], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    def quoted(cell: Any) -> str:
        text = str(cell)
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in (delimiter, '"', "\n")) else text

    return "".join(delimiter.join(map(quoted, line)) + "\r\n" for line in lines).encode(encoding)


def repacked(data: bytes, **changed: bytes | None) -> bytes:
    """A workbook with parts replaced, added or (None) left out; __ in a name stands for /."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts: dict[str, bytes | None] = {m: old.read(m) for m in old.namelist()}
        parts |= {name.replace("__", "/") + ".xml": content for name, content in changed.items()}
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def part_of(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(name)


def plan(of: Definition | None = None) -> Plan:
    return Plan(of or definition(), today=TODAY, reporter="江澜市市场监督管理局", reporter_code="11339900009910086U")


def outcome(data: bytes | Path, of: Definition | None = None) -> tuple[int, list[str]]:
    """What the pipeline says of a file: rows that may be taken, and every complaint as the user reads it."""
    item = of or definition()
    names = {field.code: field.name for field in item.fields}
    words = [word for field in item.fields for word in (field.name, field.code, *field.synonyms)]
    sheet = read_sheet(data, expected=words, limits=BULK)
    fields = match(sheet.headers, item).fields
    checker = plan(item)
    taken, said = 0, []
    for number, texts, flaws in sheet.lines:
        cells = {fields[h]: text for h, text in zip(sheet.headers, texts, strict=True) if h in fields}
        spoilt = {fields[one.header]: one.message for one in flaws if one.header in fields}
        whole = [Problem("", "cell_flawed", one.message) for one in flaws if not one.header]
        checked = Returned(number, tuple(whole)) if whole else checker.check(number, cells, flaws=spoilt)
        if isinstance(checked, Returned):
            wrong = [problem for problem in checked.problems if problem.severity is not Severity.WARNING]
            said += [sentence(number, names.get(one.field, ""), one) for one in wrong]
        else:
            taken += 1
    return taken, said
