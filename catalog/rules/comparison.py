"""What differs between two versions of an item, for one page: attributes, information items, rules, parts, raises.

Pure. Both sides are said in the words of the page; what is the same is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from catalog.rules.content import Basis, Content
from catalog.rules.definition import KINDS, Field
from catalog.rules.sentences import ROLE_LABELS, names_of, need_of, raise_sentence, rule_sentence
from subjects.rules.kinds import KIND_LABELS, Kind


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        return {"added": "新增", "removed": "删除", "changed": "变更"}[self.value]


class Part(StrEnum):
    """Which part of a version a difference is in, in the order of the page."""

    ATTRIBUTE = "attribute"
    FIELD = "field"
    RULE = "rule"
    ROLE = "role"
    RAISE = "raise"

    @property
    def label(self) -> str:
        return PART_LABELS[self]


PART_LABELS = {
    Part.ATTRIBUTE: "条目属性",
    Part.FIELD: "信息项",
    Part.RULE: "跨项规则",
    Part.ROLE: "信息项角色",
    Part.RAISE: "触发设置",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the comparison. `place`: the attribute, the information item, or the part that a field plays;
    `what`: which attribute of an information item changed. `before`, `after`: "" where there was, or is, none."""

    part: Part
    change: Change
    place: str
    what: str
    before: str
    after: str


ATTRIBUTES = {
    "name": "条目名称",
    "information_class": "信息类别",
    "class_edition": "目录版本",
    "legal_basis": "纳入依据",
    "bases": "依据文件和条款",
    "subject_kinds": "主体类型",
    "provider_units": "提供单位",
    "sharing_scope": "共享范围",
    "update_cycle": "更新周期",
    "report_within": "报送时限（工作日）",
    "retention_months": "保存期限（月）",
    "publicity_months": "公示期限（月）",
}
FIELD_ATTRIBUTES = {
    "name": "名称",
    "type": "类型",
    "length": "长度",
    "codes": "代码表",
    "codes_open": "可填其他",
    "separator": "多值分隔符",
    "unit": "单位",
    "decimals": "小数位数",
    "suspect_above": "金额复核上限",
    "synonyms": "别名",
    "masking": "脱敏",
    "sharing": "共享范围",
    "note": "说明",
}


def differences(before: Content, after: Content) -> list[Difference]:
    """Every difference, part by part, each information item at its place in the newer version."""
    return [
        *_attributes(before, after),
        *_fields(before, after),
        *_sentences(
            Part.RULE,
            [rule_sentence(rule, names_of(before.fields)) for rule in before.rules],
            [rule_sentence(rule, names_of(after.fields)) for rule in after.rules],
        ),
        *_roles(before, after),
        *_sentences(
            Part.RAISE,
            [raise_sentence(one, names_of(before.fields)) for one in before.raises],
            [raise_sentence(one, names_of(after.fields)) for one in after.raises],
        ),
    ]


def _attributes(before: Content, after: Content) -> Iterator[Difference]:
    for key, label in ATTRIBUTES.items():
        one, other = getattr(before, key), getattr(after, key)
        if one != other:
            yield _change(Part.ATTRIBUTE, label, "", _said(one), _said(other))


def _fields(before: Content, after: Content) -> Iterator[Difference]:
    for code, field in after.by_code.items():
        old = before.by_code.get(code)
        if old is None:
            yield Difference(Part.FIELD, Change.ADDED, _field(field), "", "", field.type.label)
        else:
            yield from _field_changes(old, field)
    for code, old in before.by_code.items():
        if code not in after.by_code:
            yield Difference(Part.FIELD, Change.REMOVED, _field(old), "", old.type.label, "")
    kept_before = [code for code in before.by_code if code in after.by_code]
    kept_after = [code for code in after.by_code if code in before.by_code]
    if kept_before != kept_after:
        moved = [code for code in kept_after if code not in _in_place(kept_before, kept_after)]
        names = "、".join(after.by_code[code].name or code for code in moved)
        yield Difference(Part.FIELD, Change.CHANGED, "信息项顺序", "", "", f"调整了：{names}")


def _in_place(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The codes that keep their order: what does not have to be moved to make one list of the other."""
    blocks = SequenceMatcher(a=before, b=after, autojunk=False).get_matching_blocks()
    return {code for block in blocks for code in before[block.a : block.a + block.size]}


def _field_changes(old: Field, new: Field) -> Iterator[Difference]:
    for key, label in FIELD_ATTRIBUTES.items():
        one, other = getattr(old, key), getattr(new, key)
        if one != other:
            yield _change(Part.FIELD, _field(new), label, _said(one), _said(other))
    for kind in KINDS:
        if old.need(kind) != new.need(kind):
            label = f"填报要求（{KIND_LABELS[Kind(kind)]}）"
            yield _change(Part.FIELD, _field(new), label, need_of(old, kind), need_of(new, kind))


def _roles(before: Content, after: Content) -> Iterator[Difference]:
    names_before, names_after = names_of(before.fields), names_of(after.fields)
    for part, label in ROLE_LABELS.items():
        one, other = getattr(before.roles, part), getattr(after.roles, part)
        if one != other:
            said, says = _played(one, names_before), _played(other, names_after)
            if said == says:  # another field of the same name: only the codes tell them apart
                said, says = f"{said}（{one}）", f"{says}（{other}）"
            yield _change(Part.ROLE, label, "", said, says)


def _played(codes: str, names: Mapping[str, str]) -> str:
    return "＋".join(names.get(code, code) for code in codes.split("+")) if codes else ""


def _sentences(part: Part, before: Sequence[str], after: Sequence[str]) -> Iterator[Difference]:
    for said in before:
        if said not in after:
            yield Difference(part, Change.REMOVED, "", "", said, "")
    for said in after:
        if said not in before:
            yield Difference(part, Change.ADDED, "", "", "", said)


def _change(part: Part, place: str, what: str, before: str, after: str) -> Difference:
    change = Change.CHANGED if before and after else (Change.ADDED if after else Change.REMOVED)
    return Difference(part, change, place, what, before, after)


def _field(field: Field) -> str:
    return f"{field.name}（{field.code}）" if field.name else field.code


def _said(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(_said(one) for one in value)
    if isinstance(value, Basis):
        return f"{value.document} {value.article}".strip()
    label = getattr(value, "label", None)
    if label is not None:
        return str(label)
    return KIND_LABELS[Kind(value)] if value in KINDS else str(value)
