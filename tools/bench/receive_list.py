"""`receive_list`: a list of 500,000 rows as a csv file, from bytes to bindings; then its next version.

Stored, sealed, read, each row judged by the list's profile, subjects found among 5,000,000, staged, compared, entered
with what checks read and the facts; against the floor (read the same file, COPY its cells into a table of text
columns). The second version is the same file with one row less: 499,999 rows that stay, one that leaves. All on two
cores, PostgreSQL durable. `peak_mb` is the most memory that the process held.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools import places
from tools.bench.bed import Bed, machine
from tools.bench.city import SUBJECTS
from tools.bench.ground import fill
from tools.places import Trouble

ID = "receive_list"
FLOOR = "reading the same file and COPY of its cells into a table of text columns"
ROWS = 500_000
FOUND = """SELECT count(*), count(DISTINCT b.rev_from) FROM redblack_binding b
JOIN redblack_listversion v ON v.revision = b.rev_from AND v.id = %s
JOIN redblack_listtype t ON t.id = v.list_type_id AND t.source_id = b.source_id"""


def measure(bed: Bed) -> dict[str, Any]:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    with bed.engine() as postgres:
        fill(bed, postgres)
        file, fewer = bed.folder / "first.csv", bed.folder / "second.csv"
        _step(bed, "write", file)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        fewer.write_text("".join(lines[:-1]), encoding="utf-8")
        floor, _ = _step(bed, "floor", file)
        first, peak = _step(bed, "take", file)
        second, _ = _step(bed, "take", fewer)
        with postgres.connect("bench") as connection, connection.cursor() as cursor:
            cursor.execute(FOUND, [first["version"]])
            [found] = cursor.fetchall()
    if (first["state"], first["added"], found) != ("applied", ROWS, (ROWS, 1)):
        raise Trouble(f"of {ROWS} rows: {first}; {found[0]} bindings under {found[1]} revisions")
    if (second["state"], second["kept"], second["removed"]) != ("applied", ROWS - 1, 1):
        raise Trouble(f"of the next version: {second}")
    rate, floor_rate = ROWS / first["seconds"], ROWS / floor["seconds"]
    return {
        "id": ID,
        "ratio": round(rate / floor_rate, 3),
        "against": FLOOR,
        "rate_per_s": round(rate),
        "p50_ms": None,
        "p99_ms": None,
        "floor_rate_per_s": round(floor_rate),
        "floor_p99_ms": None,
        "rows": {"file": ROWS, "subjects": SUBJECTS},
        "seconds": {"first": first["seconds"], "next": second["seconds"], "floor": floor["seconds"]},
        "peak_mb": peak,
        "machine": machine(),
    }


def _step(bed: Bed, step: str, file: Path) -> tuple[dict[str, Any], int]:
    """What one process said, and the most memory that it held, in MB."""
    command = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.receive_list_run", step, str(file)],
        cwd=places.ROOT,
        env=bed.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    text = command.stdout.read()
    _, status, used = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode:
        raise Trouble(f"the step {step} ended with status {command.returncode}")
    return json.loads(text.splitlines()[-1]), used.ru_maxrss // 1024
