"""`check_page`: the window's page with session and CSRF token, asked by 40 clerks and by 100 at once.

Each asks again as soon as it has its answer, which no clerk does: `think_time_500` has clerks who think. What comes
back is the fragment that htmx swaps in: the answer, today's list, the form. Every answer must have its receipt.
"""

import os
import random
import statistics
import time
from typing import Any

from tools.bench import load
from tools.bench.bed import DATABASE, Bed, machine
from tools.bench.city import ENTRIES, MATTERS, SUBJECTS, code
from tools.bench.ground import fill
from tools.places import Trouble

ID = "check_page"
CLERKS = (40, 100)
ROUNDS = 3
SECONDS = 10
WARM_SECONDS = 10
PREPARED = 8_000
SEED = 20_353
GOAL_MS = 200


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl: the figures of 40 clerks, and those of 100 under `at_100`."""
    if load.wrk() is None:
        return {"id": ID, "skipped": "wrk is not installed (Debian: apt install wrk)"}
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    few, many = CLERKS
    with bed.engine() as postgres:
        fill(bed, postgres)
        bed.python("manage.py", "collectstatic", "--no-input", "--verbosity", "0")  # the page names its files
        sessions = bed.python("-m", "tools.bench.clerks", str(many)).split()
        connection = postgres.connect(DATABASE)
        runs: dict[int, list[load.Run]] = {few: [], many: []}
        draw, file = random.Random(SEED), bed.folder / "requests"
        with bed.web("credit_platform.wsgi") as web, connection.cursor() as cursor:
            for turn in range(ROUNDS + 1):
                for clerks in CLERKS:
                    codes = [code(draw.randrange(SUBJECTS)) for _ in range(PREPARED)]
                    load.write_page_checks(file, codes=codes, sessions=sessions[:clerks], matters=MATTERS, seed=0)
                    before = _receipts(cursor)
                    run = load.run(web.port, file, seconds=SECONDS if turn else WARM_SECONDS, connections=clerks)
                    written = _receipts(cursor) - before
                    if not run.answered <= written <= run.answered + clerks:
                        raise Trouble(f"{run.answered} answers, but {written} receipts")
                    if turn:
                        runs[clerks].append(run)
        connection.close()
        file.unlink()
    figures = {clerks: _figures(some) for clerks, some in runs.items()}
    return {
        "id": ID,
        "ratio": round(figures[few]["p99_ms"] / GOAL_MS, 3),
        "against": f"p99 of {GOAL_MS} ms at {few} clerks who never pause",
        **figures[few],
        "clerks": few,
        "at_100": figures[many],
        "rows": {"subjects": SUBJECTS, "entries": ENTRIES},
        "machine": machine(),
    }


def _receipts(cursor: Any) -> int:
    """How many there are when nobody writes any more: wrk hangs up on requests that are under way."""
    counted = -1
    while True:
        cursor.execute("SELECT count(*) FROM screening_receipt WHERE actor LIKE 'user:benchclerk%'")
        [(now,)] = cursor.fetchall()
        if now == counted:
            return int(now)
        counted = now
        time.sleep(1)


def _figures(runs: list[load.Run]) -> dict[str, float]:
    return {
        "rate_per_s": round(statistics.median(run.rate_per_s for run in runs), 1),
        "p50_ms": round(statistics.median(run.p50_ms for run in runs), 1),
        "p99_ms": round(statistics.median(run.p99_ms for run in runs), 1),
    }
