"""A big city for the bench: reference data and matters through the services, millions of rows by COPY and SQL.

`python -m tools.bench.population` fills the database of DATABASE_URL, which is migrated and empty.
"""

import io
import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import django
from django.db import connection, transaction

django.setup()

# after setup(): these import models
from accounts.selectors import department_by_code  # noqa: E402
from accounts.services import register_client  # noqa: E402
from collection.selectors import source_ids  # noqa: E402
from collection.services import mark_loaded  # noqa: E402
from kernel.actor import system  # noqa: E402
from portal.services.initial_data import load_city, load_reference_data  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import CLIENT, HALL, SECRET, code  # noqa: E402

COPY_ROWS = 50_000
SQL = Path(__file__).with_name("population.sql")


def fill(subjects: int, entries: int, now: datetime) -> None:
    """Everything, once. Every source is complete and of today, so that each answer is hit or clear."""
    actor = system("bench")
    load_reference_data(actor=actor, now=now)
    load_city(actor=actor, now=now)
    register_client(
        code=CLIENT,
        name="性能测试系统",
        department_id=department_by_code(HALL).id,
        scopes=["checks:create"],
        secret=SECRET,
        actor=actor,
        now=now,
    )
    with transaction.atomic():
        for source_id in source_ids().values():
            mark_loaded(
                source_id=source_id, version="性能测试", loaded_at=now, rows=entries, held=False, actor=actor, now=now
            )
    with transaction.atomic(), connection.cursor() as cursor:
        _copy_subjects(cursor, subjects, now)
    with transaction.atomic(), connection.cursor() as cursor:
        arguments: dict[str, int | str | date | datetime] = {
            "subjects": subjects,
            "entries": entries,
            "first_code": code(0),
            "today": clock.day_of(now),
            "now": now,
        }
        cursor.execute(SQL.read_text(encoding="utf-8"), arguments)


def _copy_subjects(cursor: object, subjects: int, now: datetime) -> None:
    rows = _rows(subjects, now)
    while part := "".join(islice(rows, COPY_ROWS)):
        cursor.copy_expert(  # type: ignore[attr-defined]  # psycopg2's, behind Django's wrapper
            "COPY subjects_subject (kind, name, uscc, org_code, division_code, registered_on, created_at, updated_at)"
            " FROM STDIN",
            io.StringIO(part),
        )


def _rows(subjects: int, now: datetime) -> Iterator[str]:
    moment = now.isoformat()
    for n in range(subjects):
        uscc = code(n)
        yield (
            f"legal_person\t江澜第{n}号商贸有限公司\t{uscc}\t{uscc[8:17]}\t339900\t"
            f"{2000 + n % 25}-0{1 + n % 9}-15\t{moment}\t{moment}\n"
        )


if __name__ == "__main__":
    fill(int(sys.argv[1]), int(sys.argv[2]), clock.now())
