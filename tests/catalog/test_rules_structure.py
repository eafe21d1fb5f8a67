"""Whether information items, their parts, rules and what is raised fit together: each breach alone."""

from typing import Any

import pytest

from tests.catalog.test_rules_publication import FIELDS, ROLES, changed, content, reasons, with_field

RULE = {"kind": "in_order", "field": "RQ", "other": "RQ2"}
LATER = {"code": "RQ2", "name": "截止日期", "type": "date"}
RAISE = {"source": "P-GEN", "field": "LB", "words": ["自然人"], "begins": "RQ", "ends": "RQ2", "ground": "WH"}


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        pytest.param({"fields": []}, "field_wrong", "没有信息项", id="no-fields"),
        pytest.param(with_field(code="MC"), "field_wrong", "重复", id="code-twice"),
        pytest.param(with_field(name="主体名称"), "field_wrong", "无法区分", id="name-twice"),
        pytest.param(with_field(synonyms=["决定 文号"]), "field_wrong", "决定文号", id="synonym-of-another"),
        pytest.param(with_field(code="1X"), "field_wrong", "字母开头", id="code-shape"),
        pytest.param(with_field(name=" "), "field_wrong", "没有名称", id="no-name"),
        pytest.param(with_field(length=0), "field_wrong", "长度", id="no-length"),
        pytest.param(with_field(length=10_001), "field_wrong", "10000", id="too-long"),
        pytest.param(with_field(type="code"), "field_wrong", "没有代码表", id="no-codes"),
        pytest.param(with_field(type="code", codes=["甲", "甲"]), "field_wrong", "重复的或空的值", id="codes-twice"),
        pytest.param(
            with_field(type="code", codes=["甲;乙"], separator=";"), "field_wrong", "分隔符", id="separator"
        ),
        pytest.param(
            with_field(type="code", codes=["甲乙丙"], length=2), "field_wrong", "超过规定长度", id="code-length"
        ),
        pytest.param(with_field(type="amount"), "field_wrong", "没有写明单位", id="no-unit"),
        pytest.param({"roles": ROLES | {"grade": "GHOST"}}, "role_wrong", "GHOST", id="role-of-nothing"),
        pytest.param({"roles": ROLES | {"decided_on": "WH"}}, "role_wrong", "日期", id="role-of-another-type"),
        pytest.param({"rules": [RULE]}, "rule_wrong", "RQ2", id="rule-of-nothing"),
        pytest.param(
            {"rules": [{"kind": "in_order", "field": "RQ", "other": "MC"}]}, "rule_wrong", "不适用", id="rule-type"
        ),
        pytest.param(
            {"rules": [{"kind": "in_order", "field": "RQ", "other": "RQ"}]}, "rule_wrong", "相同", id="rule-twice"
        ),
        pytest.param({"rules": [{"kind": "one_of", "fields": ["MC"]}]}, "rule_wrong", "两个", id="one-of-one"),
        pytest.param({"rules": [{"kind": "one_of", "fields": ["MC", "Z"]}]}, "rule_wrong", "Z", id="one-of-nothing"),
        pytest.param(
            {"rules": [{"kind": "required_if", "field": "MC", "other": "LB", "words": ["外星人"]}]},
            "rule_wrong",
            "永远不会生效",
            id="dead-rule",
        ),
        pytest.param(
            {"rules": [{"kind": "unit_slip", "field": "RQ", "other": "MC"}]}, "rule_wrong", "不适用", id="unit"
        ),
        pytest.param(
            {"raises": [RAISE | {"source": "P-NONE"}], "fields": [*FIELDS, LATER]},
            "raise_wrong",
            "P-NONE",
            id="source",
        ),
        pytest.param({"raises": [RAISE]}, "raise_wrong", "RQ2", id="raise-of-nothing"),
        pytest.param({"raises": [RAISE | {"ends": "MC"}]}, "raise_wrong", "应为日期", id="raise-no-date"),
        pytest.param(
            {"raises": [RAISE | {"ends": "", "begins": ""}]}, "raise_wrong", "从哪个日期", id="raise-no-begin"
        ),
        pytest.param({"raises": [RAISE | {"ends": "", "years": 101}]}, "raise_wrong", "100", id="raise-years"),
        pytest.param(
            {"raises": [RAISE | {"ends": "", "words": ["甲"]}]}, "raise_wrong", "永远不会生效", id="raise-dead"
        ),
        pytest.param({"roles": ROLES | {"document_no": ""}}, "key_missing", "决定文书号", id="no-document-number"),
        pytest.param({"roles": ROLES | {"decided_on": ""}}, "key_missing", "决定日期", id="no-day"),
        pytest.param({"roles": ROLES | {"name": ""}}, "key_missing", "主体名称", id="no-subject-name"),
        pytest.param({"roles": ROLES | {"uscc": ""}}, "key_missing", "统一社会信用代码", id="no-code"),
        pytest.param({"roles": ROLES | {"person_id": ""}}, "key_missing", "仅凭姓名", id="no-persons-number"),
        pytest.param(changed("WH", required=False), "key_missing", "须为必填", id="key-optional"),
        pytest.param(changed("DM", required=False), "key_missing", "统一社会信用代码", id="code-optional"),
        pytest.param(changed("ZJ", required=False), "key_missing", "仅凭姓名", id="number-optional"),
    ],
)
def test_what_does_not_hold_together(changes: dict[str, Any], code: str, words: str) -> None:
    found = reasons(content(**changes))
    assert code in found and words in " ".join(found.values())
    assert set(found) <= {code, "role_wrong", "key_missing"}  # without fields, their parts are missing too


def test_a_whole_definition_holds_together() -> None:
    fields = [*FIELDS, LATER, {"code": "NR", "name": "内容"}]
    rules = [
        RULE,
        {"kind": "not_future", "field": "RQ"},
        {"kind": "required_if", "field": "JE", "other": "NR", "words": ["罚款"]},
        {"kind": "required_if", "field": "NR", "other": "RQ2"},
        {"kind": "empty_unless", "field": "JE", "other": "LB", "words": ["自然人"]},
        {"kind": "one_of", "fields": ["JE", "NR"]},
        {"kind": "unit_slip", "field": "JE", "other": "NR"},
    ]
    assert reasons(content(fields=fields, rules=rules, raises=[RAISE | {"years": 1}])) == {}


def test_a_code_or_one_of_several_identifies() -> None:
    either = [
        *(one for one in FIELDS if one["code"] != "DM"),
        {"code": "DM", "name": "统一社会信用代码", "type": "uscc"},
        {"code": "ZC", "name": "注册号", "type": "reg_no"},
    ]
    given = {"fields": either, "roles": ROLES | {"reg_no": "ZC"}}
    assert set(reasons(content(**given))) == {"key_missing"}
    assert reasons(content(**given, rules=[{"kind": "one_of", "fields": ["DM", "ZC"]}])) == {}


def test_the_key_may_be_several_fields() -> None:
    assert reasons(content(roles=ROLES | {"document_no": "WH+RQ"})) == {}
    assert "role_wrong" in reasons(content(roles=ROLES | {"document_no": "WH+GHOST"}))


def test_sources_are_not_asked_where_nobody_knows_them() -> None:
    given = content(raises=[{"source": "P-ANY", "begins": "RQ", "years": 1}])
    assert reasons(given, sources=None) == {} and "raise_wrong" in reasons(given)
