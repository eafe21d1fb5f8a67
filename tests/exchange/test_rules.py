"""What may be subscribed to, and who opens it."""

import pytest

from exchange.rules.scopes import Wish, may_be_opened, may_open

GOOD = Wish(frozenset({"L1"}), frozenset({"legal_person"}), "", "招标投标资格审查")
CURRENT, AREAS = frozenset({"L1", "L2"}), frozenset({"339901"})


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"area": "339901"}, []),
        ({"lists": frozenset()}, ["no_list"]),
        ({"lists": frozenset({"L1", "L9"})}, ["list_not_current"]),
        ({"kinds": frozenset()}, ["no_kind"]),
        ({"kinds": frozenset({"legal_person", "natural_person"})}, ["persons_are_not_sent"]),
        ({"area": "110000"}, ["area_unknown"]),
        ({"purpose": "  工作  "}, ["no_purpose"]),
        ({"lists": frozenset(), "kinds": frozenset(), "purpose": ""}, ["no_list", "no_kind", "no_purpose"]),
    ],
)
def test_what_may_be_subscribed_to(changed: dict[str, object], codes: list[str]) -> None:
    wish = Wish(**{name: getattr(GOOD, name) for name in Wish.__dataclass_fields__} | changed)  # type: ignore[arg-type]
    verdict = may_be_opened(wish, current=CURRENT, areas=AREAS)
    assert [reason.code for reason in verdict.against] == codes
    assert all(reason.message and str(reason.source) for reason in verdict.against)


def test_a_second_person_opens_it() -> None:
    assert may_open(proposed_by="user:a", by="user:b")
    assert [r.code for r in may_open(proposed_by="user:a", by="user:a").against] == ["second_person"]
