"""`growth`: the same signed check with 0.5, 5 and 20 million subjects, two entries for five subjects each.

BENCH_GROWTH=500000,5000000 asks for other sizes. Each size is a database of its own (20 million take some 14 GB and
half an hour to fill). Rate and waits at 100 connections; processor time of web server and database for a check.
"""

import os
import random
import statistics
from typing import Any

from tools.bench import load, processor
from tools.bench.bed import DATABASE, Bed, machine
from tools.bench.city import CLIENT, MATTERS, SECRET, SUBJECTS, code
from tools.bench.ground import fill
from tools.engines import Postgres

ID = "growth"
SIZES = "500000,5000000,20000000"
ROUNDS = 3
SECONDS = 10
WARM_SECONDS = 10
PREPARED = 30_000
SEED = 20_356


def measure(bed: Bed) -> dict[str, Any]:
    if load.wrk() is None:
        return {"id": ID, "skipped": "wrk is not installed (Debian: apt install wrk)"}
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    sizes = [int(size) for size in (os.environ.get("BENCH_GROWTH") or SIZES).split(",")]
    databases = {size: DATABASE if size == SUBJECTS else f"{DATABASE}_{size}" for size in sizes}
    with bed.engine() as postgres:
        for size, database in databases.items():
            fill(bed, postgres, database=database, subjects=size, entries=size * 2 // 5)
        curve = [_at(bed, postgres, size, database) for size, database in databases.items()]
    return {
        "id": ID,
        "ratio": round(curve[-1]["rate_per_s"] / curve[0]["rate_per_s"], 3),
        "against": f"the rate with {sizes[0]} subjects; this is the one with {sizes[-1]}",
        **curve[-1],
        "curve": curve,
        "machine": machine(),
    }


def _at(bed: Bed, postgres: Postgres, subjects: int, database: str) -> dict[str, Any]:
    draw, file = random.Random(SEED), bed.folder / "requests"
    runs = []
    with bed.web("credit_platform.wsgi", database=database) as web:
        for turn in range(ROUNDS + 1):
            codes = [code(draw.randrange(subjects)) for _ in range(PREPARED)]
            load.write_checks(file, codes=codes, matters=MATTERS, client=CLIENT, secret=SECRET, seed=turn)
            run = processor.run(postgres, web, file, seconds=SECONDS if turn else WARM_SECONDS)
            runs += [run] if turn else []
    file.unlink()
    server = postgres.connect(database)
    with server.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
        [(size_mb,)] = cursor.fetchall()
    server.close()
    return {
        "subjects": subjects,
        "database_mb": int(size_mb),
        "rate_per_s": round(statistics.median(run.rate_per_s for run in runs), 1),
        "p50_ms": round(statistics.median(run.p50_ms for run in runs), 1),
        "p99_ms": round(statistics.median(run.p99_ms for run in runs), 1),
        "cpu_ms": round(statistics.median(run.cpu_ms for run in runs), 2),
    }
