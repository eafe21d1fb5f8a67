"""`ingest_csv`, `ingest_xlsx`, `ingest_vs_import_export`: a file of 100,000 penalties, from bytes to records.

Stored, read, checked by every rule of the item, three rows in a hundred returned with their reasons, subjects found
among 5,000,000 or entered, records, triggers and facts written; against the floor (read the same file, COPY its cells
into a table of text columns) and against django-import-export in bulk mode, in three ways. All on two cores,
PostgreSQL durable. The product takes a new file in each round, for the same one again would change nothing; the ratio
is the median.
`peak_mb` is the most memory that the importing process and its helpers held.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import places
from tools.bench.bed import Bed, machine
from tools.bench.city import SUBJECTS
from tools.bench.ground import fill
from tools.places import Trouble

IDS = {"csv": "ingest_csv", "xlsx": "ingest_xlsx"}
PEER_ID = "ingest_vs_import_export"
FLOOR = "reading the same file and COPY of its cells into a table of text columns"
PEER = "django-import-export 4.4.3, bulk mode, by its usual means; `ratios` has its other ways (ingest_peer.py)"
PEER_WAYS = ("usual", "tuned", "plain")
ROWS = 100_000
ROUNDS = 3
FIRST_SEED = 20_352
NUMBER = "SELECT coalesce(max(id), 0) FROM collection_batch"
FOUND = """SELECT (SELECT count(*) FROM collection_record WHERE batch_id = %s),
  (SELECT count(*) FROM collection_recordkey k JOIN collection_record r
     ON r.id = k.record_id AND r.recorded_at = k.recorded_at WHERE r.batch_id = %s),
  (SELECT count(*) FROM collection_rowproblem WHERE batch_id = %s),
  (SELECT coalesce(sum((payload ->> 'taken')::int), 0) FROM audit_event
     WHERE name = 'collection.rows.taken' AND about = 'collection.batch:' || %s)"""


@dataclass(frozen=True)
class Step:
    """What one process said, and the most memory that it and its helpers held."""

    said: dict[str, Any]
    peak_mb: int

    @property
    def rate(self) -> float:
        return ROWS / float(self.said["seconds"])


def measure_csv(bed: Bed) -> dict[str, Any]:
    return _measure(bed, "csv", IDS["csv"], FLOOR, ["floor"], ROUNDS)


def measure_xlsx(bed: Bed) -> dict[str, Any]:
    return _measure(bed, "xlsx", IDS["xlsx"], FLOOR, ["floor"], ROUNDS)


def measure_peer(bed: Bed) -> dict[str, Any]:
    return _measure(bed, "csv", PEER_ID, PEER, PEER_WAYS, 1)


def _measure(bed: Bed, kind: str, name: str, against: str, others: Sequence[str], rounds: int) -> dict[str, Any]:
    """The first of `others` is what the ratio is with."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    with bed.engine() as postgres:
        fill(bed, postgres)
        connection = postgres.connect("bench")
        rounds_of: list[dict[str, Step]] = []
        for turn in range(rounds):
            with connection.cursor() as cursor:
                cursor.execute(NUMBER)
                [(batches,)] = cursor.fetchall()
            file = bed.folder / f"penalties-{turn}.{kind}"
            _step(bed, "write", file, FIRST_SEED + batches)  # never one that was taken before
            steps = ["take", *others] if turn % 2 == 0 else [*others, "take"]  # who begins alternates
            took = {step: _step(bed, step, file) for step in steps}
            ours = took["take"]
            file.unlink()
            with connection.cursor() as cursor:
                cursor.execute(FOUND, [ours.said["batch"]] * 4)
                [found] = cursor.fetchall()
            _demand(ours.said, found)
            rounds_of.append(took)
        connection.close()
    mine = [took["take"] for took in rounds_of]
    ratios = {
        way: round(statistics.median(took["take"].rate / took[way].rate for took in rounds_of), 3) for way in others
    }
    return {
        "id": name,
        "ratio": ratios[others[0]],
        "against": against,
        "rate_per_s": round(statistics.median(step.rate for step in mine)),
        "p50_ms": None,
        "p99_ms": None,
        "floor_rate_per_s": round(statistics.median(took[others[0]].rate for took in rounds_of)),
        "floor_p99_ms": None,
        "rows": {"file": ROWS, "subjects": SUBJECTS, "returned": mine[0].said["returned"]},
        "seconds": [step.said["seconds"] for step in mine],
        "peak_mb": max(step.peak_mb for step in mine),
        "ratios": ratios,
        "rates_of_others": {way: round(statistics.median(took[way].rate for took in rounds_of)) for way in others},
        "machine": machine(),
    }


def _demand(said: dict[str, Any], found: tuple[int, int, int, int]) -> None:
    """Every row of the file is a record with its key and its place in a fact, or it was returned."""
    records, keys, problems, told = found
    if said["state"] != "done" or said["total"] != ROWS or records + problems + said["same"] != ROWS:
        raise Trouble(f"of {ROWS} rows: {said}; {records} records, {problems} returned")
    if not records == keys == told == said["taken"]:
        raise Trouble(f"{said['taken']} taken, {records} records, {keys} keys, {told} in facts")


def _step(bed: Bed, step: str, file: Path, seed: int = 0) -> Step:
    command = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.ingest_run", step, str(file), str(seed)],
        cwd=places.ROOT,
        env=bed.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert command.stdout is not None
    text = command.stdout.read()
    _, status, used = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode:
        raise Trouble(f"the step {step} ended with status {command.returncode}")
    said = json.loads(text.splitlines()[-1])
    return Step(said, used.ru_maxrss // 1024 + said.get("helpers_mb", 0))
