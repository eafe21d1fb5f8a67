"""What a wording of a list type must say before it is published; what differs; which facts wait."""

from dataclasses import replace
from typing import Any

import pytest

from kernel.law import Rank
from redblack.rules import editions
from redblack.rules.editions import TypeContent

WHOLE = TypeContent(
    title="拖欠农民工工资失信联合惩戒对象名单",
    kind="serious",
    origin="本级认定",
    legal_status="现行",
    initiator="市人力资源社会保障局",
    level="国家",
    legal_basis="《保障农民工工资支付条例》第四十八条",
    conduct="克扣、无故拖欠农民工工资，经责令限期支付逾期不支付",
    term_rule="三年",
    exit_rule="改正满六个月可以申请提前移出",
    publicity_scopes={"legal_person": "社会公开", "natural_person": "政务共享"},
)


def content(**said: Any) -> TypeContent:
    return replace(WHOLE, **said)


CASES = [
    ("whole", {}, [Rank.MINISTRY_RULE], []),
    ("a ministry's rule will do for a national list", {}, [Rank.MINISTRY_RULE, Rank.NORMATIVE_DOCUMENT], []),
    ("a normative document will not", {}, [Rank.NORMATIVE_DOCUMENT], ["rank_too_low"]),
    ("a list of the city: local regulation will do", {"level": "市"}, [Rank.LOCAL_REGULATION], []),
    ("a list of the city: a ministry's rule will not", {"level": "市"}, [Rank.MINISTRY_RULE], ["rank_too_low"]),
    ("honours ask no rank", {"kind": "reward"}, [Rank.NORMATIVE_DOCUMENT], []),
    ("no basis", {"legal_basis": ""}, [], ["no_basis"]),
    ("a basis that is not registered", {}, [], ["basis_unknown"]),
    ("no conduct", {"conduct": ""}, [Rank.LAW], ["no_conduct"]),
    ("no exit", {"exit_rule": ""}, [Rank.LAW], ["no_exit"]),
    ("no level", {"level": ""}, [Rank.LAW], ["no_level"]),
    ("persons in public", {"publicity_scopes": {"natural_person": "社会公开"}}, [Rank.LAW], ["persons_public"]),
    ("decided here with a limit of age", {"freshness_days": 7}, [Rank.LAW], ["freshness"]),
    ("received without one", {"origin": "法院推送"}, [Rank.LAW], ["freshness"]),
    ("received with one", {"origin": "法院推送", "freshness_days": 2}, [Rank.LAW], []),
    ("merged, but where", {"legal_status": "已并入"}, [], ["merged_nowhere"]),
    ("merged", {"legal_status": "已并入", "merged_into": "L2"}, [], []),
    ("in force and merged", {"merged_into": "L2"}, [Rank.LAW], ["merged_but_not"]),
    ("under review nothing is asked yet", {"legal_status": "待法制审核", "legal_basis": "", "conduct": ""}, [], []),
    ("no title", {"title": ""}, [Rank.LAW], ["no_title"]),
]


@pytest.mark.parametrize(("said", "ranks", "codes"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_may_be_published(said: dict[str, Any], ranks: list[Rank], codes: list[str]) -> None:
    verdict = editions.may_publish(content(**said), ranks=ranks, circle=[])
    assert [reason.code for reason in verdict.against] == codes
    assert all(reason.message and str(reason.source) for reason in verdict.against)


@pytest.mark.parametrize(
    ("code", "into", "links", "way"),
    [
        ("A", "B", {}, []),
        ("A", "B", {"B": "C"}, []),
        ("A", "A", {}, ["A", "A"]),
        ("A", "B", {"B": "A"}, ["A", "B", "A"]),
        ("A", "B", {"B": "C", "C": "A"}, ["A", "B", "C", "A"]),
        ("A", "B", {"B": "C", "C": "B"}, []),
    ],
)
def test_lists_merged_in_a_circle(code: str, into: str, links: dict[str, str], way: list[str]) -> None:
    assert editions.circle(code, into, links) == way
    if way:
        merged = content(legal_status="已并入", merged_into=into)
        [reason] = editions.may_publish(merged, ranks=[], circle=way).against
        assert reason.code == "circle" and " → ".join(way) in reason.message


def test_written_and_read_are_the_same() -> None:
    assert editions.read(editions.written(WHOLE)) == WHOLE
    assert editions.read(editions.written(WHOLE)).seen == WHOLE.seen
    assert content(term_rule="两年").seen != WHOLE.seen


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "black"},
        {"origin": "外部数据"},
        {"legal_status": "有效"},
        {"level": "镇"},
        {"publicity_scopes": {"legal_person": "公开"}},
        {"publicity_scopes": {"company": "社会公开"}},
        {"colour": "red"},
    ],
)
def test_what_is_no_content(said: dict[str, Any]) -> None:
    with pytest.raises(editions.NotAnEdition):
        editions.read({**editions.written(WHOLE), **said})


def test_differences_in_the_words_of_the_page() -> None:
    after = content(term_rule="两年", publicity_scopes={"legal_person": "政务共享"})
    assert [(d.label, d.before, d.after) for d in editions.differences(WHOLE, after)] == [
        ("期限", "三年", "两年"),
        ("各类主体的公开范围", "法人：社会公开；自然人：政务共享", "法人：政务共享"),
    ]
    assert editions.differences(WHOLE, WHOLE) == []


def test_a_fact_that_changed_is_another_fact() -> None:
    after = content(term_months=24)
    assert editions.changed_facts(WHOLE, after) == {"term"}
    assert editions.fact_token(WHOLE, "term") != editions.fact_token(after, "term")
    assert editions.fact_token(WHOLE, "title") == editions.fact_token(after, "title")
    assert "title" in editions.changed_facts(None, WHOLE) and "memorandum" not in editions.changed_facts(None, WHOLE)


@pytest.mark.parametrize(
    ("confidence", "fact", "mark"),
    [
        ({"term": "P"}, "term", "P"),
        ({"legal_basis:a": "L", "legal_basis:b": "P"}, "legal_basis", "P"),
        ({"legal_basis:a": "L"}, "legal_basis", "L"),
        ({}, "term", ""),
    ],
)
def test_the_mark_of_a_fact(confidence: dict[str, str], fact: str, mark: str) -> None:
    assert editions.mark_of(confidence, fact) == mark


def test_what_waits_for_the_credit_office() -> None:
    marks = {fact: "L" for fact in editions.FACTS} | {"term": "P", "exit": "G", "memorandum": "G"}
    assert editions.unconfirmed(WHOLE, marks, []) == ["term", "exit"]  # nothing is said of a memorandum
    assert editions.unconfirmed(WHOLE, marks, ["exit"]) == ["term"]
