"""`feedback_intake`: cases handed in by signed REST calls of 1,000, against the same rows by bare COPY.

Two callers on two cores, the product's own server, PostgreSQL durable. Every case is checked, found by its receipt
and measure, becomes a version with its digest, moves its due and is counted; each row is answered. The floor copies
the same values into a table with the same columns and its key, 1,000 rows a transaction. Half of the calls then come
again with another amount: every case a second version. The ratio is the median of the pairs.
"""

import io
import json
import os
import statistics
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions

from accounts.rules import signature
from tools.bench.bed import Bed, Web, machine
from tools.bench.city import CLIENT, SECRET
from tools.bench.ground import fill, settle
from tools.places import Trouble

ID = "feedback_intake"
FLOOR = "COPY of the same values into a table with the columns of a case and its key, 1,000 rows a transaction"
DATABASE = "feedback"
SUBJECTS, ENTRIES = 20_000, 2_000
OLDER = 200_000  # cases that are there already
ROUNDS, CALLS, ROWS = 3, 16, 1_000
CALLERS = 2
PATH = "/api/v1/feedback/cases"
SCOPE = "UPDATE accounts_clientsystem SET scopes = array_append(scopes, 'feedback:write') WHERE code = %s"
DUES = """
INSERT INTO feedback_due (number, checked_on, subject_index, subject_id, subject_kind, area, trigger, source_id,
  measure_code, measure_text, reward, matter_code, file_number, department_id, due_on, provisional)
SELECT %(of)s || n, current_date, 0, 1 + n %% %(subjects)s, 'legal_person', '339901', 'entry:' || n %% 1000,
  1 + n %% 8, 'Y-' || n %% 40, '限制申请', false, 'M-' || n %% 20, 'B-' || n, c.department_id, current_date + 14,
  false
FROM generate_series(1, %(rows)s) n, accounts_clientsystem c WHERE c.code = %(client)s"""
TOLD = """
WITH told AS (UPDATE feedback_due SET version = 1, action = '已实施', amount = 100, reported_at = now(),
    reported_on = current_date WHERE number LIKE 'OLD-%' RETURNING id)
INSERT INTO feedback_case (due_id, version, action, reason, content, effect, amount, digest, reported_by, reported_at)
SELECT id, 1, '已实施', '', '未予受理', '', 100, md5(id::text) || md5(id::text), 'user:x', now() FROM told"""
FLOOR_TABLE = "CREATE TABLE bench_case (LIKE feedback_case INCLUDING DEFAULTS, PRIMARY KEY (id))"
FLOOR_COPY = """COPY bench_case (id, due_id, version, action, reason, content, amount, done_from, effect, operator,
  channel, digest, reported_by, reported_at) FROM STDIN"""
FOUND = """SELECT (SELECT count(*) FROM feedback_case k JOIN feedback_due d ON d.id = k.due_id
    WHERE d.number LIKE %(of)s),
  (SELECT count(*) FROM feedback_due WHERE number LIKE %(of)s AND version = 1),
  (SELECT coalesce(sum(cases), 0) FROM feedback_tally WHERE action = '已实施')"""


@dataclass(frozen=True, slots=True)
class Round:
    """One turn: cases a second of ours, of the floor, of corrections; the slowest and the middle call."""

    ours: float
    floor: float
    corrected: float
    calls: list[float]


def measure(bed: Bed) -> dict[str, Any]:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    with bed.engine() as postgres:
        fill(bed, postgres, database=DATABASE, subjects=SUBJECTS, entries=ENTRIES)
        connection = postgres.connect(DATABASE)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE feedback_due, feedback_case, feedback_tally, feedback_call CASCADE")
            cursor.execute("DROP TABLE IF EXISTS bench_case")
            cursor.execute(SCOPE, [CLIENT])
            cursor.execute(DUES, {"of": "OLD-", "rows": OLDER, "subjects": SUBJECTS, "client": CLIENT})
            cursor.execute(TOLD)
            for turn in range(ROUNDS):
                said = {"of": f"R{turn}-", "rows": CALLS * ROWS, "subjects": SUBJECTS, "client": CLIENT}
                cursor.execute(DUES, said)
            cursor.execute(FLOOR_TABLE)
        settle(postgres, DATABASE)
        with bed.web("credit_platform.wsgi", database=DATABASE) as web:
            rounds = [_round(turn, web, connection) for turn in range(ROUNDS)]
        connection.close()
    calls = sorted(second for one in rounds for second in one.calls)
    return {
        "id": ID,
        "ratio": round(statistics.median(one.ours / one.floor for one in rounds), 3),
        "against": FLOOR,
        "rate_per_s": round(statistics.median(one.ours for one in rounds)),
        "corrected_per_s": round(statistics.median(one.corrected for one in rounds)),
        "p50_ms": round(1000 * statistics.median(calls)),
        "p99_ms": round(1000 * calls[-1]),
        "floor_rate_per_s": round(statistics.median(one.floor for one in rounds)),
        "floor_p99_ms": None,
        "rows": {"call": ROWS, "calls": CALLS * ROUNDS, "older": OLDER},
        "machine": machine(),
    }


def _round(turn: int, web: Web, connection: psycopg2.extensions.connection) -> Round:
    first = [_body(turn, call, "120000.00") for call in range(CALLS)]
    again = [_body(turn, call, "90000.00") for call in range(CALLS // 2)]
    floor = _floor(connection, turn)
    ours, calls = _sent(web, first, f"r{turn}", "taken")
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"of": f"R{turn}-%"})
        [(cases, moved, counted)] = cursor.fetchall()
    expected = CALLS * ROWS
    if not cases == moved == expected or counted < expected:
        raise Trouble(f"of {expected} cases: {cases} versions, {moved} dues moved, {counted} counted in all")
    corrected, _ = _sent(web, again, f"c{turn}", "corrected")
    return Round(expected / ours, floor, len(again) * ROWS / corrected, calls)


def _body(turn: int, call: int, amount: str) -> bytes:
    rows = [
        {
            "receipt": f"R{turn}-{n}",
            "measure": f"Y-{n % 40}",
            "action": "done",
            "content": f"受理时核查命中，依法未予受理，第{n}件",
            "amount": amount,
            "done_from": "2026-01-05",
            "effect": "已督促履行",
            "operator": "李某",
        }
        for n in range(call * ROWS + 1, (call + 1) * ROWS + 1)
    ]
    return json.dumps({"cases": rows}, ensure_ascii=False).encode()


def _sent(web: Web, bodies: list[bytes], name: str, outcome: str) -> tuple[float, list[float]]:
    """Seconds for all of them, and for each."""

    def send(numbered: tuple[int, bytes]) -> float:
        number, body = numbered
        begin = time.monotonic()
        said = json.loads(_call(web, body, f"{name}-{number:08d}"))
        if said[outcome] != ROWS:
            raise Trouble(f"{outcome}: {said[outcome]} of {ROWS}; {said['results'][0]}")
        return time.monotonic() - begin

    begin = time.monotonic()
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = list(callers.map(send, enumerate(bodies)))
    return time.monotonic() - begin, calls


def _call(web: Web, body: bytes, nonce: str) -> bytes:
    timestamp = str(int(time.time()))
    text = signature.text_to_sign(method="POST", path=PATH, query="", body=body, timestamp=timestamp, nonce=nonce)
    headers = {
        "Content-Type": "application/json",
        "X-Client": CLIENT,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature.sign(SECRET.encode(), text),
    }
    request = urllib.request.Request(f"http://127.0.0.1:{web.port}{PATH}", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=120) as response:
        return bytes(response.read())


def _floor(connection: psycopg2.extensions.connection, turn: int) -> float:
    """Cases a second by COPY alone."""
    connection.autocommit = False
    begin = time.monotonic()
    for call in range(CALLS):
        start = (turn * CALLS + call) * ROWS
        lines = "".join(
            f"{start + n}\t{start + n}\t1\t已实施\t\t受理时核查命中，依法未予受理，第{n}件\t120000.00\t2026-01-05"
            f"\t已督促履行\t李某\trest\t{n:064d}\tclient:bench\t2026-01-05 00:00:00+00\n"
            for n in range(ROWS)
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(FLOOR_COPY, io.StringIO(lines))
        connection.commit()
    seconds = time.monotonic() - begin
    connection.autocommit = True
    return CALLS * ROWS / seconds
