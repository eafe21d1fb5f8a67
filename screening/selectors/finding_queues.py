"""The findings of many rosters as one queue, in one statement: of each roster and state the rows that the index
(roster, state, id) gives in the order of the page, put together by PostgreSQL. A city has hundreds of rosters.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from screening.models import RosterFinding
from toolkit.keyset import CAP, Capped

State = RosterFinding.State
StateUntil = tuple[str, date | None]  # a state, and of those put off: until which day at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Whose findings, in which states; "", None: not narrowed."""

    roster_ids: tuple[int, ...]
    states: tuple[StateUntil, ...]
    change: str = ""
    run_id: int | None = None
    assignee: str = ""


def states_of(word: str, *, today: date) -> tuple[StateUntil, ...]:
    """ "todo": to be handled today; a RosterFinding.State; "": all."""
    if word == "todo":
        return (State.OPEN.value, None), (State.ASSIGNED.value, None), (State.SNOOZED.value, today)
    return tuple((one.value, None) for one in State if word in ("", one.value))


NARROWED = """f.state = s.state AND (s.until IS NULL OR f.snoozed_until <= s.until)
  AND (%(change)s = '' OR f.change = %(change)s) AND (%(run)s::bigint IS NULL OR f.run_id = %(run)s)
  AND (%(after)s::bigint IS NULL OR f.id < %(after)s)"""
STATES = "unnest(%(states)s::text[], %(until)s::date[]) AS s (state, until)"
BY_ROSTER = f"""
FROM unnest(%(rosters)s::bigint[]) AS r (id) CROSS JOIN {STATES} CROSS JOIN LATERAL (
  SELECT f.* FROM screening_rosterfinding f WHERE f.roster_id = r.id AND {NARROWED}
    AND (%(assignee)s = '' OR f.assignee = %(assignee)s)
  ORDER BY f.id DESC LIMIT %(limit)s) q"""
# what one person has to do, by the index of the assigned, whatever the rosters are
BY_ASSIGNEE = f"""
FROM (SELECT f.* FROM screening_rosterfinding f JOIN {STATES} ON {NARROWED}
  WHERE f.assignee = %(assignee)s AND f.state IN ('open', 'assigned', 'snoozed')
    AND f.roster_id = ANY (%(rosters)s)
  ORDER BY f.id DESC LIMIT %(limit)s) q"""
TO_HANDLE = {State.OPEN, State.ASSIGNED, State.SNOOZED}


def _from(queue: Queue) -> str:
    return BY_ASSIGNEE if queue.assignee and {state for state, _ in queue.states} <= TO_HANDLE else BY_ROSTER


def _values(queue: Queue, *, limit: int, after: int | None = None) -> dict[str, Any]:
    return {
        "rosters": list(queue.roster_ids),
        "states": [state for state, _ in queue.states],
        "until": [until for _, until in queue.states],
        "change": queue.change,
        "run": queue.run_id,
        "assignee": queue.assignee,
        "after": after,
        "limit": limit,
    }


def newest(queue: Queue, *, after: int | None = None, limit: int) -> list[RosterFinding]:
    """The newest first. `after`: id of the last one seen (keyset)."""
    statement = f"SELECT q.* {_from(queue)} ORDER BY q.id DESC LIMIT %(limit)s"
    return list(RosterFinding.objects.raw(statement, _values(queue, limit=limit, after=after)))


def size(queue: Queue) -> Capped:
    """How many, without reading more than a thousand of any roster and state."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 {_from(queue)} LIMIT %(limit)s) c", _values(queue, limit=CAP + 1)
        )
        return Capped(cursor.fetchone()[0])


def sizes(queue: Queue) -> dict[int, Capped]:
    """How many of each roster that has any."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT q.roster_id, count(*) {_from(queue)} GROUP BY q.roster_id", _values(queue, limit=CAP + 1)
        )
        return {roster_id: Capped(count) for roster_id, count in cursor.fetchall()}
