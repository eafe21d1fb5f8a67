"""How much a client system calls: its quotas, its last use, its last refusal. Counted in lots.

A call alone writes nothing. Each process takes a hundredth of the minute's quota at a time out of the client's row
of the day (one upsert, committed by itself), so the minute's quota is never exceeded, and is spent at most a few
hundredths early. The day's quota is compared with what the processes have written: it may be exceeded by what they
still hold. What a process holds it writes with the next lot, or the next call after COUNTS_WRITTEN_EVERY seconds.
No cache takes part: without PostgreSQL nothing is answered anyway, and Valkey may be away.
"""

import threading
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection

from accounts.models import ClientDay
from accounts.selectors import Client
from kernel.errors import TooMany
from toolkit.clock import SHANGHAI, day_of

LOTS = 100
REFUSALS_WRITTEN_EVERY = 1.0  # seconds, of each process and client: who guesses secrets does not make us write
DAYS_KEPT = timedelta(days=400)


class MinuteSpent(TooMany):
    code = "accounts.minute_spent"
    message = "该接入系统本分钟的调用次数已用完，请按 Retry-After 稍后重试；长期不够用的，请信用办提出调整配额。"


class DaySpent(TooMany):
    code = "accounts.day_spent"
    message = "该接入系统今日的调用次数已用完，请按 Retry-After 次日重试；长期不够用的，请信用办提出调整配额。"


@dataclass(slots=True)
class _Tally:
    """What this process knows of a client, and has not written yet."""

    day: date
    minute: int = 0
    left: int = 0  # of the lot
    spent: bool = False  # no lot is left in this minute
    total: int = 0  # the day's calls, as last read
    calls: int = 0
    refused: int = 0
    used_at: datetime | None = None
    used_from: str = ""
    refused_at: datetime | None = None
    refusal: str = ""
    refused_from: str = ""
    written: float = 0.0  # monotonic


_tallies: dict[int, _Tally] = {}
_lock = threading.Lock()


def admit(*, client: Client, address: str, now: datetime) -> None:
    """Count a call that is properly signed. Raises MinuteSpent, DaySpent; `now` is the machine's own clock."""
    moment, day = int(now.timestamp()), day_of(now)
    with _lock:
        tally = _of(client.id, day)
        if tally.minute != moment // 60:
            tally.minute, tally.left, tally.spent = moment // 60, 0, False
        if client.per_day is not None and tally.total + tally.calls >= client.per_day:
            raise _with_delay(DaySpent(), _until_midnight(now))
        if tally.spent:
            raise _with_delay(MinuteSpent(), 60 - moment % 60)
        quota, lot = client.per_minute, 0
        if quota is not None and tally.left == 0:
            lot = max(1, quota // LOTS)
        else:
            tally.left -= 1
        tally.calls, tally.used_at, tally.used_from = tally.calls + 1, now, address[:45]
        if not lot and time.monotonic() - tally.written < settings.COUNTS_WRITTEN_EVERY:
            return
        written = _taken_out(tally)
    granted, total = _write(client.id, written, minute=moment // 60, lot=lot)
    with _lock:
        if tally.day == written.day:
            tally.total = max(total, tally.total)
        got = min(lot, quota - (granted - lot)) if quota is not None else 0
        if lot and got <= 0:
            tally.spent = tally.minute == moment // 60
            tally.calls -= 1  # it was written as a call, and is none
            raise _with_delay(MinuteSpent(), 60 - moment % 60)
        if lot and tally.minute == moment // 60:
            tally.left += got - 1


def refused(*, client_id: int, code: str, address: str, now: datetime) -> None:
    """Remember why a call was not taken: the last reason is shown, all are counted."""
    with _lock:
        tally = _of(client_id, day_of(now))
        tally.refused += 1
        tally.refused_at, tally.refusal, tally.refused_from = now, code[:60], address[:45]
        if time.monotonic() - tally.written < min(REFUSALS_WRITTEN_EVERY, settings.COUNTS_WRITTEN_EVERY):
            return
        written = _taken_out(tally)
    _write(client_id, written, minute=0, lot=0)


def forget() -> None:
    """What this process has not written yet is dropped: for tests, which go back in time."""
    with _lock:
        _tallies.clear()


def prune(*, now: datetime) -> int:
    """Drop days that nobody asks about any more."""
    return ClientDay.objects.filter(day__lt=day_of(now) - DAYS_KEPT).delete()[0]


def _of(client_id: int, day: date) -> _Tally:
    """This process's tally. What was not written at midnight is counted on the new day."""
    tally = _tallies.setdefault(client_id, _Tally(day))
    if tally.day != day:
        tally.day, tally.total = day, 0
    return tally


def _taken_out(tally: _Tally) -> _Tally:
    """What is to be written, and the tally without it."""
    taken = _Tally(
        day=tally.day,
        calls=tally.calls,
        refused=tally.refused,
        used_at=tally.used_at,
        used_from=tally.used_from,
        refused_at=tally.refused_at,
        refusal=tally.refusal,
        refused_from=tally.refused_from,
    )
    tally.total += tally.calls
    tally.calls = tally.refused = 0
    tally.used_at = tally.refused_at = None
    tally.written = time.monotonic()
    return taken


def _write(client_id: int, tally: _Tally, *, minute: int, lot: int) -> tuple[int, int]:
    """Add to the row of the day; what it has granted in this minute, and its calls, after that."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO accounts_clientday AS d (client_id, day, calls, refused, minute, granted,
                used_at, used_from, refused_at, refusal, refused_from)
            VALUES (%(client)s, %(day)s, %(calls)s, %(refused)s, %(minute)s, %(lot)s, %(used_at)s, %(used_from)s,
                %(refused_at)s, %(refusal)s, %(refused_from)s)
            ON CONFLICT (client_id, day) DO UPDATE SET
                calls = d.calls + excluded.calls,
                refused = d.refused + excluded.refused,
                minute = greatest(d.minute, excluded.minute),
                granted = CASE WHEN excluded.minute > d.minute THEN excluded.granted
                    ELSE d.granted + excluded.granted END,
                used_at = coalesce(excluded.used_at, d.used_at),
                used_from = CASE WHEN excluded.used_at IS NULL THEN d.used_from ELSE excluded.used_from END,
                refused_at = coalesce(excluded.refused_at, d.refused_at),
                refusal = CASE WHEN excluded.refused_at IS NULL THEN d.refusal ELSE excluded.refusal END,
                refused_from = CASE WHEN excluded.refused_at IS NULL THEN d.refused_from
                    ELSE excluded.refused_from END
            RETURNING granted, calls""",
            {
                "client": client_id,
                "day": tally.day,
                "calls": tally.calls,
                "refused": tally.refused,
                "minute": minute,
                "lot": lot,
                "used_at": tally.used_at,
                "used_from": tally.used_from,
                "refused_at": tally.refused_at,
                "refusal": tally.refusal,
                "refused_from": tally.refused_from,
            },
        )
        granted, calls = cursor.fetchone()
        return int(granted), int(calls)


def _with_delay(refusal: TooMany, seconds: int) -> TooMany:
    refusal.retry_after = max(1, seconds)
    return refusal


def _until_midnight(now: datetime) -> int:
    here = now.astimezone(SHANGHAI)
    tomorrow = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((tomorrow - here).total_seconds())
