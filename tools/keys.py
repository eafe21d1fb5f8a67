"""The keys of one machine: made once, kept under DATA_DIR/keys, handed to processes as NAME_FILE."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def _text() -> str:
    return secrets.token_urlsafe(48)


def _keyring() -> str:
    """One key of 32 bytes with its id, as FIELD_KEYS and INDEX_KEYS want it: "kid:base64"."""
    return f"k{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": _text,
    "FIELD_KEYS": _keyring,
    "INDEX_KEYS": _keyring,
    "SEAL_KEY": _text,
    "SMS_GATEWAY_TOKEN": _text,
    "VALKEY_PASSWORD": lambda: secrets.token_hex(24),
}
OF_SETTINGS = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS", "SEAL_KEY", "SMS_GATEWAY_TOKEN")


def make(folder: Path) -> None:
    """Make what is missing, never touch what is there: a lost key is lost data."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, maker in MAKERS.items():
        path = folder / name
        if not path.exists():
            half = folder / f".{name}.new"
            half.unlink(missing_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(maker())
                file.flush()
                os.fsync(file.fileno())
            half.rename(path)


def environment(folder: Path) -> dict[str, str]:
    return {f"{name}_FILE": str(folder / name) for name in OF_SETTINGS}


def throwaway() -> dict[str, str]:
    """Keys for one process that reads no data: lint, tests."""
    return {name: MAKERS[name]() for name in OF_SETTINGS}
