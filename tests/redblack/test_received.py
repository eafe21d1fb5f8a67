"""Received versions as files: read, compared and applied by a worker, which may die anywhere."""

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from audit.models import Event
from collection.models import Source, SourceLoad
from kernel.actor import Role
from office.models import Job
from office.services import sweep_jobs
from redblack import services, tasks
from redblack.handlers import on_job_ended
from redblack.models import Binding, Dispute, Entry, ListVersion, Removal, StagedEntry
from redblack.rules.lists import Ground, Origin, ReleaseKind
from redblack.rules.removals import how_it_left
from redblack.selectors.received import diff_page, version_page
from redblack.services.received import receiving, working
from subjects.models import Conflict, Subject
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.received import (
    HEADINGS,
    OFFICE,
    as_csv,
    department_actor,
    handed_in,
    received,
    received_list,
    row,
    standing,
    worked_off,
)
from tests.factories.screening import citizen_id, firm, person, uscc

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=1)


def counts(version: ListVersion) -> tuple[int, ...]:
    names = ("rows", "added", "kept", "changed", "removed", "lost", "refused")
    return tuple(getattr(version, name) for name in names)


def told(version: ListVersion, name: str) -> list[dict[str, Any]]:
    events = Event.objects.filter(name=name, about=f"redblack.listversion:{version.pk}")
    return [event.payload for event in events.order_by("id")]


# --- applied --------------------------------------------------------------------------------------------------------


def test_a_first_version_enters_everybody_under_one_revision(now: datetime) -> None:
    court = received_list()
    codes = [uscc() for _ in range(3)]
    known = firm(codes[0], name="江澜某公司")
    version = received(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    assert (version.state, counts(version)) == ("applied", (3, 3, 0, 0, 0, 0, 0))
    [entry] = Entry.objects.filter(subject_id=known)
    assert (entry.origin, entry.document_no, entry.exit_route) == ("法院推送", "（2026）江01执0号", "履行完毕")
    assert (entry.legal_basis, entry.registered_at) == ("《某法》第一条", now)
    revisions = set(Binding.objects.values_list("rev_from", "rev_to"))
    assert revisions == {(version.revision, None)} == {(Source.objects.get(pk=court.source_id).revision, None)}
    load = SourceLoad.objects.get(source_id=court.source_id, rev_to=None)
    assert (load.version, load.rows, load.held, load.loaded_at) == (version.version, 3, False, now)
    assert Subject.objects.filter(uscc__in=codes).count() == 3  # who was not known is registered
    assert not StagedEntry.objects.exists()
    assert Job.objects.get(pk=version.job_id).state == "done"


def test_facts_tell_ids_in_batches_and_then_the_sum(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redblack.services.received.applying.IDS", 2)
    court = received_list()
    codes = [uscc() for _ in range(3)]
    received(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    second = received(court.code, [row(codes[0], 0, 有效期止="2027-01-01"), row(codes[1], 1)], at=now + LATER)
    third = received(court.code, [row(codes[0], 0, 有效期止="2027-01-01")], at=now + 2 * LATER)
    of_first, of_second, of_third = (
        told(version, "redblack.list.rows_applied")
        for version in (ListVersion.objects.get(version=now.isoformat(timespec="minutes")), second, third)
    )
    assert [len(fact["entered"]) for fact in of_first] == [2, 1]
    assert [(len(fact["corrected"]), len(fact["released"])) for fact in of_second] == [(1, 0), (0, 1)]
    assert [fact["released"] for fact in of_third] == [[Entry.objects.get(document_no__contains="执1号").pk]]
    summed = Event.objects.filter(name="redblack.list.received").order_by("-id")[0].payload
    assert (summed["added"], summed["kept"], summed["removed"], summed["version_id"]) == (0, 1, 1, third.pk)


def test_a_row_that_changed_is_corrected_and_its_marks_stay(now: datetime) -> None:
    court, code = received_list(), uscc()
    headings = (*HEADINGS, "涉案金额（元）")
    received(court.code, as_csv([row(code)], headings), at=now)
    entry = Entry.objects.get()
    services.mark_disputed(
        entry_id=entry.pk, ground=Ground.FACTS, marked_on=date(2026, 11, 19), actor=make.PLATFORM, now=now
    )
    changed = row(code, 执行法院="江澜市高级人民法院") | {"涉案金额（元）": "1,200"}
    version = received(court.code, as_csv([changed], headings), at=now + LATER)
    assert counts(version) == (1, 0, 0, 1, 0, 0, 0)
    held = Binding.objects.get(entry=entry, rev_to=None)
    assert (held.authority, held.amount) == ("江澜市高级人民法院", Decimal(1200))
    assert held.disputed_on == date(2026, 11, 19)
    assert held.rev_from == version.revision
    entry.refresh_from_db()
    assert entry.amount == Decimal(1200)


def test_the_fact_tells_of_whom_something_changed_that_a_measure_hangs_on(now: datetime) -> None:
    court, codes = received_list(), [uscc() for _ in range(2)]
    headings = (*HEADINGS, "履行情况")
    rows = [row(code, n) | {"履行情况": "全部未履行"} for n, code in enumerate(codes)]
    received(court.code, as_csv(rows, headings), at=now)
    partly = [one | {"履行情况": "部分未履行"} for one in rows]
    partly[1] |= {"列入事由": "违反限制消费令"}
    version = received(court.code, as_csv(partly, headings), at=now + LATER)
    [fact] = told(version, "redblack.list.rows_applied")
    first, second = Entry.objects.order_by("document_no").values_list("pk", flat=True)
    assert (fact["corrected"], fact["changed_matters"]) == ([first, second], [second])


def test_a_column_that_was_left_out_corrects_nobody(now: datetime) -> None:
    court, code = received_list(), uscc()
    headings = (*HEADINGS, "决定日期", "履行情况")
    whole = row(code, 有效期止="2028-03-17") | {"决定日期": "2026-03-01", "履行情况": "全部未履行"}
    received(court.code, as_csv([whole], headings), at=now)
    fewer = ("企业名称", "统一社会信用代码", "案号", "列入日期")
    version = received(court.code, as_csv([row(code)], fewer), at=now + LATER)
    assert counts(version) == (1, 0, 1, 0, 0, 0, 0)
    entry = Entry.objects.get()
    assert (entry.effective_until, entry.decided_on) == (date(2028, 3, 17), date(2026, 3, 1))
    assert (entry.performance, entry.authority) == ("全部未履行", "江澜市中级人民法院")


def test_who_is_gone_left_early_or_by_the_end_of_his_term(now: datetime) -> None:
    court = received_list(fuse_rows=10)
    over, early, stays = uscc(), uscc(), uscc()
    rows = [row(over, 1, 有效期止="2026-11-21"), row(early, 2), row(stays, 3)]
    received(court.code, rows, at=now)
    version = received(court.code, rows[2:], at=now + timedelta(days=5))
    assert version.removed == 2
    kinds = dict(Entry.objects.exclude(released_on=None).values_list("document_no", "release_kind"))
    assert kinds == {"（2026）江01执1号": "期满移出", "（2026）江01执2号": "提前移出"}
    [gone] = Binding.objects.filter(entry__document_no="（2026）江01执2号", rev_to=None)
    assert gone.released_on == date(2026, 11, 25)


def test_what_was_pending_about_an_entry_ends_with_it(now: datetime) -> None:
    court, code = received_list(), uscc()
    received(court.code, [row(code, 1), row(uscc(), 2)], at=now)
    entry = Entry.objects.get(document_no="（2026）江01执1号")
    said = {"entry_id": entry.pk, "actor": make.PLATFORM, "now": now}
    services.mark_disputed(ground=Ground.FACTS, marked_on=date(2026, 11, 19), **said)
    Removal.objects.create(
        entry=entry,
        state="proposed",
        kind="提前移出",
        document_no="x",
        reason="x",
        released_on=date(2026, 11, 20),
        proposed_by="user:x",
        proposed_at=now,
    )
    received(court.code, [row(uscc(), 2)], at=now + LATER)
    assert Dispute.objects.get().outcome == "移出" and Removal.objects.get().state == "dropped"


@pytest.mark.parametrize("kind", ["reward", "serious"])
def test_what_an_exit_is_called_is_what_the_rule_says(kind: str, now: datetime) -> None:
    yearly = received_list(kind=kind, origin=Origin.NATION)
    firsts = ["2025-01-01", "2025-06-01", "2026-02-01"]
    untils = ["2025-12-31", "", "2027-12-31"]
    cases = [(first, until) for first in firsts for until in untils if not until or until >= first]
    rows = [row(uscc(), n, 列入日期=first, 有效期止=until) for n, (first, until) in enumerate(cases)]
    received(yearly.code, rows, at=now)
    begins = date(2026, 1, 1)
    received(yearly.code, [row(uscc(), 99, 列入日期=begins.isoformat())], at=now + LATER)
    for entry in Entry.objects.exclude(released_on=None):
        assert entry.release_kind == how_it_left(
            reward=kind == "reward",
            began=entry.effective_from,
            until=entry.effective_until,
            version_begins=begins,
            on=date(2026, 11, 20),
        )
    left = Entry.objects.exclude(released_on=None)
    assert left.count() == len(cases)
    assert set(left.values_list("release_kind", flat=True)) == {ReleaseKind.EXPIRED, ReleaseKind.EARLY}


def test_rows_without_a_code_are_listed_and_take_nobody_off(now: datetime) -> None:
    court, code, other = received_list(), uscc(), uscc()
    received(court.code, [row(code, 1, name="江澜甲公司"), row(other, 2, name="江澜乙公司")], at=now)
    rows = [row("", 1, name="江澜甲公司"), row(other, 2, name="江澜乙公司", 列入日期="")]
    version = received(court.code, rows, at=now + LATER)
    assert (version.state, version.lost, version.refused, version.removed) == ("applied", 1, 1, 0)
    assert len(standing(court.code)) == 2  # what is there but spoilt has not vanished
    [lost] = diff_page(version, what="lost", limit=9)
    assert (lost.number, lost.name) == (2, "江澜甲公司") and "没有代码" in lost.problem
    [refused] = diff_page(version, what="refused", limit=9)
    assert "没有列入日期" in refused.problem


def test_the_same_decision_twice_counts_once(now: datetime) -> None:
    court, code = received_list(), uscc()
    version = received(court.code, [row(code, 1), row(code, 1), row(code, 2)], at=now)
    assert version.added == 2
    assert [one.number for one in diff_page(version, what="twice", limit=9)] == [3]


def test_persons_are_sealed_at_once_and_an_old_code_finds_its_holder(now: datetime) -> None:
    court = received_list()
    number, known = citizen_id(), citizen_id()
    somebody = person(known, name="沈建国")
    old = firm(org_code="MA9K7Y1F1")
    rows = [
        row(number, 1, name="王小明"),
        row(known, 2, name="沈建国"),
        row(known, 3, name="另一人"),
        row("MA9K7Y1F1", 4),
    ]
    version = received(court.code, rows, at=now)
    assert (version.added, version.lost) == (3, 1)
    assert set(Entry.objects.values_list("subject_id", flat=True)) > {somebody, old}
    with connection.cursor() as cursor:
        for table in ("redblack_stagedentry", "redblack_entry", "redblack_listversion", "audit_event"):
            looked_for = [f"%{number}%", "%王小明%"]
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)", [looked_for])
            assert cursor.fetchone() == (0,)


def test_another_name_of_a_code_goes_to_the_queue(now: datetime) -> None:
    court, code = received_list(), uscc()
    firm(code, name="江澜原名有限公司")
    received(court.code, [row(code, name="江澜新名有限公司")], at=now)
    assert Conflict.objects.get(code=code).other_name == "江澜新名有限公司"


# --- a worker that dies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dies_in", ["stage", "settle"])
def test_killed_anywhere_the_next_worker_goes_on(
    dies_in: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    court, codes = received_list(), [uscc() for _ in range(7)]
    version = handed_in(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    monkeypatch.setattr(working, "CHUNK", 3)
    calls, real = [], getattr(working, dies_in)

    def dying(**said: object) -> object:
        calls.append(said)
        if len(calls) == (2 if dies_in == "stage" else 1):
            raise MemoryError
        return real(**said)

    monkeypatch.setattr(working, dies_in, dying)
    with pytest.raises(MemoryError):
        worked_off(version, at=now)
    assert StagedEntry.objects.count() == (3 if dies_in == "stage" else 7)
    assert not Entry.objects.exists()
    monkeypatch.setattr(working, dies_in, real)
    at = now + timedelta(minutes=5)
    sweep_jobs(now=at)
    worked_off(version, at=at)
    assert (version.state, version.added) == ("applied", 7)
    assert len(standing(court.code)) == 7


def test_a_job_that_is_given_up_frees_the_way(now: datetime) -> None:
    court = received_list()
    version = handed_in(court.code, [row(uscc())], at=now)
    Job.objects.filter(pk=version.job_id).update(
        state="failed", failure="多次中断", finished_at=now, lease_until=None
    )
    fact = {"job_id": version.job_id, "about": f"redblack.listversion:{version.pk}", "state": "failed"}
    for _ in range(2):
        on_job_ended(fact, now=now)
    version.refresh_from_db()
    assert version.state == "refused" and version.reasons[0]["message"] == "多次中断"
    assert handed_in(court.code, [row(uscc())], at=now, version="又一版").state == "staging"


def test_a_worker_that_was_given_up_writes_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    court = received_list()
    version = handed_in(court.code, [row(uscc())], at=now)
    real = working.settle

    def slow(**said: object) -> object:
        thread = threading.Thread(target=lambda: (_give_up(version), connections.close_all()))
        thread.start()
        thread.join()
        return real(**said)

    monkeypatch.setattr(working, "settle", slow)
    worked_off(version, at=now)
    assert version.state == "staging" and not Entry.objects.exists()


def _give_up(version: ListVersion) -> None:
    Job.objects.filter(pk=version.job_id).update(attempts=9)


# --- lists of versions ----------------------------------------------------------------------------------------------


def test_everybody_sees_the_lists_in_his_scope_newest_first(now: datetime) -> None:
    home = accounts.department()
    mine, other = received_list(initiator_department_id=home.pk), received_list()
    for n in range(3):
        received(mine.code, [row(uscc())], at=now + n * LATER)
    received(other.code, [row(uscc())], at=now)
    staff = department_actor(home, Role.UPLOADER)
    first = version_page(staff, limit=2)
    assert [one.received_at for one in first] == [now + 2 * LATER, now + LATER]
    rest = version_page(staff, after=(first[-1].received_at, first[-1].pk), limit=2)
    assert [one.received_at for one in rest] == [now]
    assert len(version_page(OFFICE, limit=9)) == 4
    assert len(version_page(OFFICE, list_code=other.code, state="applied", limit=9)) == 1
    assert version_page(department_actor(home, Role.CLERK), limit=9) == []


def test_a_task_is_named_as_the_job_names_it() -> None:
    assert tasks.work_version.name == receiving.TASK
