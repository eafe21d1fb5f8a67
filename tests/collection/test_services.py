import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from catalog.models import ItemVersion
from catalog.selectors import current_version
from collection import services
from collection.models import Record, Registry, Source, SourceLoad, Trigger
from collection.rules.freshness import SourceState
from collection.selectors import source_ages
from kernel.errors import NotFound
from tests.factories import collection as make
from tests.factories.accounts import PLATFORM
from tests.factories.screening import firm
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def registry() -> int:
    return Registry.objects.get().revision


def code_of(source_id: int) -> str:
    return Source.objects.get(pk=source_id).code


def test_a_source_is_registered_once_and_brought_up_to_date() -> None:
    made = make.source(code="SAME", name="某类", freshness_days=7, loaded=False)
    before = registry()
    assert make.source(code="SAME", name="某类", freshness_days=7, loaded=False) == made
    assert registry() == before
    assert make.source(code="SAME", name="某类", freshness_days=9, loaded=False) == made
    assert registry() == before + 1
    assert len(facts_about(f"collection.source:{made}")) == 2


def test_the_current_version_replaces_the_one_before(now: datetime) -> None:
    made = make.source(freshness_days=7, loaded=False)
    assert next(a for a in source_ages(as_of=DAY) if a.id == made).state is SourceState.NEVER_LOADED
    first = make.load(made, at=now - timedelta(days=8), rows=5)
    assert next(a for a in source_ages(as_of=DAY) if a.id == made).state is SourceState.STALE
    second = make.load(made, at=now, rows=0, held=True, version="41%")
    assert second == first + 1 == Source.objects.get(pk=made).revision
    old, new = SourceLoad.objects.filter(source_id=made).order_by("id")
    assert (old.rev_to, new.rev_from, new.rev_to) == (second, second, None)
    age = next(a for a in source_ages(as_of=DAY) if a.id == made)
    assert (age.state, age.version, age.age_days) == (SourceState.HELD, "41%", 0)
    assert payload_of(f"collection.source:{made}", "collection.source.loaded")["held"] is True


def test_a_version_of_tomorrow_is_refused(now: datetime) -> None:
    made = make.source(freshness_days=7, loaded=False)
    said: dict[str, Any] = {
        "source_id": made,
        "version": "9",
        "rows": 1,
        "held": False,
        "actor": PLATFORM,
        "now": now,
    }
    with pytest.raises(services.LoadedInFuture):
        services.mark_loaded(loaded_at=now + timedelta(seconds=1), **said)
    assert not SourceLoad.objects.filter(source_id=made).exists()


def test_an_unknown_source(now: datetime) -> None:
    with pytest.raises(services.UnknownSource):
        make.load(9999, at=now)
    with pytest.raises(services.UnknownSource):
        subject = firm()
        make.record(subject_id=subject, raised=[make.raised("NOWHERE", subject)])
    assert not Record.objects.exists()


def test_a_record_raises_its_triggers_and_is_a_fact() -> None:
    ban, plain, subject, other = make.source(), make.source(), firm(), firm()
    made = make.record(
        subject_id=subject,
        raised=[
            make.raised(code_of(ban), subject, own_term=True),
            make.raised(code_of(ban), other, responsible=True),
            make.raised(code_of(plain), subject, valid_until=None),
        ],
    )
    rows = Trigger.objects.filter(record_id=made).order_by("id")
    assert [(t.source_id, t.subject_id, t.own_term, t.responsible) for t in rows] == [
        (ban, subject, True, False),
        (ban, other, False, True),
        (plain, subject, False, False),
    ]
    assert Source.objects.get(pk=ban).revision == rows[1].rev_from == rows[0].rev_from + 1
    assert payload_of(f"collection.record:{made}", "collection.record.taken")["subject_id"] == subject


def test_the_same_decision_again_is_the_same_record() -> None:
    source, subject, item = make.source(), firm(), make.item()
    given = {"item_code": item, "document_no": "罚1号", "raised": [make.raised(code_of(source), subject)]}
    made = make.record(subject_id=subject, **given)
    before = Source.objects.get(pk=source).revision
    assert make.record(subject_id=subject, **given) == made
    assert make.record(subject_id=subject, **given | {"document_no": "罚2号"}) != made
    assert Trigger.objects.filter(record_id=made).count() == 1
    assert Source.objects.get(pk=source).revision == before + 1


def test_nothing_is_collected_without_a_published_item() -> None:
    with pytest.raises(services.NothingPublished):
        make.record(subject_id=firm(), item_code="unpublished", raised=[])


def test_nobody_has_no_record() -> None:
    with pytest.raises(NotFound):
        make.record(subject_id=987654321, raised=[])


def test_a_record_keeps_the_version_of_the_catalogue_it_came_under() -> None:
    code = make.item(legal_basis="旧法")
    old = make.record(subject_id=firm(), item_code=code, raised=[])
    make.item(code=code, legal_basis="新法")
    new = make.record(subject_id=firm(), item_code=code, raised=[])
    assert ItemVersion.objects.get(pk=Record.objects.get(pk=old).item_version_id).legal_basis == "旧法"
    assert Record.objects.get(pk=new).item_version_id == current_version(code).version_id


def test_an_ended_record_stops_all_but_terms_of_its_own(now: datetime) -> None:
    source, subject = make.source(), firm()
    made = make.record(
        subject_id=subject,
        raised=[make.raised(code_of(source), subject), make.raised(code_of(make.source()), subject, own_term=True)],
    )
    end = {
        "record_id": made,
        "ended_on": DAY,
        "reason": "已修复",
        "publicity_state": "终止公示",
        "actor": PLATFORM,
        "now": now,
    }
    assert services.end_record(**end) == 1
    current = {t.own_term: t.released_on for t in Trigger.objects.filter(record_id=made, rev_to=None)}
    assert current == {False: DAY, True: None}
    old = Trigger.objects.get(record_id=made, rev_to__isnull=False)
    assert (old.released_on, old.rev_to) == (None, Source.objects.get(pk=source).revision)
    assert payload_of(f"collection.record:{made}", "collection.record.ended")["ended_on"] == "2026-11-20"
    with pytest.raises(services.RecordUnknown):
        services.end_record(**end)


@pytest.mark.django_db(transaction=True)
def test_two_who_deliver_the_same_decision_at_once() -> None:
    source, subject, item = make.source(), firm(), make.item()
    raised = [make.raised(code_of(source), subject)]
    start, outcomes = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            outcomes.append(make.record(subject_id=subject, item_code=item, document_no="罚1号", raised=raised))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(outcomes) == 2 and len(set(outcomes)) == 1
    assert Trigger.objects.count() == 1


def test_an_ended_record_says_what_is_public_of_it_from_then_on(now: datetime) -> None:
    made = make.record(subject_id=firm(), raised=[])  # it raised nothing: its publicity ends all the same
    kept = make.record(subject_id=firm(), raised=[])
    end = {"record_id": made, "ended_on": DAY, "reason": "已修复", "actor": PLATFORM, "now": now}
    with pytest.raises(services.PublicityUnknown, match="终止公示"):
        services.end_record(**end, publicity_state="已删除")
    assert services.end_record(**end, publicity_state="终止公示") == 0
    assert Record.objects.get(pk=made).publicity_state == "终止公示"
    assert Record.objects.get(pk=kept).publicity_state == "公示中"
    told = payload_of(f"collection.record:{made}", "collection.record.ended")
    assert told["publicity_state"] == "终止公示"
    with pytest.raises(services.RecordUnknown):
        services.end_record(**end, publicity_state="终止公示")


def test_a_retired_source_is_kept_and_can_be_taken_up_again(now: datetime) -> None:
    made = make.source(code="GONE", name="某类")
    before = registry()
    retire = {"source_id": made, "reason": "依据已废止", "actor": PLATFORM, "now": now}
    assert services.retire_source(**retire) is True
    assert Source.objects.get(pk=made).retired_from == registry() == before + 1
    assert made not in [age.id for age in source_ages(as_of=DAY)]
    assert services.retire_source(**retire) is False and registry() == before + 1
    assert payload_of(f"collection.source:{made}", "collection.source.retired")["reason"] == "依据已废止"
    assert make.source(code="GONE", name="某类", loaded=False) == made
    assert registry() == before + 2
    assert made in [age.id for age in source_ages(as_of=DAY)]
    with pytest.raises(services.UnknownSource):
        services.retire_source(**retire | {"source_id": 9999})


@pytest.mark.django_db(transaction=True)
def test_two_who_register_one_source_at_once() -> None:
    first, second = at_once(lambda: make.source(code="TWICE", name="某类", loaded=False))
    assert first == second
    assert len(facts_about(f"collection.source:{first}")) == 1  # the second saw that nothing was left to do
