"""A slow reference of what lists and records say: the history told again from its beginning for every question.

It knows nothing of tables, revisions or SQL. An event is what happened, in plain values; `told_again` makes of the
first n of them what was known then, and `Known.of` answers about one subject on one day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

Row = tuple[int, str]  # subject, document


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry or a trigger. `row` is whom it is about and by which document."""

    source: int
    row: Row
    since: date
    until: date | None
    released: date | None = None
    disputed: date | None = None
    suspended: bool = False

    def in_force(self, on: date) -> bool:
        begun, over = self.since <= on, self.until is not None and self.until < on
        return begun and not over and not (self.released is not None and self.released <= on)


@dataclass(frozen=True, slots=True)
class Happened:
    """`what`: entered, released, disputed, undisputed, arrived, confirmed, discarded, loaded."""

    what: str
    source: int
    key: int = 0  # of an entry or a trigger, counted by the teller
    row: Row = (0, "")
    since: date = date.min
    until: date | None = None
    on: date = date.min
    suspended: bool = False
    rows: dict[Row, tuple[date, date | None]] = field(default_factory=dict)


@dataclass(slots=True)
class Source:
    loaded_on: date | None = None
    waiting: dict[Row, tuple[date, date | None]] | None = None
    stated_on: date = date.min
    gone: frozenset[Row] = frozenset()
    came: frozenset[int] = frozenset()  # or with another term


@dataclass(slots=True)
class Known:
    """What is known after some of the history."""

    reward: frozenset[int]
    standing: dict[Any, Standing] = field(default_factory=dict)
    held: dict[int, dict[Row, Any]] = field(default_factory=dict)  # of lists that arrive: row -> key, while open
    sources: dict[int, Source] = field(default_factory=dict)

    def of(self, subjects: Sequence[int], asked: Iterable[int], on: date) -> tuple[set[tuple[Any, ...]], set[int]]:
        """What is in force for the subject on that day on the asked sources, and which of them cannot tell."""
        asked = set(asked)
        found = set()
        for one in self.standing.values():
            vanished = one.row in self.sources[one.source].gone and one.released is None
            if one.row[0] in subjects and one.source in asked and one.in_force(on) and not vanished:
                marked = one.disputed is not None and one.disputed <= on
                found.add(
                    (one.source, one.row[1], one.since, one.until, one.disputed if marked else None,
                     one.suspended and marked)
                )  # fmt: skip
        doubted = {
            number
            for number, source in self.sources.items()
            if number in asked and (source.came & set(subjects) or any(row[0] in subjects for row in source.gone))
        }
        return found, doubted


def told_again(events: Sequence[Happened], *, sources: Iterable[int], reward: frozenset[int]) -> Known:
    """What is known after these events, from the first of them on."""
    known = Known(reward, sources={number: Source() for number in sources})
    for event in events:
        happen(known, event)
    return known


def happen(known: Known, event: Happened) -> None:
    source = known.sources[event.source]
    if event.what == "entered":
        known.standing[event.key] = Standing(event.source, event.row, event.since, event.until)
    elif event.what == "released":
        known.standing[event.key] = replace(known.standing[event.key], released=event.on)
    elif event.what == "disputed":
        marks = {"disputed": event.on, "suspended": event.suspended}
        known.standing[event.key] = replace(known.standing[event.key], **marks)
    elif event.what == "undisputed":
        known.standing[event.key] = replace(known.standing[event.key], disputed=None, suspended=False)
    elif event.what == "loaded":
        source.loaded_on = event.on
    elif event.what == "arrived":
        held = _open_rows(known, event.source)
        in_term = {row for row, one in held.items() if one.until is None or one.until >= event.on}
        gone, came = in_term - set(event.rows), set(event.rows) - set(held)
        if suspicious(len(gone), len(in_term)) or (in_term and suspicious(len(came), len(in_term))) or (
            in_term and not event.rows
        ):  # fmt: skip
            source.waiting, source.stated_on = event.rows, event.on
            moved = {row for row, term in event.rows.items() if row in held and _moves(held[row], *term)}
            source.gone, source.came = frozenset(gone), frozenset(subject for subject, _ in came | moved)
        else:
            _replace(known, event.source, event.rows, event.on)
    elif event.what == "confirmed":
        assert source.waiting is not None
        _replace(known, event.source, source.waiting, source.stated_on)
    elif event.what == "discarded":
        source.waiting, source.gone, source.came = None, frozenset(), frozenset()
    else:
        raise AssertionError(event.what)


def suspicious(part: int, whole: int) -> bool:
    """The limits of a list as it ships: a fifth of it, and no fewer than ten rows."""
    return part >= 10 and part * 5 >= whole


def _moves(standing: Standing, since: date, until: date | None) -> bool:
    """Whether the row states another term; where it is silent of the end, the entry keeps its own."""
    return (since, until or standing.until) != (standing.since, standing.until)


def _open_rows(known: Known, number: int) -> dict[Row, Standing]:
    return {row: known.standing[key] for row, key in known.held.get(number, {}).items()}


def _replace(known: Known, number: int, rows: dict[Row, tuple[date, date | None]], on: date) -> None:
    held = known.held.setdefault(number, {})
    for row in held.keys() - rows.keys():
        key = held.pop(row)
        known.standing[key] = replace(known.standing[key], released=on)
    for row, (since, until) in rows.items():
        if row not in held:
            held[row] = (number, row, len(known.standing))
            known.standing[held[row]] = Standing(number, row, since, until)
        elif (known.standing[held[row]].since, known.standing[held[row]].until) != (since, until):
            known.standing[held[row]] = replace(known.standing[held[row]], since=since, until=until)
    source = known.sources[number]
    source.loaded_on, source.waiting = on, None
    source.gone, source.came = frozenset(), frozenset()
