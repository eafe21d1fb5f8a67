"""The grid in which returned rows are mended: what stands in it, and what of it somebody changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from catalog.rules.definition import Definition, Field, FieldType, Masking
from collection.forms.boxes import SUSPECT, Box, box_of, told
from kernel.identifiers import mask
from kernel.names import masked_person

LIMIT = 6000  # characters of one cell
CONFIRM = "confirm"


@dataclass(slots=True)
class Row:
    """A returned row in the grid. `whole`: reasons that concern no single cell."""

    number: int
    title: str
    cells: Mapping[str, str]  # as the sender's file has them: heading -> text
    bad: list[Box] = field(default_factory=list)
    good: list[Box] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    confirmable: bool = False
    confirmed: bool = False
    changed: dict[str, str] = field(default_factory=dict)

    @property
    def touched(self) -> bool:
        return bool(self.changed) or self.confirmed


def row_of(
    number: int,
    cells: Mapping[str, str],
    problems: Iterable[Mapping[str, Any]],
    *,
    fields: Mapping[str, str],
    definition: Definition,
    said: QueryDict | None = None,
) -> Row:
    """One returned row as inputs. `fields`: heading -> field code, as the reader of files understood it.

    What the catalogue masks does not go back to the screen: its box is empty, and left empty it stays as it was.
    """
    problems = list(problems)
    headings = {code: heading for heading, code in fields.items()}
    is_person = _is_person(cells, headings, definition)
    row = Row(number=number, title=_title(cells, headings, definition, is_person=is_person), cells=cells)
    known = {one.code: one for one in definition.fields}
    wrong = {str(one["field"]) for one in problems if one["field"] in known}
    order = [*(code for code in known if code in wrong), *(c for c in known if c in headings and c not in wrong)]
    for code in order:
        one = known[code]
        heading = headings.get(code, one.name)
        text = cells.get(heading, "")
        box = box_of(one, name=f"{number}:{code}", kinds=())
        _set(box, one, text, masked=_masked(one, name_field=definition.roles.name, is_person=is_person))
        if code in wrong:
            told(box, (p for p in problems if p["field"] == code))
            row.bad.append(box)
        else:
            row.good.append(box)
        if said is not None and box.name in said:
            _take(row, box, said.get(box.name, "")[:LIMIT], heading=heading, text=text)
    row.whole = [str(p["message"]) for p in problems if p["field"] not in known]
    row.confirmable = any(p.get("severity") == SUSPECT for p in problems)
    row.confirmed = row.confirmable and said is not None and str(number) in said.getlist(CONFIRM)
    return row


def _set(box: Box, one: Field, text: str, *, masked: bool) -> None:
    """A cell as an input: what cannot be chosen or is no date must still be seen as it came."""
    if box.shape == "boxes" or (box.shape == "select" and (masked or one.codes_open)) or box.shape == "date":
        box.shape = "line"
    box.other = None
    box.note = _hint(one)
    if masked and text:
        box.shown = _shown(one, text)
    else:
        box.said = text


def _take(row: Row, box: Box, said: str, *, heading: str, text: str) -> None:
    if box.shown and not said.strip():
        return
    box.said = said
    if said.replace("\r\n", "\n") != text.replace("\r\n", "\n"):
        row.changed[heading] = said


def _masked(one: Field, *, name_field: str, is_person: bool) -> bool:
    if one.masking is Masking.SEALED or one.type is FieldType.ID_NUMBER or one.masking is Masking.PARTIAL:
        return True
    return is_person if one.code == name_field else one.masking is Masking.NAME


def _shown(one: Field, text: str) -> str:
    if one.masking is Masking.SEALED or one.type is FieldType.ID_NUMBER:
        return "原表已填，不予显示"
    return f"原填 {mask(text) if one.masking is Masking.PARTIAL else masked_person(text)}"


def _hint(one: Field) -> str:
    if one.type is FieldType.DATE:
        return "例如 2026-11-20"
    if one.codes and one.separator:
        return f"可填：{'、'.join(one.codes)}；几项之间用“{one.separator}”隔开"
    if one.codes and one.codes_open:
        return f"可填：{'、'.join(one.codes)}，或以“其他”开头写明"
    return f"单位：{one.unit}" if one.unit and one.unit not in one.name else ""


def _is_person(cells: Mapping[str, str], headings: Mapping[str, str], definition: Definition) -> bool:
    """Whether the row may be about a natural person: it says so, or it has no code that would say otherwise."""
    roles = definition.roles
    if "natural_person" not in definition.subject_kinds:
        return False
    kind = cells.get(headings.get(roles.subject_kind, ""), "")
    if kind.strip():
        return "自然人" in kind
    return not any(
        cells.get(headings.get(code, ""), "").strip() for code in (roles.uscc, roles.reg_no, roles.org_code)
    )


def _title(cells: Mapping[str, str], headings: Mapping[str, str], definition: Definition, *, is_person: bool) -> str:
    """By what a person recognises the row: whom it is about, and which document."""
    roles = definition.roles
    name = cells.get(headings.get(roles.name, ""), "").strip()
    if name and is_person:
        name = masked_person(name)
    documents = [cells.get(headings.get(code, ""), "").strip() for code in roles.document_no.split("+")]
    return " · ".join(part for part in (name[:60], *(text[:60] for text in documents)) if part)
