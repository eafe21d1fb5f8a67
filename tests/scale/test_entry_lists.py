"""The list of entries over a court list of a city's size: what a page reads does not grow with it."""

import pytest
from django.db import connection

from kernel.actor import Role
from redblack.models import ListType
from redblack.rules.lists import Origin
from tests.factories import accounts
from tests.factories import redblack as make
from tests.scale.reading import reader, reads_of

ENOUGH = 6_000  # a screen is 50 rows, a count stops at 1,000 in each of a few lists
BIG = ("redblack_", "subjects_subject")
FILL = """
INSERT INTO redblack_entry (list_type_id, origin, reward, subject_id, document_no, authority, authority_department_id,
  ground, legal_basis, decided_on, effective_from, effective_until, exit_route, performance, grade,
  responsible_persons, registered_at, notice_served_on, released_on, release_kind, release_document, release_reason)
SELECT %(list)s, %(origin)s, false, %(first)s + n, '案' || (%(first)s + n), '某机关', %(department)s, 'x', '某法',
  DATE '2026-01-02', DATE '2026-01-02' + n %% 300, NULL, '依通知', '', '', '{{}}', now(), DATE '2026-01-01',
  CASE WHEN n %% %(left)s = 0 THEN DATE '2026-11-01' END, CASE WHEN n %% %(left)s = 0 THEN '提前移出' ELSE '' END, '',
  CASE WHEN n %% %(left)s = 0 THEN 'x' ELSE '' END
FROM generate_series(1, %(rows)s) n
""".replace("{{}}", "{}")
PAGES = [
    "",
    "?state=all",
    "?state=released",
    "?kind=reward",
    "?kind=serious",
    "?kind=reward&state=released",
    "?origin=本级认定",
    "?origin=县级登记&state=released",
    "?list={court}",
    "?list={court}&state=released",
    "?list={own}&state=all",
    "?q=案150000",
    "?q=没有这个文号",
    "?q=案150000&on=2026-06-01",
]


@pytest.mark.parametrize("rows", [300_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_no_page_of_entries_reads_more_than_a_few_screens(transactional_db: None, frozen: object, rows: int) -> None:
    home, idle, bench = accounts.department(), accounts.department(), accounts.department()
    court = make.list_type(origin=Origin.COURT, initiator_department_id=bench.pk, exit_rule="依通知")
    own = make.list_type(initiator_department_id=home.pk, exit_rule="依通知")
    red = make.list_type(kind="reward", initiator_department_id=home.pk, exit_rule="依通知")
    assert not ListType.objects.filter(pk=red.id, entries__isnull=False).exists()
    filled = [
        (court, Origin.COURT, bench, rows, 10_000_000, 200_000),
        (own, Origin.CITY, home, 2_000, 20_000_000, 7),
    ]
    with connection.cursor() as cursor:
        for made, origin, department, count, first, left in filled:
            said = {"list": made.id, "origin": origin, "department": department.pk, "rows": count}
            cursor.execute(FILL, said | {"first": first, "left": left})
        cursor.execute("ANALYZE redblack_entry")
    wrong, known = [], set[str]()
    names = {"court": court.code, "own": own.code}
    for role, department in (
        (Role.CREDIT_OFFICE, idle),
        (Role.UPLOADER, home),
        (Role.UPLOADER, idle),
        (Role.REVIEWER, bench),
    ):
        client = reader(role, department=department)
        for page in ("/lists/entries/" + query.format(**names) for query in PAGES):
            read, after = reads_of(client, page, tables=BIG, known=known)
            if after:
                read += reads_of(client, after, tables=BIG, known=known)[0]
            wrong += [f"{role} {page}: {one.rows} rows of {one.table}" for one in read if one.rows > ENOUGH]
    assert not wrong, "\n".join(wrong)
