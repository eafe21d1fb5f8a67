"""What the single window of the demo holds: messages it was sent, results it decided, applications it forwarded.

All of it are files of JSON under one folder, so that a restart and a test find the same.
"""

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any


class Drawer:
    """A folder of JSON files, each named by the digest of its key: the same key again is taken once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def put(self, key: str, said: dict[str, Any]) -> bool:
        """Whether it is new."""
        half = self.folder / f".{threading.get_ident()}-{os.getpid()}"
        half.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        try:
            os.link(half, self.path(key))  # of two at once, one is first
        except FileExistsError:
            return False
        finally:
            half.unlink()
        return True

    def everything(self) -> list[dict[str, Any]]:
        """In the order in which they came."""
        paths = sorted(self.folder.glob("[0-9a-f]*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]
