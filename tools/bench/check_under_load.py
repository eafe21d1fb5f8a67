"""`check_under_load`: the signed check while a million penalties are imported and lists are pushed beside it.

In a clone of the filled database. Import and push are one process each at nice 19, as workers of concurrency 1; their
backends in PostgreSQL compete as everybody's. The push fills eight new subscriptions over the four channels, of some
200,000 entries each: it seldom ends before the import, and is broken off then. First quiet runs, then runs for as
long as the import takes. BENCH_LOAD_ROWS makes the file shorter.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from tools import places
from tools.bench import load, push
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
SUBSCRIPTIONS = 8
TAKEN = "SELECT count(*) FROM collection_record"
PUSHED = "SELECT sum(last_seq), sum(confirmed_seq) FROM exchange_subscription"


def measure(bed: Bed) -> dict[str, Any]:
    if load.wrk() is None:
        return {"id": ID, "skipped": "wrk is not installed (Debian: apt install wrk)"}
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    rows = int(os.environ.get("BENCH_LOAD_ROWS") or ROWS)
    file = bed.folder / "penalties-under-load.csv"
    with bed.engine() as postgres, ExitStack() as stack:
        fill(bed, postgres)
        stack.enter_context(clone(postgres, DATABASE))
        settle(postgres, DATABASE)
        _import(bed, "write", str(file), str(random.randrange(10**9)), rows=rows).communicate()
        port, hook = stack.enter_context(push.their_postgres(bed)), stack.enter_context(push.their_web(bed))
        push.step(push.environment(bed, DATABASE), "subscribe", str(SUBSCRIPTIONS), str(port), str(hook))
        connection = postgres.connect(DATABASE)
        with connection.cursor() as cursor, bed.web("credit_platform.wsgi", database=DATABASE) as web:
            _ask(bed, web.port, WARM_SECONDS, 0)
            quiet = [_ask(bed, web.port, SECONDS, 1 + n) for n in range(QUIET_RUNS)]
            cursor.execute(TAKEN)
            [(before,)] = cursor.fetchall()
            importing = _import(bed, "take", str(file), rows=rows, nice=True)
            pushing = push.start(push.environment(bed, DATABASE), "send", "0", "1", nice=True)
            loaded: list[load.Run] = []
            pushed_for = 0
            while importing.poll() is None:
                pushed_for += SECONDS if pushing.poll() is None else 0
                loaded.append(_ask(bed, web.port, SECONDS, 100 + len(loaded)))
            said = importing.communicate()[0]
            broken_off = pushing.poll() is None
            pushing.send_signal(signal.SIGKILL)
            pushing.communicate()
            cursor.execute(TAKEN)
            [(after,)] = cursor.fetchall()
            cursor.execute(PUSHED)
            [(numbered, confirmed)] = cursor.fetchall()
        connection.close()
    file.unlink()
    if importing.returncode or not after > before:
        raise Trouble(f"the import ended with status {importing.returncode}, {after - before} records: {said[-300:]}")
    if not broken_off and pushing.returncode:
        raise Trouble(f"the push ended with status {pushing.returncode}")
    seconds = len(loaded) * SECONDS
    calm, busy = (statistics.median(run.p99_ms for run in runs) for runs in (quiet, loaded))
    return {
        "id": ID,
        "ratio": round(busy / calm, 3),
        "against": f"p99 of the same load in the same minutes without the import of {rows} rows and the push",
        "rate_per_s": round(statistics.median(run.rate_per_s for run in loaded), 1),
        "p50_ms": round(statistics.median(run.p50_ms for run in loaded), 1),
        "p99_ms": round(busy, 1),
        "worst_p99_ms": round(max(run.p99_ms for run in loaded), 1),
        "quiet_rate_per_s": round(statistics.median(run.rate_per_s for run in quiet), 1),
        "quiet_p99_ms": round(calm, 1),
        "errors": 0,  # load.run refuses a run with any
        "imported": after - before,
        "import_rows_per_s": round(rows / seconds),
        "pushed": {"numbered": int(numbered), "confirmed": int(confirmed), "seconds": pushed_for},
        "push_rows_per_s": round(int(confirmed) / pushed_for),
        "rows": {"subjects": SUBJECTS, "entries": ENTRIES, "file": rows},
        "machine": machine(),
    }


def _ask(bed: Bed, port: int, seconds: int, seed: int) -> load.Run:
    draw, file = random.Random(SEED + seed), bed.folder / "requests"
    codes = [code(draw.randrange(SUBJECTS)) for _ in range(PREPARED)]
    load.write_checks(file, codes=codes, matters=MATTERS, client=CLIENT, secret=SECRET, seed=seed)
    return load.run(port, file, seconds=seconds)


def _import(bed: Bed, *arguments: str, rows: int, nice: bool = False) -> subprocess.Popen[str]:
    command = [*(["nice", "-n", "19"] if nice else []), sys.executable, "-m", "tools.bench.ingest_run", *arguments]
    return subprocess.Popen(
        command,
        cwd=places.ROOT,
        env=bed.environment(DATABASE) | {"BENCH_FILE_ROWS": str(rows)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
