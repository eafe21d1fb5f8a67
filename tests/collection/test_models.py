from datetime import UTC, date, datetime

import pytest

from catalog.models import Item, ItemVersion
from collection.models import Record, RecordKey, Registry, Source, SourceLoad, Trigger
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories.accounts import LONG_AGO
from tests.factories.collection import item, source

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def load(**fields):
    given = {"source_id": source(), "version": "v", "loaded_at": LONG_AGO, "rows": 0, "rev_from": 5}
    return SourceLoad.objects.create(**given | fields)


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


BREACHES = {
    "collection_source_kind_known": lambda: Source.objects.create(code="x", name="x", kind="black"),
    "collection_sourceload_one_current": load,  # the factory's source has one
    "collection_sourceload_revisions_in_order": lambda: load(rev_to=5),
    "collection_registry_one_row": lambda: Registry.objects.create(pk=False),
    "collection_record_grade_known": lambda: record(grade="特别严重"),
    "collection_record_publicity_known": lambda: record(publicity_state="已删除"),
    "collection_recordkey_one_decision": same_decision_twice,
    "collection_trigger_term_in_order": lambda: trigger(valid_until=date(2026, 3, 1)),
    "collection_trigger_revisions_in_order": lambda: trigger(rev_to=4),
    "collection_trigger_one_current": lambda: trigger(2, source_id=source()),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("collection", BREACHES)


def test_a_term_of_one_day_is_a_term() -> None:
    trigger(valid_until=DAY)
