"""A catalogue of 200,000 items (a real city has some thousands): no page of it reads more than a few screens need."""

import json

import pytest
from django.db import connection

from accounts.models import Department
from kernel.actor import Role
from tests.factories import accounts, catalog
from tests.scale.reading import reader, reads_of

BIG = ("catalog_item", "catalog_itemversion", "catalog_power", "catalog_upkeep")
ROWS = 200_000
ENOUGH = 20_000
FILL = """
INSERT INTO catalog_item (code, name, information_class, class_edition)
SELECT 'many-' || lpad(n::text, 7, '0'), '第' || n || '种信息', '行政管理信息', '2024'
FROM generate_series(1, {rows}) n;
INSERT INTO catalog_itemversion (item_id, number, state, name, information_class, class_edition, legal_basis, bases,
  subject_kinds, provider_units, sharing_scope, update_cycle, fields, rules, roles, raises, drafted_by, drafted_at,
  reviewed_by, review_note, published_on, withdrawn_reason, filing_no)
SELECT i.id, v, CASE WHEN v < 3 THEN 'published' ELSE 'draft' END, i.name,
  CASE WHEN i.id % 50 = 0 THEN '知识产权信息' ELSE i.information_class END, '2024', '某法', '[]', '{{legal_person}}',
  CASE WHEN i.id % 3 = 0 THEN ARRAY['{unit}'] ELSE '{{}}' END, '社会公开', '按产生', '{fields}', '[]', '{{}}', '[]',
  'system:x', '2026-01-01', CASE WHEN v < 3 THEN 'system:x' ELSE '' END, '',
  CASE WHEN v < 3 THEN date '2026-01-01' END, '', ''
FROM catalog_item i, generate_series(1, CASE WHEN i.id % 100 = 0 THEN 3 ELSE 2 END) v WHERE i.code LIKE 'many-%';
INSERT INTO catalog_power (code, name, kind, department_id, basis, imported_at)
SELECT 'P' || lpad(n::text, 7, '0'), '第' || n || '项', '行政处罚', {department}, '某法', '2026-01-01'
FROM generate_series(1, {rows}) n;
INSERT INTO catalog_upkeep (what, title, happened_on, due_on, provisional, noted_by, noted_at, closed_at, closed_by,
  outcome)
SELECT 'law', '第' || n || '项变化', '2026-01-01', '2026-01-01'::date + n % 600, false, 'system:x', '2026-01-01',
  CASE WHEN n % 10 > 0 THEN '2026-02-01'::timestamptz END, '', CASE WHEN n % 10 > 0 THEN '已变更' ELSE '' END
FROM generate_series(1, {rows}) n;
"""
# not among them: ?q=, which looks into names and reads the whole catalogue; of some thousand items that is nothing
PAGES = [
    (Role.CLERK, "/catalog/"),
    (Role.CREDIT_OFFICE, "/catalog/"),
    (Role.CLERK, "/catalog/?state=published"),
    (Role.CLERK, "/catalog/?information_class=知识产权信息"),
    (Role.CREDIT_OFFICE, "/catalog/powers/"),
    (Role.CREDIT_OFFICE, "/catalog/powers/?underived=1"),
    (Role.CREDIT_OFFICE, "/catalog/upkeep/"),
    (Role.CREDIT_OFFICE, "/catalog/upkeep/?show=overdue"),
    (Role.CREDIT_OFFICE, "/catalog/upkeep/?show=closed"),
    (Role.CREDIT_OFFICE, "/catalog/items/many-0000100/"),
    (Role.CREDIT_OFFICE, "/"),
    (Role.CLERK, "/catalog/public/"),
]


@pytest.fixture
def many(transactional_db: None, frozen: object) -> Department:
    department = accounts.department()
    fields = json.dumps(catalog.FIELDS, ensure_ascii=False)
    with connection.cursor() as cursor:
        said = FILL.format(rows=ROWS, unit=department.code, department=department.pk, fields="{fields}")
        cursor.execute(said.replace("{fields}", fields.replace("true", '{"legal_person": "R"}')))
        cursor.execute("ANALYZE catalog_item, catalog_itemversion, catalog_power, catalog_upkeep")
    return department


def test_no_page_of_the_catalogue_reads_more_than_a_few_screens(many: Department) -> None:
    found = []
    for role, path in PAGES:
        client = reader(role, department=many)
        read, after = reads_of(client, path, tables=BIG)
        if after:
            read += reads_of(client, after, tables=BIG)[0]
        found += [f"{role} {path}: {one.rows} rows of {one.table}" for one in read if one.rows > ENOUGH]
        found += [f"{role} {path}: reads all of {one.table}" for one in read if one.sequential]
    assert not found, "\n".join(found)
