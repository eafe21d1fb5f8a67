"""What an exit leaves behind: its papers in the file of the entry, whose reading is recorded, and what is moot."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from kernel.actor import Actor
from office.services import open_file, render_letter, store_file
from redblack.events import EntryPaperRead
from redblack.models import Entry, Paper, Removal
from redblack.rules.exit_letters import Leaving, exit_notice, removal_decision
from redblack.rules.lists import ReleaseKind
from redblack.rules.states import RemovalState
from redblack.selectors import exits
from subjects.selectors import is_person, subjects_of
from toolkit.clock import day_of

LIMIT = 10 * 1024 * 1024


def write_exit(*, entry: Entry, actor: Actor, now: datetime) -> list[int]:
    """移出决定书 and, unless it concerns a natural person, 名单退出公告 of an entry that was just released."""
    subject = subjects_of({entry.subject_id}).get(entry.subject_id)
    assert entry.released_on is not None  # by the caller
    leaving = Leaving(
        agency=agency_of(entry),
        name=subject.name if subject else "",
        code=subject.uscc if subject else "",
        list_name=entry.list_type.title,
        reward=entry.reward,
        listed_by=entry.document_no,
        listed_on=entry.effective_from,
        kind=ReleaseKind(entry.release_kind),
        released_on=entry.released_on,
        document_no=entry.release_document,
        reason=entry.release_reason,
        decided_on=day_of(now),
    )
    written = [attach(entry=entry, kind="移出决定书", data=removal_decision(leaving), actor=actor, now=now)]
    if not is_person(entry.subject_id):
        written.append(attach(entry=entry, kind="名单退出公告", data=exit_notice(leaving), actor=actor, now=now))
    return written


def drop_proposals(*, entry_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """What was proposed about entries that have left otherwise is over. In the caller's transaction. How many."""
    rows = Removal.objects.filter(entry_id__in=entry_ids, state=RemovalState.PROPOSED)
    return rows.update(
        state=RemovalState.DROPPED, decided_by=actor.key, decided_at=now, outcome_reason="该条目已经移出。"
    )


def agency_of(entry: Entry) -> str:
    """Who signs: the authority's full name as a department of the city, else as the papers name it."""
    known = departments_by_id([entry.authority_department_id]) if entry.authority_department_id else {}
    return next((department.name for department in known.values()), entry.authority)


@transaction.atomic
def attach(*, entry: Entry, kind: str, data: dict[str, Any], actor: Actor, now: datetime) -> int:
    """Write a letter as PDF and keep it, sealed, in the entry's file. The paper's id.

    Raises office.services.CharacterMissing, LetterNotWritten.
    """
    body = render_letter(name="letter", data=data)
    name = f"{kind} {data.get('number') or entry.document_no}.pdf"
    file = store_file(stream=io.BytesIO(body), name=name, keep_until=None, limit=LIMIT, actor=actor, now=now)
    paper = Paper.objects.create(entry=entry, kind=kind, file_id=file.id, added_by=actor.key, added_at=now)
    return paper.pk


@transaction.atomic
def read_paper(*, entry_id: int, paper_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """The name and the clear bytes of a paper in the file of an entry that the actor may see. Reading is recorded.

    Raises PaperNotFound, office.services.FileGone.
    """
    paper = exits.paper_of(actor, entry_id=entry_id, paper_id=paper_id)
    stream = open_file(file_id=paper.file_id)
    fact = EntryPaperRead(entry_id, paper.pk, paper.file_id)
    record(fact, about=f"redblack.entry:{entry_id}", actor=actor, now=now)
    return paper.file.name, stream
