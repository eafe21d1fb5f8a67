"""Which column of a file is which field. Pure.

A heading means a field by the field's code, name or synonym (an earlier edition's code among them), in any order.
Marks that people add do not count: ＊, （必填）, line breaks, spaces, widths. What stands in brackets does not count
either, unless only it tells two fields apart, and unless it is a unit of money other than the field's.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.rules.definition import REQUIRED, Definition, Field
from collection.rules.money import FACTORS
from collection.rules.problems import shown
from collection.rules.returned import CONFIRM_HEADING, REASON_HEADING, ROW_HEADING
from collection.rules.sheet_guard import FileRefused

OURS = frozenset({ROW_HEADING, REASON_HEADING, CONFIRM_HEADING})  # the columns that we put before the user's own
_MARKS = re.compile(r"[\s\u200b-\u200f\ufeff*:\"'“”]|[(\[【](?:必填|选填|可空|必录|非必填)[)\]】]|必填项?$")
_BRACKETS = re.compile(r"[(\[【](.*?)[)\]】]")
_LISTED = 8


class HeadingsRefused(FileRefused):
    code = "collection.headings_refused"
    message = "表头与目录条目不符。请下载本条目的模板，按模板的表头填写。"


@dataclass(frozen=True, slots=True)
class Matched:
    """`fields`: heading -> field code. `missing`: codes of fields without a column. `unread`: headings not
    understood, whose columns are not taken; to be listed, never silently lost."""

    fields: dict[str, str]
    missing: tuple[str, ...]
    unread: tuple[str, ...]


def match(headings: Sequence[str], definition: Definition) -> Matched:
    """Columns by code, name or synonym of a field, in any order.

    Raises HeadingsRefused in Chinese: two columns for one field, a column in another unit, a column that every row
    must fill is not there, or no column that says who the row is about.
    """
    named = _names(definition)
    fields: dict[str, str] = {}
    unread: list[str] = []
    columns: dict[str, list[str]] = defaultdict(list)
    for heading in headings:
        if heading in OURS or not heading.strip():
            continue
        code = next((found for form in _forms(heading) if (found := named.get(form))), "")
        if code:
            fields[heading] = code
            columns[code].append(heading)
        else:
            unread.append(heading)
    _refuse_twice(columns, definition)
    _refuse_other_unit(fields, definition)
    missing = tuple(field.code for field in definition.fields if field.code not in columns)
    _refuse_incomplete(set(columns), unread, len(headings), definition)
    return Matched(fields, missing, tuple(unread))


def _whole(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


def _forms(text: str) -> Iterator[tuple[int, str]]:
    """How a heading may be written: (0) whole, (1) without brackets, (2) only what a bracket says."""
    whole = _whole(text)
    yield 0, whole
    bare = _BRACKETS.sub("", whole)
    if bare:
        yield 1, bare


def _names(definition: Definition) -> dict[tuple[int, str], str]:
    """Form -> field code. What two fields claim alike belongs to neither, so it is listed as not understood."""
    claims: dict[tuple[int, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for field in definition.fields:
        for rank, text in _known_as(field):
            for form in _forms(text):
                claims[form][rank].add(field.code)
            for inner in _BRACKETS.findall(_whole(text)):
                if len(inner) >= 4 and inner not in FACTORS:
                    claims[0, inner][3].add(field.code)
                    claims[1, inner][3].add(field.code)
    for (_, text), of_whole in list(claims.items()):  # a heading's bare form may be a field's whole name
        for rank, codes in of_whole.items():
            claims[1, text][rank] |= codes
    best = {form: by_rank[min(by_rank)] for form, by_rank in claims.items()}
    return {form: next(iter(codes)) for form, codes in best.items() if len(codes) == 1}


def _known_as(field: Field) -> Iterator[tuple[int, str]]:
    yield 0, field.code
    yield 1, field.name
    for synonym in field.synonyms:
        yield 2, synonym


def _refuse_twice(columns: dict[str, list[str]], definition: Definition) -> None:
    twice = [(code, found) for code, found in columns.items() if len(found) > 1]
    if twice:
        said = "；".join(
            f"{_quoted(found)}都对应信息项“{definition.by_code[code].name}”" for code, found in twice[:_LISTED]
        )
        raise HeadingsRefused(f"表头重复：{said}。请只保留其中一列，删去或改名其余的列。")


def _refuse_other_unit(fields: dict[str, str], definition: Definition) -> None:
    for heading, code in fields.items():
        field = definition.by_code[code]
        for inner in _BRACKETS.findall(_whole(heading)):
            said = inner.removeprefix("单位")
            if field.unit in FACTORS and said in FACTORS and said != field.unit:
                raise HeadingsRefused(
                    f"“{shown(heading)}”列的单位是{said}，模板中“{field.name}”的单位是{field.unit}。"
                    f"请将整列换算为{field.unit}，并将表头改为“{field.name}”。"
                )


def _refuse_incomplete(there: set[str], unread: Sequence[str], count: int, definition: Definition) -> None:
    """A column that every row must fill, whatever its subject, cannot be left out."""
    kinds = definition.subject_kinds
    needed = [field for field in definition.fields if kinds and all(field.need(kind) == REQUIRED for kind in kinds)]
    lacking = [field.name for field in needed if field.code not in there]
    roles = definition.roles
    who = [code for code in (roles.uscc, roles.reg_no, roles.org_code, roles.person_id) if code]
    if who and not there & set(who):
        lacking.append(definition.by_code[who[0]].name if who[0] in definition.by_code else who[0])
    if not lacking:
        return
    lost = f"文件共有 {count} 列，其中 {len(unread)} 列无法识别" + (f"（{_quoted(unread)}）" if unread else "")
    other = "，疑为其他目录条目的表格" if len(unread) * 3 > count else ""
    item = f"“{definition.item_name}”（第 {definition.version} 版）"
    raise HeadingsRefused(
        f"表头与{item}不符：缺少必填列{_quoted(dict.fromkeys(lacking))}。"
        f"{lost}{other}。请下载本条目的最新模板，按模板的表头填写后重新提交。"
    )


def _quoted(names: Iterable[str]) -> str:
    listed = list(names)
    text = "".join(f"“{shown(name)}”" for name in listed[:_LISTED])
    return text + (f"等 {len(listed)} 列" if len(listed) > _LISTED else "")
