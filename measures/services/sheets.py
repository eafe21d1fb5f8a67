"""A department's spreadsheet becomes drafts: each row one, and none twice."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from measures import policies
from measures.events import ItemsImported
from measures.models import MeasureItem
from measures.rules.content import ItemContent, ItemValue
from measures.rules.sheet import SheetItem, read_rows
from measures.rules.states import ItemState
from measures.services.drafts import CannotDraft, draft_item

COLUMNS = (
    "matter_name",
    "responsible_office",
    "basis_text",
    "target_text",
    "content",
    "organisation",
    "means",
    "reward",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many rows became drafts and how many were there already; merged cells filled, sheets without a table."""

    drafted: int
    known: int
    filled_down: int
    left_out: tuple[str, ...]


@transaction.atomic
def import_sheet(
    *, department_id: int, data: bytes, reward: bool | None, matters: Mapping[str, str], actor: Actor, now: datetime
) -> Taken:
    """Each row of a spreadsheet in the eight columns becomes a draft, unless an item of the department says the same.

    `reward`: of rows whose file does not tell it. `matters`: code -> name of the registered ones; a row whose name is
    none of them keeps the name, and is not published before a matter is chosen. Of a file with a problem nothing is
    taken. Raises CannotDraft, FileRefused, SheetRefused.
    """
    if not policies.may_draft(actor, department_id=department_id):
        raise CannotDraft
    sheet = read_rows(data, reward=reward)
    codes = {name: code for code, name in matters.items()}
    known = _known(department_id)
    drafted = 0
    for row in sheet.rows:
        if _key(row) in known:
            continue
        known.add(_key(row))
        draft_item(value=_value(row, department_id, codes), actor=actor, now=now)
        drafted += 1
    fact = ItemsImported(department_id, hashlib.sha256(data).hexdigest(), drafted)
    record(fact, about=f"accounts.department:{department_id}", actor=actor, now=now)
    return Taken(
        drafted=drafted,
        known=len(sheet.rows) - drafted,
        filled_down=sheet.filled_down,
        left_out=sheet.left_out,
    )


def _value(row: SheetItem, department_id: int, codes: Mapping[str, str]) -> ItemValue:
    return ItemValue(
        content=ItemContent(
            code="",
            department_id=department_id,
            department_text="",
            matter_code=codes.get(row.matter_name, ""),
            matter_name=row.matter_name,
            responsible_office=row.responsible_office,
            basis_text=row.basis_text,
            target_text=row.target_text,
            content=row.content,
            stages=list(row.stages),
            organisation=row.organisation,
            means=row.means,
            reward=row.reward,
            kind=None,
            wording="",
            term_text="",
            extends_to_responsible=False,
        )
    )


def _known(department_id: int) -> set[tuple[object, ...]]:
    states = (ItemState.DRAFT.value, ItemState.IN_REVIEW.value, ItemState.PUBLISHED.value)
    rows = MeasureItem.objects.filter(department_id=department_id, state__in=states).order_by("id")
    return {(*row[:-1], tuple(row[-1])) for row in rows.values_list(*COLUMNS, "stages")}


def _key(row: SheetItem) -> tuple[object, ...]:
    return (*(getattr(row, name) for name in COLUMNS), row.stages)


def sheet_row(item: MeasureItem) -> SheetItem:
    """An item as a row of the spreadsheet."""
    said = {name: getattr(item, name) for name in COLUMNS}
    return SheetItem(**said | {"stages": tuple(item.stages)})
