"""The ground of the name measurements: the real register names, and as many made from them as the big one needs.

The register is read from BENCH_NAMES, a folder with companies_uscc_part*.csv.gz and the labelled sets. It is no part
of the project: its licences allow reading, not passing on.
"""

import csv
import gzip
import hashlib
import io
import os
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import psycopg2.extensions

from kernel.names import display_name, name_key
from tools import places
from tools.bench.bed import Bed
from tools.bench.city import code
from tools.engines import Postgres
from tools.places import Trouble

QUALITY, BIG = "bench_names", "bench_names_big"
BIG_NAMES = 5_000_000
PARTS = ("companies_uscc_part1.csv.gz", "companies_uscc_part2.csv.gz", "companies_uscc_part3.csv.gz")
COPY_ROWS = 50_000
SEED = 20_352
FILLED_AS = b"1"  # another one for another way of filling
INDEX = "subjects_name_by_grams"


def data_folder() -> Path:
    """Where the register and the labelled sets are. Raises Trouble without them."""
    said = os.environ.get("BENCH_NAMES", "")
    folder = Path(said) if said else places.ROOT.parent / "shared" / "data"
    if not (folder / PARTS[0]).exists():
        raise Trouble(
            "The names to search among are not here: set BENCH_NAMES to the folder of companies_uscc_part*.csv.gz"
        )
    return folder


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a csv of the folder, packed or not."""
    path = folder / name
    with path.open("rb") as raw:
        packed = gzip.GzipFile(fileobj=raw) if name.endswith(".gz") else raw
        with io.TextIOWrapper(packed, encoding="utf-8", newline="") as text:
            yield from csv.DictReader(text)


def fill(bed: Bed, postgres: Postgres, targets: Iterable[str]) -> None:
    """The register's names and the targets that it lacks in QUALITY, unless a kept folder has them."""
    folder = data_folder()
    wanted = f"{_mark()} {hashlib.sha256('|'.join(targets := sorted(set(targets))).encode()).hexdigest()[:16]}"
    if _holds(postgres, QUALITY, wanted):
        return
    _make(postgres, QUALITY)
    bed.python("manage.py", "migrate", "--verbosity", "0", database=QUALITY)
    bed.python("-m", "tools.bench.name_places", database=QUALITY)
    names = ((row["name"], row["uscc"]) for part in PARTS for row in rows_of(folder, part))
    connection = postgres.connect(QUALITY)
    with connection.cursor() as cursor:
        definition = _without_index(cursor)
        seen: set[str] = set()
        _copy(cursor, _noting(names, seen))
        _copy(cursor, ((name, code(n)) for n, name in enumerate(targets) if name not in seen))
        _with_index(cursor, definition)
    connection.close()
    _sign(postgres, QUALITY, wanted)


def fill_big(postgres: Postgres) -> None:
    """QUALITY and so many names made of the parts of two others that BIG holds BIG_NAMES. `fill` comes first."""
    if _holds(postgres, BIG, _mark()):
        return
    _make(postgres, BIG, template=QUALITY)
    connection = postgres.connect(BIG)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subjects_name")
        [(held,)] = cursor.fetchall()
        cursor.execute("SELECT name FROM subjects_name ORDER BY id")
        real = [name for (name,) in cursor.fetchall()]
        definition = _without_index(cursor)
        _copy(cursor, _made(real, BIG_NAMES - held))
        _with_index(cursor, definition)
    connection.close()
    _sign(postgres, BIG, _mark())


def _made(real: list[str], number: int) -> Iterator[tuple[str, str]]:
    """The head of one name and the tail of another, cut at the same place: grams stay as common as they are."""
    draw = random.Random(SEED)
    for n in range(number):
        head, tail = draw.choice(real), draw.choice(real)
        cut = min(4, len(head) - 1)
        yield head[:cut] + (tail[cut:] or tail), code(5_000_000 + n)


def _noting(names: Iterator[tuple[str, str]], seen: set[str]) -> Iterator[tuple[str, str]]:
    for name, uscc in names:
        seen.add(name)
        yield name, uscc


def _copy(cursor: psycopg2.extensions.cursor, names: Iterator[tuple[str, str]]) -> None:
    cursor.execute("SELECT coalesce(max(id), 0) FROM subjects_subject")
    [(last,)] = cursor.fetchall()
    number = int(last)
    while part := list(islice(names, COPY_ROWS)):
        subjects, keys = io.StringIO(), io.StringIO()
        for name, uscc in part:
            shown = display_name(name).replace("\\", "\\\\")
            number += 1
            subjects.write(f"{number}\tlegal_person\t{shown}\t{uscc}\t{uscc[2:8]}\tnow\tnow\n")
            keys.write(f"{number}\t{shown}\t{name_key(name)}\tcurrent\t1\n")
        subjects.seek(0)
        keys.seek(0)
        cursor.copy_expert(
            "COPY subjects_subject (id, kind, name, uscc, division_code, created_at, updated_at) FROM STDIN", subjects
        )
        cursor.copy_expert("COPY subjects_name (subject_id, name, key, kind, rev_from) FROM STDIN", keys)


def _without_index(cursor: psycopg2.extensions.cursor) -> str:
    """Drop the index for the filling; its definition, so that it is made again as the product makes it."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
    [(definition,)] = cursor.fetchall()
    cursor.execute(f"DROP INDEX {INDEX}")
    return str(definition)


def _with_index(cursor: psycopg2.extensions.cursor, definition: str) -> None:
    cursor.execute("SET maintenance_work_mem = '1GB'")
    cursor.execute(definition)
    cursor.execute(f"ALTER INDEX {INDEX} ALTER COLUMN 1 SET STATISTICS 300")  # as its migration does
    cursor.execute("VACUUM (ANALYZE)")
    cursor.execute("CHECKPOINT")


def _make(postgres: Postgres, database: str, template: str = "template1") -> None:
    server = postgres.connect()
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {database}")
        cursor.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
    server.close()


def _holds(postgres: Postgres, database: str, wanted: str) -> bool:
    server = postgres.connect()
    with server.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database])
        found = cursor.fetchone()
    server.close()
    return found == (wanted,)


def _sign(postgres: Postgres, database: str, wanted: str) -> None:
    server = postgres.connect()
    with server.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {database} IS '{wanted}'")
    server.close()


def _mark() -> str:
    """A kept database is of use as long as the index, and this filling, are as they were."""
    total = hashlib.sha256()
    for path in sorted(places.ROOT.glob("subjects/migrations/0003*.py")):
        total.update(path.read_bytes())
    total.update(FILLED_AS)
    return total.hexdigest()[:16]
