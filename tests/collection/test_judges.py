"""Helpers judge as this process does, in the order of the file, and none outlives its worker's use of it."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from collection.rules.judging import Incoming, Task
from collection.rules.ready import Returned
from collection.rules.samples import penalty_rows
from collection.rules.waiting import Shared
from collection.services.judges import HELPERS, judged_by_helpers, judged_here
from kernel.workdays import WorkCalendar
from tests.collection.definitions import PENALTY

TODAY = date(2026, 11, 20)
CODES = tuple(field.code for field in PENALTY.fields)
ROWS = 300


@pytest.fixture
def task() -> Task:
    calendar = WorkCalendar(frozenset({2025, 2026, 2027}), {})
    sources = {one.source: n for n, one in enumerate(PENALTY.raises, start=1)}
    shared = Shared(7, sources, {"江澜市某局": 3}, 7, calendar)
    return Task(definition=PENALTY, today=TODAY, reporter="江澜市某局", reporter_code="", codes=CODES, shared=shared)


def parts(size: int = 40) -> Iterator[list[Incoming]]:
    rows = [
        Incoming(n, n, [row.get(code, "") for code in CODES], {}, False)
        for n, row in enumerate(penalty_rows(ROWS, seed=5, bad_share=0.2, people_share=0.1, today=TODAY), start=2)
    ]
    yield from (rows[at : at + size] for at in range(0, ROWS, size))


def children() -> set[int]:
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in found.split()}


def test_helpers_say_what_this_process_says(task: Task) -> None:
    before = children()
    here = list(judged_here(task, parts()))
    by_helpers = list(judged_by_helpers(task, parts()))
    assert by_helpers == here
    verdicts = [verdict for _, some in here for verdict in some]
    assert len(verdicts) == ROWS and [v.row for v in verdicts] == [*range(2, ROWS + 2)]
    returned = sum(isinstance(v, Returned) for v in verdicts)
    private = sum(not isinstance(v, Returned) and v.ready is not None for v in verdicts)
    assert returned > 20 and private > 10
    assert children() == before


def test_a_line_says_nothing_of_a_person_before_it_is_sealed(task: Task) -> None:
    for _, some in judged_here(task, parts()):
        for verdict in some:
            if not isinstance(verdict, Returned):
                assert bool(verdict.line) == (verdict.ready is None)
                assert verdict.ready is not None or verdict.line.endswith(b"\t\t{}\t")


def test_helpers_end_with_a_file_that_is_not_read_to_its_end(task: Task) -> None:
    before = children()
    judged = judged_by_helpers(task, parts())
    next(judged)
    assert len(children() - before) == HELPERS
    judged.close()
    assert children() == before


def test_a_helper_that_dies_is_no_result(task: Task) -> None:
    before = children()
    judged = judged_by_helpers(task, parts())
    next(judged)
    for pid in children() - before:
        os.kill(pid, 9)
    with pytest.raises((EOFError, BrokenPipeError)):
        list(judged)
    assert children() == before


def test_the_order_of_the_columns_changes_nothing(task: Task) -> None:
    first = next(judged_here(task, parts()))[1]
    turned = [[row._replace(texts=list(reversed(row.texts))) for row in part] for part in list(parts())[:1]]
    other = Task(
        definition=PENALTY,
        today=TODAY,
        reporter="江澜市某局",
        reporter_code="",
        codes=CODES[::-1],
        shared=task.shared,
    )
    assert next(judged_here(other, turned))[1] == first
