"""Rows of a version on their way in: whom they are about, and the COPY that writes them down, chunk by chunk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db import connection

from kernel.actor import Actor
from kernel.errors import Refusal
from kernel.names import name_key
from redblack.models import ListType
from redblack.rules.evidence import Papers
from redblack.rules.lists import Origin
from redblack.rules.received_rows import KEPT, LOST, ListRules, ReadRow, shown_name
from subjects.rules.kinds import IdKind, kind_of_code
from subjects.rules.rows import Row
from subjects.selectors import find_person, holder_of
from subjects.services import load_rows, register_organisation, register_persons
from toolkit.clock import day_of

COLUMNS = (
    "list_version_id, row_number, name, code, subject_id, document_no, authority, ground, legal_basis, "
    "notice_served_on, publicised_from, publicised_until, decided_on, effective_from, effective_until, exit_route, "
    "performance, amount, outcome, problem, endless"
)
COPY = f"COPY redblack_stagedentry ({COLUMNS}) FROM STDIN"
HOLDERS = "SELECT uscc, id, name FROM subjects_pub_subject WHERE uscc = ANY(%s)"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})


@dataclass(frozen=True, slots=True)
class Known:
    """A row whose subject is known: what is written down."""

    row: ReadRow
    subject_id: int | None


def rules_of(list_type: ListType, *, now: datetime) -> ListRules:
    return ListRules(
        origin=Origin(list_type.origin),
        reward=list_type.kind == "reward",
        authority=list_type.initiator,
        legal_basis=list_type.legal_basis,
        exit_rule=list_type.exit_rule,
        on=day_of(now),
    )


def stage(*, version_id: int, rows: Iterable[Known]) -> None:
    """Write rows down, in the transaction that is open. Nothing of a natural person but a masked name."""
    lines = StringIO()
    for known in rows:
        lines.write(_line(version_id, known))
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, lines)


def resolve(*, rows: Sequence[ReadRow], source: str, actor: Actor, now: datetime) -> list[Known]:
    """Whom each row is about, by code alone (I6). Who is new is entered in the register of subjects, so that a check
    can be told what is not certain about him; a person whose name and number do not belong together is lost.
    """
    found: dict[int, int] = {}
    problems: dict[int, str] = {}
    good = [row for row in rows if row.outcome == KEPT]
    _by_unified_code([row for row in good if row.code_kind == "uscc"], found, source, actor, now)
    _persons([row for row in good if row.code_kind == "citizen_id"], found, problems, source, actor, now)
    _by_old_code(
        [row for row in good if row.code_kind in ("org_code", "reg_no")], found, problems, source, actor, now
    )
    rows = [
        replace(row, outcome=LOST, problem=problems[row.number]) if row.number in problems else row for row in rows
    ]
    _look_up([row for row in rows if row.outcome != KEPT and row.code], found)
    return [Known(row, found.get(row.number)) for row in rows]


def _look_up(rows: Sequence[ReadRow], found: dict[int, int]) -> None:
    """Whom spoilt rows are about, so that his entry stands; nothing is registered for their sake."""
    holders = _holders([row.code for row in rows if row.code_kind == "uscc"]) if rows else {}
    for row in rows:
        holder: int | None
        if row.code in holders:
            holder = holders[row.code][0]
        elif row.code_kind == "uscc":
            holder = holder_of(uscc=row.code, org_code=row.code[8:17])
        elif row.code_kind == "citizen_id":
            holder = find_person(row.code)
        else:
            holder = holder_of(**{row.code_kind: row.code})
        if holder is not None:
            found[row.number] = holder


def _by_unified_code(
    rows: Sequence[ReadRow], found: dict[int, int], source: str, actor: Actor, now: datetime
) -> None:
    if not rows:
        return
    codes = [row.code for row in rows]
    holders = _holders(codes)
    fresh = [
        Row(row.number, row.name, name_key(row.name), row.code, str(kind_of_code(row.code)), None, row.code[2:8])
        for row in rows
        if row.code not in holders or holders[row.code][1] != row.name  # another name is noted as a conflict
    ]
    if fresh:
        load_rows(rows=fresh, source=source, actor=actor, now=now)
        holders = _holders(codes)
    found.update((row.number, holders[row.code][0]) for row in rows)


def _holders(codes: list[str]) -> dict[str, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [codes])
        return {uscc: (subject_id, name) for uscc, subject_id, name in cursor.fetchall()}


def _persons(
    rows: Sequence[ReadRow],
    found: dict[int, int],
    problems: dict[int, str],
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    if not rows:
        return
    people = [(str(IdKind.CITIZEN_ID), row.code, row.name) for row in rows]
    outcomes = register_persons(persons=people, source=source, actor=actor, now=now)
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            problems[row.number] = str(outcome)
        else:
            found[row.number] = outcome


def _by_old_code(
    rows: Sequence[ReadRow],
    found: dict[int, int],
    problems: dict[int, str],
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    for row in rows:
        number: dict[str, Any] = {row.code_kind: row.code}
        try:
            found[row.number] = holder_of(**number) or register_organisation(
                kind="legal_person",
                name=row.name,
                registered_on=None,
                division_code="",
                source=source,
                actor=actor,
                now=now,
                **number,
            )
        except Refusal as refusal:
            problems[row.number] = str(refusal)


def _line(version_id: int, known: Known) -> str:
    row, papers = known.row, known.row.papers
    cells = (
        version_id,
        row.number,
        shown_name(row)[:300],
        "" if row.code_kind == "citizen_id" else row.code,
        known.subject_id,
        *_papers(papers),
        row.performance,
        row.amount,
        row.outcome,
        row.problem,
        "t" if row.endless else "f",
    )
    return "\t".join([_cell(cell) for cell in cells]) + "\n"


def _papers(papers: Papers) -> tuple[Any, ...]:
    return (
        papers.document_no,
        papers.authority,
        papers.ground,
        papers.legal_basis,
        papers.notice_served_on,
        papers.publicised_from,
        papers.publicised_until,
        papers.decided_on,
        papers.effective_from,
        papers.effective_until,
        papers.exit_route,
    )


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES) if value else ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
