"""Rows of the ledger as the contract's elements, and back. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

ENTRY = (
    *("code", "name", "kind", "division", "list", "origin", "reward", "document_no", "authority", "ground"),
    *("legal_basis", "decided_on", "from", "until", "exit_route", "grade", "disputed_on", "suspended"),
    *("released_on", "release_kind", "release_document"),
)  # in the order of the schema


class Row(Protocol):
    """exchange.selectors.Change."""

    @property
    def seq(self) -> int: ...
    @property
    def change(self) -> str: ...
    @property
    def entry(self) -> int: ...
    @property
    def list(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


def rows_out(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What `envelope.build` makes elements of the type Change from."""
    return [
        {
            "seq": row.seq,
            "change": row.change,
            "entry": row.entry,
            "list": row.list,
            "at": row.at,
            "content": {name: row.content.get(name) for name in ENTRY},
        }
        for row in rows
    ]
