"""Stored files: what comes in is sealed, opens again, goes when its time is over; what fails leaves nothing."""

import errno
import hashlib
import io
import os
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import UnreadablePostError

from audit.models import Event
from kernel.actor import system
from office import services, tasks
from office.models import StoredFile
from office.selectors import FileValue, file_of
from office.services import files
from tests.conftest import NOW
from toolkit import crypto, sealed_files, sealing

pytestmark = pytest.mark.django_db
ACTOR = system("test")
PLAIN = "统一社会信用代码,处罚决定书文号\n".encode() * 40_000  # more than one piece
LIMIT = 10 * 1024 * 1024
TODAY = date(2026, 11, 20)
WALL = NOW + timedelta(days=400)  # the strays' clock: whatever the tests wrote is old by then


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "files", tmp_path / "tmp"
    settings.FILES_DIR.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return tmp_path / "files"


def store(plain: bytes | Any = PLAIN, **other: Any) -> FileValue:
    given: dict[str, Any] = {"name": "处罚.csv", "keep_until": None, "limit": LIMIT, "actor": ACTOR, "now": NOW}
    stream = io.BytesIO(plain) if isinstance(plain, bytes) else plain
    return services.store_file(stream=stream, **given | other)


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_stored_opens_and_on_disk_nobody_reads_it(folder: Path) -> None:
    value = store(keep_until=date(2026, 12, 31))
    assert (value.size, value.name) == (len(PLAIN), "处罚.csv")
    assert value.sha256 == hashlib.sha256(PLAIN).hexdigest()
    assert file_of(value.id) == value
    (path,) = on_disk(folder)
    assert path.relative_to(folder) == Path(value.sha256[:2], f"{value.sha256}-{value.id}")
    assert "处罚".encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o700}
    with services.open_file(file_id=value.id) as opened:
        assert opened.read(100) == PLAIN[:100]
        opened.seek(-10, os.SEEK_END)
        assert opened.read() == PLAIN[-10:]
    fact = Event.objects.get(name="office.file.stored")
    assert fact.payload["sha256"] == value.sha256 and "处罚" not in str(fact.payload)


def test_the_same_bytes_twice_are_two_files_under_two_keys(folder: Path) -> None:
    one, two = store(), store()
    assert one.sha256 == two.sha256
    first, second = on_disk(folder)
    assert first.read_bytes() != second.read_bytes()


def test_an_empty_file_is_a_file() -> None:
    value = store(b"")
    with services.open_file(file_id=value.id) as opened:
        assert (value.size, opened.read()) == (0, b"")


def test_a_file_is_read_once_and_in_small_parts() -> None:
    class Slow(io.BytesIO):
        asked: list[int] = []

        def read(self, size: int | None = -1, /) -> bytes:
            self.asked.append(size or -1)
            return super().read(size)

    store(Slow(PLAIN * 3))
    assert set(Slow.asked) == {files.CHUNK}


def test_what_is_larger_than_allowed_leaves_nothing(folder: Path) -> None:
    with pytest.raises(services.FileTooLarge, match="文件超过1 MB"):
        store(limit=1024 * 1024)
    assert on_disk(folder) == [] and not StoredFile.objects.exists()
    assert store(limit=len(PLAIN)).size == len(PLAIN)


class CutOff(io.BytesIO):
    """An upload whose sender goes away after the first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise UnreadablePostError("the client has gone")
        return super().read(size)


def test_a_cut_off_upload_leaves_nothing(folder: Path) -> None:
    with pytest.raises(UnreadablePostError):
        store(CutOff(PLAIN))
    assert on_disk(folder) == [] and not StoredFile.objects.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("where", ["write", "fsync", "rename"])
def test_a_full_disk_is_said_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, where: str, number: int
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(number, "no room")

    owner, name = {"write": (sealed_files, "seal"), "fsync": (os, "fsync"), "rename": (Path, "rename")}[where]
    monkeypatch.setattr(owner, name, full)
    with pytest.raises(services.DiskFull, match="存储空间不足"), transaction.atomic():
        store()
    assert on_disk(folder) == [] and not StoredFile.objects.exists()


def test_a_disk_that_is_really_full(folder: Path) -> None:
    """/dev/full takes nothing: the very error of a full disk, from the kernel."""
    half = folder / "incoming"
    half.mkdir()

    def to_full(path: str, flags: int) -> int:
        return os.open("/dev/full", os.O_WRONLY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_private", to_full)
        with pytest.raises(services.DiskFull):
            store()
    assert not StoredFile.objects.exists()


def test_another_error_of_the_disk_is_a_defect_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="broken"):
        store()
    assert on_disk(folder) == []


def test_destroyed_in_time_with_proof_and_no_day_sooner(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    last_day, gone, forever = store(keep_until=TODAY), store(keep_until=date(2026, 11, 19)), store()
    with django_capture_on_commit_callbacks(execute=True):
        assert services.destroy_files(today=TODAY, actor=ACTOR, now=NOW) == 1
    assert services.destroy_files(today=TODAY, actor=ACTOR, now=NOW) == 0
    row = StoredFile.objects.get(pk=gone.id)
    assert (row.data_key, row.destroyed_at, row.sha256) == ("", NOW, gone.sha256)
    assert {int(path.name.rpartition("-")[2]) for path in on_disk(folder)} == {last_day.id, forever.id}
    fact = Event.objects.get(name="office.file.destroyed")
    assert (fact.payload["file_id"], fact.payload["sha256"], fact.payload["size"]) == (
        gone.id,
        gone.sha256,
        gone.size,
    )
    with pytest.raises(services.FileGone):
        services.open_file(file_id=gone.id)
    assert file_of(gone.id) is None


def test_an_unknown_file_and_a_lost_one() -> None:
    with pytest.raises(services.FileGone):
        services.open_file(file_id=0)
    value = store()
    files._path(StoredFile.objects.get(pk=value.id)).unlink()
    with pytest.raises(services.FileLost, match="备份"):
        services.open_file(file_id=value.id)


def test_a_file_put_in_anothers_place_does_not_open() -> None:
    one, two = (StoredFile.objects.get(pk=store(b"x" * n).id) for n in (10, 20))
    files._path(one).write_bytes(files._path(two).read_bytes())
    with pytest.raises(crypto.CannotOpen):
        services.open_file(file_id=one.pk)


def test_strays_go_and_files_stay(folder: Path, settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    kept, destroyed = store(), store(keep_until=date(2026, 1, 1))
    services.destroy_files(today=TODAY, actor=ACTOR, now=NOW)  # without the commit: its bytes are left, as by a crash
    (folder / "incoming" / "9-half").write_bytes(b"x")
    (folder / "README").write_bytes(b"x")
    (folder / kept.sha256[:2] / "notes.txt").write_bytes(b"x")
    (settings.FILE_UPLOAD_TEMP_DIR / "tmp1.upload").write_bytes(b"x")
    rolled_back = folder / kept.sha256[:2] / f"{kept.sha256}-{kept.id + 1000}"
    rolled_back.write_bytes(b"x")
    assert services.remove_strays(now=NOW - timedelta(days=400)) == 0, "all of them may still be under way"
    assert services.remove_strays(now=WALL) == 4
    assert {path.name for path in on_disk(folder)} == {f"{kept.sha256}-{kept.id}", "README", "notes.txt"}
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []
    assert destroyed.id != kept.id and services.remove_strays(now=WALL) == 0


def test_the_nightly_task(frozen: Any) -> None:
    store(keep_until=date(2026, 11, 1))
    assert tasks.destroy_files() == 1


def test_a_rotation_wraps_keys_anew_and_leaves_the_files_alone(folder: Path, settings: Any) -> None:
    value = store()
    services.destroy_files(today=TODAY, actor=ACTOR, now=NOW)
    (path,) = on_disk(folder)
    before = path.read_bytes()
    settings.FIELD_KEYS = "k9:" + "A" * 43 + "=," + settings.FIELD_KEYS
    [keys] = [one for one in sealing.register() if one.model is StoredFile]
    assert (sealing.reseal(keys), sealing.reseal(keys)) == (1, 0)
    assert crypto.key_of(StoredFile.objects.get(pk=value.id).data_key) == "k9"
    settings.FIELD_KEYS = "k9:" + "A" * 43 + "="  # the old key may be taken out of the ring
    with services.open_file(file_id=value.id) as opened:
        assert opened.read() == PLAIN
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("处罚.xlsx", "处罚.xlsx"),
        ("C:\\Users\\张三\\处罚.xlsx", "处罚.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\x00\u202ec.csv", "abc.csv"),
        ("处罚_110101199003070134.xlsx", "处罚_110101********0134.xlsx"),
        ("", "未命名"),
        ("   ", "未命名"),
        ("甲" * 300 + ".xlsx", "甲" * 195 + ".xlsx"),
        ("甲" * 300, "甲" * 200),
    ],
)
def test_a_name_is_shown_without_tricks(given: str, shown: str) -> None:
    assert files.plain_name(given) == shown
