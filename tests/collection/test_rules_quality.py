from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from collection.rules.quality import Counts, total


def test_the_total_is_weighted_by_records() -> None:
    """The monthly notice of rulebook 3.5: 9,220 permits with 3.6 % late and 119,634 penalties with 0.08 % late."""
    permits = Counts(9_220, 9_220, round(9_220 * 0.036))
    penalties = Counts(119_634, 119_634, round(119_634 * 0.0008))
    assert permits.lateness == Decimal("3.60") and penalties.lateness == Decimal("0.08")
    both = total([permits, penalties])
    assert both.reported == 128_854
    assert both.lateness == Decimal("0.33")  # the notice prints 0.34; an average of rates would be 1.84
    assert both.timeliness == Decimal("99.67")
    assert both.compliance == Decimal("100.00")


def test_no_data_is_no_rate() -> None:
    assert Counts().compliance is None and Counts().timeliness is None and Counts().lateness is None
    nothing_taken = Counts(5, 0, 0)
    assert nothing_taken.compliance == Decimal("0.00") and nothing_taken.timeliness is None


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))))
def test_rates_stay_between_nothing_and_all(parts: list[tuple[int, int, int]]) -> None:
    counts = total(Counts(late + taken + more, late + taken, late) for late, taken, more in parts)
    for rate in (counts.compliance, counts.timeliness, counts.lateness):
        assert rate is None or 0 <= rate <= 100
    assert counts.returned == sum(more for *_, more in parts)
