"""What is cut off in the middle leaves nothing: an upload, a worker between two phases, a file taken whole."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import UnreadablePostError

from audit.models import Event
from collection.models import Batch, Record, StagedRow, Tally
from collection.rules.states import BatchState
from collection.services import checking, intake, taking
from collection.services.receiving import FileChanged
from office.models import Job, StoredFile
from office.services import DiskFull, remove_strays, sweep_jobs
from office.services.files import STRAY_AFTER
from office.services.jobs import LEASE
from tests.factories import rows as make
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """Nobody catches it, as nobody catches SIGKILL."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 4)
    monkeypatch.setattr(taking.parts, "__defaults__", (4,))


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, *, nth: int = 1, after: bool) -> Iterator[None]:
    """Inside, whoever calls it for the nth time dies: before it, or after it has come back."""
    original, calls = getattr(place, name), []

    def deadly(*arguments: Any, **said: Any) -> Any:
        calls.append(name)
        if len(calls) == nth and not after:
            raise Killed
        result = original(*arguments, **said)
        if len(calls) == nth:
            raise Killed
        return result

    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(place, name, deadly)
        yield
    assert len(calls) >= nth, "nobody died"


def on_disk() -> list[Path]:
    return [path for path in settings.FILES_DIR.rglob("*") if path.is_file()]


def goes_on(at: Any, batch_id: int) -> Batch:
    """The lease lapses, the sweep hands the job out, another worker takes it."""
    assert Job.objects.get().state == "running"
    sweep_jobs(now=at.now + LEASE)
    at.now += LEASE + timedelta(seconds=1)
    batch = at.work(batch_id)
    assert Job.objects.get().attempts == 2
    return batch


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["_check", "_decide", "_take", "_finish"])
def test_killed_between_two_phases(
    reporter: Any, small_chunks: None, monkeypatch: Any, name: str, after: bool
) -> None:
    at = reporter()
    received = at.upload(*[make.row() for _ in range(9)], make.row(事实=""))
    with killed(monkeypatch, intake, name, after=after):
        at.work(received.batch_id)
    if name == "_finish" and after:
        assert Job.objects.get().state == "done"
        batch = at.work(received.batch_id)  # the message comes again
    else:
        batch = goes_on(at, received.batch_id)
    assert (batch.state, batch.total, batch.taken, batch.returned) == ("done", 10, 9, 1)
    assert Record.objects.count() == 9 and not StagedRow.objects.exists()
    assert (Tally.objects.get().reported, Tally.objects.get().taken) == (10, 9)
    assert Event.objects.filter(name="collection.batch.done").count() == 1


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_all_or_nothing_killed_has_taken_nothing(
    reporter: Any, small_chunks: None, monkeypatch: Any, nth: int
) -> None:
    at = reporter()
    received = at.upload(*[make.row() for _ in range(11)], all_or_nothing=True)
    with killed(monkeypatch, taking, "take_part", nth=nth, after=True):
        at.work(received.batch_id)
    assert not Record.objects.exists() and not Tally.objects.exists()
    batch = Batch.objects.get()
    assert (batch.state, batch.taken, StagedRow.objects.count()) == (BatchState.TAKING, 0, 11)
    batch = goes_on(at, received.batch_id)
    assert (batch.state, batch.taken, Record.objects.count()) == (BatchState.DONE, 11, 11)


class CutOff(io.BytesIO):
    """An upload whose sender goes away: the length is known, the second half never comes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= len(self.getbuffer()) // 2:
            raise UnreadablePostError("the client has gone")
        return super().read(min(size or -1, len(self.getbuffer()) // 2) if size and size > 0 else size)


def test_an_upload_that_is_cut_off_leaves_nothing(reporter: Any) -> None:
    at, before = reporter(), on_disk()
    data = make.as_csv([make.row() for _ in range(50)]).getvalue()
    with pytest.raises(UnreadablePostError):
        at.upload_stream(CutOff(data))
    assert not Batch.objects.exists() and not StoredFile.objects.exists() and not Job.objects.exists()
    assert on_disk() == before
    assert at.work(at.upload_stream(io.BytesIO(data)).batch_id).taken == 50


class Edited(io.BytesIO):
    """Somebody saves the file between the first reading, which tells its digest, and the second, which stores it."""

    edited = False

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if not data and not self.edited:
            self.edited = True
            with self.getbuffer() as buffer:
                buffer[-3:] = b"9\r\n"
        return data


def test_a_file_that_changes_while_it_is_read_leaves_nothing(reporter: Any) -> None:
    at, before = reporter(), on_disk()
    with pytest.raises(FileChanged, match="被修改"):
        at.upload_stream(Edited(make.as_csv([make.row()]).getvalue()))
    assert not Batch.objects.exists() and not StoredFile.objects.exists() and not Job.objects.exists()
    left = set(on_disk()) - set(before)  # sealed under a key that is nowhere, until strays are removed
    assert remove_strays(now=datetime.now(UTC) + STRAY_AFTER) >= len(left) == 1 and not left & set(on_disk())


def test_a_full_disk_is_said_and_leaves_nothing(reporter: Any, monkeypatch: Any) -> None:
    at, before = reporter(), on_disk()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull, match="存储空间不足"):
        at.upload(make.row())
    assert not Batch.objects.exists() and not StoredFile.objects.exists() and on_disk() == before


def test_of_many_who_hand_in_the_same_file_at_once_one_is_first(reporter: Any) -> None:
    at = reporter()
    rows = [make.row() for _ in range(20)]
    answers = at_once(lambda: at.upload(*rows), hands=5)
    assert len({one.batch_id for one in answers}) == 1
    assert sorted(one.known for one in answers) == [False, True, True, True, True]
    assert Batch.objects.count() == StoredFile.objects.count() == Job.objects.count() == 1
    assert Event.objects.filter(name="collection.batch.received").count() == 1
    assert at.work(answers[0].batch_id).taken == 20
