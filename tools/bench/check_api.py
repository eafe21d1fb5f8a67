"""`check_api`: the signed, audited, receipted check against the least that a Django view can do (floor.py).

Both on the same two cores with the same server, workers, threads and database settings, in turn; the ratio is the
median of the pairs, so that a busy minute of the machine hits both. What was answered is checked afterwards: every
answer has its receipt and its fact, and a plain query agrees with what the receipts say.
"""

import os
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2.extensions

from tools.bench import load, processor
from tools.bench.bed import DATABASE, Bed, Web, machine
from tools.bench.city import CLIENT, ENTRIES, MATTERS, SECRET, SUBJECTS, code
from tools.bench.ground import fill
from tools.engines import Postgres
from tools.places import Trouble

ID = "check_api"
AGAINST = "a Django view without middleware: parse, one SELECT, one INSERT; the same gunicorn and PostgreSQL"
PAIRS = 5
SECONDS = 10
WARM_SECONDS = 10
PREPARED = 30_000  # requests per run: more than any server here answers in SECONDS
SEED = 20_350
SAMPLE = 2_000
FLOOR_TABLE = "CREATE TABLE IF NOT EXISTS bench_event (LIKE audit_event INCLUDING ALL)"
MARKS = """SELECT (SELECT last_value FROM screening_receipt_id_seq), (SELECT count(*) FROM screening_receipt),
  (SELECT count(*) FROM screening_receiptkey), (SELECT count(*) FROM audit_event WHERE name LIKE 'screening.check.%'),
  (SELECT count(*) FROM bench_event)"""
# What the receipts say against a plain reading: a current entry or record, no reward, of what the matter consults.
WRONG = """
SELECT count(*), count(*) FILTER (WHERE r.answer = 'hit'), count(*) FILTER (WHERE r.answer <> CASE WHEN EXISTS (
    SELECT 1 FROM redblack_binding b JOIN collection_source s ON s.id = b.source_id AND s.kind <> 'reward'
    JOIN screening_consulted c ON c.source_id = b.source_id AND c.matter_id = r.matter_id AND c.rev_to IS NULL
    WHERE b.subject_id = r.subject_ids[1] AND b.rev_to IS NULL AND b.released_on IS NULL
      AND r.as_of BETWEEN b.valid_from AND coalesce(b.valid_until, 'infinity')
    UNION ALL
    SELECT 1 FROM collection_trigger t
    JOIN screening_consulted c ON c.source_id = t.source_id AND c.matter_id = r.matter_id AND c.rev_to IS NULL
    WHERE t.subject_id = r.subject_ids[1] AND t.rev_to IS NULL AND t.released_on IS NULL AND NOT t.responsible
      AND r.as_of BETWEEN t.valid_from AND coalesce(t.valid_until, 'infinity')) THEN 'hit' ELSE 'clear' END)
FROM (SELECT * FROM screening_receipt WHERE id > %s ORDER BY md5(number) LIMIT %s) r"""


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl. Without wrk: id and the reason for which it was skipped."""
    if load.wrk() is None:
        return {"id": ID, "skipped": "wrk is not installed (Debian: apt install wrk)"}
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    with bed.engine() as postgres:
        fill(bed, postgres)
        connection = postgres.connect(DATABASE)
        with connection.cursor() as cursor:
            cursor.execute(FLOOR_TABLE)
        with bed.web("credit_platform.wsgi") as product, bed.web("tools.bench.floor") as floor:
            pairs = _pairs(Comparison(bed.folder / "requests", connection, postgres, product, floor))
        connection.close()
    ours, least = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        "id": ID,
        "ratio": round(statistics.median(a.rate_per_s / b.rate_per_s for a, b in pairs), 3),
        "against": AGAINST,
        "rate_per_s": round(statistics.median(run.rate_per_s for run in ours), 1),
        "p50_ms": round(statistics.median(run.p50_ms for run in ours), 1),
        "p99_ms": round(statistics.median(run.p99_ms for run in ours), 1),
        "floor_rate_per_s": round(statistics.median(run.rate_per_s for run in least), 1),
        "floor_p50_ms": round(statistics.median(run.p50_ms for run in least), 1),
        "floor_p99_ms": round(statistics.median(run.p99_ms for run in least), 1),
        "cpu_ms": round(statistics.median(run.cpu_ms for run in ours), 2),
        "floor_cpu_ms": round(statistics.median(run.cpu_ms for run in least), 2),
        "rows": {"subjects": SUBJECTS, "entries": ENTRIES},
        "pairs": [[round(a.rate_per_s, 1), round(b.rate_per_s, 1)] for a, b in pairs],
        "machine": machine(),
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two servers on one database, and the file of requests that both are sent."""

    requests: Path
    connection: psycopg2.extensions.connection
    postgres: Postgres
    product: Web
    floor: Web

    def ask_product(self, seconds: int) -> load.Run:
        last_id, *before, _ = self._marks()
        run = processor.run(self.postgres, self.product, self.requests, seconds=seconds)
        _, *after, _ = self._marks()
        for what, count in zip(("receipts", "keys", "facts"), _grown(before, after), strict=True):
            _demand_all(what, count, run)
        with self.connection.cursor() as cursor:
            cursor.execute(WRONG, [last_id, SAMPLE])
            [(sample, hits, wrong)] = cursor.fetchall()
        if wrong or not 0 < hits < sample:
            raise Trouble(f"of {sample} answers {wrong} are wrong, {hits} are hits")
        return run

    def ask_floor(self, seconds: int) -> load.Run:
        before = self._marks()[4]
        run = processor.run(self.postgres, self.floor, self.requests, seconds=seconds)
        _demand_all("rows of the floor", self._marks()[4] - before, run)
        return run

    def _marks(self) -> list[int]:
        with self.connection.cursor() as cursor:
            cursor.execute(MARKS)
            [row] = cursor.fetchall()
        return list(row)


def _grown(before: Sequence[int], after: Sequence[int]) -> list[int]:
    return [b - a for a, b in zip(before, after, strict=True)]


def _demand_all(what: str, count: int, run: load.Run) -> None:
    """As many rows as answers; wrk hangs up on the last ones that are under way."""
    if not run.answered <= count <= run.answered + load.CONNECTIONS:
        raise Trouble(f"{run.answered} answers, but {count} {what}")


def _pairs(both: Comparison) -> list[tuple[load.Run, load.Run]]:
    """PAIRS runs of each, after a short one of each that opens connections and fills caches.

    The same requests are sent to both; who begins changes, for the second meets what the first left to be written.
    """
    draw, pairs = random.Random(SEED), []
    for number in range(PAIRS + 1):
        codes = [code(draw.randrange(SUBJECTS)) for _ in range(PREPARED)]
        load.write_checks(both.requests, codes=codes, matters=MATTERS, client=CLIENT, secret=SECRET, seed=number)
        seconds = SECONDS if number else WARM_SECONDS
        if number % 2:
            pair = both.ask_product(seconds), both.ask_floor(seconds)
        else:
            least, ours = both.ask_floor(seconds), both.ask_product(seconds)
            pair = ours, least
        if number:
            pairs.append(pair)
    both.requests.unlink()
    return pairs
