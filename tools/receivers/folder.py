"""The department that takes XML files: reads a manifest, checks what it lists, applies it, says so in ack.xml.

A manifest that does not keep to files.xsd, or lists a file that is missing, cut or changed, is left where it is.
"""

import contextlib
import hashlib
import os
import threading
from pathlib import Path
from typing import Any

from lxml import etree

from tools import places
from tools.receivers.store import Missing, Row, Store

SPACE = "urn:credit-platform:exchange:files:1"
SCHEMA = places.ROOT / "exchange" / "initial" / "files.xsd"
EVERY = 0.5  # seconds


class Wrong(Exception):
    """A file that is not what the contract says, or not whole."""


class FolderReceiver:
    what = "从共享文件夹读取 XML 文件，写回回执"

    def __init__(self, name: str, folder: Path, store: Store) -> None:
        self.name, self.folder, self.store = name, folder, store
        self.schema = etree.XMLSchema(etree.parse(SCHEMA))
        self._on = threading.Event()
        self._on.set()
        self._ended = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._watch, daemon=True).start()

    def turn(self, on: bool) -> None:
        (self._on.set if on else self._on.clear)()

    def is_on(self) -> bool:
        return self._on.is_set()

    def held(self) -> list[dict[str, int]]:
        return self.store.subscriptions()

    def holds(self, code: str) -> int:
        return self.store.holds(code)

    def forget(self) -> None:
        self.store.forget()

    def stop(self) -> None:
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            if self._on.is_set():
                self.read_once()

    def read_once(self) -> int:
        """Apply every manifest that is there, oldest first; how many were."""
        taken = 0
        for path in sorted(self.folder.glob("*-manifest.xml"), key=_in_order):
            try:
                self._take(path)
                taken += 1
            except (Wrong, Missing, OSError, etree.XMLSyntaxError):
                continue  # it comes again, or what is missing does
        return taken

    def _take(self, path: Path) -> None:
        manifest = self._checked(path.read_bytes(), "Manifest")
        subscription, rows = int(manifest.get("subscription", "")), []
        files = [self.folder / str(one.get("name")) for one in manifest]
        for listed, file in zip(manifest, files, strict=True):
            body = file.read_bytes()
            if hashlib.sha256(body).hexdigest() != listed.get("sha256") or str(len(body)) != listed.get("bytes"):
                raise Wrong(file.name)
            found = [_row(one) for one in self._checked(body, "Rows")]
            if str(len(found)) != listed.get("rows"):
                raise Wrong(file.name)
            rows += found
        if manifest.get("kind") == "snapshot":
            last = int(manifest.get("lastSeq", ""))
            if last < self.store.status(subscription)[0]:
                seq, count = self.store.status(subscription)  # an older whole than what is applied
            else:
                seq, count = self.store.replace(subscription, rows, after=0, more=False, seq=last)
        else:
            seq, count = self.store.apply(subscription, rows)
        self._acknowledge(subscription, seq, count)
        for file in (path, *files):
            with contextlib.suppress(FileNotFoundError):
                file.unlink()

    def _checked(self, body: bytes, name: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        root = etree.fromstring(body, parser)
        if root.tag != f"{{{SPACE}}}{name}" or not self.schema.validate(root):
            raise Wrong(name)
        return root

    def _acknowledge(self, subscription: int, seq: int, count: int) -> None:
        said = f'<Acknowledgement xmlns="{SPACE}" subscription="{subscription}" seq="{seq}" count="{count}"/>\n'
        part = self.folder / "ack.xml.part"
        with part.open("w", encoding="utf-8") as file:
            file.write(said)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / "ack.xml")


def _in_order(path: Path) -> tuple[int, str]:
    """The whole before changes; changes by their first number, which the name holds with leading zeros."""
    return (0 if path.name.startswith("full-") else 1, path.name)


def _row(element: Any) -> Row:
    content = {etree.QName(one).localname: one.text or "" for one in element[0]}
    return Row(int(element.get("seq")), element.get("change"), int(element.get("entry")), content)
