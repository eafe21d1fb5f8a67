"""`think_time_500`: 500 clerks at the page for ten minutes, who think between two checks (exponential, mean 10 s).

BENCH_THINK_SECONDS makes it shorter. Each opens a connection for the first question and keeps it, as a browser does:
one that is opened and says nothing holds a thread of gunicorn for five seconds (a proxy in front opens none). Late is
counted from the moment when the clerk pressed Enter, so nobody is asked more gently because the server is slow.
"""

import asyncio
import os
import random
import secrets
import statistics
import time
from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import Any

from tools.bench import load
from tools.bench.bed import DATABASE, Bed, machine
from tools.bench.city import ENTRIES, MATTERS, SUBJECTS, code
from tools.bench.ground import fill
from tools.places import Trouble

ID = "think_time_500"
CLERKS = 500
MEAN_SECONDS = 10.0
SECONDS = 600
WARM_SECONDS = 20
SEED = 20_354
GOAL_MS = 200


def measure(bed: Bed) -> dict[str, Any]:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    seconds = int(os.environ.get("BENCH_THINK_SECONDS") or SECONDS)
    with bed.engine() as postgres:
        fill(bed, postgres)
        bed.python("manage.py", "collectstatic", "--no-input", "--verbosity", "0")  # the page names its files
        sessions = bed.python("-m", "tools.bench.clerks", str(CLERKS)).split()
        connection = postgres.connect(DATABASE)
        with connection.cursor() as cursor, bed.web("credit_platform.wsgi") as web:
            asyncio.run(_day(web.port, sessions, WARM_SECONDS))
            cursor.execute("SELECT count(*) FROM screening_receipt")
            [(before,)] = cursor.fetchall()
            waits, errors = asyncio.run(_day(web.port, sessions, seconds))
            cursor.execute("SELECT count(*) FROM screening_receipt")
            [(after,)] = cursor.fetchall()
        connection.close()
    if after - before < len(waits):
        raise Trouble(f"{len(waits)} answers, but {after - before} receipts")
    cuts = statistics.quantiles(waits, n=100)
    return {
        "id": ID,
        "ratio": round(cuts[98] / GOAL_MS, 3),
        "against": f"p99 of {GOAL_MS} ms; {CLERKS} clerks, mean pause {MEAN_SECONDS:.0f} s, {seconds} s",
        "rate_per_s": round(len(waits) / seconds, 1),
        "p50_ms": round(cuts[49], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(max(waits), 1),
        "answered": len(waits),
        "errors": errors,
        "rows": {"subjects": SUBJECTS, "entries": ENTRIES},
        "machine": machine(),
    }


async def _day(port: int, sessions: Sequence[str], seconds: int) -> tuple[list[float], int]:
    """The waits in ms, and how many were not answered by 200."""
    waits: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds
    clerks = (_clerk(port, number, session, end, waits, errors) for number, session in enumerate(sessions))
    await asyncio.gather(*clerks)
    return waits, len(errors)


async def _clerk(port: int, number: int, session: str, end: float, waits: list[float], errors: list[str]) -> None:
    draw, series, turns = random.Random(SEED + number), secrets.token_hex(6), count(1)

    def request() -> bytes:
        return load.page_check(
            session,
            code=code(draw.randrange(SUBJECTS)),
            matter=MATTERS[number % len(MATTERS)],
            key=f"{series}-{number}-{next(turns)}",
        )

    await asks(port, draw, MEAN_SECONDS, request, {200}, end, waits, errors)


async def asks(
    port: int, draw: random.Random, mean_seconds: float, request: Callable[[], bytes], good: Collection[int],
    end: float, waits: list[float], errors: list[str],
) -> None:  # fmt: skip
    """One client, over one connection as long as that lives: waits, asks, reads the answer, until `end`."""
    reader, writer = None, None
    while (pause := draw.expovariate(1 / mean_seconds)) < end - time.monotonic():
        await asyncio.sleep(pause)
        asked, entered = request(), time.monotonic()
        try:
            if reader is None or writer is None or reader.at_eof():  # new, or ended by the server while it was idle
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(asked)
            status = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            errors.append(repr(error))
            reader = None
            continue
        if status in good:
            waits.append((time.monotonic() - entered) * 1000)
        else:
            errors.append(str(status))
    if writer is not None:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(int(line.partition(":")[2]) for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(length)
    return int(head.split()[1])
