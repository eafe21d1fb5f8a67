"""A file on its way in, as a worker takes it: exactly once, whatever happens between two chunks."""

import io
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from django.db import OperationalError

from collection.models import Batch, Record, RecordKey, RowProblem, StagedRow, Tally
from collection.rules.sheet_guard import FileRefused
from collection.rules.states import BatchState, ProblemState
from collection.services import (
    cancel_batch,
    checking,
    drop_rows,
    intake,
    mend_rows,
    resume_batch,
    returned_file,
    run_import,
    taking,
    work,
)
from collection.services.mending import AlreadyMended
from collection.services.receiving import BatchOver, NothingToMend
from office.models import Job, StoredFile
from office.selectors import job_of
from tests.factories import rows as make
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 4)
    monkeypatch.setattr(taking, "CHUNK", 4)
    monkeypatch.setattr(taking.parts, "__defaults__", (4,))


def adds_up(batch: Batch) -> None:
    batch.refresh_from_db()
    assert batch.total == batch.taken + batch.changed + batch.same + batch.returned
    assert batch.open_problems == RowProblem.objects.filter(batch=batch, state=ProblemState.OPEN).count()
    assert not StagedRow.objects.filter(batch=batch).exists()


def test_a_file_becomes_records(reporter, small_chunks) -> None:
    at = reporter()
    rows = [make.row() for _ in range(10)]
    batch = at.file(*rows, make.row(事实=""), rows[0])
    assert (batch.state, batch.total, batch.taken, batch.same, batch.returned) == ("done", 12, 10, 1, 1)
    adds_up(batch)
    assert Record.objects.count() == 10 and RowProblem.objects.get().row_number == 12
    assert {r.row_number for r in Record.objects.all()} == set(range(2, 12))
    job = job_of(batch.job_id)
    assert job is not None and job.label == "已完成"
    assert Tally.objects.get().reported == 11 and Tally.objects.get().taken == 10
    names = [name for name, _ in facts_about(f"collection.batch:{batch.pk}")]
    assert names.count("collection.rows.taken") == 3 and names[-1] == "collection.batch.done"


def test_the_same_bytes_lead_to_the_same_batch(reporter) -> None:
    at = reporter()
    row = make.row()
    first, again = at.upload(row), at.upload(row)
    assert again.batch_id == first.batch_id and again.known and not first.known
    assert Batch.objects.count() == StoredFile.objects.count() == 1
    assert not at.colleague().upload(row).known


def test_two_hand_the_same_file_in_at_once(reporter) -> None:
    at = reporter()
    row = make.row()
    one, other = at_once(lambda: at.upload(row))
    assert one.batch_id == other.batch_id and sorted((one.known, other.known)) == [False, True]
    assert Batch.objects.count() == StoredFile.objects.count() == Job.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "空"), (b"<html><table>", "网页"), (b"%PDF-1.4 abc", "不是表格")],
)
def test_what_is_no_table_is_refused_at_once(reporter, data, said) -> None:
    with pytest.raises(FileRefused, match=said):
        reporter().upload_stream(io.BytesIO(data))
    assert not Batch.objects.exists() and not StoredFile.objects.exists()


def test_what_only_reading_shows_refuses_the_batch(reporter) -> None:
    at = reporter()
    batch = at.work(at.upload_stream(io.BytesIO("甲,乙\n1,2\n".encode())).batch_id)
    assert batch.state == BatchState.REFUSED and "模板" in batch.refusal
    job = job_of(batch.job_id)
    assert job is not None and job.is_over
    assert not at.upload_stream(io.BytesIO("甲,乙\n1,2\n".encode())).known


def test_too_many_bad_rows_refuse_the_whole(reporter) -> None:
    at = reporter()
    batch = at.file(make.row(), make.row(事实=""), make.row(事实=""))
    assert batch.state == BatchState.REFUSED and "50%" in batch.refusal
    assert not Record.objects.exists() and not StagedRow.objects.exists() and batch.open_problems == 0
    assert RowProblem.objects.count() == 2


def test_all_or_nothing(reporter, small_chunks) -> None:
    at = reporter()
    rows = [make.row() for _ in range(9)]
    assert at.file(*rows, make.row(事实=""), all_or_nothing=True).state == BatchState.REFUSED
    assert not Record.objects.exists()
    batch = at.file(*rows, all_or_nothing=True)
    adds_up(batch)
    assert batch.state == BatchState.DONE and Record.objects.count() == 9


class Killed(BaseException):
    """Nobody catches it, as nobody catches SIGKILL."""


@pytest.mark.parametrize("where", ["settle", "take_part", "finish", "add_counts", "raise_tally"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_killed_between_two_chunks_every_row_is_there_once(reporter, small_chunks, monkeypatch, where, nth) -> None:
    at = reporter()
    rows = [make.row() for _ in range(11)]
    received = at.upload(*rows, make.row(事实=""), rows[3], rows[4] | {"事实": "别的"})
    calls = count(1)
    place = {"settle": checking.Checker, "take_part": taking}.get(where, work)
    original = getattr(place, where)

    def deadly(*arguments, **said):
        result = original(*arguments, **said)
        if next(calls) == nth:
            raise Killed
        return result

    with monkeypatch.context() as patch:
        for module in {place, taking, checking} if where in ("add_counts", "raise_tally") else {place}:
            patch.setattr(module, where, deadly, raising=False)
        with suppress(Killed):
            at.work(received.batch_id)
    Job.objects.filter(state="running").update(state="queued")  # what the sweep does when the lease has lapsed
    batch = at.work(received.batch_id)
    adds_up(batch)
    assert (batch.state, batch.total, batch.taken, batch.same, batch.returned) == ("done", 14, 11, 1, 2)
    assert Record.objects.count() == RecordKey.objects.count() == 11
    tally = Tally.objects.get()
    assert (tally.reported, tally.taken) == (13, 11)


def test_a_worker_that_was_given_up_writes_nothing(reporter, small_chunks, monkeypatch) -> None:
    """It stood still, another has finished its work, then it wakes."""
    at = reporter()
    received = at.upload(*[make.row() for _ in range(9)])
    original, woken = taking.enter_subjects, []

    def slow(*arguments, **said):
        if not woken:
            woken.append(True)
            Job.objects.update(state="queued", attempts=1)
        return original(*arguments, **said)

    monkeypatch.setattr(taking, "enter_subjects", slow)
    at.work(received.batch_id)
    batch = at.work(received.batch_id)
    adds_up(batch)
    assert batch.state == BatchState.DONE and Record.objects.count() == 9


def test_a_circle_of_waiting_is_broken_by_trying_again(reporter, monkeypatch) -> None:
    at = reporter()
    received = at.upload(make.row())
    original, tried = taking.take_part, count(1)

    def deadlocked(*arguments, **said):
        if next(tried) < 3:
            raise OperationalError from intake.DeadlockDetected()
        return original(*arguments, **said)

    monkeypatch.setattr(taking, "take_part", deadlocked)
    assert at.work(received.batch_id).taken == 1


@pytest.mark.parametrize("stage", ["settle", "take_part"])
def test_cancelled_at_a_chunk_and_resumed(reporter, small_chunks, monkeypatch, stage) -> None:
    at = reporter()
    rows = [make.row() for _ in range(20)]
    received = at.upload(*rows, make.row(事实=""))
    place = checking.Checker if stage == "settle" else taking
    original, calls = getattr(place, stage), count(1)

    def asked_to_stop(*arguments, **said):
        result = original(*arguments, **said)
        if next(calls) == 2:
            Job.objects.update(cancel_asked=True)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(place, stage, asked_to_stop)
        batch = at.work(received.batch_id)
    assert batch.state == BatchState.CANCELLED
    kept = Record.objects.count()
    assert 0 < kept < 20 if stage == "take_part" else kept == 0
    with pytest.raises(BatchOver):
        cancel_batch(batch_id=batch.pk, actor=at.actor, now=at.now)
    resume_batch(batch_id=batch.pk, actor=at.actor, now=at.now)
    batch = at.work(batch.pk)
    adds_up(batch)
    assert batch.state == BatchState.DONE and Record.objects.count() == 20 and batch.total == 21


def test_cancelled_before_a_worker_came(reporter) -> None:
    at = reporter()
    received = at.upload(make.row())
    cancel_batch(batch_id=received.batch_id, actor=at.actor, now=at.now)
    assert Batch.objects.get().state == BatchState.CANCELLED
    at.work(received.batch_id)
    assert not Record.objects.exists()
    resume_batch(batch_id=received.batch_id, actor=at.actor, now=at.now)
    assert at.work(received.batch_id).taken == 1


def test_the_sender_left_meanwhile(reporter) -> None:
    at = reporter()
    received = at.upload(make.row())
    type(at.department)._meta.apps.get_model("accounts", "User").objects.update(is_active=False)
    batch = at.work(received.batch_id)
    assert batch.taken == 1
    assert payload_of(f"collection.batch:{batch.pk}", "collection.batch.done")["taken"] == 1
    assert dict(facts_about(f"collection.batch:{batch.pk}"))["collection.rows.taken"] == at.actor.key


def test_two_imports_of_overlapping_decisions(reporter, small_chunks) -> None:
    at = reporter()
    rows = [make.row() for _ in range(30)]
    ids = iter([at.upload(*rows).batch_id, at.upload(*rows[::-1], make.row()).batch_id])
    done = at_once(lambda: at.work(next(ids)))
    assert sorted(b.taken + b.same for b in done) == [30, 31]
    assert Record.objects.count() == 31 == RecordKey.objects.count()
    for batch in done:
        adds_up(batch)


def test_another_department_was_faster(reporter, small_chunks, monkeypatch) -> None:
    """Between checking and taking: the row goes back with its cells, though only its keys were kept."""
    at = reporter()
    rows = [make.row() for _ in range(6)]
    received = at.upload(*rows)
    other, original = at.colleague(), intake._decide

    def meanwhile(*arguments):
        other.send(rows[2], now=at.now - timedelta(hours=1))
        return original(*arguments)

    monkeypatch.setattr(intake, "_decide", meanwhile)
    batch = at.work(received.batch_id)
    adds_up(batch)
    assert (batch.taken, batch.returned) == (5, 1)
    problem = RowProblem.objects.get()
    assert problem.row_number == 4 and other.department.name in problem.problems[0]["message"]
    assert problem.cells_ct and Tally.objects.get(department=at.department).reported == 6


# --- mending --------------------------------------------------------------------------------------------------------
def returned_batch(at) -> tuple[Batch, dict, dict]:
    one, other = make.row(事实=""), make.row(决定日期="不详")
    return at.file(make.row(), make.row(), make.row(), one, other), one, other


def test_a_row_mended_in_the_grid(reporter) -> None:
    at = reporter()
    batch, one, other = returned_batch(at)
    receipt = mend_rows(
        batch_id=batch.pk,
        rows={5: one | {"事实": "已补"}, 6: other | {"事实": "仍错"}},
        confirmed=(),
        actor=at.actor,
        now=at.now,
    )
    assert (receipt.taken, len(receipt.returned), receipt.returned[0].row) == (1, 1, 6)
    mending = Batch.objects.get(pk=receipt.batch_id)
    assert mending.mends_id == batch.pk and mending.open_problems == 0 and mending.returned == 1
    mended, still = RowProblem.objects.order_by("row_number")
    assert (mended.state, mended.mended_by_id) == ("mended", mending.pk)
    assert still.state == "open" and still.batch_id == batch.pk
    adds_up(batch)
    tally = Tally.objects.get()
    assert (tally.reported, tally.taken) == (5, 4)
    with pytest.raises(AlreadyMended, match="第 5 行"):
        mend_rows(batch_id=batch.pk, rows={5: one, 6: other}, confirmed=(), actor=at.actor, now=at.now)


def test_a_returned_workbook_comes_back_mended(reporter) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    at = reporter()
    batch, *_ = returned_batch(at)
    name, data = returned_file(batch_id=batch.pk, actor=at.actor, now=at.now)
    assert name.endswith(".xlsx")
    assert payload_of(f"collection.batch:{batch.pk}", "collection.returned.fetched")["rows"] == 2
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for line in sheet.iter_rows(max_row=4) for cell in line if cell.value}
    for line in range(1, sheet.max_row + 1):
        if str(sheet.cell(line, places["原表行号"]).value) == "5":
            sheet.cell(line, places["事实"]).value = "已补"
    mended = io.BytesIO()
    book.save(mended)
    received = at.upload_stream(io.BytesIO(mended.getvalue()), file_name=name)
    mending = at.work(received.batch_id)
    assert (mending.mends_id, mending.total, mending.taken, mending.returned) == (batch.pk, 2, 1, 1)
    batch.refresh_from_db()
    assert batch.open_problems == 1 and Record.objects.count() == 4
    assert Record.objects.filter(row_number=5, batch_id=mending.pk).exists()
    drop_rows(batch_id=batch.pk, row_numbers=[6], note="不属于本单位", actor=at.actor, now=at.now)
    with pytest.raises(NothingToMend):
        at.upload_stream(io.BytesIO(data), file_name=name)


def test_rows_given_up(reporter) -> None:
    at = reporter()
    batch, *_ = returned_batch(at)
    assert drop_rows(batch_id=batch.pk, row_numbers=[5, 99], note="重复", actor=at.actor, now=at.now) == 1
    adds_up(batch)
    assert batch.open_problems == 1 and RowProblem.objects.get(row_number=5).state == "dropped"


def test_two_mend_the_same_row_at_once(reporter) -> None:
    at = reporter()
    batch, one, _ = returned_batch(at)
    said = {"batch_id": batch.pk, "rows": {5: one | {"事实": "已补"}}, "confirmed": (), "actor": at.actor}
    outcomes = at_once(lambda: mend_rows(now=at.now, **said))
    assert sum(isinstance(o, AlreadyMended) for o in outcomes) == 1
    assert Record.objects.count() == 4
    adds_up(batch)


def test_a_job_of_nobody_is_left_alone(reporter) -> None:
    at = reporter()
    batch = at.file(make.row())
    run_import(job_id=batch.job_id, clock=lambda: at.now)
    assert Record.objects.count() == 1


def test_a_file_longer_than_what_is_read_at_once(reporter) -> None:
    at = reporter()
    batch = at.file(*[make.row(事实="未按规定公示信息" * 25) for _ in range(2000)])
    assert (batch.total, batch.taken, Record.objects.count()) == (2000, 2000, 2000)
