"""Every list page over many rows: no page, first or next, reads more of a big table than a few screens need.

200,000 rows in the ordinary run, a million in the soak run. The statements of each page are caught, run again under
EXPLAIN ANALYZE, and the rows that they touched are counted: no clock is asked (figures are the bench's business).
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts.models import Department
from kernel.actor import Role
from screening.models import Matter
from tests.factories import accounts
from tests.scale.reading import reader, reads_of

BIG = (
    "screening_receipt", "feedback_due", "audit_event", "subjects_conflict", "subjects_subject", "accounts_user",
    "exchange_ledgerrow", "exchange_recall",
)  # fmt: skip
ENOUGH = 20_000  # a count stops at 1,000, of which one row in fifteen may match
FILL = """
INSERT INTO screening_receipt (id, number, checked_at, as_of, matter_id, stage, file_number, actor,
  department_id, implementing_department_id, answer, complete, no_measure, subject_ids, content, vector)
SELECT n, 'JL-' || to_char(t.at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-' || lpad(n::text, 7, '0'), t.at,
  '2026-11-20', {matter}, 'before', '', 'user:x', {clerk}, CASE WHEN n % 3 = 0 THEN {office} ELSE {other} END,
  CASE WHEN n % 5 = 0 THEN 'hit' ELSE 'clear' END, true, false, '{{}}', '{content}', '{{}}'
FROM generate_series(1, {rows}) n,
  LATERAL (SELECT '2026-11-20 00:30:00+08'::timestamptz + n * interval '50 milliseconds' AS at) t;
INSERT INTO feedback_due (number, checked_on, subject_index, measure_code, measure_text, reward, matter_code,
  file_number, department_id, due_on, provisional)
SELECT 'JL-20261120-' || lpad(n::text, 7, '0'), '2026-11-20', 0, 'Y1', '措施', false, 'M1', '',
  CASE WHEN n % 3 = 0 THEN {office} ELSE {other} END, '2026-11-20'::date + n % 60, false
FROM generate_series(1, {rows}) n;
SELECT count(audit_append('2026-11-20 00:30:00+08'::timestamptz + n * interval '20 milliseconds',
  'screening.check.made', 'user:u' || n % 50, NULL, 'screening.receipt:' || n,
  '{{"number": "JL-1", "matter": "M1", "stage": "before", "answer": "clear", "complete": true, "file_number": ""}}'))
FROM generate_series(1, {rows}) n;
INSERT INTO subjects_subject (kind, name, uscc, created_at, updated_at)
SELECT 'legal_person', '企业' || n, '91339901' || lpad(n::text, 10, '0'), now(), now()
FROM generate_series(1, {rows}) n;
INSERT INTO subjects_conflict (code, subject_id, kept_name, other_name, source, found_at)
SELECT uscc, id, name, name || '分', 'x', '2026-11-20 01:00+08'::timestamptz + id * interval '1 second'
FROM subjects_subject WHERE uscc LIKE '913399010%';
INSERT INTO accounts_user (username, display_name, password, roles, department_id, is_active, must_change_password,
  password_changed_at, created_at, session_epoch)
SELECT 'many' || n, '人员' || n, '{password}', '{{clerk}}', {office}, true, false, now(), now(), 0
FROM generate_series(1, {rows}) n;
INSERT INTO accounts_clientsystem (code, name, department_id, scopes, areas, active, created_at)
VALUES ('many', '多', {office}, '{{exchange:pull}}', '{{}}', true, now());
INSERT INTO exchange_subscription (id, department_id, client_id, name, lists, kinds, area, purpose, state,
  proposed_by, proposed_at, opened_by, opened_at, last_seq, standing, confirmed_seq, confirmed_count, expected_count)
SELECT 1, {office}, id, '多', '{{L1}}', '{{legal_person}}', '', 'x', 'active', 'user:a', now(), 'user:b',
  '2026-11-01', {rows}, {rows}, 0, 0, 0 FROM accounts_clientsystem WHERE code = 'many';
INSERT INTO exchange_ledgerrow (subscription_id, seq, change, entry_id, list_code, revision, standing, content,
  made_at)
SELECT 1, n, 'upsert', n, 'L1', n, n, '{{"code": "", "name": "甲", "document_no": "1号"}}',
  '2026-11-01 00:30:00+08'::timestamptz + n * interval '1 second'
FROM generate_series(1, {rows}) n;
INSERT INTO exchange_recall (subscription_id, seq, entry_id, list_code, why, opened_at, due_on, provisional)
SELECT 1, n, n, 'L1', 'left', now(), '2026-11-10'::date + n % 30, false FROM generate_series(1, {rows}) n;
"""
CONTENT = (
    '{"subjects": [{"role": "applicant", "role_label": "申请人", "id": 1, "kind": "legal_person", "name": "某公司",'
    ' "code": "", "blind": "", "answer": "clear", "why": "", "headline": "未命中", "verdict": "", "warnings": [],'
    ' "complete": true, "no_measure": false, "disputed": false, "triggers": [], "honours": [], "measures": [],'
    ' "rewards": [], "related": [], "gaps": [], "candidates": []}], "consulted": [], "department": "某局",'
    ' "operator": "", "operator_department": "", "matter": {"code": "M1", "name": "某事项"}}'
)


@pytest.fixture(params=[200_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def many(request: pytest.FixtureRequest, transactional_db: None, frozen: object) -> Iterator[Department]:
    """That many receipts of one day, dues, facts, subjects, conflicts, users; the department with a third of them."""
    office, other, clerk = accounts.department(), accounts.department(), accounts.department()
    matter = Matter.objects.order_by("pk").first()
    assert matter is not None
    with connection.cursor() as cursor:
        cursor.execute(
            FILL.format(
                matter=matter.pk, office=office.pk, other=other.pk, clerk=clerk.pk, rows=request.param,
                content=CONTENT, password=make_password(None),
            )
        )  # fmt: skip
        cursor.execute("ANALYZE")
    yield office


PAGES = [
    (Role.CLERK, "/check/receipts/"),
    (Role.CLERK, "/check/receipts/?answer=hit"),
    (Role.CREDIT_OFFICE, "/check/receipts/"),
    (Role.CLERK, "/check/"),
    (Role.CLERK, "/"),
    (Role.CREDIT_OFFICE, "/"),
    (Role.CLERK, "/feedback/"),
    (Role.CLERK, "/feedback/?overdue=1"),
    (Role.CREDIT_OFFICE, "/feedback/"),
    (Role.CREDIT_OFFICE, "/subjects/conflicts/"),
    (Role.CREDIT_OFFICE, "/exchange/"),
    (Role.CREDIT_OFFICE, "/exchange/1/"),
    (Role.UPLOADER, "/exchange/recalls/"),
    (Role.CREDIT_OFFICE, "/exchange/recalls/?overdue=1"),
    (Role.AUDIT_ADMIN, "/audit/"),
    (Role.AUDIT_ADMIN, "/audit/?actor=user:u7"),
    (Role.SYSTEM_ADMIN, "/accounts/users/"),
]


def test_no_list_page_reads_more_than_a_few_screens(many: Department) -> None:
    found = []
    for role, path in PAGES:
        client = reader(role, department=many)
        read, after = reads_of(client, path, tables=BIG)
        if after:
            read += reads_of(client, after, tables=BIG)[0]
        found += [f"{role} {path}: {one.rows} rows of {one.table}" for one in read if one.rows > ENOUGH]
    assert not found
