"""Lists of powers: taken in, brought up to date, derived from."""

from datetime import timedelta

import pytest

from catalog import selectors, services
from catalog.models import ItemVersion, Power
from kernel.actor import Actor
from tests.factories import accounts
from tests.factories.accounts import LONG_AGO
from tests.factories.catalog import document, editor, item, power, seen
from tests.facts import facts_about, payload_of

pytestmark = pytest.mark.django_db
NOW = LONG_AGO + timedelta(days=30)


@pytest.fixture
def actor() -> Actor:
    return editor()


def row(code: str, department: str, **changes: str) -> dict[str, str]:
    said = {"事项编码": code, "事项名称": "食品经营许可", "事项类型": "行政许可", "实施部门代码": department}
    return said | {"设定依据": "《食品安全法》第三十五条"} | changes


def taken(actor: Actor, *rows: dict[str, str]) -> services.Imported:
    numbered = [(number, one) for number, one in enumerate(rows, start=2)]
    return services.import_powers(rows=numbered, file_name="事项清单.xlsx", actor=actor, now=NOW)


def test_good_rows_are_taken_and_the_others_returned_with_their_number(actor: Actor) -> None:
    home = accounts.department(name="江澜市某某管理局", short_name="某某局")
    outcome = taken(
        actor,
        row("A1", home.code),
        row("A2", "江澜市某某管理局"),
        row("A3", "江澜市不存在局"),
        row("", home.code),
        row("A4", "某某局", 事项类型="行政处罚"),
    )
    assert (outcome.created, outcome.changed, outcome.known) == (3, 0, 0)
    assert [problem.row for problem in outcome.problems] == [4, 5]
    assert "没有部门“江澜市不存在局”" in outcome.problems[0].message
    assert set(Power.objects.values_list("code", "kind", "department_id")) == {
        ("A1", "行政许可", home.pk),
        ("A2", "行政许可", home.pk),
        ("A4", "行政处罚", home.pk),
    }
    assert payload_of("catalog.powers:", "catalog.powers.imported") == {
        "file_name": "事项清单.xlsx",
        "created": 3,
        "changed": 0,
        "known": 0,
        "refused": 2,
    }


def test_the_same_file_again_is_known_and_a_change_is_taken(actor: Actor) -> None:
    home = accounts.department()
    taken(actor, row("A1", home.code), row("A2", home.code))
    again = taken(actor, row("A1", home.code), row("A2", home.code, 事项名称="新名称"))
    assert (again.created, again.changed, again.known) == (0, 1, 1)
    assert Power.objects.get(code="A2").name == "新名称"


def test_a_file_without_rows(actor: Actor) -> None:
    with pytest.raises(services.NoPowers):
        taken(actor)


def test_a_power_becomes_a_draft_with_the_fields_of_the_standard(actor: Actor) -> None:
    document("food-law-x", title="中华人民共和国某食品法", short="某食品法")
    home = accounts.department()
    standard = selectors.current_version("permit") or selectors.current_version(item(code="permit"))
    assert standard
    unit = power(
        department=home, code="330100-7", name="食品经营许可", kind="行政许可", basis="《某食品法》第三十五条"
    )
    made = services.derive_item(power_id=unit, actor=actor, now=NOW)
    found = ItemVersion.objects.select_related("item").get(pk=made)
    shipped = ItemVersion.objects.get(pk=standard.version_id)
    assert (found.item.code, found.state, found.number) == ("permit-330100-7", "draft", 1)
    assert found.fields == shipped.fields and found.provider_units == [home.code]
    assert found.name.startswith("食品经营许可（") and found.legal_basis.startswith("《某食品法》第三十五条；")
    assert found.bases[0] == {"document": "food-law-x", "article": "第三十五条"}
    assert Power.objects.get(pk=unit).item_id == found.item_id
    assert facts_about(f"catalog.power:{unit}") == [("catalog.item.derived", actor.key)]
    services.submit(version_id=made, seen=seen(made), actor=actor, now=NOW)
    services.publish(version_id=made, seen=seen(made), actor=editor(), now=NOW)
    assert [one.code for one in selectors.items_for(home.code) if one.code == "permit-330100-7"]
    with pytest.raises(services.AlreadyDerived):
        services.derive_item(power_id=unit, actor=actor, now=NOW)


def test_what_is_not_derived(actor: Actor) -> None:
    home = accounts.department()
    with pytest.raises(services.PowerNotFound):
        services.derive_item(power_id=999_999, actor=actor, now=NOW)
    with pytest.raises(services.KindNotDerivable):
        services.derive_item(power_id=power(department=home, kind="行政奖励"), actor=actor, now=NOW)
    item(code="penalty")
    item(code="penalty-TAKEN")
    with pytest.raises(services.ItemExists) as refused:
        services.derive_item(power_id=power(department=home, code="TAKEN"), actor=actor, now=NOW)
    assert "penalty-TAKEN" in str(refused.value)


def test_powers_by_code_page_by_page(actor: Actor) -> None:
    home, other = accounts.department(), accounts.department()
    given = item()
    for n in range(5):
        power(department=home if n % 2 else other, code=f"P{n}", name=f"第{n}号", kind="行政许可")
    Power.objects.filter(code="P0").update(item=ItemVersion.objects.get(item__code=given).item)

    def codes(**filters: object) -> list[str]:
        return [p.code for p in selectors.powers_page(actor, filters=selectors.PowerFilters(**filters))]

    assert [p.code for p in selectors.powers_page(actor, after="P1", limit=2)] == ["P2", "P3"]
    assert codes(department_id=home.pk) == ["P1", "P3"]
    assert codes(underived=True) == ["P1", "P2", "P3", "P4"]
    assert codes(q="第3") == codes(q="p3") == ["P3"]
    assert codes(kind="行政处罚") == []
    assert selectors.powers_page(accounts.actor(accounts.Role.UPLOADER)) == []
