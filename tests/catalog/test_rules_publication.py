import pytest

from catalog.rules.publication import NATIONAL_CLASSES_2024, may_publish


@pytest.mark.parametrize("information_class", NATIONAL_CLASSES_2024)
def test_every_national_class_with_a_basis(information_class: str) -> None:
    assert may_publish(legal_basis="《行政处罚法》第四十八条", information_class=information_class)


@pytest.mark.parametrize(
    ("basis", "information_class", "codes"),
    [
        pytest.param("", "行政管理信息", {"no_basis"}, id="no-basis"),
        pytest.param(" \n", "行政管理信息", {"no_basis"}, id="blank-basis"),
        pytest.param("某法", "宗教信仰", {"unknown_class"}, id="beliefs"),
        pytest.param("某法", "健康信息", {"unknown_class"}, id="health"),
        pytest.param("", "", {"no_basis", "unknown_class"}, id="both"),
    ],
)
def test_refused_with_its_article(basis: str, information_class: str, codes: set[str]) -> None:
    verdict = may_publish(legal_basis=basis, information_class=information_class)
    assert {r.code for r in verdict.against} == codes
    assert all("国办发〔2020〕49号" in str(r.source) and r.message for r in verdict.against)
