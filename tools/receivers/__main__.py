"""`python -m tools.receivers table|folder|web CONTROL_PORT …`: one department, until it is told to end.

table  CONTROL_PORT PORT SOCKET_FOLDER        folder CONTROL_PORT FOLDER STORE        web CONTROL_PORT PORT STORE
"""

import signal
import sys
import threading
from pathlib import Path

from tools.receivers import control
from tools.receivers.folder import FolderReceiver
from tools.receivers.store import Store
from tools.receivers.table import TableReceiver
from tools.receivers.web_service import WebReceiver

DATABASE, TABLE = "jyzx_demo", "credit_list"
# of the demo alone, like the password of its people; a real department agrees on its own with the credit office
PASSWORD = "jianglan-demo-jyzx-database-2026"
SECRET = "jianglan-demo-gxj-signing-key-2026"
NAMES = {"table": "江澜市公共资源交易中心", "folder": "江澜市财政局", "web": "江澜市工业和信息化局"}


def made(kind: str, arguments: list[str]) -> TableReceiver | FolderReceiver | WebReceiver:
    match kind, arguments:
        case "table", [port, sockets]:
            return TableReceiver(NAMES[kind], int(port), Path(sockets), DATABASE, PASSWORD, TABLE)
        case "folder", [folder, store]:
            return FolderReceiver(NAMES[kind], Path(folder), Store(Path(store)))
        case "web", [port, store]:
            return WebReceiver(NAMES[kind], int(port), SECRET, Store(Path(store)))
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
