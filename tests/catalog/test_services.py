import pytest

from catalog import services
from catalog.models import Item, ItemVersion
from catalog.selectors import current_version
from tests.factories.catalog import item
from tests.facts import facts_about

pytestmark = pytest.mark.django_db


def test_the_same_again_is_the_same_version_and_a_change_is_the_next() -> None:
    code = item(legal_basis="旧法")
    first = current_version(code)
    item(code=code, legal_basis="旧法")
    assert current_version(code) == first
    item(code=code, legal_basis="新法")
    second = current_version(code)
    assert second.item_id == first.item_id and second.version_id != first.version_id
    assert list(
        ItemVersion.objects.filter(item_id=first.item_id).order_by("number").values_list("number", "legal_basis")
    ) == [
        (1, "旧法"),
        (2, "新法"),
    ]
    assert [name for name, _ in facts_about(f"catalog.item:{first.item_id}")] == ["catalog.item.published"] * 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"legal_basis": ""}, "no_basis"), ({"information_class": "宗教信仰"}, "unknown_class")],
)
def test_what_may_not_be_collected(fields: dict[str, str], code: str) -> None:
    before = Item.objects.count()
    with pytest.raises(services.CannotPublish) as refused:
        item(**fields)
    assert [r.code for r in refused.value.reasons] == [code]
    assert Item.objects.count() == before


def test_nothing_published_is_no_version() -> None:
    assert current_version("NOWHERE") is None
