import pytest

from catalog.rules.definition import Field, Raise, Roles, Rule, RuleKind
from catalog.rules.sentences import ROLE_LABELS, names_of, raise_sentence, role_text, rule_sentence

NAMES = names_of(
    [Field(code=code, name=name, required={}) for code, name in {"A": "决定日期", "B": "有效期", "C": "类别"}.items()]
)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule(kind=RuleKind.IN_ORDER, field="A", other="B"), "“决定日期”不得晚于“有效期”。"),
        (Rule(kind=RuleKind.NOT_FUTURE, field="A"), "“决定日期”不得晚于填报当日。"),
        (
            Rule(kind=RuleKind.REQUIRED_IF, field="B", other="C", words=("罚款", "没收")),
            "“类别”填写“罚款”或“没收”时，“有效期”必须填写。",
        ),
        (
            Rule(kind=RuleKind.EMPTY_UNLESS, field="B", other="C", words=("罚款",)),
            "只有“类别”填写“罚款”时，才填写“有效期”。",
        ),
        (Rule(kind=RuleKind.ONE_OF, fields=("A", "B")), "“决定日期”、“有效期”至少填写一项。"),
        (Rule(kind=RuleKind.UNIT_SLIP, field="X", other="C"), "“X”须与“类别”中写明的金额相符，防止把元填作万元。"),
        (Rule(kind=RuleKind.NOT_FUTURE, field="A", note="附注"), "“决定日期”不得晚于填报当日。（附注）"),
    ],
)
def test_a_rule_is_a_sentence(rule: Rule, said: str) -> None:
    assert rule_sentence(rule, NAMES) == said


def test_every_kind_of_rule_has_a_sentence_and_every_part_a_label() -> None:
    assert all(rule_sentence(Rule(kind=kind), NAMES) for kind in RuleKind)
    assert set(ROLE_LABELS) == set(Roles.__dataclass_fields__)


def test_what_is_raised() -> None:
    said = raise_sentence(
        Raise(
            source="P-1", field="C", words=("吊销",), begins="A", years=5, ground="C", own_term=True, responsible=True
        ),
        NAMES,
    )
    assert said == (
        "“类别”含“吊销”时，记入触发来源 P-1；自“决定日期”起，满 5 年止；事由取自“类别”；"
        "期限由法律或决定确定，不因名单移出而终止；同时及于法定代表人等责任人员。"
    )
    assert raise_sentence(Raise(source="P-2", begins="A"), NAMES).endswith("自“决定日期”起，不设终止日期。")
    assert "每条记录" in raise_sentence(Raise(source="P-2", begins="A", ends="B"), NAMES)
    assert role_text("A+C", NAMES) == "决定日期 + 类别"
