"""List types out and in as a spreadsheet: what comes in is drafted, for a second person to publish."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import all_departments
from audit.services import record
from collection.services import lock_register
from kernel.actor import Actor
from kernel.errors import Refusal
from redblack import policies
from redblack.events import ListTypesExported, ListTypesImported
from redblack.rules.editions import TypeContent
from redblack.rules.lists import LegalStatus
from redblack.rules.type_rows import codes_of, content_of_row
from redblack.rules.type_sheet import CODE, HEADINGS, ReadTypes, TypeRow, TypesRefused, read_types, workbook
from redblack.selectors import list_types
from redblack.selectors.editions import content_of, open_editions, standing_contents
from redblack.services.editions import TYPE_CODE, EditionOpen, TypeCodeWrong, draft_edition, save_edition
from redblack.services.types import CannotRegister
from toolkit.clock import day_of

LISTS = "redblack.list_type:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypesTaken:
    """What became of a file. `same`: rows that say what is published; `drafted`: what an open draft says already;
    `to_review`: new lists whose row named another legal status; `unread`, `left_out`: headings and sheets.
    """

    created: int
    changed: int
    same: int
    drafted: int
    to_review: int
    unread: tuple[str, ...]
    left_out: tuple[str, ...]


@transaction.atomic
def export_types(*, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """Every list type as it is published, as a workbook: file name and bytes. Raises CannotRegister."""
    if not policies.may_register_types(actor):
        raise CannotRegister
    contents = standing_contents()
    rows = [(one.code, contents[one.code]) for one in list_types() if one.code in contents]
    record(ListTypesExported(len(rows)), about=LISTS, actor=actor, now=now)
    return f"名单类型-{day_of(now):%Y%m%d}.xlsx", workbook(rows)


@transaction.atomic
def import_types(*, data: bytes, actor: Actor, now: datetime) -> TypesTaken:
    """Each row of such a workbook, or of the plain table of 篇十三, becomes a draft: of a new list 待法制审核, of a
    known one what it is to say from now on. A row that says what is published changes nothing. List types that the
    file does not name stay. Of a file with a problem nothing is taken.

    Raises CannotRegister, FileRefused, TypesRefused (every problem at once, by row).
    """
    if not policies.may_register_types(actor):
        raise CannotRegister
    read = read_types(data)
    lock_register()  # what is published now is what the rows are compared with, to the end
    published = standing_contents()
    drafts = {one.code: content_of(one) for one in open_editions()}
    codes, problems = _codes(read, published, drafts)
    problems += read.problems
    units, lists = {one.code for one in all_departments()}, {one.code for one in list_types()}
    counts = {"created": 0, "changed": 0, "same": 0, "drafted": 0, "to_review": 0}
    for row in read.rows:
        code = codes.get(row.number, "")
        base = published.get(code)
        content, against = content_of_row(row, base, plain=read.plain)
        against += _unknown(content, units, lists)
        if against or not code:
            problems += [(row.number, one) for one in against]
        elif base is not None and content.seen == base.seen:
            counts["same"] += 1
        elif code in drafts:
            if drafts[code].seen == content.seen:
                counts["drafted"] += 1
            else:
                problems.append((row.number, f"{code}：{EditionOpen.message}"))
        else:
            try:
                _draft(code, content, base, actor, now)
            except Refusal as refusal:  # told with the others: none of the file is taken then
                problems.append((row.number, f"{code}：{refusal}"))
            counts["created" if base is None else "changed"] += 1
            status = row.cells.get("legal_status", "")
            counts["to_review"] += base is None and status not in ("", LegalStatus.UNDER_LEGAL_REVIEW)
    if problems:
        raise TypesRefused([f"第 {number} 行{message}" for number, message in _in_order(problems)])
    fact = ListTypesImported(
        hashlib.sha256(data).hexdigest(), counts["created"], counts["changed"], counts["same"] + counts["drafted"]
    )
    record(fact, about=LISTS, actor=actor, now=now)
    return TypesTaken(**counts, unread=read.unread, left_out=read.left_out)


def _draft(code: str, content: TypeContent, base: TypeContent | None, actor: Actor, now: datetime) -> None:
    if base is None:
        draft_edition(code=code, content=content, actor=actor, now=now)
        return
    made = draft_edition(code=code, content=None, actor=actor, now=now)
    save_edition(edition_id=made, content=content, seen=base.seen, actor=actor, now=now)


def _codes(
    read: ReadTypes, published: Mapping[str, TypeContent], drafts: Mapping[str, TypeContent]
) -> tuple[dict[int, str], list[tuple[int, str]]]:
    """Row -> code of its list type, and the rows that have none, a wrong one or another row's."""
    if read.plain:
        known = {
            code: [one[code] for one in (published, drafts) if code in one] for code in sorted({*published, *drafts})
        }
        codes, problems = codes_of(read.rows, known)
    else:
        codes, problems = _stated(read.rows)
    first: dict[str, int] = {}
    for row, code in codes.items():
        if first.setdefault(code, row) != row:
            problems.append((row, f"与第 {first[code]} 行是同一个名单类型（{code}）。请删去其中一行。"))
    return {row: code for row, code in codes.items() if first[code] == row}, problems


def _stated(rows: Sequence[TypeRow]) -> tuple[dict[int, str], list[tuple[int, str]]]:
    codes, problems = {}, []
    for row in rows:
        code = row.cells[CODE]
        if not code:
            problems.append((row.number, f"“{HEADINGS[CODE]}”：没有填写。新增的名单请自编，如 procurement-serious。"))
        elif not TYPE_CODE.fullmatch(code):
            problems.append((row.number, f"“{HEADINGS[CODE]}”：{TypeCodeWrong.message}"))
        else:
            codes[row.number] = code
    return codes, problems


def _unknown(content: TypeContent, units: set[str], lists: set[str]) -> list[str]:
    against = []
    if content.department and content.department not in units:
        message = f"没有代码为“{content.department}”的部门。请填写本平台部门的统一社会信用代码，不在本平台的留空。"
        against.append(f"“{HEADINGS['department']}”：{message}")
    if content.merged_into and content.merged_into not in lists:
        message = f"没有登记名单“{content.merged_into}”。请填写已登记的名单编码；并入新增名单的，待其发布后再导入。"
        against.append(f"“{HEADINGS['merged_into']}”：{message}")
    return against


def _in_order(problems: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(problems, key=lambda one: one[0])  # by row; of one row as they were found
