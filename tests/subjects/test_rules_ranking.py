"""Which names a typed name may mean, and the words that say why."""

import pytest

from kernel.names import name_key
from subjects.rules.kinds import Kind, kind_of_code
from subjects.rules.ranking import Listed, Question, ranked

REGIONS = frozenset({"江澜", "江澜市"})
NAMES = ["江澜云帆科技发展有限公司", "江澜云帆软件科技有限公司", "江澜宏晟新材料有限公司", "江澜宏晟化工有限公司"]


def ask(name: str, names: list[str] = NAMES, kind: str = "current") -> list[tuple[str, str]]:
    listed = [Listed(number, one, name_key(one), kind) for number, one in enumerate(names)]
    found = ranked(Question.of(name, REGIONS), listed, REGIONS, 10)
    return [(one.listed.name, one.why[0]) for one in found]


def test_the_demos_question_has_both_answers() -> None:
    assert ask("云帆科技") == [
        ("江澜云帆科技发展有限公司", "字号相同（云帆）"),
        ("江澜云帆软件科技有限公司", "字号相同（云帆）"),
    ]


@pytest.mark.parametrize(
    ("name", "first", "why"),
    [
        ("江澜云帆科技发展有限公司", NAMES[0], "名称完全一致"),
        ("江瀾雲帆科技發展有限公司", NAMES[0], "名称一致，仅繁简、全半角、括号或组织形式的写法不同"),
        ("云帆科技发展有限公司", NAMES[0], "字号和行业一致，地区或组织形式不同"),
        ("江澜云凡科技发展有限公司", NAMES[0], "相差一个字（“凡”与“帆”）"),
        ("江澜云帆科技发展的有限公司", NAMES[0], "多一个字（“的”）"),
        ("江澜云帆技发展有限公司", NAMES[0], "少一个字（“科”）"),
        ("发展云帆科技", NAMES[0], "含全部字符"),
        ("宏晟化工", NAMES[3], "字号和行业一致，地区或组织形式不同"),
    ],
)
def test_the_reason_is_said_in_words(name: str, first: str, why: str) -> None:
    assert ask(name)[0] == (first, why)


def test_a_former_name_and_a_short_name_say_what_they_are() -> None:
    assert "曾用名称一致" in ask(NAMES[0], [NAMES[0]], "former")[0][1]
    assert "简称一致" in ask(NAMES[0], [NAMES[0]], "short")[0][1]


def test_an_exact_name_stands_before_everything_else() -> None:
    names = [f"江澜云帆科技发展有限公司第{n}分公司" for n in range(20)] + [NAMES[0]]
    assert ask(NAMES[0], names)[0][0] == NAMES[0]


def test_common_words_alone_are_no_likeness() -> None:
    assert ask("江澜天地食品有限公司") == []


@pytest.mark.parametrize("name", ["云", "", "有限公司", "科技", "（）"])
def test_too_general(name: str) -> None:
    assert Question.of(name, REGIONS).too_general


@pytest.mark.parametrize(
    ("code", "kind"),
    [("91", Kind.LEGAL_PERSON), ("92", Kind.SOLE_TRADER), ("11", Kind.LEGAL_PERSON), ("31", Kind.OTHER_ORGANISATION),
     ("N2", Kind.OTHER_ORGANISATION), ("93", Kind.LEGAL_PERSON)],
)  # fmt: skip
def test_the_code_says_what_its_holder_is(code: str, kind: Kind) -> None:
    assert kind_of_code(code) == kind
