"""Effect statistics over many cases: no number on the page is counted from the cases, none opens rows by reading all.

300,000 cases of two years and forty departments in the ordinary run, three million in the soak run. The statements of
each page are run again under EXPLAIN ANALYZE: what counts reads tallies alone, what lists reads a page of rows.
"""

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import Department
from feedback.rules.effects import By
from feedback.views import effects
from kernel.actor import Role
from tests.factories import accounts
from tests.scale.reading import plans_of, reader

CASES = ("feedback_due", "feedback_case")
A_PAGE = 3_000  # rows that a page of fifty may touch, with what it leaves out on the way
MEASURES = 5  # of each department
FILL = """
CREATE TEMPORARY TABLE units AS SELECT id, row_number() OVER (ORDER BY id) AS place FROM accounts_department
  WHERE short_name LIKE '统计%%';
INSERT INTO feedback_due (basis, number, checked_on, subject_index, area, source_id, measure_code, measure_text,
  matter_code, file_number, department_id, due_on, reported_at, reported_on, version, action, amount, change_seq,
  reward, owed, provisional)
SELECT 'receipt', 'JL-' || n, d.day, 0, (339900 + n %% 20)::text, n %% 9 + 1,
  'M-' || n %% 40 || '-' || n %% 200 / 40, '措施', 'M1', '', u.id, d.day + 14,
  CASE WHEN n %% 11 > 0 THEN d.day + interval '10 hours' END, CASE WHEN n %% 11 > 0 THEN d.day END,
  CASE WHEN n %% 11 > 0 THEN 1 ELSE 0 END,
  CASE WHEN n %% 11 = 0 THEN '' ELSE (ARRAY['已实施', '部分实施', '未实施', '不适用本事项'])[n %% 4 + 1] END,
  CASE WHEN n %% 11 > 0 THEN n %% 1000 END, CASE WHEN n %% 11 > 0 THEN n ELSE 0 END, false, true, false
FROM generate_series(1, %(rows)s) n
JOIN units u ON u.place = n %% 40 + 1,
LATERAL (SELECT '2026-11-20'::date - (n::bigint * 730 / %(rows)s)::int AS day) d;
INSERT INTO feedback_case (due_id, version, action, reason, content, amount, effect, reported_by, reported_at)
SELECT id, 1, action, 'x', '未予受理', amount, '', 'client:hall', reported_at FROM feedback_due
WHERE reported_at IS NOT NULL;
INSERT INTO feedback_tally
  (month, department_id, source_id, measure_code, area, reward, action, cases, amount, rolled)
SELECT date_trunc('month', reported_on), department_id, source_id, measure_code, area, reward, action, count(*),
  sum(amount), true
FROM feedback_due WHERE reported_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7;
INSERT INTO feedback_tally
  (month, department_id, source_id, measure_code, area, reward, action, cases, amount, rolled)
SELECT date_trunc('month', checked_on), department_id, source_id, measure_code, area, reward, '', count(*), 0, true
FROM feedback_due GROUP BY 1, 2, 3, 4, 5, 6;
ANALYZE feedback_due, feedback_case, feedback_tally"""


@pytest.fixture(params=[300_000, pytest.param(3_000_000, marks=pytest.mark.soak)])
def many(request: pytest.FixtureRequest, transactional_db: None, frozen: object) -> Iterator[Department]:
    """That many cases; the first of forty departments."""
    units = [accounts.department(short_name=f"统计{number}局") for number in range(40)]
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"rows": request.param})
    yield units[0]


def faults(client: Client, path: str, most: int) -> list[str]:
    """What a page reads of cases: from end to end, or more than `most` rows of them."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    assert answer.status_code == 200, path
    reads = plans_of(caught.captured_queries, tables=CASES)
    return [f"{path}: {one}" for one in reads if one.sequential or one.rows > most]


def test_every_number_is_counted_and_opened_without_reading_all(
    many: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feedback_due WHERE reported_at IS NULL")
        [waiting] = cursor.fetchone()
    wrong = []
    for role in (Role.CREDIT_OFFICE, Role.UPLOADER):
        client = reader(role, department=many)
        for by in By:
            path = f"/feedback/effects/?by={by}"
            # what is open now is counted in its own index: as many as are open, and no reported case
            wrong += faults(client, path, waiting if by is By.DEPARTMENT else A_PAGE)
            lines = client.get(path).context["lines"]
            assert lines, path
            for one in (lines[0], lines[-1]):
                (_, number, query), *_ = one["cells"]
                rows = f"/feedback/effects/rows/?{query}"
                wrong += faults(client, rows, A_PAGE)
                shown = client.get(rows).context
                assert len(shown["rows"]) == min(number, effects.PAGE), (rows, number)
                if shown["next"]:
                    wrong += faults(client, f"{rows}&after={shown['next']}", A_PAGE)
                if by is By.DEPARTMENT:
                    wrong += faults(client, f"/feedback/effects/rows/?{one['owed']}", A_PAGE)
    assert not wrong, "\n".join(wrong)
    the_workbook_says_when_it_does_not_hold_all(reader(Role.CREDIT_OFFICE, department=many), monkeypatch)


def the_workbook_says_when_it_does_not_hold_all(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same test: laying the rows takes most of its time."""
    monkeypatch.setattr(effects, "MOST_EXPORTED", 5_000)  # fifty thousand in earnest
    book = load_workbook(BytesIO(client.get("/feedback/effects/rows/export/").content), read_only=True)
    cells = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(cells) == 5_002 and "只列最近反馈的 5000 件" in cells[-1][0]
    few = client.get("/feedback/effects/rows/export/?since=2026-11&until=2026-11&area=339901&list=2").content
    [*_, last] = load_workbook(BytesIO(few), read_only=True).worksheets[0].iter_rows(values_only=True)
    assert last[0].startswith("AL-")
