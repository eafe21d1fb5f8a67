"""Random conditions and facts, close to each other's edges."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from kernel.terms import same_day_later
from measures.rules.conditions import FACTS, All, AnyOf, FactKind, Facts, FactType, Not, Test

DAYS = [date(2026, 11, 20), date(2027, 2, 28), date(2028, 2, 29), date(2026, 3, 31), date(2026, 12, 31)]
MONTHS = [0, 1, 2, 3, 6, 12, 13, 36]
AMOUNTS = [Decimal("0.00"), Decimal("0.01"), Decimal("1000.00"), Decimal("120000.50"), Decimal("999999999999.99")]
WORDS = {
    "source": ["L1", "L2", "P-FOOD"],
    "edition": ["2025年度", "100%_版", "引'号"],
    "area": ["339900", "339901", "339903", "330000", "110101"],
    "matter": ["M1", "M3", "无"],
}


def values_of(fact: FactKind) -> list[str]:
    return [value for value, _ in fact.choices] or WORDS[fact.code]


def test_of(fact: FactKind) -> st.SearchStrategy[Test]:
    match fact.type:
        case FactType.VALUES:
            some = st.lists(st.sampled_from(values_of(fact)), min_size=1, max_size=3, unique=True).map(tuple)
            return st.builds(Test, st.just(fact.code), st.just("in"), some)
        case FactType.MONTHS:
            value = st.sampled_from(MONTHS)
        case FactType.MONEY:
            value = st.sampled_from(AMOUNTS)
        case FactType.YES_NO:
            value = st.booleans()
    return st.builds(Test, st.just(fact.code), st.sampled_from(fact.operators), value)


TESTS = st.one_of([test_of(fact) for fact in FACTS.values()])
TREES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
).filter(lambda tree: depth(tree) <= 6)


def depth(tree: Test | All | AnyOf | Not) -> int:
    match tree:
        case Test():
            return 1
        case Not(part):
            return 1 + depth(part)
        case All(parts) | AnyOf(parts):
            return 1 + max(depth(part) for part in parts)


def near(day: date) -> st.SearchStrategy[date]:
    """The day, a few months before or after it, or the days beside those: where the comparisons turn."""
    return st.builds(
        lambda months, sign, more: same_day_later(day, sign * months) + timedelta(days=more),
        st.sampled_from(MONTHS),
        st.sampled_from([-1, 1]),
        st.sampled_from([-1, 0, 1]),
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    today = draw(st.sampled_from(DAYS))
    text = {code: draw(st.sampled_from(["", *values_of(FACTS[code])])) for code in ("edition", "grade", "area")}
    return Facts(
        source=draw(st.sampled_from(WORDS["source"])),
        since=draw(near(today)),
        until=draw(st.none() | near(today)),
        as_of=today,
        amount=draw(st.none() | st.sampled_from(AMOUNTS)),
        subject_kind=draw(st.sampled_from(["", *values_of(FACTS["subject_kind"])])),
        matter=draw(st.sampled_from(["", "M1", "M3"])),
        stage=draw(st.sampled_from(["", "before", "during", "after"])),
        disputed=draw(st.booleans()),
        responsible=draw(st.booleans()),
        own_term=draw(st.booleans()),
        **text,
    )
