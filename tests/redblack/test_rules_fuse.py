import pytest

from kernel.law import Verdict
from redblack.rules.fuse import Compared, Limits, may_apply

LIMITS = Limits(percent=20, rows=10)


def compared(**fields: int) -> Compared:
    """A hundred rows that stayed the same, and what is said otherwise."""
    return Compared(**{"rows": 100, "before": 100, "added": 0, "kept": 100, "changed": 0, "removed": 0} | fields)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.against]


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ({}, []),
        ({"rows": 81, "removed": 19}, []),
        ({"rows": 80, "removed": 20}, ["shrunk"]),
        ({"rows": 59, "removed": 41}, ["shrunk"]),
        ({"rows": 119, "added": 19}, []),
        ({"rows": 120, "added": 20}, ["grown"]),
        ({"rows": 100, "added": 41, "removed": 41}, ["shrunk", "grown"]),
        ({"lost": 19}, []),
        ({"lost": 20}, ["identifiers_lost"]),
        ({"refused": 20}, ["papers_lost"]),
        ({"lost": 50, "refused": 50}, ["identifiers_lost", "papers_lost"]),
        ({"expired": 90, "rows": 10, "before": 10}, []),  # what ran out is not missing
        ({"changed": 100, "kept": 0}, []),
    ],
)
def test_a_share_of_the_whole(said: dict[str, int], reasons: list[str]) -> None:
    assert codes(may_apply(compared(**said), LIMITS)) == reasons


@pytest.mark.parametrize("removed", range(13))
def test_fewer_rows_than_the_limit_never_hold(removed: int) -> None:
    verdict = may_apply(compared(rows=12 - removed + 1, before=12, removed=removed), LIMITS)
    assert codes(verdict) == (["shrunk"] if removed >= 10 else [])


def test_the_first_version_is_compared_with_nothing() -> None:
    assert may_apply(compared(rows=500, before=0, added=500, kept=0), LIMITS)
    assert not may_apply(compared(rows=500, before=0, added=400, kept=0, lost=100), LIMITS)


@pytest.mark.parametrize("before", [1, 9, 10, 500])
def test_a_version_without_rows_is_always_held(before: int) -> None:
    empty = compared(rows=0, before=before, removed=before, kept=0)
    assert codes(may_apply(empty, LIMITS)) == ["emptied"]
    assert may_apply(compared(rows=0, before=0, kept=0), LIMITS)  # a list that was empty stays empty


def test_every_reason_says_how_much_and_whom_to_ask() -> None:
    verdict = may_apply(compared(rows=59, removed=41), LIMITS)
    assert verdict.against[0].message == (
        "新版本缺少上一版本在期的 41 条，占 41%，达到上限 20%。请向发布单位核实是否漏传。"
    )
