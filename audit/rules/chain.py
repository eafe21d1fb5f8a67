"""The seal over the facts: what is hashed, and how one link hangs on the one before.

网络安全法 第二十一条 (logs kept, and kept whole); GB/T 22239-2019 8.1.4.3 (审计记录 protected). No database here: the
sealer and the verifier compute the same bytes from the same columns; neither trusts SQL that somebody may change.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

START = b"\x00" * 32  # what the first link hangs on


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of one audit_event row; payload and xact as PostgreSQL prints them."""

    id: int
    happened_at: datetime
    name: str
    actor: str
    department_id: int | None
    about: str
    payload: str
    request_id: str
    xact: str


def row_hash(row: Row) -> bytes:
    """SHA-256 over every column, unambiguous: a JSON array of them."""
    moment = row.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    columns = [
        row.id,
        moment,
        row.name,
        row.actor,
        row.department_id,
        row.about,
        row.payload,
        row.request_id,
        row.xact,
    ]
    return hashlib.sha256(json.dumps(columns, separators=(",", ":")).encode()).digest()


def link(key: bytes, before: bytes, event_id: int, of_row: bytes) -> bytes:
    """HMAC-SHA256(key, the link before || event id || hash of the row)."""
    return hmac.digest(key, before + event_id.to_bytes(8, "big") + of_row, "sha256")
