from datetime import UTC, date, datetime

import pytest

from catalog.models import Item, ItemVersion
from collection.models import (
    Batch,
    CollectionTask,
    Extraction,
    Handover,
    HandoverRun,
    Promise,
    Record,
    RecordChange,
    RecordDispute,
    RecordKey,
    Registry,
    RowProblem,
    Source,
    SourceFacts,
    SourceLoad,
    StagedRow,
    Tally,
    Trigger,
)
from office.models import StoredFile
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories.accounts import LONG_AGO, department
from tests.factories.collection import item, source

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def load(**fields):
    given = {"source_id": source(), "version": "v", "loaded_at": LONG_AGO, "rows": 0, "rev_from": 5}
    return SourceLoad.objects.create(**given | fields)


def facts(**fields):
    given = {"source_id": source(), "name": "x", "kind": "record", "retired": False, "rev_from": 5}
    return SourceFacts.objects.create(**given | fields)


def trigger(times: int = 1, **fields):
    given = {
        "source_id": source(),
        "record_id": 1,
        "subject_id": 1,
        "document_no": "某文",
        "authority": "某局",
        "ground": "x",
        "valid_from": DAY,
        "rev_from": 5,
    }
    for _ in range(times):
        Trigger.objects.create(**given | fields)


def record(**fields):
    version = ItemVersion.objects.get(item__code=item())
    given = {
        "id": 1,
        "recorded_at": datetime(2026, 11, 2, tzinfo=UTC),
        "item_id": version.item_id,
        "item_version": version,
        "subject_id": 1,
        "document_no": "某文",
        "authority": "某局",
        "decided_on": DAY,
        "publicity_state": "公示中",
    }
    return Record.objects.create(**given | fields)


def same_decision_twice():
    of = Item.objects.get(code=item())
    for number in (1, 2):
        RecordKey.objects.create(
            record_id=number, recorded_at=LONG_AGO, item=of, authority="某局", document_no="某文", subject_id=7
        )


def extraction(**fields):
    given = {"name": "视图", "department": department(), "item": Item.objects.get(code=item()), "kind": "folder"}
    return Extraction.objects.create(**given | {"created_by": "user:x", "created_at": LONG_AGO} | fields)


def batch(**fields):
    version = ItemVersion.objects.get(item__code=item())
    given = {"item_version": version, "item_id": version.item_id, "channel": "file", "sender": "user:x"}
    if "department" not in fields:
        given["department"] = department()
    return Batch.objects.create(**given | {"created_at": LONG_AGO} | fields)


def twice_alike(**fields):
    """Two batches of one department and item."""
    first = batch(**fields)
    alike = {"item_id": first.item_id, "item_version_id": first.item_version_id, "department_id": first.department_id}
    said = {"channel": "file", "sender": "user:x", "created_at": LONG_AGO}
    Batch.objects.create(**alike | said | fields)


def problem(times: int = 1, **fields):
    of = batch()
    for _ in range(times):
        RowProblem.objects.create(**{"batch": of, "row_number": 2, "cells_ct": "", "problems": []} | fields)


def staged_twice():
    of = batch()
    for _ in range(2):
        StagedRow.objects.create(
            batch=of, row_number=2, subject_kind="legal_person", name="x", document_no="x", authority="x",
            authority_key="x", document_key="x", decided_on=DAY, publicity_state="公示中", content={}, sealed={},
            raised=[], digest="",
        )  # fmt: skip


def promise(**fields):
    given = {"record_id": 1, "subject_id": 1, "department": department(), "promised_on": DAY}
    return Promise.objects.create(**given | fields)


def task(times: int = 1, **fields):
    given = {
        "item": Item.objects.get(code=item()),
        "department": department(),
        "period_from": DAY,
        "period_until": DAY,
        "due_on": DAY,
        "created_at": LONG_AGO,
    }
    for _ in range(times):
        CollectionTask.objects.create(**given | fields)


def tally(times: int = 1, **fields):
    given = {"item": Item.objects.get(code=item()), "department": department(), "month": DAY.replace(day=1)}
    for _ in range(times):
        Tally.objects.create(**given | fields)


def handover_run(times: int = 1, **fields):
    given = {"item": Item.objects.get(code=item()), "day": DAY, "asked_by": "user:u", "asked_at": LONG_AGO}
    for _ in range(times):
        HandoverRun.objects.create(**given | fields)


def handover(times: int = 1, **fields):
    files = [
        StoredFile.objects.create(sha256="0" * 64, size=1, name="x", data_key="k", stored_at=LONG_AGO) for _ in "12"
    ]
    given = {"item": Item.objects.get(code=item()), "day": DAY, "records": 1, "xlsx": files[0], "xml": files[1]}
    for _ in range(times):
        Handover.objects.create(**given | {"made_at": LONG_AGO, "made_by": "user:x"} | fields)


def change(**fields):
    given = {"record_id": 1, "version": 1, "item_version_id": 1, "changed_by": "user:x", "changed_at": LONG_AGO}
    return RecordChange.objects.create(**given | fields)


def two_of_one_name():
    first = extraction()
    extraction(department=first.department)


def dispute(**fields):
    return RecordDispute.objects.create(
        **{"record_id": 7, "ground": "主体错误", "marked_on": DAY, "suspended": True} | fields
    )


BREACHES = {
    "collection_extraction_kind_known": lambda: extraction(kind="oracle"),
    "collection_extraction_one_name": two_of_one_name,
    "collection_batch_state_known": lambda: batch(state="lost"),
    "collection_batch_channel_known": lambda: batch(channel="fax"),
    "collection_batch_same_bytes_once": lambda: twice_alike(sha256="0" * 64),
    "collection_batch_one_call": lambda: twice_alike(call_key="client:x:1"),
    "collection_rowproblem_once_per_row": lambda: problem(2),
    "collection_rowproblem_state_known": lambda: problem(state="lost", closed_at=LONG_AGO),
    "collection_rowproblem_closed_iff_over": lambda: problem(state="mended"),
    "collection_stagedrow_once_per_row": staged_twice,
    "collection_record_state_known": lambda: record(state="lost"),
    "collection_recordchange_kind_known": lambda: change(kind="lost"),
    "collection_promise_state_known": lambda: promise(state="lost", closed_at=LONG_AGO),
    "collection_promise_closed_iff_over": lambda: promise(state="kept"),
    "collection_task_once": lambda: task(2),
    "collection_task_period_in_order": lambda: task(period_until=date(2026, 3, 1)),
    "collection_task_state_known": lambda: task(state="lost", closed_at=LONG_AGO),
    "collection_task_closed_iff_over": lambda: task(state="done"),
    "collection_tally_one": lambda: tally(2),
    "collection_tally_adds_up": lambda: tally(reported=1, taken=2),
    "collection_handover_once": lambda: handover(2),
    "collection_handoverrun_one_open": lambda: handover_run(2),
    "collection_handoverrun_trouble_is_over": lambda: handover_run(trouble="已停止"),
    "collection_handover_handed_iff_by": lambda: handover(handed_at=LONG_AGO),
    "collection_source_kind_known": lambda: Source.objects.create(code="x", name="x", kind="black"),
    "collection_sourceload_one_current": load,  # the factory's source has one
    "collection_sourceload_revisions_in_order": lambda: load(rev_to=5),
    "collection_sourcefacts_one_current": lambda: facts(rev_to=None),  # the factory's source has some
    "collection_sourcefacts_revisions_in_order": lambda: facts(rev_to=5),
    "collection_registry_one_row": lambda: Registry.objects.create(pk=False),
    "collection_record_grade_known": lambda: record(grade="特别严重"),
    "collection_record_publicity_known": lambda: record(publicity_state="已删除"),
    "collection_recordkey_one_decision": same_decision_twice,
    "collection_trigger_term_in_order": lambda: trigger(valid_until=date(2026, 3, 1)),
    "collection_trigger_revisions_in_order": lambda: trigger(rev_to=4),
    "collection_trigger_one_current": lambda: trigger(2, source_id=source()),
    "collection_trigger_suspended_only_if_disputed": lambda: trigger(own_term=True, suspended=True, disputed_on=DAY),
    "collection_recorddispute_one_open": lambda: (dispute(), dispute()),
    "collection_recorddispute_ended_iff_outcome": lambda: dispute(ended_on=DAY),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("collection", BREACHES)


@pytest.mark.parametrize("state", ["refused", "cancelled", "failed"])
def test_what_came_to_nothing_may_come_again(state: str) -> None:
    twice_alike(sha256="0" * 64, state=state)


def test_a_term_of_one_day_is_a_term() -> None:
    trigger(valid_until=DAY)
