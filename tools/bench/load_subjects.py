"""`load_subjects`: a register extract loaded by the command, against PostgreSQL's own COPY of the same rows.

COPY judges no code, makes no searchable name and records no fact; it fills a table with the columns, constraints and
indexes of the subjects, and no more. `peak_mb` is the most memory that the command held.
"""

import csv
import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools import places
from tools.bench.bed import Bed, machine
from tools.bench.city import code
from tools.engines import Postgres
from tools.places import Trouble

ID = "load_subjects"
DATABASE = "bench_load"
ROWS = 500_000
AGAINST = "COPY of the same rows into a table with the same columns, constraints and indexes"
SEED = 20_351
WORDS = "恒泰鑫隆盛华瑞祥达通源兴宏远博雅诚信立德万佳金辉东升长青海润天宇中和永安嘉禾"
TRADES = ("商贸", "食品", "建筑工程", "科技", "餐饮管理", "物流", "机械制造", "环保技术", "农业发展", "信息服务")
BARE = """COPY bench_subject (kind, name, uscc, org_code, division_code, registered_on, created_at, updated_at)
FROM STDIN"""


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl."""
    file = bed.folder / "subjects.csv"
    _write(file)
    with bed.engine() as postgres:
        _empty_database(bed, postgres)
        seconds, peak_mb = _load(bed, file)
        held, bare = _copy(postgres, file)
    file.unlink()
    if held != ROWS:
        raise Trouble(f"of {ROWS} rows the command loaded {held}")
    return {
        "id": ID,
        "ratio": round(bare / seconds, 3),
        "against": AGAINST,
        "rate_per_s": round(ROWS / seconds),
        "p50_ms": None,
        "p99_ms": None,
        "floor_rate_per_s": round(ROWS / bare),
        "floor_p99_ms": None,
        "rows": ROWS,
        "seconds": round(seconds, 1),
        "peak_mb": peak_mb,
        "machine": machine(),
    }


def _write(file: Path) -> None:
    draw = random.Random(SEED)
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(("name", "uscc", "reg_date", "province", "city"))
        for n in range(ROWS):
            name = f"江澜{''.join(draw.choices(WORDS, k=4))}{draw.choice(TRADES)}有限公司"
            writer.writerow((name, code(n), f"{2000 + n % 25}-0{1 + n % 9}-15", "", ""))


def _empty_database(bed: Bed, postgres: Postgres) -> None:
    connection = postgres.connect()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    bed.python("manage.py", "migrate", "--verbosity", "0", database=DATABASE)


def _load(bed: Bed, file: Path) -> tuple[float, int]:
    """Seconds and megabytes of the command, its start included."""
    began = time.monotonic()
    command = subprocess.Popen(
        [sys.executable, "manage.py", "load_subjects", str(file), "--apply"],
        cwd=places.ROOT,
        env=bed.environment(DATABASE),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # progress; a failure is told by its status
    )
    _, status, used = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode:
        raise Trouble(f"load_subjects ended with status {command.returncode}")
    return time.monotonic() - began, used.ru_maxrss // 1024


def _copy(postgres: Postgres, file: Path) -> tuple[int, float]:
    """How many subjects the command left, and the seconds of the bare COPY."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = "".join(
            f"legal_person\t{row['name']}\t{row['uscc']}\t{row['uscc'][8:17]}\t339900\t{row['reg_date']}\tnow\tnow\n"
            for row in csv.DictReader(text)
        )
    connection = postgres.connect(DATABASE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subjects_subject")
        [(held,)] = cursor.fetchall()
        cursor.execute("CREATE TABLE bench_subject (LIKE subjects_subject INCLUDING ALL)")
        began = time.monotonic()
        cursor.copy_expert(BARE, io.StringIO(rows))
        seconds = time.monotonic() - began
    connection.close()
    return held, seconds
