"""Registering decisions that a department has already made: one with its papers, or several from a table."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from audit.services import record
from collection.rules.sheets import Limits, read_sheet
from collection.selectors.records import get_record
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from kernel.identifiers import read
from kernel.names import name_key
from office.services import open_file, store_file
from redblack import policies
from redblack.events import DecisionsRead, PaperAttached
from redblack.models import Paper
from redblack.rules.content import Content
from redblack.rules.decision_file import HEADINGS, DecisionRow, read_decisions
from redblack.rules.procedure import DECISION, OTHER
from redblack.rules.states import Track
from redblack.selectors.proceedings import persons_to_name
from redblack.services.deciding import submit
from redblack.services.entries import UnknownSubject
from redblack.services.proceedings import CannotPrepare, Upload, about, attach_paper, draft
from subjects.rules.kinds import Kind, kind_of_code
from subjects.selectors import SubjectValue, names_of, resolve_code
from subjects.services import register_organisation

MOST_ROWS = 200  # decisions in one table: more are no single decisions any more, but a received list
LIMITS = Limits(size=10 * 1024**2, unpacked=100 * 1024**2, members=500, cells=200_000, rows=MOST_ROWS)


class WhoIsMeant(Malformed):
    code = "redblack.who_is_meant"
    message = "没有认出列入的对象。请输入统一社会信用代码（自然人请输入证件号码）。"


@dataclass(frozen=True, slots=True)
class RowRefused:
    """Why a row was not taken: in the row's own words, or by the law."""

    row: int
    name: str
    reasons: tuple[str, ...]


@dataclass(slots=True)
class FileRead:
    """What became of a table: the proceedings that wait for the decision, and the rows that went back."""

    taken: list[int] = field(default_factory=list)
    refused: list[RowRefused] = field(default_factory=list)


@transaction.atomic
def subject_meant(*, text: str, name: str, actor: Actor, now: datetime) -> int:
    """Whom a typed code means; an organisation that nobody knows yet is entered under `name`.

    A name alone identifies nobody; a name that is not the code's holder's shows that one of the two is wrong.
    Raises WhoIsMeant (with what is wrong), UnknownSubject (a person nobody has registered), NameWrong.
    """
    found = read(text)
    resolved = resolve_code(found)
    if resolved.subject is not None and found.kind != "name":
        _demand_its_name(resolved.subject, name)
        return resolved.subject.id
    if found.kind == "name":
        raise WhoIsMeant("仅凭名称不能列入。请输入统一社会信用代码（自然人请输入证件号码）。")
    if resolved.state != "unknown":
        raise WhoIsMeant(resolved.problem or WhoIsMeant.message)
    if found.kind != "uscc":
        raise UnknownSubject
    if not name.strip():
        raise WhoIsMeant(f"平台还没有代码为 {found.value} 的主体。请核对代码；代码无误的，请同时填写主体名称。")
    return register_organisation(
        kind=str(kind_of_code(found.value)),
        name=name,
        uscc=found.value,
        registered_on=None,
        division_code=found.value[2:8],
        source="列入登记",
        actor=actor,
        now=now,
    )


@transaction.atomic
def propose(
    *,
    list_code: str,
    code: str,
    name: str,
    department_id: int,
    record_id: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Open a proceeding that is walked here: for whom the code means, or for the subject of the record.

    Returns its id. Raises what subject_meant and draft raise.
    """
    if not policies.may_prepare(actor, department_id=department_id):
        raise CannotPrepare
    if record_id is not None:
        subject_id = get_record(actor, record_id).subject_id
    else:
        subject_id = subject_meant(text=code, name=name, actor=actor, now=now)
    return draft(
        track=Track.LISTING,
        list_code=list_code,
        subject_id=subject_id,
        department_id=department_id,
        content=Content(),
        record_id=record_id,
        actor=actor,
        now=now,
    )


@transaction.atomic
def register(
    *,
    list_code: str,
    code: str,
    name: str,
    department_id: int,
    content: Content,
    decision: Upload,
    with_persons: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter a decision already made with its paper, and ask the second person for the listing: whole or not at all.

    `with_persons`: the decision names who answers for the organisation; its registered ones go into the entry.
    Returns the proceeding's id. Raises what subject_meant, draft, attach_paper and submit raise.
    """
    if not policies.may_prepare(actor, department_id=department_id):
        raise CannotPrepare
    subject_id = subject_meant(text=code, name=name, actor=actor, now=now)
    if with_persons:
        named = sorted(one.person_id for one in persons_to_name(subject_id))
        content = replace(content, responsible_persons=tuple(named))
    proceeding_id = draft(
        track=Track.REGISTERED,
        list_code=list_code,
        subject_id=subject_id,
        department_id=department_id,
        content=content,
        actor=actor,
        now=now,
    )
    attach_paper(proceeding_id=proceeding_id, kind=DECISION, upload=decision, actor=actor, now=now)
    submit(proceeding_id=proceeding_id, actor=actor, now=now)
    return proceeding_id


@transaction.atomic
def register_file(*, upload: Upload, list_code: str, department_id: int, actor: Actor, now: datetime) -> FileRead:
    """Take each good row of a table as a decision that waits for the second person; the others go back with reasons.

    The table itself is kept as the paper of each. Handing the same table in again refuses what is there already.
    Raises CannotPrepare, FileRefused, HeaderMissing, FileTooLarge.
    """
    if not policies.may_prepare(actor, department_id=department_id):
        raise CannotPrepare
    file = store_file(
        stream=upload.stream, name=upload.name, keep_until=None, limit=LIMITS.size, actor=actor, now=now
    )
    outcome = FileRead()
    with open_file(file_id=file.id) as stream:
        sheet = read_sheet(stream, expected=HEADINGS, limits=LIMITS)
        for row in read_decisions(sheet):
            _take(row, outcome, file.id, list_code, department_id, actor=actor, now=now)
    fact = DecisionsRead(list_code, file.id, len(outcome.taken), len(outcome.refused))
    record(fact, about=f"office.storedfile:{file.id}", actor=actor, now=now)
    return outcome


def _demand_its_name(subject: SubjectValue, name: str) -> None:
    if not name.strip() or subject.kind == Kind.NATURAL_PERSON:
        return
    if name_key(name) not in {one.key for one in names_of(subject.id)}:
        known, said = subject.name, name.strip()[:80]
        text = f"代码 {subject.uscc} 登记的名称是“{known}”，与填写的“{said}”不一致。请核对代码和名称。"
        raise WhoIsMeant(text)


def _take(
    row: DecisionRow,
    outcome: FileRead,
    file_id: int,
    list_code: str,
    department_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if row.problems:
        outcome.refused.append(RowRefused(row.number, row.name, row.problems))
        return
    try:
        with transaction.atomic():  # a row that is refused leaves nothing, not even its subject
            proceeding_id = draft(
                track=Track.REGISTERED,
                list_code=list_code,
                subject_id=subject_meant(text=row.uscc, name=row.name, actor=actor, now=now),
                department_id=department_id,
                content=row.content,
                actor=actor,
                now=now,
            )
            paper = Paper.objects.create(
                proceeding_id=proceeding_id, kind=OTHER, file_id=file_id, added_by=actor.key, added_at=now
            )
            fact = PaperAttached(paper.pk, proceeding_id, OTHER, file_id)
            record(fact, about=about(proceeding_id), actor=actor, now=now)
            submit(proceeding_id=proceeding_id, actor=actor, now=now)
    except Refusal as refusal:
        reasons = tuple(f"{reason.message}依据：{reason.source}" for reason in refusal.reasons) or (str(refusal),)
        outcome.refused.append(RowRefused(row.number, row.name, reasons))
        return
    outcome.taken.append(proceeding_id)
