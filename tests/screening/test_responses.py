"""Response tasks: raised and ended with what calls for them (D9)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from collection.services import end_record, retire_source
from credit_platform.subscriptions import SUBSCRIPTIONS
from kernel.workdays import due_on
from measures.models import MeasureItem
from measures.services import withdraw_item
from office.selectors import calendar
from redblack.models import Binding, Doubt
from redblack.rules.lists import Ground
from redblack.services import end_dispute, mark_disputed
from screening import handlers
from screening.models import ResponseTask
from screening.rules.responses import STANDING, Verb
from screening.selectors import responses as selectors
from screening.selectors.register import content_of, get_matter
from screening.selectors.responses import ResponseFilters
from screening.services import lists
from screening.services import responses as services
from tests.factories import accounts, collection, measures, received, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.facts import facts_about, payload_of
from tests.screening.towns import TODAY, Town, town
from tests.together import at_once

__all__ = ["town"]  # a fixture: pytest finds it here
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
REFERENCE = {"kind": 3, "wording": "供参考，自主决定"}


@pytest.mark.django_db
def test_an_entry_raises_one_task_and_its_release_ends_it(town: Town) -> None:
    entry = town.list_firm()
    for _ in range(2):
        handlers.on_entry_changed({"entry_id": entry}, now=town.now)
    task = town.task()
    due = due_on(TODAY, settings.RESPONSE_WORKING_DAYS, calendar())
    assert (task.trigger, task.subject_id, task.state, task.due_on) == (
        f"entry:{entry}", town.firm, "waiting", due.on
    )  # fmt: skip
    assert (task.department_id, task.item_id, task.source_id) == (town.unit.pk, town.item, town.black.source_id)
    assert payload_of(f"measures.item:{town.item}", "screening.responses.raised") == {
        "item_code": "R-1", "department_id": town.unit.pk, "due_on": due.on.isoformat(), "tasks": [task.pk],
    }  # fmt: skip
    town.release(entry)
    for _ in range(2):
        handlers.on_entry_changed({"entry_id": entry}, now=town.now)
    task.refresh_from_db()
    assert (task.state, task.stop_due_on, task.ended_reason) == ("ended", None, services.GONE)  # nothing was begun
    assert [name for name, _ in facts_about("screening.responses:R-1")] == ["screening.responses.ended"]


@pytest.mark.django_db
def test_what_was_begun_is_stopped_in_time(town: Town) -> None:
    entry = town.list_firm()
    town.reconcile()
    assert town.say(Verb.ACCEPT) == 1 and town.say(Verb.RESPOND, "列入重点检查名单") == 1
    town.release(entry)
    assert town.reconcile(trigger=f"entry:{entry}") == (0, 1)
    task = town.task()
    assert task.stop_due_on == due_on(TODAY, settings.STOP_WORKING_DAYS, calendar()).on and task.stopped_at is None
    to_stop = ResponseFilters(state="stop")
    assert [t.pk for t in selectors.response_page(town.staff, filters=to_stop)] == [task.pk]
    assert [w.tasks for w in selectors.waiting(town.staff, stop=True)] == [1]
    town.say(Verb.STOP)
    assert not selectors.response_page(town.staff, filters=to_stop)
    with pytest.raises(services.ResponseRefused, match="没有需要停止"):
        town.say(Verb.STOP)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [{"matter_code": "TM-APPLIED"}, REFERENCE | {"department_id": None}, REFERENCE, {"triggers": []}],
    ids=["asked for at a window", "of no department", "only for reference", "of another list"],
)
def test_what_raises_nothing(town: Town, fields: dict[str, Any]) -> None:
    withdraw_item(code="R-1", reason="试", actor=PLATFORM, now=town.now)
    make.matter(code="TM-APPLIED", consults=[town.black.source_id])
    said: dict[str, Any] = {"triggers": [town.black.source_id], "department_text": "银行", "kind": 2} | fields
    measures.item(**said | {"triggers": said["triggers"] or [redblack.list_type().source_id]})
    town.list_firm()
    assert town.reconcile() == (0, 0)


@pytest.mark.django_db
def test_a_matter_that_nobody_applies_for(town: Town) -> None:
    make.matter(code="TM-OWN", consults=[town.black.source_id], stages=["during"])
    measures.item(
        code="R-2",
        kind=2,
        matter_code="TM-OWN",
        stages=["during"],
        triggers=[town.black.source_id],
        department_id=town.unit.pk,
    )
    town.list_firm()
    assert town.reconcile() == (1, 0)
    applied_for = content_of(get_matter("TM-OWN"))
    of_own_motion = replace(applied_for, by_application=False)
    said: dict[str, Any] = {"actor": PLATFORM, "now": town.now}
    lists.save_matter(content=of_own_motion, seen=applied_for.digest, **said)  # raises at once
    assert ResponseTask.objects.filter(item_code="R-2", state="waiting").count() == 1
    lists.save_matter(content=applied_for, seen=of_own_motion.digest, **said)
    assert ResponseTask.objects.get(item_code="R-2").state == "ended"


@pytest.mark.django_db
def test_a_measure_reaches_what_stood_before_it_and_leaves_with_it(town: Town) -> None:
    town.list_firm()
    handlers.on_measure_changed({"code": "R-1"}, now=town.now)
    assert town.task().state == "waiting"
    again = measures.item(
        code="R-1", kind=2, triggers=[town.black.source_id], department_id=town.unit.pk, content="另一种措施"
    )
    assert town.reconcile(item_code="R-1") == (0, 0) and town.task().item_id == again
    withdraw_item(code="R-1", reason="依据废止", actor=PLATFORM, now=town.now)
    handlers.on_measure_changed({"code": "R-1"}, now=town.now)
    assert (town.task().state, town.task().ended_reason) == ("ended", services.WITHDRAWN)
    MeasureItem.objects.filter(pk=again).update(state="published", rev_to=None)
    assert town.reconcile(item_code="R-1") == (1, 0)  # called for anew: another task
    other = accounts.department()
    MeasureItem.objects.filter(pk=again).update(department=other)
    assert town.reconcile(item_code="R-1") == (1, 1)
    assert ResponseTask.objects.get(state="waiting").department_id == other.pk


@pytest.mark.django_db
def test_a_dispute_that_suspends_raises_nothing_until_it_is_over(town: Town) -> None:
    entry = town.list_firm()
    said: dict[str, Any] = {"entry_id": entry, "actor": PLATFORM, "now": town.now}
    mark_disputed(ground=Ground.WRONG_SUBJECT, marked_on=TODAY, **said)
    assert town.reconcile() == (0, 0)
    end_dispute(outcome="维持", ended_on=TODAY, **said)
    handlers.on_entry_changed({"entry_id": entry}, now=town.now)
    assert town.task().state == "waiting"
    mark_disputed(ground=Ground.OVER_TERM, marked_on=TODAY, **said)
    assert town.reconcile() == (0, 0) and town.task().state == "waiting"  # suspended, not ended
    with pytest.raises(services.ResponseRefused, match="存在异议") as refused:
        town.say(Verb.RESPOND, "已办")
    assert "第四十一条" in str(refused.value.reasons[0].source)


@pytest.mark.django_db
def test_a_condition_decides_who_is_owed_and_when_it_no_longer_holds(town: Town) -> None:
    grave = {"fact": "grade", "is": "in", "value": ["严重"]}
    lasting = {"fact": "months_left", "is": ">", "value": 3}
    MeasureItem.objects.filter(pk=town.item).update(condition={"all": [lasting, grave]})
    serious, general, unknown = (town.list_firm(make.firm(), effective_until=date(2027, 3, 1)) for _ in range(3))
    for entry, grade in ((serious, "严重"), (general, "一般"), (unknown, "")):
        Binding.objects.filter(entry_id=entry).update(grade=grade)
    assert town.reconcile() == (1, 0) and town.task().trigger == f"entry:{serious}"
    town.say(Verb.RESPOND, "已办")
    town.now += timedelta(days=30)
    assert town.reconcile() == (0, 1)  # less than three months remain: the nightly run ends it
    assert (town.task().ended_reason, town.task().stopped_at) == (services.LIMITED, None)


@pytest.mark.django_db
def test_a_record_of_its_own_reaches_responsible_persons_only_where_the_measure_does(town: Town) -> None:
    source, person = collection.source(code="P-TEST"), make.person()
    for code, reaches in (("R-3", False), ("R-4", True)):
        measures.item(
            code=code, kind=2, triggers=[source], department_id=town.unit.pk, extends_to_responsible=reaches
        )
    record = collection.record(
        subject_id=town.firm,
        raised=[collection.raised("P-TEST", town.firm), collection.raised("P-TEST", person, responsible=True)],
    )
    handlers.on_record_changed({"record_id": record}, now=town.now)
    tasks = ResponseTask.objects.order_by("item_code", "subject_id").values_list("item_code", "subject_id")
    assert list(tasks) == [("R-3", town.firm), ("R-4", town.firm), ("R-4", person)]
    end_record(
        record_id=record, ended_on=TODAY, publicity_state="终止公示", reason="已修复", actor=PLATFORM, now=town.now
    )
    handlers.on_record_changed({"record_id": record}, now=town.now)
    assert set(ResponseTask.objects.values_list("state", flat=True)) == {"ended"}


@pytest.mark.django_db
def test_one_record_on_two_sources_raises_one_task(town: Town) -> None:
    sources = [collection.source(code=code) for code in ("P-ONE", "P-TWO")]
    measures.item(code="R-5", kind=2, triggers=sources, department_id=town.unit.pk)
    record = collection.record(
        subject_id=town.firm, raised=[collection.raised(code, town.firm) for code in ("P-ONE", "P-TWO")]
    )
    assert town.reconcile() == (1, 0) and town.reconcile(trigger=f"record:{record}") == (0, 0)
    assert town.task().source_id == min(sources)


@pytest.mark.django_db
def test_an_honour_is_offered_only_while_nothing_bad_stands(town: Town) -> None:
    red = redblack.list_type(kind="reward")
    measures.reward(
        code="Z-1", triggers=[red.source_id], unless_bad=[town.black.source_id], department_id=town.unit.pk
    )
    honoured = make.firm()
    earned = redblack.entry(red.code, honoured, papers=redblack.red_papers())
    assert town.reconcile(trigger=f"entry:{earned}") == (1, 0)
    bad = town.list_firm(honoured)
    handlers.on_entry_changed({"entry_id": bad}, now=town.now)
    honour = ResponseTask.objects.get(item_code="Z-1")
    assert (honour.state, honour.ended_reason) == ("ended", services.PAUSED)
    town.release(bad)
    handlers.on_entry_changed({"entry_id": bad}, now=town.now)
    assert ResponseTask.objects.filter(item_code="Z-1", state="waiting").count() == 1


@pytest.mark.django_db
def test_an_honour_is_offered_again_once_what_paused_it_is_suspended_by_a_dispute(town: Town) -> None:
    red = redblack.list_type(kind="reward")
    measures.reward(
        code="Z-1", triggers=[red.source_id], unless_bad=[town.black.source_id], department_id=town.unit.pk
    )
    redblack.entry(red.code, town.firm, papers=redblack.red_papers())
    bad = town.list_firm()
    town.reconcile()
    assert not ResponseTask.objects.filter(item_code="Z-1").exists()
    mark_disputed(entry_id=bad, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=PLATFORM, now=town.now)
    assert "screening.handlers.on_entry_changed" in SUBSCRIPTIONS["redblack.entry.disputed"]
    handlers.on_entry_changed({"entry_id": bad}, now=town.now)
    assert ResponseTask.objects.get(item_code="Z-1").state == "waiting"


@pytest.mark.django_db
@pytest.mark.parametrize("honoured_twin", [False, True])
def test_what_is_known_by_the_old_number_alone_pauses_an_honour(town: Town, honoured_twin: bool) -> None:
    """As in the check: the holder of the organisation code and of the unified code that contains it are one."""
    org = make.org_code()
    firm, twin = make.firm(make.uscc(org)), make.firm(org_code=org)
    honoured, listed = (twin, firm) if honoured_twin else (firm, twin)
    red = redblack.list_type(kind="reward")
    measures.reward(
        code="Z-1", triggers=[red.source_id], unless_bad=[town.black.source_id], department_id=town.unit.pk
    )
    redblack.entry(red.code, honoured, papers=redblack.red_papers())
    handlers.on_source_loaded({"source_id": red.source_id, "held": False}, now=town.now)
    honour = ResponseTask.objects.get(item_code="Z-1")
    bad = town.list_firm(listed)
    handlers.on_entry_changed({"entry_id": bad}, now=town.now)
    honour.refresh_from_db()
    assert (honour.state, honour.ended_reason) == ("ended", services.PAUSED)
    town.release(bad)
    assert town.reconcile() == (1, 1)  # the honour again; the task of the listing is over
    version = received.held(town.unit, at=town.now)
    Doubt.objects.create(source_id=town.black.source_id, subject_id=listed, list_version=version, rev_from=1)
    ResponseTask.objects.filter(item_code="Z-1").delete()
    assert town.reconcile() == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["never loaded", "too old", "held", "list held", "in doubt"])
def test_an_honour_waits_while_it_cannot_be_told_that_nothing_bad_stands(town: Town, missing: str) -> None:
    bad = redblack.list_type(loaded=missing != "never loaded", freshness_days=30 if missing == "too old" else None)
    red = redblack.list_type(kind="reward")
    measures.reward(code="Z-1", triggers=[red.source_id], unless_bad=[bad.source_id], department_id=town.unit.pk)
    redblack.entry(red.code, town.firm, papers=redblack.red_papers())
    if missing in ("held", "list held"):
        collection.load(bad.source_id if missing == "held" else red.source_id, at=town.now, held=True)
    if missing == "in doubt":
        version = received.held(town.unit, at=town.now)
        Doubt.objects.create(source_id=bad.source_id, subject_id=town.firm, list_version=version, rev_from=1)
    assert town.reconcile() == (0, 0)
    Doubt.objects.update(rev_to=2)
    assert "screening.handlers.on_source_loaded" in SUBSCRIPTIONS["collection.source.loaded"]
    for source in (bad.source_id, red.source_id):
        collection.load(source, at=town.now)
        handlers.on_source_loaded({"source_id": source, "held": False}, now=town.now)
    assert ResponseTask.objects.get(state="waiting").item_code == "Z-1"
    assert town.reconcile() == (0, 0)
    collection.load(bad.source_id, at=town.now, held=True)
    assert town.reconcile() == (0, 0)  # and what was raised stays meanwhile


@pytest.mark.django_db
def test_a_retired_source_pauses_no_honour(town: Town) -> None:
    red, bad = redblack.list_type(kind="reward"), collection.source(code="P-RETIRED")
    measures.reward(code="Z-1", triggers=[red.source_id], unless_bad=[bad], department_id=town.unit.pk)
    redblack.entry(red.code, town.firm, papers=redblack.red_papers())
    collection.record(subject_id=town.firm, raised=[collection.raised("P-RETIRED", town.firm)])
    assert town.reconcile() == (0, 0)
    retire_source(source_id=bad, reason="停用", actor=PLATFORM, now=town.now)
    handlers.on_source_retired({"source_id": bad}, now=town.now)
    assert ResponseTask.objects.get().item_code == "Z-1"


@pytest.mark.django_db
def test_a_whole_list_and_a_retired_one(town: Town) -> None:
    for _ in range(3):
        town.list_firm(make.firm())
    handlers.on_list_received({"list_code": town.black.code}, now=town.now)
    assert ResponseTask.objects.filter(state="waiting").count() == 3
    handlers.on_batch_done({"taken": 0, "changed": 0}, now=town.now)
    handlers.on_batch_done({"taken": 1, "changed": 0}, now=town.now)
    retire_source(source_id=town.black.source_id, reason="并入", actor=PLATFORM, now=town.now)
    handlers.on_source_retired({"source_id": town.black.source_id}, now=town.now)
    assert not ResponseTask.objects.filter(state__in=STANDING).exists() and ResponseTask.objects.count() == 3


@pytest.mark.django_db
def test_last_days_are_worked_out_again_with_the_calendar(town: Town) -> None:
    town.list_firm()
    town.reconcile()
    ResponseTask.objects.update(due_on=date(2026, 12, 31))
    handlers.on_calendar_imported({"year": 2026}, now=town.now)
    assert town.task().due_on == due_on(TODAY, settings.RESPONSE_WORKING_DAYS, calendar()).on


@pytest.mark.django_db(transaction=True)
def test_two_who_reconcile_at_once_raise_one_task(now: datetime) -> None:
    town = Town(now)
    town.list_firm()
    assert sorted(at_once(town.reconcile)) == [(0, 0), (1, 0)]
