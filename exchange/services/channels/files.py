"""Files for a receiver: rows as XML, a manifest written last, the receiver's ack.xml read back.

Every file is written under a temporary name, forced to disk and renamed, so who looks sees a whole file or none. The
same batch has the same names and bytes. A folder is one of settings.EXCHANGE_FOLDER; SFTP is in sftp.py.
"""

import contextlib
import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings

from exchange.rules.channels import Trouble, is_folder_name
from exchange.rules.formats import (
    ACKNOWLEDGEMENT,
    LARGEST_ACKNOWLEDGEMENT,
    Cover,
    File,
    NotByTheSchema,
    acknowledgement,
    files_of,
    manifest_name,
    manifest_of,
)
from exchange.selectors import Change
from exchange.services.channels.base import Batch, CannotDeliver, Receipt, Snapshot, Target

PART = ".part"
PROBE = "probe.xml"
_OF_ERRNO = {
    errno.ENOSPC: Trouble.FULL, errno.EDQUOT: Trouble.FULL, errno.EFBIG: Trouble.FULL, errno.ENOENT: Trouble.FOLDER,
    errno.ENOTDIR: Trouble.FOLDER, errno.EISDIR: Trouble.WRITE, errno.EACCES: Trouble.WRITE,
    errno.EPERM: Trouble.WRITE, errno.EROFS: Trouble.WRITE,
}  # fmt: skip


class Place(Protocol):
    """Where files are laid down."""

    def put(self, file: File) -> None:
        """Write it under a temporary name, force it to disk, rename it."""

    def read(self, name: str, limit: int) -> bytes | None:
        """What is in it, at most limit + 1 bytes; None: it is not there."""

    def remove(self, name: str) -> None:
        """It is gone afterwards."""


class FileChannel:
    """Receipts come later, by the receiver's ack.xml: until then the count is None."""

    def __init__(self, target: Target, open_place: Callable[[Target], "contextlib.AbstractContextManager[Place]"]):
        self._target, self._open = target, open_place

    def try_it(self) -> str:
        with self._open(self._target) as place:
            place.put(File(PROBE, b"<probe/>\n", 0))
            place.remove(PROBE)
            said = self._said(place)
        return "文件夹可以写入、改名和删除。" + (f"回执：已应用至第 {said.seq} 号，{said.count} 条。" if said else "")

    def deliver(self, batch: Batch) -> Receipt:
        cover = Cover(batch.subscription_id, "changes", batch.first_seq, batch.last_seq, batch.made_at)
        with self._open(self._target) as place:
            said = self._said_or_none(place)
            if said is None or said.seq < batch.last_seq:  # it may have taken the files away already
                self._lay_down(place, cover, [batch.rows])
            elif not batch.more and said.seq == batch.last_seq:
                return said
        return Receipt(batch.last_seq, None)

    def replace(self, snapshot: Snapshot) -> Receipt:
        cover = Cover(snapshot.subscription_id, "snapshot", 0, snapshot.seq, snapshot.made_at)
        with self._open(self._target) as place:
            self._lay_down(place, cover, snapshot.pages)
        return Receipt(snapshot.seq, None)

    def state(self) -> Receipt | None:
        with self._open(self._target) as place:
            return self._said(place)

    def lies_there(self, cover: Cover) -> bool:
        """Whether a delivery waits to be taken. Raises CannotDeliver."""
        with self._open(self._target) as place:
            return place.read(manifest_name(cover), 1) is not None

    def _lay_down(self, place: Place, cover: Cover, pages: Iterable[Sequence[Change]]) -> None:
        laid = []
        for file in files_of(cover, pages):
            place.put(file)
            laid.append((file.name, file.sha256, len(file.body), file.rows))
        place.put(manifest_of(cover, laid))

    def _said(self, place: Place) -> Receipt | None:
        raw = place.read(ACKNOWLEDGEMENT, LARGEST_ACKNOWLEDGEMENT)
        if raw is None:
            return None
        try:
            found = acknowledgement(raw, subscription_id=self._target.subscription_id)
        except NotByTheSchema as problem:
            raise CannotDeliver(Trouble.ANSWER, str(problem)) from problem
        return Receipt(found.seq, found.count)

    def _said_or_none(self, place: Place) -> Receipt | None:
        """A broken acknowledgement holds up no rows; whoever asks for the state is told of it."""
        try:
            return self._said(place)
        except CannotDeliver:
            return None


def folder_channel(target: Target) -> FileChannel:
    return FileChannel(target, _folder)


class Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, file: File) -> None:
        with _plain_words():
            part = self._path / (file.name + PART)
            try:
                with part.open("wb") as out:
                    out.write(file.body)
                    out.flush()
                    os.fsync(out.fileno())
                part.replace(self._path / file.name)
            except BaseException:
                with contextlib.suppress(OSError):  # half a file fills the disk further
                    part.unlink(missing_ok=True)
                raise
            self._sync()

    def read(self, name: str, limit: int) -> bytes | None:
        with _plain_words():
            try:
                with (self._path / name).open("rb") as file:
                    return file.read(limit + 1)
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> None:
        with _plain_words():
            (self._path / name).unlink(missing_ok=True)

    def _sync(self) -> None:
        """The renaming itself is on disk."""
        folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _folder(target: Target) -> Iterator[Place]:
    name = target.settings.get("path")
    if not is_folder_name(name):
        raise CannotDeliver(Trouble.SETTINGS)
    path = settings.EXCHANGE_FOLDER / name
    if path.is_symlink() or not path.is_dir():  # never made here: a mount that is gone
        raise CannotDeliver(Trouble.FOLDER)
    yield Folder(path)


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        trouble = _OF_ERRNO.get(error.errno or 0, Trouble.OTHER)
        raise CannotDeliver(trouble) from error
