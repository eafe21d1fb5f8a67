"""The lists of collection over twelve months of records: what a page reads does not grow with them.

300,000 records in the ordinary run, ten million in the soak run. No page, first or next, reads a partition from end
to end, or more of a big table than a few screens. Among the filters are those that find nothing: they read most.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Department
from catalog.models import Item, ItemVersion
from kernel.actor import Role
from office.models import StoredFile
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories import collection as make
from tests.scale.reading import full_partitions, reader, reads_of

FILL = (Path(__file__).parent / "records.sql").read_text(encoding="utf-8")
BIG = ("collection_", "subjects_subject", "audit_event")
ENOUGH = 6_000  # a screen is 50 rows, a count stops at 1,000
OF_ITEMS = 9 * 1_001  # a day of each of nine items is counted, to the same end
MONTHS = 12
LARGE = 27  # a batch of our own of which a tenth of all rows came back


@dataclass(frozen=True, slots=True)
class Ground:
    """What the addresses of the pages name."""

    own: Department
    idle: Department
    often: str  # item codes
    rare: str
    often_id: int


@pytest.fixture(params=[300_000, pytest.param(10_000_000, marks=pytest.mark.soak)])
def ground(request: pytest.FixtureRequest, transactional_db: None, frozen: object) -> Iterator[Ground]:
    own, other, idle = accounts.department(), accounts.department(), accounts.department()
    version = ItemVersion.objects.get(item__code=make.item())
    kept = StoredFile.objects.create(sha256="a" * 64, size=1, name="x", data_key="k", stored_at=NOW)
    ids = {"own": own.pk, "other": other.pk, "idle": idle.pk, "version": version.pk, "file": kept.pk, "large": LARGE}
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(rows=request.param, **ids))
        cursor.execute("ANALYZE")
    yield Ground(own, idle, "many1", "many9", Item.objects.get(code="many1").pk)


RECORDS = [
    "",
    "?state=all",
    "?state=withdrawn",
    "?state=archived",
    "?late=1",
    "?item={often}",
    "?item={rare}",
    "?item={often}&late=1",
    "?item={rare}&late=1",
    "?item={often}&state=withdrawn",
    "?item={rare}&state=archived",
    "?since=2026-03&until=2026-04",
    "?since=2027-05",
    "?until=2025-10",
    "?batch=40",
    "?batch=999999999",
    "?q=江处罚〔2026〕150000号",
    "?q=没有这个文号",
    "?q=91339901MA9K3H5T3Y",
]
OF_A_PROVIDER = [
    "?provider={own}",
    "?provider={idle}",
    "?provider={own}&state=withdrawn",
    "?provider={idle}&state=all",
    "?provider={own}&late=1",
    "?provider={own}&item={often}&late=1&since=2026-03&until=2026-03",
    "?provider={own}&item={rare}",
    "?provider={own}&since=2026-03&until=2026-03",
]
BATCHES = [
    "",
    "?to_mend=1",
    "?state=failed",
    "?state=refused",
    "?channel=page",
    "?channel=interface",
    "?item={often_id}",
]
TASKS = ["", "?state=all", "?overdue=1", "?state=done", "?state=nothing", "?department={own}", "?department={idle}"]
PROMISES = ["", "?state=all", "?state=kept", "?state=broken", "?overdue=1"]
RETURNED = [
    "",
    "?since=2026-11&until=2026-11",
    "?department={own}&item={often_id}",
    "?department={idle}",
    "?since=2026-03&until=2026-03&department={own}",
]
QUALITY = ["", "?split=item", "?split=month", "?split=all&since=2025-01&until=2026-11"]
BOTH = {
    "/collection/records/": RECORDS,
    "/collection/batches/": BATCHES,
    "/collection/tasks/": TASKS,
    "/collection/promises/": PROMISES,
    "/collection/quality/": QUALITY,
    "/collection/quality/returned/": RETURNED,
    "/collection/reporting/": [""],
    f"/collection/batches/{LARGE}/": ["", "?all"],
    "/": [""],
}
OFFICE_ONLY = {
    "/collection/records/": OF_A_PROVIDER,
    "/collection/handovers/": ["", "?day=2026-03-02"],
    "/collection/extractions/": [""],
}
READERS = {
    Role.UPLOADER: [BOTH, {f"/collection/batches/{LARGE}/mend/": [""]}],
    Role.REVIEWER: [{"/": [""], "/collection/records/": ["", "?state=all"]}],
    Role.CREDIT_OFFICE: [BOTH, OFFICE_ONLY],
}


class Judge:
    """Visits pages, first and next, and keeps what is wrong with what they read."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.known: set[str] = set()

    def visit(self, client: Client, path: str, who: str) -> None:
        read, after = reads_of(client, path, tables=BIG, known=self.known)
        if after:
            read += reads_of(client, after, tables=BIG, known=self.known)[0]
        self.wrong += [f"{who} {path}: reads all of {one.table}" for one in read if one.sequential]
        enough = OF_ITEMS if path.startswith("/collection/handovers/") else ENOUGH
        self.wrong += [f"{who} {path}: {one.rows} rows of {one.table}" for one in read if one.rows > enough]


def test_no_list_reads_more_than_a_few_screens(ground: Ground) -> None:
    months = sum(name.startswith("collection_record_") for name in full_partitions())
    assert months in {MONTHS, MONTHS + 1}
    names = {"own": ground.own.pk, "idle": ground.idle.pk, "often": ground.often, "rare": ground.rare}
    judge = Judge()
    for role, pages in READERS.items():
        client = reader(role, department=ground.own)
        for path in (place + query for of in pages for place, queries in of.items() for query in queries):
            judge.visit(client, path.format(**names, often_id=ground.often_id), role)
    client = reader(Role.UPLOADER, department=ground.idle)
    for path in ("records/", "records/?state=all", "records/?state=withdrawn", "batches/", "tasks/", "promises/"):
        judge.visit(client, f"/collection/{path}", "with nothing to see")
    ledger, _ = reads_of(reader(Role.UPLOADER, department=ground.own), "/collection/records/150000/", tables=BIG)
    assert ledger and max(one.rows for one in ledger) < 100
    assert not judge.wrong, "\n".join(judge.wrong)
