from datetime import date, timedelta

import pytest

from collection.rules.freshness import STATE_LABELS, Load, SourceState, age_days, state_of

AS_OF = date(2026, 11, 20)


def load(*, days: int = 0, rows: int = 5, held: bool = False) -> Load:
    return Load("v1", AS_OF - timedelta(days=days), rows, held)


@pytest.mark.parametrize(
    ("given", "limit", "state"),
    [
        pytest.param(load(), 7, SourceState.CURRENT, id="today"),
        pytest.param(load(days=7), 7, SourceState.CURRENT, id="on-the-last-day"),
        pytest.param(load(days=8), 7, SourceState.STALE, id="one-day-later"),
        pytest.param(load(days=0), 0, SourceState.CURRENT, id="daily-today"),
        pytest.param(load(days=1), 0, SourceState.STALE, id="daily-yesterday"),
        pytest.param(load(days=4000), None, SourceState.CURRENT, id="decided-here-never-ages"),
        pytest.param(load(rows=0), 7, SourceState.CURRENT, id="an-empty-list-is-complete"),
        pytest.param(load(held=True), None, SourceState.HELD, id="held"),
        pytest.param(load(days=9, held=True), 7, SourceState.HELD, id="held-and-old"),
        pytest.param(None, None, SourceState.NEVER_LOADED, id="never"),
        pytest.param(None, 7, SourceState.NEVER_LOADED, id="never-with-limit"),
    ],
)
def test_state(given: Load | None, limit: int | None, state: SourceState) -> None:
    assert state_of(given, limit_days=limit, as_of=AS_OF) is state


def test_the_day_before_the_load_has_no_negative_age() -> None:
    assert age_days(load(days=-3), as_of=AS_OF) == 0
    assert age_days(load(days=9), as_of=AS_OF) == 9


def test_every_state_has_its_official_word() -> None:
    assert set(STATE_LABELS) == set(SourceState)
    assert STATE_LABELS[SourceState.STALE] == "超时效"
    assert STATE_LABELS[SourceState.NEVER_LOADED] == "未接入"
    assert STATE_LABELS[SourceState.HELD] == "更新待确认"
