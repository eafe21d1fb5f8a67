"""`report_pdf`: the credit report of an organisation with 2,000 records, from the question to the sealed file.

Gathered, laid out in ten sections, written by typst, signed, sealed on disk, entered with its fact, committed. The
floor is bare typst that sets the same words as plain paragraphs, in the same process, by turns. `ratio` compares the
processor time of both, PostgreSQL's left out, which hangs less on what else the machine does.
"""

import json
import statistics
from typing import Any

from tools.bench.bed import Bed, machine

ID = "report_pdf"
FLOOR = "bare typst: the same words as plain paragraphs, unsigned, kept nowhere"
RECORDS = 2_000
OWN = "bench_report"


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl."""
    with bed.engine() as postgres:
        connection = postgres.connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {OWN}")
            cursor.execute(f"CREATE DATABASE {OWN}")
        connection.close()
        bed.python("manage.py", "migrate", "--verbosity", "0", database=OWN)
        bed.python("manage.py", "load_initial", database=OWN)
        said = json.loads(bed.python("-m", "tools.bench.report_run", str(RECORDS), database=OWN).splitlines()[-1])
    ours, floor = said["clock_ms"], said["floor_clock_ms"]
    return {
        "id": ID,
        "ratio": round(statistics.median(said["processor_ms"]) / statistics.median(said["floor_processor_ms"]), 2),
        "against": FLOOR,
        "rate_per_s": round(1000 * len(ours) / sum(ours), 2),
        "p50_ms": round(statistics.median(ours)),
        "p99_ms": round(max(ours)),
        "processor_p50_ms": round(statistics.median(said["processor_ms"])),
        "floor_p50_ms": round(statistics.median(floor)),
        "floor_p99_ms": round(max(floor)),
        "floor_processor_p50_ms": round(statistics.median(said["floor_processor_ms"])),
        "rows": {"records": RECORDS},
        "pages": said["pages"],
        "bytes": said["bytes"],
        "reports": len(ours),
        "machine": machine(),
    }
