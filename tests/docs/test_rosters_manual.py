"""docs/manual/rosters.md and the code say the same: each timetable that it shows is understood, each word kept."""

import re

import pytest

from screening.models import RosterFinding
from screening.rules.schedules import TooOften, read_schedule
from tests.architecture.project import ROOT

MANUAL = (ROOT / "docs/manual/rosters.md").read_text(encoding="utf-8")


def test_every_timetable_of_the_manual_is_understood() -> None:
    table = MANUAL.partition("| 写法 | 含义 |")[2].partition("\n\n")[0]
    shown = [cell.strip() for line in table.splitlines()[2:] for cell in [line.split("|")[1]]]
    assert len(shown) == 8
    for text in shown:
        assert read_schedule(text).clauses or read_schedule(text).on_change
    for often in re.findall("“(每[^”]*)”不予接受|“(每秒)”", MANUAL):
        with pytest.raises(TooOften):
            read_schedule(next(filter(None, often)))


def test_every_disposition_is_named() -> None:
    for label in RosterFinding.Disposition.labels:
        assert all(part.removeprefix("已") in MANUAL for part in label.split("，")[:1]), label
