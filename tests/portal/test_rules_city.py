"""The fictional city: valid, unique, the same each time, and never to be mistaken for the cast of the story."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.identifiers import org_code_valid, uscc_problem
from portal.rules import city

UNTIL = date(2026, 11, 20)
CAST = yaml.safe_load(Path("portal/initial/demo/cast.yaml").read_text(encoding="utf-8"))["subjects"]
BRANDS = "恒泰新味轩鼎峰宏晟绿源沁源云帆"
CONFUSABLE = "亨衡横珩太钛顶定订丰锋枫风封鸿洪弘红虹盛升胜圣生绿律元园原远缘圆媛琴勤秦钦运韵芸凡番欣鑫信威维宣旋"


@given(seed=st.integers(0, 10**9), count=st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_codes_are_valid_and_unique_and_the_same_seed_gives_the_same_city(seed: int, count: int) -> None:
    made = city.enterprises(count, seed=seed, until=UNTIL)
    assert len({e.uscc for e in made}) == len({e.name for e in made}) == count
    assert all(uscc_problem(e.uscc) is None and org_code_valid(e.uscc[8:17]) for e in made)
    assert all(e.uscc[2:8] == e.division_code and e.division_code in city.DIVISIONS for e in made)
    assert all(e.registered_on < UNTIL for e in made)
    assert made == city.enterprises(count, seed=seed, until=UNTIL)
    assert made[: count // 2] == city.enterprises(count // 2, seed=seed, until=UNTIL)


def test_another_seed_gives_another_city() -> None:
    one, other = (city.enterprises(50, seed=seed, until=UNTIL) for seed in (1, 2))
    assert {e.uscc for e in one}.isdisjoint(e.uscc for e in other)


def test_no_brand_has_a_character_of_the_cast_or_one_that_sounds_like_it() -> None:
    assert set("".join(city.brands())).isdisjoint(BRANDS + CONFUSABLE)


def test_twenty_thousand_firms_do_not_clash_with_the_cast() -> None:
    made = city.enterprises(20_000, until=UNTIL)
    assert {e.uscc for e in made}.isdisjoint(s["uscc"] for s in CAST)
    assert {e.name for e in made}.isdisjoint(s["name"] for s in CAST)
    assert not [e.name for e in made if e.uscc[8:12] == city.CAST_PREFIX]
    kinds = {
        kind: sum(e.kind == kind for e in made) for kind in ("legal_person", "sole_trader", "other_organisation")
    }
    assert min(kinds.values()) > 500
    assert all(4 <= len(e.name) <= 24 for e in made)


def test_a_taken_code_is_not_given_again() -> None:
    taken = {e.uscc for e in city.enterprises(20, until=UNTIL)}
    assert taken.isdisjoint(e.uscc for e in city.enterprises(20, until=UNTIL, taken=taken))


def test_entries_cover_the_lists_and_never_name_a_firm_twice_on_one() -> None:
    made = city.enterprises(5000, until=UNTIL)
    entries = city.entries(made, 1200)
    assert {e.list_code for e in entries} == {f"L{n}" for n in range(1, 9)}
    assert len({(e.list_code, e.uscc) for e in entries}) == len(entries)
    assert abs(len(entries) - 1200) <= 8
    assert entries == city.entries(made, 1200)
    assert len({(e.list_code, e.document_no) for e in entries}) == len(entries)


def test_penalties_have_grades_and_amounts_that_fit() -> None:
    made = city.enterprises(500, until=UNTIL)
    penalties = city.penalties(made, 600)
    assert {p.grade for p in penalties} == {"轻微", "一般", "严重"}
    assert all((p.fine_wan > 0) == ("万元" in p.content) for p in penalties)
    assert len({(p.authority, p.document_no) for p in penalties}) == 600
    assert all(p.procedure == "普通程序" for p in penalties if p.grade != "轻微")


@pytest.mark.parametrize(("first8", "check"), [("MA9K3H5T", "3"), ("00991001", "9"), ("MA9K8X2W", "X")])
def test_org_check_char(first8: str, check: str) -> None:
    assert city.org_check_char(first8) == check
