"""What two versions differ in: every kind of difference, and nothing else."""

from typing import Any

from hypothesis import given

from catalog.rules.comparison import ATTRIBUTES, Change, Difference, Part, differences
from catalog.rules.content import Content, read_content
from tests.catalog.test_rules_content import contents, unhurried

FIELDS = [
    {"code": "MC", "name": "主体名称", "length": 200, "required": True},
    {"code": "RQ", "name": "决定日期", "type": "date", "required": True},
    {"code": "JE", "name": "金额", "type": "amount", "unit": "元"},
]


def content(**changes: Any) -> Content:
    said = {
        "name": "某信息",
        "information_class": "行政管理信息",
        "class_edition": "2022",
        "legal_basis": "某法",
        "subject_kinds": ["legal_person"],
        "fields": FIELDS,
        "rules": [{"kind": "not_future", "field": "RQ"}],
        "roles": {"name": "MC", "decided_on": "RQ"},
        "raises": [{"source": "P-GEN", "begins": "RQ", "years": 1}],
    }
    return read_content(said | changes)


def said(before: Content, after: Content) -> list[tuple[Part, Change, str, str, str, str]]:
    return [(d.part, d.change, d.place, d.what, d.before, d.after) for d in differences(before, after)]


def test_attributes() -> None:
    after = content(
        name="某某信息", class_edition="2024", report_within=7, subject_kinds=["legal_person", "sole_trader"]
    )
    assert said(content(), after) == [
        (Part.ATTRIBUTE, Change.CHANGED, "条目名称", "", "某信息", "某某信息"),
        (Part.ATTRIBUTE, Change.CHANGED, "目录版本", "", "2022", "2024"),
        (Part.ATTRIBUTE, Change.CHANGED, "主体类型", "", "法人", "法人、个体工商户"),
        (Part.ATTRIBUTE, Change.ADDED, "报送时限（工作日）", "", "", "7"),
    ]


def test_information_items_added_removed_and_changed() -> None:
    after = content(
        fields=[
            {
                "code": "MC",
                "name": "名称",
                "length": 100,
                "required": {"legal_person": "R"},
                "synonyms": ["企业名称"],
            },
            FIELDS[1],
            {"code": "WH", "name": "文号"},
        ]
    )
    assert said(content(), after) == [
        (Part.FIELD, Change.CHANGED, "名称（MC）", "名称", "主体名称", "名称"),
        (Part.FIELD, Change.CHANGED, "名称（MC）", "长度", "200", "100"),
        (Part.FIELD, Change.ADDED, "名称（MC）", "别名", "", "企业名称"),
        (Part.FIELD, Change.CHANGED, "名称（MC）", "填报要求（自然人）", "必填", "选填"),
        (Part.FIELD, Change.CHANGED, "名称（MC）", "填报要求（个体工商户）", "必填", "选填"),
        (Part.FIELD, Change.CHANGED, "名称（MC）", "填报要求（其他组织）", "必填", "选填"),
        (Part.FIELD, Change.ADDED, "文号（WH）", "", "", "文本"),
        (Part.FIELD, Change.REMOVED, "金额（JE）", "", "金额", ""),
    ]


def test_an_order_that_changed_is_one_line() -> None:
    after = content(fields=[FIELDS[2], FIELDS[0], FIELDS[1]])
    assert said(content(), after) == [(Part.FIELD, Change.CHANGED, "信息项顺序", "", "", "调整了：金额")]


def test_rules_parts_and_raises_as_sentences() -> None:
    after = content(
        rules=[{"kind": "required_if", "field": "JE", "other": "MC", "words": ["罚款"]}],
        roles={"name": "MC", "decided_on": "RQ", "document_no": "MC+RQ"},
        raises=[],
    )
    found = differences(content(), after)
    assert [(d.part, d.change) for d in found] == [
        (Part.RULE, Change.REMOVED),
        (Part.RULE, Change.ADDED),
        (Part.ROLE, Change.ADDED),
        (Part.RAISE, Change.REMOVED),
    ]
    assert "“决定日期”不得晚于填报当日" in found[0].before and "“金额”必须填写" in found[1].after
    assert found[2].after == "主体名称＋决定日期" and "P-GEN" in found[3].before
    assert all(isinstance(d, Difference) and d.part.label and d.change.label for d in found)


@unhurried
@given(contents, contents)
def test_no_attribute_and_no_information_item_that_differs_is_left_out(one: Content, other: Content) -> None:
    assert not differences(one, one)
    found = {d.part for d in differences(one, other)}
    assert (Part.ATTRIBUTE in found) == any(getattr(one, key) != getattr(other, key) for key in ATTRIBUTES)
    if one.by_code != other.by_code or list(one.by_code) != list(other.by_code):
        assert Part.FIELD in found


def test_a_part_played_by_another_item_of_the_same_name_is_told_by_its_code() -> None:
    renamed = [field | {"code": "QC"} if field["code"] == "MC" else field for field in FIELDS]
    before, after = content(roles={"name": "MC"}), content(fields=renamed, roles={"name": "QC"})
    (found,) = [one for one in differences(before, after) if one.part is Part.ROLE]
    assert (found.before, found.after) == ("主体名称（MC）", "主体名称（QC）")
