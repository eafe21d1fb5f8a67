"""A definition and a content are read as they were written; what cannot be read is said in Chinese."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.rules.content import Basis, Content, read_content, written_content
from catalog.rules.definition import (
    KINDS,
    SHARING_SCOPES,
    UPDATE_CYCLES,
    Definition,
    Field,
    FieldType,
    Masking,
    NotADefinition,
    Raise,
    Roles,
    Rule,
    RuleKind,
    read,
    written,
)

unhurried = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
words = st.sampled_from(["", "甲", " 乙", "罚款；没收\n", "A", "=1+1", "0", "\U0001f642", "＊", '"'])
codes = st.sampled_from(["A", "B", "XK_WSH", "CF_NR_FK", "x1", "Z_9"])
several = st.lists(words, max_size=3).map(tuple)
counts = st.none() | st.integers(1, 999)
fields = st.builds(
    Field,
    code=codes,
    name=words,
    type=st.sampled_from(FieldType),
    length=st.none() | st.integers(1, 10_000),
    required=st.dictionaries(st.sampled_from(KINDS), st.sampled_from(["R", "O", "-"])),
    codes=several,
    codes_open=st.booleans(),
    separator=st.sampled_from(["", ";", "、"]),
    unit=st.sampled_from(["", "元", "万元"]),
    decimals=st.integers(0, 6),
    suspect_above=st.none() | st.decimals(0, 10**9, places=2),
    synonyms=several,
    masking=st.sampled_from(Masking),
    sharing=st.sampled_from(["", *SHARING_SCOPES]),
    note=words,
)
rules = st.builds(
    Rule, kind=st.sampled_from(RuleKind), field=codes, other=words, words=several, fields=several, note=words
)
roles = st.builds(Roles, **{part: st.just("") | codes for part in Roles.__dataclass_fields__})
raises = st.builds(
    Raise,
    source=codes,
    field=words,
    words=several,
    begins=codes,
    ends=words,
    years=st.integers(0, 50),
    ground=words,
    own_term=st.booleans(),
    responsible=st.booleans(),
)
shared: dict[str, Any] = {
    "subject_kinds": st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    "sharing_scope": st.sampled_from(SHARING_SCOPES),
    "report_within": counts,
    "retention_months": counts,
    "publicity_months": counts,
    "fields": st.lists(fields, max_size=4).map(tuple),
    "rules": st.lists(rules, max_size=3).map(tuple),
    "roles": roles,
    "raises": st.lists(raises, max_size=2).map(tuple),
}
trimmed = words.map(str.strip)
definitions = st.builds(
    Definition,
    item_code=codes,
    item_name=words,
    version=st.integers(1, 99),
    information_class=words,
    class_edition=words,
    legal_basis=words,
    **shared,
)
contents = st.builds(
    Content,
    name=trimmed,
    information_class=trimmed,
    class_edition=trimmed,
    legal_basis=trimmed,
    bases=st.lists(st.builds(Basis, document=codes, article=trimmed), max_size=2).map(tuple),
    provider_units=st.lists(codes, max_size=2).map(tuple),
    update_cycle=st.sampled_from(UPDATE_CYCLES),
    **shared,
)


@unhurried
@given(definitions)
def test_a_definition_is_read_as_it_was_written(definition: Definition) -> None:
    assert read(written(definition)) == definition
    assert read(json.loads(json.dumps(written(definition)))) == definition  # as the hidden sheet of a template has it


@unhurried
@given(contents)
def test_a_content_is_read_as_it_was_written(content: Content) -> None:
    again = read_content(json.loads(json.dumps(written_content(content))))
    assert again == content and again.seen == content.seen


@unhurried
@given(st.text())
def test_any_text_is_kept(text: str) -> None:
    content = read_content(said(fields=[{"code": "A", "name": text, "note": text}], legal_basis=f"《{text}》"))
    assert read_content(json.loads(json.dumps(written_content(content)))) == content


@unhurried
@given(contents, contents)
def test_what_was_seen_tells_two_contents_apart(one: Content, other: Content) -> None:
    assert (one.seen == other.seen) == (one == other)


def test_a_content_is_the_definition_of_its_rows() -> None:
    content = read_content(said(fields=[{"code": "MC", "name": "名称", "required": True}]))
    definition = content.as_definition(item_code="x", version=3)
    assert (definition.item_code, definition.item_name, definition.version) == ("x", "某信息", 3)
    assert definition.fields == content.fields and definition.by_code["MC"].need("sole_trader") == "R"


def said(**changes: Any) -> dict[str, Any]:
    return {"name": "某信息", "information_class": "行政管理信息", "class_edition": "2024"} | changes


def test_a_draft_may_be_half_written() -> None:
    content = read_content(said())
    assert content.fields == () and content.bases == () and content.legal_basis == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "没有这样的内容：colour"),
        ({"name": None}, "没有填写条目名称"),
        ({"sharing_scope": "公开"}, "共享范围“公开”不对。请改为：社会公开、政务共享"),
        ({"update_cycle": "有空时"}, "更新周期“有空时”不对"),
        ({"subject_kinds": ["dog"]}, "主体类型“dog”不对。请改为：法人、自然人"),
        ({"report_within": "七"}, "报送时限（工作日）“七”不对"),
        ({"retention_months": 0}, "保存期限（月）“0”不对，请填写大于 0 的整数"),
        ({"publicity_months": 40_000}, "公示期限（月）“40000”不对"),
        ({"fields": "MC"}, "信息项应为一组内容"),
        ({"fields": ["MC"]}, "第 1 项信息项的格式不对"),
        ({"fields": [{"code": "A", "name": "甲"}, {"code": "B"}]}, "第 2 项信息项：信息项“B”的名称没有填写"),
        (
            {"fields": [{"code": "A", "name": "甲", "type": "colour"}]},
            "信息项“甲”的类型“colour”不对。请改为：文本、日期",
        ),
        ({"fields": [{"code": "A", "name": "甲", "required": {"dog": "R"}}]}, "必填设置只能按主体类型填 R、O 或 -"),
        ({"fields": [{"code": "A", "name": "甲", "required": "R"}]}, "必填设置"),
        ({"fields": [{"code": "A", "name": "甲", "codes": "男女"}]}, "信息项“甲”的代码表应为一组文字"),
        ({"fields": [{"code": "A", "name": "甲", "length": "很长"}]}, "信息项“甲”的长度“很长”不对"),
        ({"fields": [{"code": "A", "name": "甲", "suspect_above": "NaN"}]}, "金额复核上限“NaN”不对"),
        ({"fields": [{"code": "A", "name": "甲", "sharing": "公开"}]}, "信息项“甲”的共享范围“公开”不对"),
        ({"fields": [{"code": "A", "name": "甲", "colour": 1}]}, "信息项“甲”中没有这样的设置：colour"),
        ({"fields": [{"code": "A", "name": "甲", "codes_open": "yes"}]}, "只能填是或否"),
        ({"rules": [{"kind": "magic"}]}, "第 1 项跨项规则：跨项规则的种类“magic”不对"),
        ({"rules": [{"kind": "one_of", "colour": 1}]}, "跨项规则中没有这样的设置：colour"),
        ({"raises": [{"source": "P-GEN"}]}, "第 1 项触发设置：触发设置的起算日期没有填写"),
        ({"raises": [{"source": "P", "begins": "A", "x": 1}]}, "触发设置中没有这样的设置：x"),
        ({"roles": {"boss": "A"}}, "信息项角色的设置不对"),
        ({"roles": ["A"]}, "信息项角色的设置不对"),
        ({"bases": [{"article": "第一条"}]}, "第 1 项依据：请选择已登记的依据文件"),
        ({"bases": {"document": "x"}}, "依据应为一组内容"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_no_content_can_say(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(NotADefinition) as refused:
        read_content(said(**changes))
    assert words in str(refused.value)


@pytest.mark.parametrize("junk", [{}, {"item_code": "x"}, {"fields": 3}, {"fields": [3]}, {"roles": 7}], ids=str)
def test_a_workbook_that_says_nonsense_is_no_definition(junk: dict[str, Any]) -> None:
    whole = {"item_code": "x", "item_name": "y", "version": 1}
    with pytest.raises(NotADefinition):
        read(whole | junk if "fields" in junk or "roles" in junk else junk)
