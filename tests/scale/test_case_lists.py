"""Lists of applications, objections, cases, complaints, reports and deliveries over many rows of each.

One row of each is made through its service and copied by SQL, 100,000 times, a million in the soak run.
What a page then reads is counted, as in test_long_lists.
"""

from collections.abc import Iterator

import pytest
from django.db import connection

from accounts.models import Department
from feedback.models import Due
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts, citizens, complaints, exchange, exits, feedback, objections, redblack, repair
from tests.factories import reports as report_factory
from tests.factories import screening as make
from tests.scale.reading import reader, reads_of

ENOUGH = 20_000
OTHERS = """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
  AND attgenerated = '' AND attname <> 'id' ORDER BY attnum"""
# what must differ from row to row, as SQL over n
COPIED: dict[str, dict[str, str]] = {
    "repair_application": {"number": "'X-' || n", "record_id": "n + 10000000", "due_on": "due_on + (n % 60)::int"},
    "objections_objection": {"number": "'X-' || n"},
    "complaints_complaint": {"number": "'X-' || n"},
    "reports_report": {"number": "'X-' || n"},
    "citizens_representation": {"shown": "'X-' || n"},
    "exchange_lifting": {"entry_id": "n + 10000000", "due_on": "due_on + (n % 60)::int"},
    "feedback_typicalcase": {},
    "feedback_casefile": {"sha256": "lpad(n::text, 64, '0')"},
    "feedback_due": {"number": "'X-' || n", "due_on": "due_on + (n % 60)::int"},
}
PAGES = [
    ((Role.CREDIT_OFFICE,), "/repair/"),
    ((Role.CREDIT_OFFICE,), "/objections/"),
    ((Role.CREDIT_OFFICE,), "/complaints/"),
    ((Role.CREDIT_OFFICE,), "/reports/"),
    ((Role.CREDIT_OFFICE,), "/visitors/claims/"),
    ((Role.UPLOADER,), "/exchange/liftings/"),
    ((Role.CREDIT_OFFICE,), "/exchange/liftings/"),
    ((Role.CREDIT_OFFICE,), "/feedback/typical/"),
    ((Role.UPLOADER,), "/feedback/sheets/"),
    ((Role.CREDIT_OFFICE,), "/feedback/supervision/"),
    ((Role.CREDIT_OFFICE,), "/feedback/badly-closed/"),
    ((Role.CREDIT_OFFICE,), "/feedback/effects/"),
    ((Role.CREDIT_OFFICE,), "/feedback/effects/rows/"),
    ((Role.CREDIT_OFFICE,), "/"),
    ((Role.UPLOADER, Role.REVIEWER), "/"),
]


def copied(table: str, rows: int, differing: dict[str, str]) -> None:
    """So many copies of the newest row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, [table])
        names = [name for (name,) in cursor.fetchall()]
        said = ", ".join(differing.get(name, f'"{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {said} FROM generate_series(1, {rows}) n, "
            f"(SELECT * FROM {table} ORDER BY id DESC LIMIT 1) one"
        )


@pytest.fixture(params=[100_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def many(request: pytest.FixtureRequest, transactional_db: None, frozen: object) -> Iterator[Department]:
    """So many of each, all of one department."""
    desk = exits.desk()
    home = desk.department
    repair.filed(repair.penalty(desk))
    entry = redblack.entry(redblack.list_type().code, make.firm())
    objections.file(accounts.actor(Role.CREDIT_OFFICE, Role.UPLOADER), entry_id=entry)
    complaints.complaint(at=NOW)
    report_factory.report(make.firm(), actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW)
    citizens.claim(citizens.visitor(), citizens.said(code=make.uscc()), paper=True)
    exchange.lifting(home)
    due = Due.objects.create(
        number="AL-1", checked_on=NOW.date(), subject_index=0, measure_code="Y1", measure_text="措施",
        matter_code="M1", department_id=home.pk, due_on=NOW.date(),
    )  # fmt: skip
    feedback.told(due)
    with connection.cursor() as cursor:  # all of one entry, of one due: that there is one at a time is not asked here
        cursor.execute("DROP INDEX objections_objection_one_open_per_entry, feedback_typical_one_live")
    for table, differing in COPIED.items():
        copied(table, request.param, differing)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield home


def test_no_page_reads_more_than_a_few_screens(many: Department) -> None:
    found = []
    for roles, path in PAGES:
        client = reader(*roles, department=many)
        read, after = reads_of(client, path, tables=tuple(COPIED))
        if after:
            read += reads_of(client, after, tables=tuple(COPIED))[0]
        found += [f"{roles} {path}: {one.rows} rows of {one.table}" for one in read if one.rows > ENOUGH]
    assert not found
