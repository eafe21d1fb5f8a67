import pytest
from django.db import DatabaseError, connection, transaction

from catalog.models import Item, ItemVersion, Upkeep
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories.accounts import LONG_AGO
from tests.factories.catalog import item

pytestmark = pytest.mark.django_db
DRAFT = {
    "number": 9,
    "name": "某信息",
    "information_class": "行政管理信息",
    "class_edition": "2024",
    "legal_basis": "某法",
    "drafted_by": "user:xyb01",
    "drafted_at": LONG_AGO,
}
PUBLISHED = {"state": "published", "published_on": "2026-01-01", "reviewed_by": "user:xyb02"}


def version(**fields):
    given = Item.objects.get(code=item())
    return ItemVersion.objects.create(**{"item": given} | DRAFT | fields)


def two_drafts():
    version(item=(given := Item.objects.get(code=item())))
    version(item=given, number=10, state="in_review")


def unknown_state():
    """A state of its own breaks published_iff_dated too, which PostgreSQL judges first."""
    given = Item.objects.get(code=item())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE catalog_itemversion DROP CONSTRAINT catalog_itemversion_published_iff_dated")
    version(item=given, state="archived")


def upkeep(**fields):
    said = {"what": "law", "title": "某法修订", "happened_on": "2026-01-05", "due_on": "2026-01-26"}
    return Upkeep.objects.create(**said | {"noted_by": "user:xyb01", "noted_at": LONG_AGO} | fields)


BREACHES = {
    "catalog_itemversion_once_per_number": lambda: version(number=1),
    "catalog_itemversion_one_draft": two_drafts,
    "catalog_itemversion_state_known": unknown_state,
    "catalog_itemversion_published_has_basis": lambda: version(**PUBLISHED | {"legal_basis": ""}),
    "catalog_itemversion_published_iff_dated": lambda: version(**PUBLISHED | {"published_on": None}),
    "catalog_itemversion_withdrawn_iff_dated": lambda: version(
        **PUBLISHED | {"state": "withdrawn", "withdrawn_on": "2026-01-05"}
    ),
    "catalog_itemversion_reviewed_by_another": lambda: version(**PUBLISHED | {"reviewed_by": "user:xyb01"}),
    "catalog_itemversion_sharing_known": lambda: version(sharing_scope="公开"),
    "catalog_itemversion_cycle_known": lambda: version(update_cycle="有空时"),
    "catalog_itemversion_subject_kinds_known": lambda: version(subject_kinds=["legal_person", "dog"]),
    "catalog_upkeep_what_known": lambda: upkeep(what="mood"),
    "catalog_upkeep_closed_iff_outcome": lambda: upkeep(closed_at=LONG_AGO),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("catalog", BREACHES)


def test_a_draft_dated_as_published_is_refused() -> None:
    assert_refused("catalog_itemversion_published_iff_dated", lambda: version(published_on="2026-01-01"))


def test_a_version_published_without_a_reviewer_is_refused() -> None:
    assert_refused("catalog_itemversion_reviewed_by_another", lambda: version(**PUBLISHED | {"reviewed_by": ""}))


def test_only_the_platform_publishes_what_it_drafted() -> None:
    ours = version(**PUBLISHED | {"drafted_by": "system:load_initial", "reviewed_by": "system:load_initial"})
    assert ours.pk


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "改了名"},
        {"fields": [{"code": "x"}]},
        {"rules": [{"kind": "not_future"}]},
        {"roles": {"name": "x"}},
        {"raises": [{"source": "P-GEN"}]},
        {"bases": []},
        {"legal_basis": "别的法"},
        {"sharing_scope": "不予共享"},
        {"subject_kinds": []},
        {"report_within": 99},
        {"published_on": "2020-01-01"},
        {"published_on": None, "state": "draft"},
        {"drafted_by": "user:mallory"},
        {"reviewed_by": "user:mallory"},
        {"number": 42},
    ],
    ids=str,
)
def test_a_published_version_is_never_changed(changes: dict) -> None:
    given = ItemVersion.objects.get(item__code=item())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ItemVersion.objects.filter(pk=given.pk).update(**changes)


def test_a_published_version_is_never_deleted() -> None:
    given = ItemVersion.objects.get(item__code=item())
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        given.delete()


def test_the_versions_are_never_emptied() -> None:
    with (
        pytest.raises(DatabaseError, match="never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE catalog_itemversion CASCADE")


def test_withdrawal_and_filing_are_written_afterwards_and_a_withdrawn_one_stays_so() -> None:
    given = ItemVersion.objects.filter(item__code=item())
    given.update(filed_on="2026-02-01", filing_no="备〔2026〕1号")
    given.update(state="withdrawn", withdrawn_on="2026-03-01", withdrawn_reason="依据废止")
    given.update(filing_no="备〔2026〕2号")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        given.update(state="published", withdrawn_on=None, withdrawn_reason="")


def test_a_draft_may_be_changed_and_given_up() -> None:
    given = version()
    ItemVersion.objects.filter(pk=given.pk).update(name="另一个名称")
    given.delete()
    assert not ItemVersion.objects.filter(pk=given.pk).exists()
