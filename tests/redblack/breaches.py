"""Rows of what leads to an entry, ends it or brings a whole list, past every service: whole but for what is said."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from office.models import StoredFile
from redblack.models import (
    Doubt,
    ListTypeEdition,
    ListVersion,
    Paper,
    PeriodChange,
    Proceeding,
    RecogniserTask,
    Removal,
    StagedEntry,
    Statement,
)
from tests.constraints import Breach
from tests.factories import redblack as make
from tests.factories.accounts import LONG_AGO, department
from tests.factories.screening import firm

DAY = date(2026, 3, 2)
ONE, OTHER = "user:one", "user:other"
_numbers = count(1)


def entry_id() -> int:
    return make.entry(make.list_type().code, firm())


def edition(times: int = 1, **fields: Any) -> None:
    given = {"code": "x", "state": "draft", "content": {}, "drafted_by": ONE, "drafted_at": LONG_AGO}
    for _ in range(times):
        ListTypeEdition.objects.create(**{"number": next(_numbers)} | given | fields)


def proceeding(times: int = 1, **fields: Any) -> Proceeding:
    given = {
        "track": "listing",
        "state": "drafted",
        "list_type_id": make.list_type().id,
        "department_id": department().pk,
        "subject_id": 1,
        "ground": "x",
        "drafted_by": ONE,
        "drafted_at": LONG_AGO,
    }
    return [Proceeding.objects.create(**given | fields) for _ in range(times)][-1]


SERVED = {"notice_served_on": DAY, "statement_due_on": DAY + timedelta(days=7), "served_way": "直接"}
DECIDED = {"state": "decided", "submitted_by": ONE, "decided_by": OTHER} | SERVED


def decided(**fields: Any) -> None:
    proceeding(**{"entry_id": entry_id()} | DECIDED | fields)


def change(times: int = 1, **fields: Any) -> None:
    of = proceeding()
    given = {"what": "stop", "from_day": DAY, "reason": "x", "by": ONE, "at": LONG_AGO}
    for _ in range(times):
        PeriodChange.objects.create(proceeding=of, **given | fields)


def statement(**fields: Any) -> None:
    given = {"received_on": DAY, "way": "书面", "text_ct": "x", "by": ONE, "at": LONG_AGO}
    Statement.objects.create(proceeding=proceeding(), **given | fields)


def removal(times: int = 1, **fields: Any) -> None:
    given = {
        "entry_id": entry_id(),
        "state": "proposed",
        "kind": "提前移出",
        "document_no": "x",
        "reason": "x",
        "released_on": DAY,
        "proposed_by": ONE,
        "proposed_at": LONG_AGO,
    }
    for _ in range(times):
        Removal.objects.create(**given | fields)


def stored() -> StoredFile:
    return StoredFile.objects.create(sha256="0" * 64, size=1, name="x", data_key="x", stored_at=LONG_AGO)


def task(times: int = 1, **fields: Any) -> None:
    given = {"entry_id": entry_id(), "cause": "record:1", "cause_text": "x", "raised_at": LONG_AGO, "due_on": DAY}
    for _ in range(times):
        RecogniserTask.objects.create(**given | fields)


def version(times: int = 1, **fields: Any) -> ListVersion:
    given = {
        "list_type_id": make.list_type().id,
        "version": "v1",
        "stated_at": LONG_AGO,
        "received_at": LONG_AGO,
        "channel": "file",
        "sha256": "0" * 64,
        "state": "applied",
        "sent_by": ONE,
    }
    return [ListVersion.objects.create(**given | fields) for _ in range(times)][-1]


def two_open() -> None:
    of = make.list_type().id
    version(list_type_id=of, version="v1", state="held")
    version(list_type_id=of, version="v2", state="staging")


def staged() -> None:
    of = version()
    for _ in range(2):
        StagedEntry.objects.create(list_version=of, row_number=1, name="x")


BREACHES: dict[str, Breach] = {
    "redblack_edition_once_per_number": lambda: edition(2, number=1, state="discarded"),
    "redblack_edition_one_open": lambda: edition(2),
    "redblack_edition_state_known": lambda: edition(state="approved"),
    "redblack_edition_published_iff_dated": lambda: edition(published_at=LONG_AGO),
    "redblack_edition_published_by_another": lambda: edition(
        state="published", published_at=LONG_AGO, reviewed_by=ONE
    ),
    "redblack_proceeding_one_open": lambda: proceeding(2),
    "redblack_proceeding_track_known": lambda: proceeding(track="quick"),
    "redblack_proceeding_state_known": lambda: proceeding(state="x", **SERVED),
    "redblack_proceeding_decided_iff_entry": lambda: decided(entry_id=None),
    "redblack_proceeding_decided_by_another": lambda: decided(decided_by=ONE),
    "redblack_proceeding_decided_by_no_handler": lambda: decided(handled_by=[ONE, OTHER]),
    "redblack_proceeding_served_iff_dated": lambda: proceeding(state="served"),
    "redblack_proceeding_served_way_known": lambda: proceeding(served_way="微信"),
    "redblack_periodchange_one_open_stop": lambda: change(2),
    "redblack_periodchange_in_order": lambda: change(until_day=DAY - timedelta(days=1)),
    "redblack_statement_answer_is_whole": lambda: statement(accepted=True, answered_on=DAY),
    "redblack_removal_one_open_per_entry": lambda: removal(2),
    "redblack_removal_decided_by_another": lambda: removal(state="decided", decided_by=ONE),
    "redblack_removal_states_document_and_reason": lambda: removal(document_no=""),
    "redblack_paper_of_proceeding_or_entry": lambda: Paper.objects.create(
        kind="其他", file=stored(), added_by=ONE, added_at=LONG_AGO
    ),
    "redblack_recognisertask_once_per_cause": lambda: task(2),
    "redblack_recognisertask_answer_is_whole": lambda: task(outcome="kept", answered_at=LONG_AGO),
    "redblack_listversion_once": lambda: version(2),
    "redblack_listversion_one_open": two_open,
    "redblack_listversion_state_known": lambda: version(state="x"),
    "redblack_listversion_released_by_another": lambda: version(decided_by=ONE),
    "redblack_staged_once": staged,
    "redblack_doubt_revisions_in_order": lambda: Doubt.objects.create(
        source_id=1, subject_id=1, list_version=version(), rev_from=5, rev_to=5
    ),
}
MORE: dict[str, tuple[str, Breach]] = {
    "published-without-date": (
        "redblack_edition_published_iff_dated",
        lambda: edition(state="published", reviewed_by=OTHER),
    ),
    "published-by-nobody": (
        "redblack_edition_published_by_another",
        lambda: edition(state="published", published_at=LONG_AGO),
    ),
    "decided-by-who-submitted": (
        "redblack_proceeding_decided_by_another",
        lambda: decided(submitted_by=OTHER),
    ),
    "decided-by-nobody": ("redblack_proceeding_decided_by_another", lambda: decided(decided_by="")),
    "entry-without-decision": (
        "redblack_proceeding_decided_iff_entry",
        lambda: proceeding(entry_id=entry_id()),
    ),
    "served-without-way": ("redblack_proceeding_served_iff_dated", lambda: decided(served_way="")),
    "served-without-last-day": ("redblack_proceeding_served_iff_dated", lambda: decided(statement_due_on=None)),
    "answered-without-text": (
        "redblack_statement_answer_is_whole",
        lambda: statement(accepted=False, answered_on=DAY),
    ),
    "removal-without-reason": ("redblack_removal_states_document_and_reason", lambda: removal(reason="")),
    "removal-by-nobody": ("redblack_removal_decided_by_another", lambda: removal(state="decided")),
    "task-answered-without-text": (
        "redblack_recognisertask_answer_is_whole",
        lambda: task(outcome="removed", answered_at=LONG_AGO),
    ),
    "paper-of-both": (
        "redblack_paper_of_proceeding_or_entry",
        lambda: Paper.objects.create(
            kind="其他",
            file=stored(),
            added_by=ONE,
            added_at=LONG_AGO,
            proceeding=proceeding(),
            entry_id=entry_id(),
        ),
    ),
}
