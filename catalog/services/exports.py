"""The catalogue as a workbook."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db import transaction

from accounts.selectors import all_departments
from audit.services import record
from catalog import policies, selectors
from catalog.events import CatalogueExported
from catalog.rules.sentences import names_of, raise_sentence, rule_sentence
from catalog.rules.sheet import FIELD_COLUMNS, ITEM_COLUMNS, Cell, field_cells, item_cells
from catalog.rules.states import State
from kernel.actor import Actor
from kernel.errors import NotPermitted
from toolkit.clock import day_of

NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\s]+')
RULE_COLUMNS = {"条目编码": 24, "条目名称": 30, "版本": 6, "种类": 12, "内容": 100}


class CannotExport(NotPermitted):
    code = "catalog.cannot_export"
    message = "您没有查看目录的权限，不能导出。"


@transaction.atomic
def export_catalogue(*, code: str = "", number: int | None = None, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """The current versions that the actor may see, or one item (one version of it), as xlsx: file name and bytes.

    Three sheets: items, information items, cross-field rules. Raises CannotExport, VersionNotFound.
    """
    if not policies.may_see(actor):
        raise CannotExport
    versions = selectors.export_versions(actor, code=code, number=number)
    units = {department.code: department.name for department in all_departments()}
    items: list[Sequence[Cell]] = []
    fields: list[Sequence[Cell]] = []
    rules: list[Sequence[Cell]] = []
    for version in versions:
        content = selectors.content_of(version)
        head: tuple[Cell, ...] = (version.item.code, content.name, version.number)
        items.append(
            item_cells(
                content,
                code=version.item.code,
                number=version.number,
                state=State(version.state).label,
                days={key: getattr(version, key) for key in ("published_on", "withdrawn_on", "filed_on")},
                filing_no=version.filing_no,
                units=units,
            )
        )
        for at, field in enumerate(content.fields, start=1):
            fields.append(field_cells(content, field, code=version.item.code, version=version.number, number=at))
        names = names_of(content.fields)
        rules += [(*head, "跨项规则", rule_sentence(rule, names)) for rule in content.rules]
        rules += [(*head, "触发设置", raise_sentence(one, names)) for one in content.raises]
    fact = CatalogueExported(code, len(items), len(fields))
    record(fact, about=f"catalog.item:{versions[0].item_id}" if code else "catalog.item:", actor=actor, now=now)
    one = NOT_IN_FILE_NAMES.sub("", versions[0].name)[:60] if code else ""
    title = f"信用信息目录-{one}-第{versions[0].number}版" if code else "信用信息目录"
    sheets = {
        "目录条目": (ITEM_COLUMNS, items),
        "信息项": (FIELD_COLUMNS, fields),
        "规则": (RULE_COLUMNS, rules),
    }
    return f"{title}-{day_of(now):%Y%m%d}.xlsx", _workbook(sheets)


def _workbook(sheets: Mapping[str, tuple[Mapping[str, int], Sequence[Sequence[Cell]]]]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    count = book.add_format({"valign": "top"})
    for name, (columns, rows) in sheets.items():
        sheet: Any = book.add_worksheet(name)
        for at, (heading, width) in enumerate(columns.items()):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, heading, head)
        for line, cells in enumerate(rows, start=1):
            for at, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(line, at, cell, count)
                elif cell:
                    sheet.write_string(line, at, cell, text)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    book.close()
    return out.getvalue()
