"""Two scales that are never mixed, and the escalation of the city's own: by the day, by kind, by count."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redblack.rules import grades
from redblack.rules.grades import CityGrade, Conduct, RepairGrade, Thresholds, graded, standing

DAY = date(2026, 3, 1)
YEAR_ON = date(2027, 2, 28)  # the last day of the year that begins on DAY
G, H, S = CityGrade.GENERAL, CityGrade.HEAVIER, CityGrade.SERIOUS


def conduct(day: date = DAY, kind: str = "无证经营", **said: object) -> Conduct:
    given: dict[str, object] = {
        "key": f"{day}:{kind}:{said}",
        "document_no": "某文",
        "authority": "某局",
        "penalty": "警告",
    }
    return Conduct(decided_on=day, kind=kind, **given | said)  # type: ignore[arg-type]


@pytest.mark.parametrize("city", CityGrade)
@pytest.mark.parametrize("repair", RepairGrade)
def test_the_two_scales_do_not_mix(city: CityGrade, repair: RepairGrade) -> None:
    for mixed in (
        lambda: city == repair,
        lambda: repair == city,
        lambda: city != repair,
        lambda: city < repair,
        lambda: repair >= city,
        lambda: max(city, repair),
        lambda: sorted([city, repair]),
        lambda: city in (repair,),
        lambda: city == city.value,
    ):
        with pytest.raises(TypeError, match="two scales"):
            mixed()


def test_each_scale_is_ordered() -> None:
    assert G < H < S and S > G and G <= G and S >= H
    assert RepairGrade.MINOR < RepairGrade.GENERAL < RepairGrade.SERIOUS
    assert max(CityGrade) is S and len({*CityGrade}) == 3
    assert (G.label, RepairGrade.GENERAL.label) == ("一般失信行为", "一般失信信息")


def test_what_a_record_states() -> None:
    assert grades.repair_grade("一般") is RepairGrade.GENERAL and grades.repair_grade("") is None
    with pytest.raises(ValueError, match="较重"):
        grades.repair_grade("较重")


@pytest.mark.parametrize(
    ("said", "grade", "article"),
    [
        ({"penalty": "警告"}, G, "第十一条"),
        ({"penalty": "罚款", "fine": Decimal(99_999)}, G, "第十一条"),
        ({"penalty": "罚款", "fine": Decimal(100_000)}, H, "第十二条"),
        ({"penalty": "没收违法所得"}, H, "第十二条"),
        ({"penalty": "罚款", "fine": Decimal(1_000_000)}, S, "第十三条"),
        ({"penalty": "警告;责令停产停业"}, S, "第十三条"),
        ({"penalty": "吊销许可证件"}, S, "第十三条"),
        ({"penalty": "", "judgment": True}, S, "第十三条"),
    ],
)
def test_the_grade_of_one_conduct(said: dict[str, object], grade: CityGrade, article: str) -> None:
    found = graded(conduct(**said))  # type: ignore[arg-type]
    assert found.grade is grade and found.source.article == article and found.why


def test_what_a_larger_fine_is_can_be_set() -> None:
    small = Thresholds(larger=Decimal(1), huge=Decimal(2))
    assert graded(conduct(penalty="罚款", fine=Decimal(1)), small).grade is H
    assert graded(conduct(penalty="罚款", fine=Decimal(2)), small).grade is S


HEAVY = {"penalty": "没收违法所得"}
CASES = [
    ("nothing", [], None),
    ("one 一般", [conduct()], G),
    ("two of one kind, on the last day of the year", [conduct(), conduct(YEAR_ON)], H),
    ("two of one kind, a day later", [conduct(), conduct(YEAR_ON + timedelta(1))], G),
    ("two of different kinds", [conduct(), conduct(kind="超范围经营")], G),
    ("two of a kind that is not told", [conduct(kind=""), conduct(DAY + timedelta(1), kind=" ")], G),
    ("three of any kind, on the last day", [conduct(), conduct(kind="乙"), conduct(YEAR_ON, kind="丙")], H),
    (
        "three of any kind, a day later",
        [conduct(), conduct(kind="乙"), conduct(YEAR_ON + timedelta(1), kind="丙")],
        G,
    ),
    ("one 较重", [conduct(**HEAVY)], H),  # type: ignore[arg-type]
    ("two 较重 of one kind", [conduct(**HEAVY), conduct(YEAR_ON, **HEAVY)], S),  # type: ignore[arg-type]
    ("two 较重 of different kinds", [conduct(**HEAVY), conduct(kind="乙", **HEAVY)], H),  # type: ignore[arg-type]
    ("three 较重", [conduct(kind=k, **HEAVY) for k in "甲乙丙"], S),  # type: ignore[arg-type]
    ("one 严重", [conduct(penalty="责令停产停业")], S),
    (
        "two 一般 that became 较重, and a 较重 of the same kind",
        [conduct(), conduct(DAY + timedelta(9)), conduct(DAY + timedelta(10), **HEAVY)],  # type: ignore[arg-type]
        S,
    ),
    (
        "no conduct carries two steps: several 一般 of one kind are one 较重",
        [conduct(DAY + timedelta(days), key=f"r{days}") for days in range(6)],
        H,
    ),
    (
        "two 一般 of one kind and two other 较重 within a year",
        [conduct(), conduct(DAY + timedelta(9)), *(conduct(DAY + timedelta(10), k, **HEAVY) for k in "乙丙")],
        S,
    ),
]


@pytest.mark.parametrize(("conducts", "grade"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_escalation(conducts: list[Conduct], grade: CityGrade | None) -> None:
    found = standing(conducts)
    assert found.grade is grade
    assert standing(reversed(conducts)).grade is grade
    if grade is not None:
        assert all(one.grade is grade and one.source == grades.SOURCES[grade] for one in found.because)


def test_it_says_which_records_led_there() -> None:
    first, second, other = conduct(), conduct(DAY + timedelta(30)), conduct(kind="乙")
    because = standing([first, other, second]).because
    assert {one.why: set(one.of) for one in because} == {
        "一年以内两次同类一般失信行为（无证经营）": {first, second},
        "一年以内三次一般失信行为": {first, second, other},
    }
    assert {str(one.source) for one in because} == {"忻政办发〔2015〕153号 第十二条"}


NUMBERS = count()
CONDUCTS = st.lists(
    st.builds(
        lambda days, kind, penalty: conduct(DAY + timedelta(days), kind, key=f"r{next(NUMBERS)}", penalty=penalty),
        st.integers(0, 900),
        st.sampled_from(["", "甲", "乙", "丙"]),
        st.sampled_from(["警告", "没收违法所得", "吊销许可证件"]),
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(CONDUCTS, CONDUCTS)
def test_more_conduct_never_makes_it_better(few: list[Conduct], more: list[Conduct]) -> None:
    before, after = standing(few), standing([*few, *more])
    if before.grade is not None:
        assert after.grade is not None and after.grade >= before.grade


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(CONDUCTS)
def test_each_step_names_different_conducts_within_its_years(conducts: list[Conduct]) -> None:
    for one in standing(conducts).all:
        keys = [conduct.key for conduct in one.of]
        assert len(keys) == len(set(keys)) and one.day == max(conduct.decided_on for conduct in one.of)
