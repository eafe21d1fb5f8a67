"""The documents that are drawn from the code say what the code says now."""

import pytest

from kernel.machine import Machine
from redblack.rules.states import VERSION_LIFE
from tools import drawn
from tools.places import ROOT


@pytest.mark.parametrize("name", drawn.DRAWN)
def test_is_fresh(name: str) -> None:
    assert (ROOT / name).read_text() == drawn.DRAWN[name](), "stale: run make docs"


def test_every_table_of_arrows_is_drawn() -> None:
    names = {name for name, _ in drawn.machines()}
    assert {"redblack.rules.states.VERSION_LIFE", "redblack.rules.states.LIVES[HONOUR]"} <= names
    assert all(f"## `{name}`" in (ROOT / "docs/STATES.md").read_text() for name in names)


def test_an_arrow_that_is_taken_away_makes_the_drawing_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = Machine(initial=VERSION_LIFE.initial, transitions=list(VERSION_LIFE.transitions.values())[1:])
    monkeypatch.setattr("redblack.rules.states.VERSION_LIFE", fewer)
    assert (ROOT / "docs/STATES.md").read_text() != drawn.states()


def test_a_rule_stands_beside_its_article_and_its_tests() -> None:
    rows = drawn.legal_index().splitlines()
    assert any("redblack.rules.evidence" in row and "test_rules_evidence.py" in row for row in rows)
