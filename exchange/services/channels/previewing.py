"""What would go out next, as the receiver would get it; and the statement that makes a department's table."""

import json
from dataclasses import dataclass

from exchange.models import Channel
from exchange.rules.channels import STATE_SUFFIX, Kind
from exchange.rules.formats import Cover, files_of
from exchange.rules.tables import COLUMNS, KEY, STATE_COLUMNS
from exchange.selectors import Change, changes_after
from exchange.services.channels.webhook import call_of


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    media_type: str
    body: bytes


def next_rows(*, channel: Channel, limit: int) -> list[Change]:
    """The rows after what the receiver has taken."""
    return changes_after(channel.subscription, after=channel.sent_seq, limit=limit)


def next_document(*, channel: Channel, limit: int) -> Document | None:
    """The next batch as its file or call; None: nothing waits. Nothing is sent, and nothing noted."""
    rows = next_rows(channel=channel, limit=limit)
    if not rows:
        return None
    own, first, last = channel.subscription_id, rows[0].seq, rows[-1].seq
    if channel.kind in (Kind.FOLDER, Kind.SFTP, Kind.SOAP):
        [file] = files_of(Cover(own, "changes", first, last, rows[-1].at), [rows])
        return Document(file.name, "application/xml", file.body)
    said = call_of(own, first, last, rows)
    body = json.dumps(said, ensure_ascii=False, indent=1).encode()
    return Document(f"changes-{own}-{first:012d}-{last:012d}.json", "application/json", body)


def table_statement(*, channel: Channel) -> str:
    """How the department may make the tables itself."""
    name, engine = channel.settings["relation"], channel.settings["engine"]
    made = []
    for table, columns, key in (
        (name, COLUMNS, KEY),
        (name + STATE_SUFFIX, STATE_COLUMNS, "subscription_id"),
    ):
        lines = [f"  {column} {kind.of(engine)}," for column, kind in columns.items()]
        made.append("\n".join([f"CREATE TABLE {table} (", *lines, f"  PRIMARY KEY ({key})", ");"]))
    return "\n".join(made)
