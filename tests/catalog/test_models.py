import pytest

from catalog.models import Item, ItemVersion
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories.catalog import item

pytestmark = pytest.mark.django_db


def version(**fields):
    given = Item.objects.get(code=item())
    return ItemVersion.objects.create(**{"item": given, "number": 9, "legal_basis": "某法"} | fields)


BREACHES = {
    "catalog_itemversion_once_per_number": lambda: version(number=1),
    "catalog_itemversion_published_has_basis": lambda: version(published_on="2026-01-01", legal_basis=""),
    "catalog_itemversion_sharing_known": lambda: version(sharing_scope="公开"),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("catalog", BREACHES)
