"""A department's program that takes files: `python -m tests.exchange.receivers.filing FOLDER BOOK`.

It looks for manifests, checks what they list, applies the files in order, takes them away, and writes ack.xml.
"""

import hashlib
import sys
import time
from pathlib import Path
from typing import Any

from lxml import etree

from tests.exchange.receivers.book import Book, Missing

NS = "{urn:credit-platform:exchange:files:1}"
SCHEMA = Path(__file__).parents[3] / "exchange" / "initial" / "files.xsd"


def take(folder: Path, book: Book) -> int:
    """Apply whatever is whole; how many manifests were taken."""
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    taken = 0
    for path in sorted(folder.glob("*-manifest.xml"), key=lambda p: (not p.name.startswith("full"), p.name)):
        try:
            manifest = etree.parse(path).getroot()
        except OSError:
            continue  # another of us was quicker
        schema.assertValid(manifest)
        files = [folder / str(one.get("name")) for one in manifest]
        if _apply(manifest, files, schema, book):
            for file in [path, *files]:
                file.unlink(missing_ok=True)
            taken += 1
    _acknowledge(folder, book, manifest.get("subscription") if taken else None)
    return taken


def _apply(manifest: Any, files: list[Path], schema: Any, book: Book) -> bool:
    pages = []
    for one, file in zip(manifest, files, strict=True):
        if not file.exists():  # taken away before the manifest was, by one that was killed
            return int(manifest.get("lastSeq")) <= book.stands()[0]
        raw = file.read_bytes()
        assert hashlib.sha256(raw).hexdigest() == one.get("sha256") and len(raw) == int(one.get("bytes"))
        root = etree.fromstring(raw)
        schema.assertValid(root)
        pages.append([_row(row) for row in root])
    rows = [row for page in pages for row in page]
    assert len(rows) == int(manifest.get("rows"))
    try:
        if manifest.get("kind") == "changes":
            book.apply(int(manifest.get("firstSeq")), rows)
        elif int(manifest.get("lastSeq")) >= book.stands()[0]:
            book.replace(int(manifest.get("lastSeq")), 0, rows, more=False)
    except Missing:
        return False
    return True


def _row(row: Any) -> dict[str, Any]:
    content = {str(one.tag).removeprefix(NS): one.text or "" for one in row[0]}
    return {
        "seq": int(row.get("seq")),
        "change": row.get("change"),
        "entry": int(row.get("entry")),
        "content": content,
    }


def _acknowledge(folder: Path, book: Book, subscription: str | None) -> None:
    mark = folder / ".subscription"
    if subscription:
        mark.write_text(subscription)
    if not mark.exists():
        return
    seq, count = book.stands()
    said = f'<Acknowledgement xmlns="{NS[1:-1]}" subscription="{mark.read_text()}" seq="{seq}" count="{count}"/>'
    part = folder / "ack.part"
    part.write_text(said)
    part.replace(folder / "ack.xml")


def main() -> None:
    folder, book = Path(sys.argv[1]), Book(Path(sys.argv[2]))
    while True:
        take(folder, book)
        time.sleep(0.3)


if __name__ == "__main__":
    main()
