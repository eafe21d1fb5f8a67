"""The file of a batch as rows for the rules: which column is which field, which row is which."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from catalog.rules.definition import Definition
from collection.models import RowProblem
from collection.rules import headings
from collection.rules.judging import Incoming
from collection.rules.returned import CONFIRM_HEADING, CONFIRMED, REASON_HEADING, ROW_HEADING
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import Line, Sheet, read_sheet
from collection.rules.stamp import stamp_in, version_note
from collection.rules.states import ProblemState
from collection.services.work import Work

OURS = (ROW_HEADING, REASON_HEADING, CONFIRM_HEADING)
NO_FLAWS: Mapping[str, str] = {}
TOLD = 20  # headings or rows that one note names


@dataclass(slots=True)
class Table:
    """What is read of a file. `headings`: the sender's own, in their order; `codes`: the field of each, "" for none.
    `rows` can be read once.
    """

    headings: tuple[str, ...]
    codes: tuple[str, ...]
    rows: Iterator[Incoming]
    total: int | None
    notes: list[str] = field(default_factory=list)


def open_table(work: Work, stream: BinaryIO) -> Table:
    """Raises FileRefused and its kinds; so may reading the rows."""
    definition = work.definition
    note = version_note(stamp_in(stream), definition)  # before the rows: they are read from where the stream stands
    sheet = read_sheet(stream, expected=_known_words(definition), limits=BULK)
    own = [place for place, heading in enumerate(sheet.headers) if heading not in OURS]
    names = tuple(sheet.headers[place] for place in own)
    try:
        matched = headings.match(names, definition)
    except headings.HeadingsRefused as refusal:
        if note:
            raise headings.HeadingsRefused(f"{note}{refusal}") from refusal
        raise
    table = Table(names, codes_of(names, matched.fields), iter(()), sheet.total)
    table.notes += [note] if note else []
    table.notes += _notes(sheet, matched, definition)
    mending = work.mends_id is not None
    rows = _rows(sheet.lines, own, matched.fields, sheet.headers, mending=mending)
    table.rows = _only_open(work, rows, sheet.headers, table.notes) if mending else rows
    return table


def codes_of(names: Sequence[str], fields: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each heading, "" for one that is none of ours."""
    return tuple(fields.get(name, "") for name in names)


def _known_words(definition: Definition) -> Collection[str]:
    return {word for field in definition.fields for word in (field.name, field.code, *field.synonyms)}


def _rows(
    lines: Iterator[Line], own: Sequence[int], fields: Mapping[str, str], headers: Sequence[str], *, mending: bool
) -> Iterator[Incoming]:
    """`mending`: only then a column 原表行号 is ours; in any other file it is a column like others."""
    row_at = headers.index(ROW_HEADING) if mending and ROW_HEADING in headers else None
    confirm_at = headers.index(CONFIRM_HEADING) if mending and CONFIRM_HEADING in headers else None
    all_own = len(own) == len(headers)
    for place, texts, problems in lines:
        yield Incoming(
            place,
            place if row_at is None else _number(texts[row_at]),
            texts if all_own else [texts[at] for at in own],
            {fields.get(p.header, p.header): p.message for p in problems} if problems else NO_FLAWS,
            confirm_at is not None and texts[confirm_at].strip() == CONFIRMED,
        )


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() else 0


def _only_open(work: Work, rows: Iterator[Incoming], headers: Sequence[str], notes: list[str]) -> Iterator[Incoming]:
    """Of a returned workbook only the rows that are still to be mended, each once."""
    if ROW_HEADING not in headers:
        raise FileRefused(f"退回修正表缺少“{ROW_HEADING}”列，无法对应原表的行。请保留该列后重新上传。")
    waiting = set(
        RowProblem.objects.filter(batch_id=work.problems_of, state=ProblemState.OPEN).values_list(
            "row_number", flat=True
        )
    )
    left: list[int] = []
    for row in rows:
        if row.number in waiting:
            waiting.discard(row.number)
            yield row
        else:
            left.append(row.number or row.place)
    if left:
        some = "、".join(str(number) for number in left[:TOLD]) + ("等" if len(left) > TOLD else "")
        notes.append(f"第 {some} 行不在待修正之列（已修正、不再报送，或不属于原批次），共 {len(left)} 行未处理。")


def _notes(sheet: Sheet, matched: headings.Matched, definition: Definition) -> list[str]:
    notes = []
    if sheet.left_out:
        notes.append(f"只读取了工作表“{sheet.name}”，未读取：{'、'.join(sheet.left_out[:TOLD])}。")
    if sheet.hidden:
        notes.append(f"隐藏的工作表未读取：{'、'.join(sheet.hidden[:TOLD])}。")
    if sheet.filled_down:
        notes.append(f"有 {sheet.filled_down} 处向下合并的单元格，已按每行相同的内容读取，请核对。")
    if matched.unread:
        notes.append(f"以下列不属于本条目，未采集：{'、'.join(matched.unread[:TOLD])}。")
    if matched.missing:
        names = [definition.by_code[code].name for code in matched.missing[:TOLD]]
        notes.append(f"文件中没有以下信息项的列：{'、'.join(names)}。")
    return notes
