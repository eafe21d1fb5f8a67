"""Sample rows: the same each time, valid where they should be, and returned where they were spoilt."""

from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from catalog import selectors
from catalog.rules.definition import Field, FieldType
from collection.rules import samples
from collection.rules.checking import Returned
from collection.rules.sample_faults import ODDITIES, PENALTY_FAULTS, PERMIT_FAULTS
from collection.rules.sheets import BULK, read_sheet
from kernel.identifiers import citizen_id_problem, org_code_valid, uscc_problem
from tests.collection.files import TODAY, definition, outcome, plan
from tests.factories.intake import penalty_item


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    one, same = (list(samples.penalty_rows(50, seed=4, today=TODAY)) for _ in range(2))
    assert one == same != list(samples.penalty_rows(50, seed=5, today=TODAY))


def test_codes_are_valid_unique_and_of_no_division_in_use() -> None:
    codes = {samples.organisation_code(n) for n in range(3_000)}
    assert len(codes) == 3_000
    assert not [code for code in codes if uscc_problem(code) or not org_code_valid(code[8:17])]
    assert {code[2:6] for code in codes} == {"3399"}
    assert all(citizen_id_problem(samples.citizen_number(n), TODAY) is None for n in range(500))


@pytest.mark.parametrize(("rows", "file"), [(samples.penalty_rows, "penalty"), (samples.permit_rows, "permit_28")])
def test_good_rows_are_taken_and_about_the_asked_share_is_returned(rows: object, file: str) -> None:
    checker = plan(definition(file))
    good = rows(400, seed=2, bad_share=0, today=TODAY, people_share=0.05)  # type: ignore[operator]
    assert not [n for n, row in enumerate(good) if isinstance(checker.check(n, row), Returned)]
    salted = rows(4_000, seed=2, bad_share=0.1, today=TODAY)  # type: ignore[operator]
    returned = sum(isinstance(checker.check(n, row), Returned) for n, row in enumerate(salted))
    assert 0.08 < returned / 4_000 < 0.12


@pytest.mark.parametrize("number", range(len(PENALTY_FAULTS)))
def test_every_fault_returns_a_penalty(number: int) -> None:
    for place, row in enumerate(samples.penalty_rows(12, bad_share=0, people_share=0, today=TODAY)):
        PENALTY_FAULTS[number](row, Random(place), "CF")
        assert isinstance(plan().check(place, row), Returned)


@pytest.mark.parametrize("number", range(len(PERMIT_FAULTS)))
def test_every_fault_returns_a_permit(number: int) -> None:
    for place, row in enumerate(samples.permit_rows(12, bad_share=0, people_share=0, today=TODAY)):
        PERMIT_FAULTS[number](row, Random(place), "XK")
        assert isinstance(plan(definition("permit_28")).check(place, row), Returned)


@pytest.mark.parametrize("number", range(len(ODDITIES)))
def test_an_odd_row_is_taken(number: int) -> None:
    for place, row in enumerate(samples.penalty_rows(12, bad_share=0, people_share=0, today=TODAY)):
        ODDITIES[number](row, Random(place), "CF")
        assert not isinstance(plan().check(place, row), Returned)


def test_subjects_that_are_given_are_the_ones_punished() -> None:
    firms = [(samples.organisation_code(n), f"江澜某{n}有限公司") for n in (1, 2)]
    rows = list(samples.penalty_rows(30, subjects=firms, bad_share=0, people_share=0, today=TODAY))
    assert {(row["CF_XDR_SHXYM"], row["CF_XDR_MC"]) for row in rows} == set(firms)
    assert len({row["CF_WSH"] for row in rows}) == 30


def test_files_hold_what_the_rows_hold(tmp_path: Path) -> None:
    rows = list(samples.penalty_rows(40, bad_share=0, today=TODAY))
    one, two, three = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.xlsx"
    assert samples.write_csv(one, rows, definition()) == 40
    samples.write_csv(two, rows, definition(), encoding="gb18030")
    assert samples.write_xlsx(three, rows, definition()) == 40
    read = [[texts for _, texts, _ in read_sheet(path, limits=BULK).lines] for path in (one, two, three)]
    assert read[0] == read[1] == read[2] and len(read[0]) == 40
    assert outcome(one) == outcome(three) == (40, [])


def test_an_example_for_a_field_that_nobody_foresaw() -> None:
    kinds = {FieldType.DATE: "2026-11-20", FieldType.AMOUNT: "1.25", FieldType.TEXT: ""}
    for kind, example in kinds.items():
        assert samples.example_of(Field(code="NEW", name="新", type=kind, required={})) == example
    assert samples.example_of(Field(code="NEW", name="新", type=FieldType.CODE, required={}, codes=("甲",))) == "甲"


@pytest.mark.django_db
def test_the_command_writes_both_kinds_of_file(tmp_path: Path) -> None:
    penalty_item("penalty")
    out = StringIO()
    for name in ("x.csv", "x.xlsx"):
        call_command(
            "make_samples", "penalty", "20", str(tmp_path / name), "--bad", "0", "--today", "2026-11-22", stdout=out
        )
        assert outcome(tmp_path / name)[0] == 20
    with pytest.raises(CommandError, match=r"以 \.csv 或 \.xlsx 结尾"):
        call_command("make_samples", "penalty", "1", str(tmp_path / "x.doc"))


def test_the_command_needs_a_published_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "current_version", lambda code: None)
    with pytest.raises(CommandError, match="尚未发布"):
        call_command("make_samples", "permit", "1", str(tmp_path / "x.csv"))
