"""Rows as XML files, the manifest beside them, and the receiver's acknowledgement. Pure.

The same rows make the same bytes, so a batch that is written again is the same file. initial/files.xsd is the
contract: what is written is judged by it before it leaves, what comes back before it is believed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from lxml import etree

NS = "urn:credit-platform:exchange:files:1"
SCHEMA = Path(__file__).parents[1] / "initial" / "files.xsd"
SHANGHAI = ZoneInfo("Asia/Shanghai")
ACKNOWLEDGEMENT = "ack.xml"
LARGEST_ACKNOWLEDGEMENT = 64 * 1024
ROWS_OF_A_FILE = 5_000
NAMES: Any = {None: NS}
_ELEMENTS: Mapping[str, str] = {
    "code": "code", "name": "name", "kind": "kind", "division": "division", "list": "list", "origin": "origin",
    "reward": "reward", "document_no": "documentNo", "authority": "authority", "ground": "ground",
    "legal_basis": "legalBasis", "decided_on": "decidedOn", "from": "from", "until": "until",
    "exit_route": "exitRoute", "grade": "grade", "disputed_on": "disputedOn", "suspended": "suspended",
    "released_on": "releasedOn", "release_kind": "releaseKind", "release_document": "releaseDocument",
}  # fmt: skip


class Row(Protocol):
    """A row of the ledger."""

    @property
    def seq(self) -> int: ...
    @property
    def change(self) -> str: ...
    @property
    def entry(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class File:
    """One file, ready to be written."""

    name: str
    body: bytes
    rows: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Cover:
    """What a manifest says of its files."""

    subscription_id: int
    kind: str
    first_seq: int
    last_seq: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledged:
    seq: int
    count: int


class NotByTheSchema(ValueError):
    """What was written, or came, is not what files.xsd says; the message is Chinese and quotes nothing."""


def stem(cover: Cover) -> str:
    """The name that the files of one delivery begin with."""
    if cover.kind == "snapshot":
        return f"full-{cover.subscription_id}-{cover.last_seq:012d}"
    return f"changes-{cover.subscription_id}-{cover.first_seq:012d}-{cover.last_seq:012d}"


def manifest_name(cover: Cover) -> str:
    return f"{stem(cover)}-manifest.xml"


def files_of(cover: Cover, pages: Iterable[Sequence[Row]]) -> Iterator[File]:
    """The rows as files, page by page. Raises NotByTheSchema."""
    for number, rows in enumerate(pages, start=1):
        root = etree.Element(f"{{{NS}}}Rows", nsmap=NAMES)
        root.set("subscription", str(cover.subscription_id))
        root.set("kind", cover.kind)
        for row in rows:
            _write(root, row)
        yield File(f"{stem(cover)}-{number:04d}.xml", _judged(root), len(rows))


def manifest_of(cover: Cover, files: Sequence[tuple[str, str, int, int]]) -> File:
    """What lists the files: (name, sha256, bytes, rows) of each. Written last: who sees it finds them whole."""
    root = etree.Element(f"{{{NS}}}Manifest", nsmap=NAMES)
    rows = sum(one[3] for one in files)
    said = {
        "subscription": cover.subscription_id, "kind": cover.kind, "firstSeq": cover.first_seq,
        "lastSeq": cover.last_seq, "rows": rows, "madeAt": _moment(cover.made_at),
    }  # fmt: skip
    for name, value in said.items():
        root.set(name, str(value))
    for one in files:
        file = etree.SubElement(root, f"{{{NS}}}File")
        for name, value in zip(("name", "sha256", "bytes", "rows"), one, strict=True):
            file.set(name, str(value))
    return File(manifest_name(cover), _judged(root), rows)


def acknowledgement(raw: bytes, *, subscription_id: int) -> Acknowledged:
    """What a receiver's file says. Raises NotByTheSchema: half-written, too large, of another subscription."""
    if len(raw) > LARGEST_ACKNOWLEDGEMENT:
        raise NotByTheSchema("回执文件过大。")
    try:
        root = etree.fromstring(raw, _parser())
    except etree.XMLSyntaxError as error:
        raise NotByTheSchema("回执文件不是完整的 XML，可能还在写入。请先写成临时文件名，写完再改名。") from error
    if (
        root.getroottree().docinfo.internalDTD is not None
        or not schema().validate(root)
        or root.tag != f"{{{NS}}}Acknowledgement"
    ):
        raise NotByTheSchema("回执文件不符合 files.xsd 中的 Acknowledgement。")
    if int(root.get("subscription", "")) != subscription_id:
        raise NotByTheSchema("回执文件中的订阅编号不是本订阅的。")
    return Acknowledged(int(root.get("seq", "")), int(root.get("count", "")))


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(SCHEMA.read_bytes(), _parser()))


def _parser() -> etree.XMLParser:
    """A parser for what others wrote: no entities, no network, no giants."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )


def _write(root: Any, row: Row) -> None:
    line = etree.SubElement(root, f"{{{NS}}}Row")
    line.set("seq", str(row.seq))
    line.set("change", row.change)
    line.set("entry", str(row.entry))
    line.set("at", _moment(row.at))
    content = etree.SubElement(line, f"{{{NS}}}Content")
    for name, element in _ELEMENTS.items():
        value = row.content.get(name)
        if value is not None:
            etree.SubElement(content, f"{{{NS}}}{element}").text = _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "".join(c for c in str(value) if _writable(c))


def _writable(character: str) -> bool:
    """XML 1.0 has no way to write most control characters, not even escaped."""
    code = ord(character)
    return character in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


def _judged(root: Any) -> bytes:
    if not schema().validate(root):
        raise NotByTheSchema("推送内容不符合 files.xsd。")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
