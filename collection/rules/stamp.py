"""The hidden sheet by which a workbook of ours is known again: item, version, definition, batch, rows returned.

Two columns of text, a key and a value each; a long value goes on in the next lines. Spreadsheet programs keep such a
sheet when they save (LibreOffice makes it an ordinary hidden one).
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook

from catalog.rules.definition import Definition, NotADefinition, read, written
from collection.rules.sheet_guard import BULK, FileRefused, check_directory
from collection.rules.workbook_stream import few_rows, sheets_of
from collection.rules.workbook_tables import STAMP_SHEET

WARNING = "本表由信用平台生成，用于识别模板和退回数据，请勿修改或删除。"
PIECE = 30_000  # characters; a cell holds 32,767
MOST_LINES = 200_000
KEYS = ("item_code", "version", "batch_id", "definition", "digest")


class WrongTemplate(FileRefused):
    code = "collection.wrong_template"
    message = "文件使用的是其他目录条目的模板。请下载本条目的模板填写。"


@dataclass(frozen=True, slots=True)
class Stamp:
    """`digests`: row of the original file -> digest of the texts that were returned for it (`digest_of`)."""

    item_code: str
    version: int
    batch_id: int | None = None
    digests: dict[int, str] = field(default_factory=dict)


def digest_of(texts: Mapping[str, str]) -> str:
    """What stands in a row, in 16 characters: the same headings and texts give the same."""
    plain = json.dumps(sorted((k, v) for k, v in texts.items() if v), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def put_stamp(book: Workbook, stamp: Stamp, definition: Definition) -> None:
    """Add the hidden sheet to a workbook that is being written."""
    sheet = book.add_worksheet(STAMP_SHEET)
    sheet.very_hidden()
    sheet.write_string(0, 0, WARNING)
    line = 1
    for key, value in _said(stamp, definition):
        for at in range(0, len(value), PIECE):
            sheet.write_string(line, 0, key)
            sheet.write_string(line, 1, value[at : at + PIECE])
            line += 1


def stamp_in(data: bytes | Path | BinaryIO) -> Stamp | None:
    """The stamp of a workbook; None: not one of ours (csv and xls included), or its stamp was tampered with."""
    said = _read(data)
    try:
        return Stamp(
            item_code=said["item_code"],
            version=int(said["version"]),
            batch_id=int(said["batch_id"]) if said.get("batch_id") else None,
            digests={
                int(row): digest for row, _, digest in (one.partition(":") for one in said.get("digest", "").split())
            },
        )
    except (KeyError, ValueError):
        return None


def definition_in(data: bytes | Path | BinaryIO) -> Definition | None:
    """The definition that a template or a returned workbook carries; None: it carries none that can be read."""
    try:
        return read(json.loads(_read(data)["definition"]))
    except (KeyError, ValueError, NotADefinition):
        return None


def version_note(stamp: Stamp | None, definition: Definition) -> str:
    """What to tell about the template that a file was made from; "" when it is the current one or none of ours.

    Raises WrongTemplate for the template of another item.
    """
    if stamp is None:
        return ""
    if stamp.item_code != definition.item_code:
        raise WrongTemplate(
            f"文件使用的是条目“{stamp.item_code}”的模板，不是“{definition.item_name}”（{definition.item_code}）的模板。"
            f"请在“{stamp.item_code}”下报送，或下载“{definition.item_name}”的模板填写。"
        )
    if stamp.version < definition.version:
        return (
            f"文件使用的是“{definition.item_name}”第 {stamp.version} 版模板，现行为第 {definition.version} 版，"
            f"各行按第 {definition.version} 版校验。建议下载新版模板。"
        )
    if stamp.version > definition.version:
        return f"文件使用的是第 {stamp.version} 版模板，现行为第 {definition.version} 版，各行按现行版校验。"
    return ""


def _said(stamp: Stamp, definition: Definition) -> Iterator[tuple[str, str]]:
    yield "item_code", stamp.item_code
    yield "version", str(stamp.version)
    if stamp.batch_id is not None:
        yield "batch_id", str(stamp.batch_id)
    yield "definition", json.dumps(written(definition), ensure_ascii=False, separators=(",", ":"))
    if stamp.digests:
        yield "digest", " ".join(f"{row}:{digest}" for row, digest in stamp.digests.items())


def _read(data: bytes | Path | BinaryIO) -> dict[str, str]:
    """Key -> value of the stamp sheet; empty without one."""
    if isinstance(data, bytes):
        return _said_in(io.BytesIO(data))
    if isinstance(data, Path):
        with data.open("rb") as stream:
            return _said_in(stream)
    return _said_in(data)


def _said_in(stream: BinaryIO) -> dict[str, str]:
    said: dict[str, str] = {}
    stream.seek(0)
    if stream.read(2) != b"PK":
        return said
    try:
        with zipfile.ZipFile(stream) as archive:
            check_directory(archive, BULK)
        part = next((sheet.part for sheet in sheets_of(stream) if sheet.name == STAMP_SHEET), "")
        for texts in few_rows(stream, part, MOST_LINES) if part else ():
            if len(texts) > 1 and texts[0] in KEYS:
                said[texts[0]] = said.get(texts[0], "") + texts[1]
    except (FileRefused, zipfile.BadZipFile, OSError, ValueError):
        return {}
    return said
