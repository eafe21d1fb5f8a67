"""Files that somebody handed in: sealed on disk, opened to read and to seek in, destroyed when their time is over.

Under settings.FILES_DIR as ab/<sha256>-<id>. A file is complete on disk before its row is; what a crash or a refused
transaction leaves behind belongs to no row and is removed at night.
"""

import errno
import hashlib
import logging
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, Unavailable
from kernel.hiding import hide_citizen_ids
from office import events
from office.models import StoredFile
from office.selectors import FileValue
from toolkit import crypto, sealed_files

log = logging.getLogger(__name__)
CHUNK = 1024 * 1024
LONGEST_NAME = 200
STRAY_AFTER = timedelta(days=1)  # no upload takes so long
OURS = re.compile(r"[0-9a-f]{64}-[0-9]+")  # what is called otherwise, somebody else has put there
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


class FileTooLarge(Malformed):
    code = "office.file_too_large"
    message = "文件过大，请拆分后分别上传。"


class DiskFull(Unavailable):
    code = "office.disk_full"
    message = "服务器存储空间不足，文件没有保存，数据未作任何改动。请联系系统管理员清理磁盘后重新上传。"


class FileGone(NotFound):
    code = "office.file_gone"
    message = "没有这份文件，或已按保存期限销毁。"


class FileLost(Unavailable):
    code = "office.file_lost"
    message = "服务器上没有找到这份文件的内容，请联系系统管理员从备份恢复。"


@transaction.atomic
def store_file(
    *, stream: BinaryIO, name: str, keep_until: date | None, limit: int, actor: Actor, now: datetime
) -> FileValue:
    """Read the stream to its end, seal it on disk, and enter its row. `limit` in bytes; `keep_until` the last day.

    Needs memory for one piece, whatever the size. Whatever the stream raises goes through and leaves nothing.
    Raises FileTooLarge, DiskFull.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('office_storedfile', 'id'))")
        file_id = int(cursor.fetchone()[0])
    data_key, wrapped = crypto.new_data_key(aad=_place(file_id))
    digest, half = hashlib.sha256(), _folder("incoming") / f"{file_id}-{secrets.token_hex(8)}"
    try:
        with open(half, "xb", opener=_private) as target:
            chunks = _chunks(stream, digest, limit)
            size = sealed_files.seal(chunks, target, data_key=data_key, aad=_place(file_id))
            target.flush()
            os.fsync(target.fileno())
        row = StoredFile.objects.create(
            pk=file_id,
            sha256=digest.hexdigest(),
            size=size,
            name=plain_name(name),
            data_key=wrapped,
            stored_at=now,
            keep_until=keep_until,
        )
        place = _path(row)
        half.rename(place)
        _sync(place.parent)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise DiskFull from error
        raise
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    fact = events.FileStored(row.pk, row.sha256, size, keep_until.isoformat() if keep_until else "")
    record(fact, about=f"office.storedfile:{row.pk}", actor=actor, now=now)
    return FileValue(row.pk, row.sha256, size, row.name)


def open_file(*, file_id: int) -> BinaryIO:
    """The file's clear text, to read and to seek in, without a copy. Raises FileGone, FileLost.

    Whoever shows it to a person records that. Raises toolkit.crypto.CannotOpen where the file on disk was altered.
    """
    row = StoredFile.objects.filter(pk=file_id, destroyed_at=None).first()
    if row is None:
        raise FileGone
    data_key = crypto.unwrap(row.data_key, aad=_place(row.pk))
    try:
        sealed = _path(row).open("rb")
    except FileNotFoundError as error:
        log.error("stored file %s is not on disk", row.pk)
        raise FileLost from error
    try:
        return sealed_files.open_sealed(sealed, data_key=data_key, aad=_place(row.pk))
    except crypto.CannotOpen:
        sealed.close()
        raise


def destroy_files(*, today: date, actor: Actor, now: datetime) -> int:
    """Destroy what was to be kept until before today: its key in the transaction, its bytes after it. How many.

    The row stays, without the key, and a fact says what there was.
    """
    over = StoredFile.objects.filter(destroyed_at=None, keep_until__lt=today).order_by("keep_until", "pk")
    return sum(_destroy(file_id, today, actor, now) for file_id in over.values_list("pk", flat=True))


@transaction.atomic
def _destroy(file_id: int, today: date, actor: Actor, now: datetime) -> bool:
    over = StoredFile.objects.filter(pk=file_id, destroyed_at=None, keep_until__lt=today)
    row = over.select_for_update(skip_locked=True).first()
    if row is None or row.keep_until is None:
        return False
    row.data_key, row.destroyed_at = "", now
    row.save(update_fields=["data_key", "destroyed_at"])
    fact = events.FileDestroyed(row.pk, row.sha256, row.size, row.stored_at.isoformat(), row.keep_until.isoformat())
    record(fact, about=f"office.storedfile:{row.pk}", actor=actor, now=now)
    transaction.on_commit(lambda: _path(row).unlink(missing_ok=True), robust=True)
    return True


def remove_strays(*, now: datetime) -> int:
    """Remove what a crash left on disk: half uploads, files of no row, bytes of destroyed ones. How many.

    Only what is older than STRAY_AFTER by the machine's clock, which `now` is here: a file comes before its row.
    """
    before, removed = (now - STRAY_AFTER).timestamp(), 0
    for folder in (_folder("incoming"), Path(settings.FILE_UPLOAD_TEMP_DIR)):
        removed += sum(_remove_old(path, before) for path in folder.iterdir() if path.is_file())
    for folder in settings.FILES_DIR.glob("[0-9a-f][0-9a-f]"):
        old = {path.name: path for path in folder.iterdir() if OURS.fullmatch(path.name)}
        ids = [int(name.rpartition("-")[2]) for name in old]
        kept = StoredFile.objects.filter(pk__in=ids, destroyed_at=None).values_list("sha256", "pk").order_by("pk")
        for name in old.keys() - {f"{sha256}-{pk}" for sha256, pk in kept}:
            removed += _remove_old(old[name], before)
    return removed


def _remove_old(path: Path, before: float) -> bool:
    try:
        if path.stat().st_mtime >= before:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def plain_name(name: str) -> str:
    """A file's name as it may be shown and stored: no path, no control characters, no ID number, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C"
    ).strip()
    shown = hide_citizen_ids(shown)
    if len(shown) > LONGEST_NAME:
        stem, dot, kind = shown.rpartition(".")
        tail = dot + kind if stem and len(kind) <= 10 else ""
        shown = shown[: LONGEST_NAME - len(tail)] + tail
    return shown or "未命名"


def _chunks(stream: BinaryIO, digest: "hashlib._Hash", limit: int) -> Iterator[bytes]:
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(f"文件超过{limit // (1024 * 1024)} MB，请拆分后分别上传。")
        digest.update(chunk)
        yield chunk


def _place(file_id: int) -> str:
    return f"office.storedfile:{file_id}"


def _path(row: StoredFile) -> Path:
    return _folder(row.sha256[:2]) / f"{row.sha256}-{row.pk}"


def _folder(name: str) -> Path:
    folder: Path = settings.FILES_DIR / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    """The new name itself survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
