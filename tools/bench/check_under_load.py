"""`check_under_load`: the signed check while a file of a million penalties is imported beside it.

In a clone of the filled database. The import is one process at nice 19, as a worker of concurrency 1; its backends in
PostgreSQL compete as everybody's. First quiet runs, then runs for as long as the import takes. A push does not exist
yet, so none runs. BENCH_LOAD_ROWS makes the file shorter.
"""

import os
import random
import statistics
import subprocess
import sys
from typing import Any

from tools import places
from tools.bench import load
from tools.bench.bed import Bed, machine
from tools.bench.city import CLIENT, ENTRIES, MATTERS, SECRET, SUBJECTS, code
from tools.bench.ground import clone, fill, settle
from tools.places import Trouble

ID = "check_under_load"
DATABASE = "bench_under_load"
ROWS = 1_000_000
WARM_SECONDS = 10
QUIET_RUNS = 3
SECONDS = 20
PREPARED = 60_000
SEED = 20_355
TAKEN = "SELECT count(*) FROM collection_record"


def measure(bed: Bed) -> dict[str, Any]:
    if load.wrk() is None:
        return {"id": ID, "skipped": "wrk is not installed (Debian: apt install wrk)"}
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    rows = int(os.environ.get("BENCH_LOAD_ROWS") or ROWS)
    file = bed.folder / "penalties-under-load.csv"
    with bed.engine() as postgres:
        fill(bed, postgres)
        with clone(postgres, DATABASE):
            settle(postgres, DATABASE)
            _step(bed, "write", str(file), str(random.randrange(10**9)), rows=rows).communicate()
            connection = postgres.connect(DATABASE)
            with connection.cursor() as cursor, bed.web("credit_platform.wsgi", database=DATABASE) as web:
                _ask(bed, web.port, WARM_SECONDS, 0)
                quiet = [_ask(bed, web.port, SECONDS, 1 + n) for n in range(QUIET_RUNS)]
                cursor.execute(TAKEN)
                [(before,)] = cursor.fetchall()
                importing = _step(bed, "take", str(file), rows=rows, nice=True)
                loaded: list[load.Run] = []
                while importing.poll() is None:
                    loaded.append(_ask(bed, web.port, SECONDS, 100 + len(loaded)))
                said = importing.communicate()[0]
                cursor.execute(TAKEN)
                [(after,)] = cursor.fetchall()
            connection.close()
    file.unlink()
    if importing.returncode or not after > before:
        raise Trouble(f"the import ended with status {importing.returncode}, {after - before} records: {said[-300:]}")
    seconds = len(loaded) * SECONDS
    calm, busy = (statistics.median(run.p99_ms for run in runs) for runs in (quiet, loaded))
    return {
        "id": ID,
        "ratio": round(busy / calm, 3),
        "against": f"p99 of the same load in the same minutes without the import of {rows} rows; no push yet",
        "rate_per_s": round(statistics.median(run.rate_per_s for run in loaded), 1),
        "p50_ms": round(statistics.median(run.p50_ms for run in loaded), 1),
        "p99_ms": round(busy, 1),
        "worst_p99_ms": round(max(run.p99_ms for run in loaded), 1),
        "quiet_rate_per_s": round(statistics.median(run.rate_per_s for run in quiet), 1),
        "quiet_p99_ms": round(calm, 1),
        "errors": 0,  # load.run refuses a run with any
        "imported": after - before,
        "import_rows_per_s": round(rows / seconds),
        "rows": {"subjects": SUBJECTS, "entries": ENTRIES, "file": rows},
        "machine": machine(),
    }


def _ask(bed: Bed, port: int, seconds: int, seed: int) -> load.Run:
    draw, file = random.Random(SEED + seed), bed.folder / "requests"
    codes = [code(draw.randrange(SUBJECTS)) for _ in range(PREPARED)]
    load.write_checks(file, codes=codes, matters=MATTERS, client=CLIENT, secret=SECRET, seed=seed)
    return load.run(port, file, seconds=seconds)


def _step(bed: Bed, *arguments: str, rows: int, nice: bool = False) -> subprocess.Popen[str]:
    command = [*(["nice", "-n", "19"] if nice else []), sys.executable, "-m", "tools.bench.ingest_run", *arguments]
    return subprocess.Popen(
        command,
        cwd=places.ROOT,
        env=bed.environment(DATABASE) | {"BENCH_FILE_ROWS": str(rows)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
