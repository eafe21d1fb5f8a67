"""Importing lists, penalties, measures and application lists from a table: the same services as everywhere.

A dry run does everything and takes it back, so it finds exactly what the real run would. One wrong row, and nothing
is taken: people mend their file and hand it in again. The same file twice changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from accounts.selectors import department_by_code
from collection.rules.sheets import Sheet, read_sheet
from collection.selectors import source_ids
from collection.services import Raised, take_record
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from measures.services import Article, ItemContent, publish_item
from portal.rules.import_cells import Cells, Column, RowProblem, read_all
from portal.rules.import_tables import (
    CODE,
    ENTRY_COLUMNS,
    MATTER_COLUMNS,
    MEASURE_COLUMNS,
    PENALTY_COLUMNS,
    EntryRow,
    MatterRow,
    MeasureRow,
    PenaltyRow,
    entry_row,
    matter_row,
    measure_row,
    penalty_row,
)
from redblack.rules.evidence import Papers, may_bind
from redblack.rules.lists import Origin
from redblack.selectors import list_type
from redblack.services import AlreadyEntered, CannotBind, ReceivedRow, enter, receive
from screening.rules.question import Role
from screening.services.lists import register_matter
from subjects.rules.kinds import kind_of_code
from subjects.services import register_organisation
from toolkit.clock import day_of

if TYPE_CHECKING:
    from redblack.models import ListType

T = TypeVar("T")
SHOWN_AS_PUBLIC = {"轻微": "不予公示", "一般": "公示中", "严重": "公示中"}


class SourceUnknown(Malformed):
    code = "portal.source_unknown"
    message = "名单或信息类别没有登记。"


@dataclass(slots=True)
class Imported:
    """What a run found. `applied` False: a dry run, or a file with wrong rows; nothing was written."""

    rows: int = 0
    known: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    applied: bool = False


def import_entries(*, path: Path, list_code: str, version: str, apply: bool, actor: Actor, now: datetime) -> Imported:
    """Entries of one list: decisions registered one by one where the list is decided here; else the file is the
    list's new version as a whole, and who is missing from it leaves the list.
    """
    kind = list_type(list_code)
    here = Origin(kind.origin).decided_here
    received: list[ReceivedRow] = []

    def take(row: EntryRow, outcome: Imported) -> None:
        subject_id = _subject(row.uscc, row.name, actor=actor, now=now)
        if not here:
            _demand_papers(kind, row.papers, now=now)
            received.append(ReceivedRow(subject_id=subject_id, papers=row.papers, performance=row.performance))
            return
        try:
            enter(
                list_code=list_code,
                subject_id=subject_id,
                papers=row.papers,
                authority_department_id=kind.initiator_department_id,
                performance=row.performance,
                actor=actor,
                now=now,
            )
        except AlreadyEntered:
            outcome.known += 1

    def finish(outcome: Imported) -> None:
        if not here:
            done = receive(list_code=list_code, version=version, rows=received, loaded_at=now, actor=actor, now=now)
            outcome.known = done.kept

    return _run(path, ENTRY_COLUMNS, entry_row, take, apply=apply, finish=finish)


def import_penalties(*, path: Path, apply: bool, actor: Actor, now: datetime) -> Imported:
    """Penalty records. 一般 and 严重 count as bad records while they are public; a ban of its own has its own end."""
    sources = source_ids()

    def take(row: PenaltyRow, outcome: Imported) -> None:
        subject_id = _subject(row.uscc, row.name, actor=actor, now=now)
        department = department_by_code(row.authority_code) if row.authority_code else None
        ground = row.ground or row.content or row.category
        raised = []
        if row.grade != "轻微":
            raised.append(("P-GEN", row.publicity_until, False))
        if row.own_source:
            _demand_sources([row.own_source], sources)
            raised.append((row.own_source, row.own_until, True))
        take_record(
            item_code="penalty",
            subject_id=subject_id,
            document_no=row.document_no,
            authority=row.authority,
            authority_department_id=department.id if department else None,
            decided_on=row.decided_on,
            procedure=row.procedure,
            grade=row.grade,
            publicity_state=SHOWN_AS_PUBLIC[row.grade],
            publicity_until=row.publicity_until,
            content={
                "CF_CFLB": row.category,
                "CF_NR": row.content,
                "CF_SY": row.ground,
                "CF_NR_FK": row.fine_wan,
            },
            raised=[
                Raised(
                    source_code=source,
                    subject_id=subject_id,
                    valid_from=row.decided_on,
                    valid_until=until,
                    ground=ground[:300],
                    own_term=own,
                )
                for source, until, own in raised
            ],
            actor=actor,
            now=now,
        )

    return _run(path, PENALTY_COLUMNS, penalty_row, take, apply=apply)


def import_measures(*, path: Path, apply: bool, actor: Actor, now: datetime) -> Imported:
    """Measure items in the eight columns of 篇十五, published under their codes; the same again changes nothing."""
    sources = source_ids()

    def take(row: MeasureRow, outcome: Imported) -> None:
        _demand_sources([*row.triggers, *row.unless_bad], sources)
        publish_item(
            content=ItemContent(
                code=row.code,
                department_id=department_by_code(row.department_code).id if row.department_code else None,
                department_text="" if row.department_code else row.office,
                matter_code=row.matter_code,
                matter_name=row.matter_name,
                responsible_office=row.office,
                basis_text=row.basis,
                target_text=row.target,
                content=row.content,
                stages=row.stages,
                organisation=row.organisation,
                means=row.means,
                reward=row.reward,
                kind=row.kind,
                wording=row.wording,
                term_text=row.term,
                extends_to_responsible=row.extends,
            ),
            articles=[Article(document_code=code, article=article) for code, article in row.articles],
            triggers=[sources[code] for code in row.triggers],
            unless_bad=[sources[code] for code in row.unless_bad],
            actor=actor,
            now=now,
        )

    return _run(path, MEASURE_COLUMNS, measure_row, take, apply=apply)


def import_matters(*, path: Path, apply: bool, actor: Actor, now: datetime) -> Imported:
    """Application lists: who is checked against what, for which department."""
    sources = source_ids()

    def take(row: MatterRow, outcome: Imported) -> None:
        _demand_sources(row.consults, sources)
        register_matter(
            code=row.code,
            name=row.name,
            implementing_department_id=department_by_code(row.department_code).id,
            handled_by_id=department_by_code(row.handled_by_code).id if row.handled_by_code else None,
            by_application=row.by_application,
            stages=row.stages,
            roles=[
                Role(code=code, label=label, persons=persons, required=required)
                for code, label, persons, required in row.roles
            ],
            consults=[sources[code] for code in row.consults],
            actor=actor,
            now=now,
        )

    return _run(path, MATTER_COLUMNS, matter_row, take, apply=apply)


def _run(
    path: Path,
    columns: Sequence[Column],
    row_of: Callable[[Cells], T],
    take: Callable[[T, Imported], None],
    *,
    apply: bool,
    finish: Callable[[Imported], None] | None = None,
) -> Imported:
    sheet: Sheet = read_sheet(path, expected=[w for c in columns if c.required for w in c.words] or list(CODE.words))
    good, problems = read_all(sheet, columns, row_of)
    outcome = Imported(rows=len(good), problems=problems)
    with transaction.atomic():
        for number, row in good:
            _attempt(number, lambda row=row: take(row, outcome), outcome)  # type: ignore[misc]  # called at once
        if finish is not None and not outcome.problems:
            _attempt(0, lambda: finish(outcome), outcome)
        outcome.applied = apply and not outcome.problems
        transaction.set_rollback(not outcome.applied)
    return outcome


def _attempt(number: int, act: Callable[[], Any], outcome: Imported) -> None:
    """One row in a savepoint of its own: its refusal is noted and the next row goes on."""
    try:
        with transaction.atomic():
            act()
    except Refusal as refusal:
        outcome.problems.append(RowProblem(number, "整行", "", str(refusal)))


def _subject(uscc: str, name: str, *, actor: Actor, now: datetime) -> int:
    """The holder of the code; nobody yet: entered under the name of the file. Another name is noted as a conflict."""
    return register_organisation(
        kind=str(kind_of_code(uscc)),
        name=name,
        uscc=uscc,
        registered_on=None,
        division_code=uscc[2:8],
        source="表格导入",
        actor=actor,
        now=now,
    )


def _demand_papers(kind: "ListType", papers: Papers, *, now: datetime) -> None:
    """A received version is taken as a whole; judging each row first says which row is wrong. Raises CannotBind."""
    verdict = may_bind(
        papers,
        origin=Origin(kind.origin),
        reward=kind.kind == "reward",
        type_basis=kind.legal_basis,
        type_exit=kind.exit_rule,
        on=day_of(now),
    )
    if not verdict:
        raise CannotBind("".join(reason.message for reason in verdict.against), reasons=verdict.against)


def _demand_sources(codes: Sequence[str], known: dict[str, int]) -> None:
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise SourceUnknown(f"没有登记名单或信息类别“{'、'.join(unknown)}”。可用：{'、'.join(known)}。")
