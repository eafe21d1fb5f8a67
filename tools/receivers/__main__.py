"""`python -m tools.receivers table|folder|web CONTROL_PORT …`: one department, until it is told to end.

table  CONTROL_PORT PORT SOCKET_FOLDER        folder CONTROL_PORT FOLDER STORE        web CONTROL_PORT PORT STORE
"""

import signal
import sys
import threading
from pathlib import Path
from typing import Any

import yaml

from tools import places
from tools.receivers import control
from tools.receivers.folder import FolderReceiver
from tools.receivers.store import Store
from tools.receivers.table import TableReceiver
from tools.receivers.web_service import WebReceiver


def of_the_demo(kind: str) -> dict[str, Any]:
    """What the demo city says of that department."""
    known = yaml.safe_load((places.ROOT / "portal/initial/demo/receivers.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one for one in known if one["kind"] == {"web": "soap"}.get(kind, kind))
    return found


def made(kind: str, arguments: list[str]) -> TableReceiver | FolderReceiver | WebReceiver:
    own = of_the_demo(kind)
    name, secret, said = own["name"], own["secret"], own["settings"]
    match kind, arguments:
        case "table", [port, sockets]:
            return TableReceiver(name, int(port), Path(sockets), said["database"], secret, said["relation"])
        case "folder", [folder, store]:
            return FolderReceiver(name, Path(folder), Store(Path(store)))
        case "web", [port, store]:
            return WebReceiver(name, int(port), secret, Store(Path(store)))
    raise SystemExit(__doc__)


def main(kind: str, port: int, arguments: list[str]) -> None:
    department = made(kind, arguments)
    control.serve(port, department)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    department.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
