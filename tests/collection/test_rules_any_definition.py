"""A new kind of item needs no code: whatever a definition says, every row is answered."""

from dataclasses import fields
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.definition import KINDS, FieldType, Masking, Roles, RuleKind, read, written
from collection.rules.checking import Plan
from collection.rules.headings import HeadingsRefused, match
from collection.rules.problems import LABELS, Severity
from collection.rules.ready import Ready, Returned

CODES = [f"F{number}" for number in range(8)]
some = st.sampled_from([*CODES, "", "F99"])
words = st.lists(st.sampled_from(["罚款", "吊销", "一般", "其他", "1"]), max_size=2)
field = st.fixed_dictionaries(
    {
        "type": st.sampled_from([one.value for one in FieldType]),
        "name": st.sampled_from(
            ["名称", "金额（万元）", "罚款金额", "没收金额", "决定文号", "处罚内容", "日期", "类别"]
        ),
        "length": st.sampled_from([None, 1, 5, 200]),
        "required": st.dictionaries(st.sampled_from(KINDS), st.sampled_from(["R", "O", "-"])),
        "codes": st.sampled_from(
            [[], ["警告", "罚款"], ["法人及非法人组织", "自然人", "个体工商户"], ["1", "2"], ["轻微", "一般"]]
        ),
        "codes_open": st.booleans(),
        "separator": st.sampled_from(["", ";", "、"]),
        "unit": st.sampled_from(["", "元", "万元", "吨"]),
        "decimals": st.integers(0, 6),
        "suspect_above": st.sampled_from([None, "1", "10000"]),
        "masking": st.sampled_from([one.value for one in Masking]),
        "synonyms": st.lists(st.sampled_from(["F1", "甲", "名称"]), max_size=2),
    }
)
rule = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([one.value for one in RuleKind]),
        "field": some, "other": some, "words": words, "fields": st.lists(some, max_size=3),
    }
)  # fmt: skip
raise_ = st.fixed_dictionaries(
    {
        "source": st.just("P"), "field": some, "words": words, "begins": some, "ends": some,
        "years": st.integers(0, 5), "ground": some, "own_term": st.booleans(),
    }
)  # fmt: skip
definition = st.builds(
    lambda named, rules, roles, raises, kinds, months, scope: read(
        {
            "item_code": "any", "item_name": "任一条目", "version": 1, "subject_kinds": kinds, "sharing_scope": scope,
            "publicity_months": months, "rules": rules, "roles": roles, "raises": raises,
            "fields": [one | {"code": code} for code, one in zip(CODES, named, strict=True)],
        }
    ),
    st.lists(field, min_size=len(CODES), max_size=len(CODES)),
    st.lists(rule, max_size=4),
    st.fixed_dictionaries({}, optional={part.name: some for part in fields(Roles)}),
    st.lists(raise_, max_size=2),
    st.lists(st.sampled_from(KINDS), unique=True),
    st.sampled_from([None, 12]),
    st.sampled_from(["社会公开", "政务共享"]),
)  # fmt: skip
VALUES = [
    "法人及非法人组织", "自然人", "个体工商户", "91440300708461136T", "00000000000000000X", "110101199003070134",
    "110108000000016", "70846113-6", "2026-10-09", "2027-01-01", "2099-12-31", "12", "120000", "12万元", "罚款12万元",
    "罚款", "警告", "一般", "轻微", "公示中", "简易程序", "吊销", "无", "1", "2", "身份证", "江澜市某局",
    "江字〔2026〕1号", "\x00", "",
]  # fmt: skip
row = st.dictionaries(st.sampled_from([*CODES, "F99"]), st.one_of(st.sampled_from(VALUES), st.text(max_size=8)))


@given(definition, row, st.booleans())
@settings(max_examples=500, deadline=None)
def test_every_row_is_answered(item, cells, confirmed):
    found = Plan(item, today=date(2026, 11, 22), reporter="江澜市某局", reporter_code="").check(
        2, cells, confirmed=confirmed
    )
    assert isinstance(found, Ready | Returned)
    problems = found.warnings if isinstance(found, Ready) else found.problems
    for problem in problems:
        assert problem.code in LABELS and "请" in problem.message and problem.message.endswith("。"), problem
        assert problem.field in item.by_code or not problem.field
    if isinstance(found, Ready):
        assert found.uscc or found.reg_no or found.org_code or found.person is not None
        assert not any(problem.severity is Severity.ERROR for problem in found.warnings)
        assert "110101199003070134" not in str(found.content)


@given(
    definition,
    st.lists(st.sampled_from(["F0", "F1", "名称", "决定文号", "甲", "罚款金额（元）", "", "＊类别"]), max_size=9),
)
@settings(max_examples=300, deadline=None)
def test_every_headings_are_answered(item, headings):
    try:
        matched = match(headings, item)
    except HeadingsRefused as refusal:
        assert "请" in str(refusal)
    else:
        assert len(set(matched.fields.values())) == len(matched.fields)
        assert set(matched.fields.values()) | set(matched.missing) == set(item.by_code)
        assert {*matched.fields, *matched.unread} == {heading for heading in headings if heading}


@given(definition)
@settings(max_examples=100, deadline=None)
def test_a_definition_written_and_read_makes_the_same_plan(item):
    assert read(written(item)) == item
