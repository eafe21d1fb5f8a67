"""Receipts as lines of a list. A receipt never changes (a trigger sees to it), and so neither does its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from kernel.actor import Actor
from screening import selectors
from screening.models import Receipt
from screening.rules import layout
from screening.rules.numbers import parts_of
from screening.services.checking import Checked

PAGE = 50
TODAY_SHOWN = 12
Key = tuple[datetime, int]  # checked_at, id

_lines: dict[Key, SafeString] = {}  # of today's list, as they were rendered once in this process


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of receipts."""

    number: str
    time: str
    name: str
    matter: str
    file_number: str
    shape: str
    mark: str
    word: str

    @classmethod
    def of(cls, found: Receipt | Checked) -> "Row":
        outline = layout.outline_of(found.content)
        return cls(
            number=found.number,
            time=timezone.localtime(found.checked_at).strftime("%H:%M"),
            name=outline.name,
            matter=found.content["matter"]["name"],
            file_number=found.file_number,
            shape=outline.shape,
            mark=outline.mark,
            word=outline.word,
        )


def today_of(actor: Actor, *, day: date, fresh: Checked | None = None) -> dict[str, Any]:
    """The actor's receipts of the day: {"count": as it is said, "lines": the newest}. Which they are is asked every
    time; only what stands in a line is kept. `fresh`: the check just made, whose content need not be read again.
    """
    keys = selectors.receipt_keys(actor, day=day, limit=PAGE + 1)
    return {
        "count": f"{PAGE}+" if len(keys) > PAGE else str(len(keys)),
        "lines": _rendered(keys[:TODAY_SHOWN], day, fresh),
    }


def _rendered(keys: Sequence[Key], day: date, fresh: Checked | None) -> list[SafeString]:
    known = {key: _lines[key] for key in keys if key in _lines}
    made = {} if fresh is None else {_key_of(fresh): _line(fresh)}
    if missing := [key for key in keys if key not in known and key not in made]:
        made |= {(r.checked_at, r.pk): _line(r) for r in selectors.receipts_at(missing, day=day)}
    if len(_lines) + len(made) > settings.RECEIPT_LINES_KEPT:
        _lines.clear()
    if settings.RECEIPT_LINES_KEPT:
        _lines.update(made)
    return [line for key in keys if (line := known.get(key) or made.get(key))]


def _key_of(fresh: Checked) -> Key:
    parts = parts_of(fresh.number)
    assert parts is not None
    return fresh.checked_at, parts[1]


def _line(found: Receipt | Checked) -> SafeString:
    return render_to_string("screening/_line.html", {"row": Row.of(found)})
