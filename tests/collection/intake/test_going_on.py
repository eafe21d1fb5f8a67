"""Stopped, given up, gone on with: what is said of a batch is true, and nobody waits for the one who is at it."""

from datetime import timedelta
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from collection.handlers import on_job_ended
from collection.models import Batch, Record, RowProblem
from collection.rules.states import BatchState
from collection.selectors.batches import cells_of
from collection.services import cancel_batch, checking, intake, mend_rows, resume_batch, taking
from office.models import Job
from office.services import destroy_files
from tests.collection.intake.test_persons import person_row
from tests.factories import rows as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 4)
    monkeypatch.setattr(taking.parts, "__defaults__", (4,))


def stopped_after_some_were_taken(at: Any, monkeypatch: pytest.MonkeyPatch, rows: int = 20) -> Batch:
    received = at.upload(*[make.row() for _ in range(rows)])
    original, calls = taking.take_part, count(1)

    def asked_to_stop(*arguments: Any, **said: Any) -> Any:
        result = original(*arguments, **said)
        if next(calls) == 2:
            Job.objects.update(cancel_asked=True)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(taking, "take_part", asked_to_stop)
        batch: Batch = at.work(received.batch_id)
    assert batch.state == BatchState.CANCELLED and 0 < batch.taken < rows
    return batch


def test_to_ask_for_the_end_waits_for_nobody_who_holds_the_batch(reporter: Any) -> None:
    at = reporter()
    batch_id = at.upload(make.row(), all_or_nothing=True).batch_id
    Job.objects.update(state="running", attempts=1)
    held, done = Event(), Event()

    def takes_all_or_nothing() -> None:
        with transaction.atomic():
            Batch.objects.select_for_update().get(pk=batch_id)
            held.set()
            done.wait(30)
        connection.close()

    worker = Thread(target=takes_all_or_nothing)
    worker.start()
    try:
        assert held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        cancel_batch(batch_id=batch_id, actor=at.actor, now=at.now)
        assert Job.objects.get().cancel_asked
        resume_batch(batch_id=batch_id, actor=at.actor, now=at.now)
        assert not Job.objects.get().cancel_asked
    finally:
        done.set()
        worker.join()


def test_all_or_nothing_hears_that_it_shall_stop_before_its_end(
    reporter: Any, small_chunks: None, monkeypatch: Any
) -> None:
    at = reporter()
    received = at.upload(*[make.row() for _ in range(40)], all_or_nothing=True)
    monkeypatch.setattr(intake, "LISTEN", 0.05)
    original, heard, calls = taking.take_part, Event(), count(1)
    office_step = intake.step

    def listens(**said: Any) -> bool:
        going = office_step(**said)
        if not going:
            heard.set()
        return going

    def asked_to_stop(*arguments: Any, **said: Any) -> Any:
        """In the transaction that takes all: somebody else asks, and is heard while it goes on."""
        result = original(*arguments, **said)
        if next(calls) == 2:
            asking.start()
            assert heard.wait(20), "it waits for the end of what it shall stop"
        return result

    def ask() -> None:
        cancel_batch(batch_id=received.batch_id, actor=at.actor, now=at.now)
        connection.close()

    asking = Thread(target=ask)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "step", listens)
        patch.setattr(taking, "take_part", asked_to_stop)
        batch = at.work(received.batch_id)
    asking.join()
    assert next(calls) == 3  # eight parts were to come
    assert batch.state == BatchState.CANCELLED and not Record.objects.exists()
    resume_batch(batch_id=batch.pk, actor=at.actor, now=at.now)
    assert at.work(batch.pk).taken == 40


def test_what_was_checked_is_taken_though_the_file_is_gone(
    reporter: Any, small_chunks: None, monkeypatch: Any
) -> None:
    at = reporter()
    batch = stopped_after_some_were_taken(at, monkeypatch)
    assert destroy_files(today=at.now.date() + timedelta(days=10_000), actor=at.actor, now=at.now) == 1
    resume_batch(batch_id=batch.pk, actor=at.actor, now=at.now)
    batch = at.work(batch.pk)
    assert (batch.state, batch.taken, batch.refusal) == (BatchState.DONE, 20, "")
    assert Record.objects.count() == 20 and Job.objects.get().state == "done"


def test_a_file_that_is_gone_before_anything_was_taken_is_refused(reporter: Any) -> None:
    at = reporter()
    received = at.upload(make.row())
    cancel_batch(batch_id=received.batch_id, actor=at.actor, now=at.now)
    destroy_files(today=at.now.date() + timedelta(days=10_000), actor=at.actor, now=at.now)
    resume_batch(batch_id=received.batch_id, actor=at.actor, now=at.now)
    batch = at.work(received.batch_id)
    assert batch.state == BatchState.REFUSED and "销毁" in batch.refusal and not Record.objects.exists()


def given_up(at: Any) -> None:
    Job.objects.update(state="failed", failure="处理多次中断。", finished_at=at.now, lease_until=None)


def test_a_failure_that_is_told_late_does_not_stop_what_was_resumed(reporter: Any) -> None:
    at = reporter()
    received = at.upload(make.row())
    job = Job.objects.get()
    told = {"job_id": job.pk, "about": job.about, "state": "failed"}
    given_up(at)
    resume_batch(batch_id=received.batch_id, actor=at.actor, now=at.now)
    on_job_ended(told, now=at.now)
    assert Batch.objects.get().state == BatchState.RECEIVED
    given_up(at)
    on_job_ended(told, now=at.now)
    batch = Batch.objects.get()
    assert (batch.state, batch.refusal) == (BatchState.FAILED, "处理多次中断。")


def test_a_job_whose_batch_is_over_ends(reporter: Any) -> None:
    at = reporter()
    batch = at.file(make.row())
    Job.objects.update(state="queued", finished_at=None, lease_until=at.now)
    assert at.work(batch.pk).state == BatchState.DONE
    assert Job.objects.get().state == "done" and Record.objects.count() == 1


def test_a_mended_row_that_comes_back_while_it_is_taken_has_its_new_cells(reporter: Any) -> None:
    at = reporter()
    good = [person_row(), person_row(1, 名称="司马无忌")]
    batch = at.file(*[row | {"事实": ""} for row in good], make.row(), make.row())
    assert batch.returned == 2
    numbers = list(RowProblem.objects.order_by("row_number").values_list("row_number", flat=True))
    receipt = mend_rows(
        batch_id=batch.pk, rows=dict(zip(numbers, good, strict=True)), confirmed=(), actor=at.actor, now=at.now
    )
    assert (receipt.taken, [row.row for row in receipt.returned]) == (1, numbers[1:])
    again = RowProblem.objects.get(state="open")
    assert cells_of(again)["事实"] == good[1]["事实"] != ""
