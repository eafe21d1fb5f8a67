"""Each constraint of rosters, finished matters, spreadsheets, broken once; draws have theirs in test_drawing.py."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from screening.models import (
    CheckBatch,
    CheckBatchRow,
    FinishedCase,
    FinishedFile,
    Matter,
    Roster,
    RosterAnswer,
    RosterFinding,
    RosterMember,
    RosterRun,
    RosterUpload,
)
from tests.factories.accounts import department

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
DRAWS = [
    "screening_rosterdraw_has_participants",
    "screening_rosterdraw_numbered",
    "screening_rosterdraw_one_announced",
    "screening_rosterdraw_states",
    "screening_rosterdraw_wants_one_thing",
    "screening_rosterdrawn_drawn_once",
    "screening_rosterdrawn_mark_shape",
    "screening_rosterdrawn_place_once",
]


def made(model: Any, given: Callable[[], dict[str, Any]], times: int = 1, **fields: Any) -> Callable[[], None]:
    """What makes so many rows of a model that differ from a good one in these fields."""

    def make() -> None:
        said = given() | fields
        for _ in range(times):
            model.objects.create(**said)

    return make


def matter() -> Matter:
    return Matter.objects.create(
        code="x", name="x", implementing_department=department(), stages=["before"], roles=[]
    )


def a_roster() -> dict[str, Any]:
    return {"department": department(), "name": "甲", "source_ids": [1], "made_by": "user:x", "made_at": AT}


def of_roster() -> dict[str, Any]:
    return {"roster": Roster.objects.create(**a_roster())}


def an_upload() -> dict[str, Any]:
    return of_roster() | {"file_id": 1, "file_name": "x", "sha256": "x", "uploaded_by": "user:x", "uploaded_at": AT}


def a_member() -> dict[str, Any]:
    return of_roster() | {"state": "matched", "subject_id": 1, "added_at": AT}


def a_person() -> dict[str, Any]:
    return of_roster() | {"state": "unknown", "index_key": "k1", "index_digest": b"x" * 32, "added_at": AT}


def a_run() -> dict[str, Any]:
    return of_roster() | {"why": "manual", "asked_by": "user:x", "asked_at": AT}


def an_answer() -> dict[str, Any]:
    return {"member_id": 1, "roster_id": 1, "answer": "clear", "complete": True, "changed_run": 1}


def a_finding() -> dict[str, Any]:
    return {
        "roster_id": 1, "run_id": 1, "member_id": 1, "change": "newly_hit", "answer": "hit",
        "found_at": AT,
    }  # fmt: skip


def a_case() -> dict[str, Any]:
    home = department()
    return {
        "matter": matter(), "file_number": "办1", "department": home, "desk": home, "finished_on": DAY,
        "result": "granted", "state": "missing", "reported_by": "user:x", "reported_at": AT,
    }  # fmt: skip


def a_file() -> dict[str, Any]:
    return {
        "file_id": 1, "sha256": "x", "name": "x", "department": department(), "sent_by": "user:x", "sent_at": AT,
    }  # fmt: skip


def a_batch() -> dict[str, Any]:
    return {
        "department": department(), "matter": matter(), "stage": "before", "as_of": DAY, "file_id": 1,
        "file_name": "x", "sha256": "x", "made_by": "user:x", "made_at": AT,
    }  # fmt: skip


def a_batch_row() -> dict[str, Any]:
    return {"batch": CheckBatch.objects.create(**a_batch()), "row_number": 1, "answer": "clear"}


BREACHES: dict[str, Callable[[], Any]] = {
    "screening_roster_name_once": made(Roster, a_roster, 2),
    "screening_roster_state_known": made(Roster, a_roster, state="x"),
    "screening_roster_asks_something": made(Roster, a_roster, source_ids=[]),
    "screening_roster_persons_for_a_purpose": made(Roster, a_roster, persons=True),
    "screening_roster_measures_are_whole": made(Roster, a_roster, measures_from="chosen"),
    "screening_rosterupload_every_row_counted": made(RosterUpload, an_upload, rows=1),
    "screening_rostermember_subject_once": made(RosterMember, a_member, 2),
    "screening_rostermember_code_once": made(
        RosterMember, a_member, 2, state="unknown", subject_id=None, uscc="91339901MA9K3H5T3Y"
    ),
    "screening_rostermember_person_once": made(RosterMember, a_person, 2),
    "screening_rostermember_state_is_whole": made(RosterMember, a_member, subject_id=None),
    "screening_rostermember_no_name_of_a_person": made(RosterMember, a_member, kind="natural_person", name="张三"),
    "screening_rostermember_digest_names_its_key": made(RosterMember, a_person, index_key=None),
    "screening_rosterrun_one_waits": made(RosterRun, a_run, 2),
    "screening_rosterrun_one_at_a_time": made(RosterRun, a_run, 2, state="running", started_at=AT),
    "screening_rosterrun_state_is_whole": made(RosterRun, a_run, state="done"),
    "screening_rosterrun_every_member_counted": made(RosterRun, a_run, members=1),
    "screening_rosteranswer_known": made(RosterAnswer, an_answer, answer="x"),
    "screening_rosteranswer_clear_is_complete": made(RosterAnswer, an_answer, complete=False),
    "screening_rosteranswer_hit_has_triggers": made(RosterAnswer, an_answer, answer="hit", triggers=[]),
    "screening_rosterfinding_one_to_handle": made(RosterFinding, a_finding, 2),
    "screening_rosterfinding_states": made(RosterFinding, a_finding, state="disposed"),
    "screening_rosterfinding_change_known": made(RosterFinding, a_finding, change="x"),
    "screening_finished_once": made(FinishedCase, a_case, 2),
    "screening_finished_result_known": made(FinishedCase, a_case, result="x"),
    "screening_finished_checked_has_receipt": made(FinishedCase, a_case, state="checked"),
    "screening_finished_days_in_order": made(FinishedCase, a_case, accepted_on=date(2026, 11, 21)),
    "screening_finished_has_number": made(FinishedCase, a_case, file_number=""),
    "screening_finished_one_applicant": made(FinishedCase, a_case, applicant_code="x", applicant_blind="x"),
    "screening_finishedfile_once": made(FinishedFile, a_file, 2),
    "screening_finishedfile_counts_agree": made(FinishedFile, a_file, done_at=AT, total=1),
    "screening_checkbatch_same_bytes_once": made(CheckBatch, a_batch, 2),
    "screening_checkbatch_stage_known": made(CheckBatch, a_batch, stage="x"),
    "screening_checkbatch_every_row_counted": made(CheckBatch, a_batch, checked=1),
    "screening_checkbatch_done_is_whole": made(CheckBatch, a_batch, done_at=AT),
    "screening_checkbatchrow_receipt_or_problem": made(CheckBatchRow, a_batch_row),
}
