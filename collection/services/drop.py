"""The drop folder: DATA_DIR/drop/<department code>/<item code>/, into which a department's own job lays its files.

A file is taken when it has lain unchanged for a minute and does not end in .part or .tmp. It goes on to done/ or
refused/, with a note in Chinese beside it. Every name is opened relative to the folder, without following links:
nothing outside is ever read, moved or written.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from collection.events import FolderFileRefused
from collection.models import Extraction
from collection.rules.extraction import Ran, folder_name
from collection.rules.states import Channel
from collection.services.receiving import FileChanged, receive_file
from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken, Unavailable
from toolkit.clock import wall

QUIET = timedelta(seconds=60)
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
DONE, REFUSED = "done", "refused"
AT_ONCE = 50  # files of one run
LONGEST_NAME = 200
LONGEST_ON_DISK = 255  # bytes of one name


class FolderUnusable(RuleBroken):
    code = "collection.folder_unusable"
    message = "投递文件夹不可用：应为普通文件夹，不得是链接。请系统管理员检查 DATA_DIR/drop 下的权限。"


class _Moving(Exception):
    """The file changed while it was read: it is left for the next run."""


def folder_of(row: Extraction) -> Path:
    """Where the department lays its files for this item. Raises FolderUnusable."""
    department = departments_by_id([row.department_id])[row.department_id]
    names = folder_name(department.code), folder_name(row.item.code)
    if None in names:
        raise FolderUnusable
    return settings.DATA_DIR / "drop" / str(names[0]) / str(names[1])


def make_folder(*, row: Extraction) -> Path:
    """The folder and the two into which files go on. There already: nothing happens. Raises FolderUnusable."""
    folder = folder_of(row)
    with _opened(folder, make=True):
        return folder


def take_folder(*, row: Extraction, clock: Callable[[], datetime], actor: Actor) -> Ran:
    """Hand in every file that lies ready. Raises FolderUnusable, and Unavailable (disk full): the files stay."""
    make_folder(row=row)
    taken = refused = 0
    with _opened(folder_of(row)) as (folder, done, given_back):
        for name in _ready(folder, wall() - QUIET):
            try:
                note = _hand_in(row, folder, name, clock(), actor)
            except (
                _Moving,
                FileChanged,
                PermissionError,
            ):  # what may not be read is left where it is, for others' sake
                continue
            except Unavailable:
                raise
            except Refusal as refusal:
                refused += 1
                _note_refused(row_id=row.pk, code=refusal.code, actor=actor, now=clock())
                _move_on(folder, name, given_back, f"未接收：{refusal}\n请修正后重新投递。\n", clock())
            else:
                taken += 1
                _move_on(folder, name, done, note, clock())
    return Ran(files=taken, refused=refused)


@contextmanager
def _opened(path: Path, *, make: bool = False) -> Iterator[tuple[int, int, int]]:
    """Handles of the folder, of done/ and of refused/, opened part by part from DATA_DIR without following links.

    `make`: what is missing is made. Raises FolderUnusable.
    """
    handles: list[int] = []
    try:
        try:
            at = os.open(settings.DATA_DIR, os.O_RDONLY | os.O_DIRECTORY)
            handles.append(at)
            for part in path.relative_to(settings.DATA_DIR).parts:
                at = _within(at, part, make=make)
                handles.append(at)
            for name in (DONE, REFUSED):
                handles.append(_within(at, name, make=make))
        except OSError as error:
            raise FolderUnusable from error
        yield at, handles[-2], handles[-1]
    finally:
        for handle in handles:
            os.close(handle)


def _within(folder: int, name: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)


def _ready(folder: int, before: datetime) -> list[str]:
    """Names of complete files, the oldest first."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                continue
            if not entry.is_file(follow_symlinks=False):
                continue
            state = entry.stat(follow_symlinks=False)
            if state.st_mtime <= before.timestamp():
                found.append((state.st_mtime, entry.name))
    return [name for _, name in sorted(found)[:AT_ONCE]]


def _hand_in(row: Extraction, folder: int, name: str, now: datetime, actor: Actor) -> str:
    """What to write beside the file. Raises Refusal, _Moving."""
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with open(handle, "rb") as stream:
        before = os.fstat(stream.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise _Moving
        with transaction.atomic():
            received = receive_file(
                item_code=row.item.code,
                file_name=_printable(name),
                stream=stream,
                department_id=row.department_id,
                all_or_nothing=False,
                channel=Channel.EXTRACTION,
                extraction_id=row.pk,
                actor=actor,
                now=now,
            )
            after = os.fstat(stream.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise _Moving  # rolls the batch back
    if received.known:
        return f"同样内容的文件此前已接收，未重复入库。归集批次：{received.batch_id}\n"
    return f"已接收。归集批次：{received.batch_id}\n校验结果和退回的行请在平台“归集批次”中查看。\n"


def _printable(name: str) -> str:
    """A file name as the platform may keep it: bytes that are no UTF-8 do not go into the database."""
    return name.encode(errors="surrogateescape").decode(errors="replace")[-LONGEST_NAME:]


def _move_on(folder: int, name: str, to: int, note: str, now: datetime) -> None:
    """Into another folder under a name that is free there; then the note beside it. A crash in between loses the note
    alone. `now` stands in the name, so that the same name may come every day."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot and stem and len(ending) <= 10 else (name, "")
    stamp = f".{now.astimezone():%Y%m%d%H%M%S}-{now.microsecond:06d}"
    while len(os.fsencode(f"{stem}{stamp}{ending}.txt")) > LONGEST_ON_DISK:
        stem = stem[:-1]
    new = f"{stem}{stamp}{ending}"
    os.rename(name, new, src_dir_fd=folder, dst_dir_fd=to)
    handle = os.open(f"{new}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644, dir_fd=to)
    with open(handle, "w", encoding="utf-8-sig") as file:  # the signature: Notepad of Windows reads it rightly
        file.write(note)


@transaction.atomic
def _note_refused(*, row_id: int, code: str, actor: Actor, now: datetime) -> None:
    record(FolderFileRefused(row_id, code), about=f"collection.extraction:{row_id}", actor=actor, now=now)
