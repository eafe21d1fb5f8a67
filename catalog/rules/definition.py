"""What a version of an item says, as a value: fields, cross-field rules, the role of each field, what it raises.

Pure. The database keeps it as JSON (`read`), a template workbook carries it in a hidden sheet (`written`), and
`collection.rules` compiles it into the checks of a row. There is no code in it: a new kind of item needs none
(篇十二(一)1). `read` is lenient about what is absent and strict about what is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from catalog.rules.values import NotADefinition as NotADefinition
from catalog.rules.values import amount_of, flag_of, member_of, text_of, texts_of, whole_of

SHARING_SCOPES = ("社会公开", "政务共享", "授权查询", "不予共享")
UPDATE_CYCLES = ("实时", "每日", "每周", "每月", "每季度", "每半年", "每年", "按产生")
REQUIRED, OPTIONAL, ABSENT = "R", "O", "-"


class FieldType(StrEnum):
    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"  # a decimal number in `unit`
    INTEGER = "integer"
    CODE = "code"  # one of `codes`; with a separator several
    USCC = "uscc"
    ORG_CODE = "org_code"
    REG_NO = "reg_no"
    ID_NUMBER = "id_number"  # a person's document: always sealed, never shown or published

    @property
    def label(self) -> str:
        return TYPE_LABELS[self]


TYPE_LABELS = {
    FieldType.TEXT: "文本",
    FieldType.DATE: "日期",
    FieldType.AMOUNT: "金额",
    FieldType.INTEGER: "整数",
    FieldType.CODE: "代码",
    FieldType.USCC: "统一社会信用代码",
    FieldType.ORG_CODE: "组织机构代码",
    FieldType.REG_NO: "注册号",
    FieldType.ID_NUMBER: "自然人证件号码",
}


class Masking(StrEnum):
    """How a value is shown: as it is, first six and last four places, as a person's name, or never."""

    NONE = "none"
    PARTIAL = "partial"
    NAME = "name"
    SEALED = "sealed"

    @property
    def label(self) -> str:
        return MASKING_LABELS[self]


MASKING_LABELS = {
    Masking.NONE: "不脱敏",
    Masking.PARTIAL: "保留前6位后4位",
    Masking.NAME: "姓名脱敏",
    Masking.SEALED: "加密保存，不予显示",
}


class RuleKind(StrEnum):
    """Cross-field rules without code. Which keys of a Rule each one uses stands beside it."""

    IN_ORDER = "in_order"  # field is not later than other (dates)
    NOT_FUTURE = "not_future"  # field is not after today
    REQUIRED_IF = "required_if"  # field is required when other holds one of words
    EMPTY_UNLESS = "empty_unless"  # field is empty unless other holds one of words
    ONE_OF = "one_of"  # at least one of fields is filled
    UNIT_SLIP = "unit_slip"  # the amount in field agrees with what the text in other says (元 for 万元)

    @property
    def label(self) -> str:
        return RULE_LABELS[self]


RULE_LABELS = {
    RuleKind.IN_ORDER: "日期先后",
    RuleKind.NOT_FUTURE: "不得晚于今天",
    RuleKind.REQUIRED_IF: "条件必填",
    RuleKind.EMPTY_UNLESS: "条件不填",
    RuleKind.ONE_OF: "至少填一项",
    RuleKind.UNIT_SLIP: "金额单位核对",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One information item (信息项).

    `required`: subject kind -> R, O or - (must be empty); a kind that is not named is O. `length`: characters.
    `codes_open`: values starting with 其他 are allowed too. `separator`: several values joined by it.
    `suspect_above`: an amount above it is returned unless somebody confirms it (the unit may have slipped).
    `synonyms`: other headings.
    """

    code: str
    name: str
    type: FieldType = FieldType.TEXT
    length: int | None = None
    required: Mapping[str, str]
    codes: tuple[str, ...] = ()
    codes_open: bool = False
    separator: str = ""
    unit: str = ""
    decimals: int = 2
    suspect_above: Decimal | None = None
    synonyms: tuple[str, ...] = ()
    masking: Masking = Masking.NONE
    sharing: str = ""  # empty: as the item
    note: str = ""

    def need(self, kind: str) -> str:
        return self.required.get(kind, OPTIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    kind: RuleKind
    field: str = ""
    other: str = ""
    words: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which field plays which part; "" where the item has none.

    A record's key is (item, authority, document_no, subject). `document_no` may name several fields joined by "+",
    for items without a document (year of a rating). Without `authority` the reporting department is the authority.
    Without `subject_kind` the code tells the kind.
    """

    name: str = ""
    subject_kind: str = ""
    uscc: str = ""
    reg_no: str = ""
    org_code: str = ""
    person_id_kind: str = ""
    person_id: str = ""
    document_no: str = ""
    authority: str = ""
    authority_code: str = ""
    decided_on: str = ""
    valid_until: str = ""
    publicity_until: str = ""
    publicity_state: str = ""
    procedure: str = ""
    grade: str = ""
    responsible_name: str = ""
    responsible_id_kind: str = ""
    responsible_id: str = ""
    promised_on: str = ""
    promise_state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """A record of which `field` holds one of `words` (no field: every record) raises a trigger on `source`.

    From the date in `begins`; until the date in `ends`, or, where that is empty or not said, `years` after `begins`
    (the last day inclusive), or without end. `ground`: the field whose text is the ground. `responsible`: also for
    who answers for the subject.
    """

    source: str
    field: str = ""
    words: tuple[str, ...] = ()
    begins: str
    ends: str = ""
    years: int = 0
    ground: str = ""
    own_term: bool = False
    responsible: bool = False


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Everything that checking, storing and showing a record of the item needs."""

    item_code: str
    item_name: str
    version: int
    information_class: str = ""
    class_edition: str = ""
    legal_basis: str = ""
    subject_kinds: tuple[str, ...]
    sharing_scope: str = "政务共享"
    report_within: int | None = None
    retention_months: int | None = None
    publicity_months: int | None = None
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    roles: Roles
    raises: tuple[Raise, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Field]:
        return {field.code: field for field in self.fields}


def read(said: Mapping[str, Any]) -> Definition:
    """The definition that a mapping says: keys as in Definition. Raises NotADefinition."""
    try:
        return Definition(
            item_code=str(said["item_code"]),
            item_name=str(said["item_name"]),
            version=int(said["version"]),
            information_class=str(said.get("information_class", "")),
            class_edition=str(said.get("class_edition", "")),
            legal_basis=str(said.get("legal_basis", "")),
            subject_kinds=tuple(said.get("subject_kinds", ())),
            sharing_scope=str(said.get("sharing_scope", "政务共享")),
            report_within=_number(said.get("report_within")),
            retention_months=_number(said.get("retention_months")),
            publicity_months=_number(said.get("publicity_months")),
            fields=tuple(read_field(one) for one in said.get("fields", ())),
            rules=tuple(read_rule(one) for one in said.get("rules", ())),
            roles=Roles(**said.get("roles", {})),
            raises=tuple(read_raise(one) for one in said.get("raises", ())),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a workbook's hidden sheet may say anything
        if isinstance(error, NotADefinition):
            raise
        raise NotADefinition(f"目录条目的定义不完整或格式不对：{error}") from error


def written(definition: Definition) -> dict[str, Any]:
    """The mapping that `read` reads again to an equal definition; plain values, what is default left out."""
    return {
        "item_code": definition.item_code,
        "item_name": definition.item_name,
        "version": definition.version,
        "information_class": definition.information_class,
        "class_edition": definition.class_edition,
        "legal_basis": definition.legal_basis,
        "subject_kinds": list(definition.subject_kinds),
        "sharing_scope": definition.sharing_scope,
        "report_within": definition.report_within,
        "retention_months": definition.retention_months,
        "publicity_months": definition.publicity_months,
        "fields": [written_field(field) for field in definition.fields],
        "rules": [plain(rule) for rule in definition.rules],
        "roles": plain(definition.roles),
        "raises": [plain(one) for one in definition.raises],
    }


def read_field(said: Mapping[str, Any]) -> Field:
    """One information item. `required` may be true (R for every kind), false, or a mapping by kind.

    Raises NotADefinition, naming the item and what of it is wrong.
    """
    place = f"信息项“{said.get('name') or said.get('code') or ''}”"
    if strange := set(said) - set(Field.__dataclass_fields__):
        raise NotADefinition(f"{place}中没有这样的设置：{'、'.join(sorted(map(str, strange)))}。")
    required = said.get("required", {})
    if isinstance(required, bool):
        required = dict.fromkeys(KINDS, REQUIRED if required else OPTIONAL)
    known = isinstance(required, Mapping) and set(required) <= set(KINDS)
    if not known or set(required.values()) - {REQUIRED, OPTIONAL, ABSENT}:
        raise NotADefinition(f"{place}的必填设置只能按主体类型填 R、O 或 -。")
    decimals = whole_of(said.get("decimals", 2), f"{place}的小数位数")
    return Field(
        code=text_of(said.get("code"), f"{place}的代码"),
        name=text_of(said.get("name"), f"{place}的名称"),
        type=member_of(FieldType, said.get("type", FieldType.TEXT), f"{place}的类型"),
        length=whole_of(said.get("length"), f"{place}的长度"),
        required=dict(required),
        codes=texts_of(said.get("codes", ()), f"{place}的代码表"),
        codes_open=flag_of(said.get("codes_open", False), f"{place}的“可填其他”"),
        separator=text_of(said.get("separator", ""), f"{place}的多值分隔符"),
        unit=text_of(said.get("unit", ""), f"{place}的单位"),
        decimals=2 if decimals is None else decimals,
        suspect_above=amount_of(said.get("suspect_above"), f"{place}的金额复核上限"),
        synonyms=texts_of(said.get("synonyms", ()), f"{place}的别名"),
        masking=member_of(Masking, said.get("masking", Masking.NONE), f"{place}的脱敏方式"),
        sharing=text_of(said.get("sharing", ""), f"{place}的共享范围", ("", *SHARING_SCOPES)),
        note=text_of(said.get("note", ""), f"{place}的说明"),
    )


def written_field(field: Field) -> dict[str, Any]:
    return plain(field) | {"name": field.name, "required": dict(field.required)}


def read_rule(said: Mapping[str, Any]) -> Rule:
    """One cross-field rule. Raises NotADefinition."""
    if strange := set(said) - set(Rule.__dataclass_fields__):
        raise NotADefinition(f"跨项规则中没有这样的设置：{'、'.join(sorted(map(str, strange)))}。")
    return Rule(
        kind=member_of(RuleKind, said.get("kind"), "跨项规则的种类"),
        field=text_of(said.get("field", ""), "跨项规则的信息项"),
        other=text_of(said.get("other", ""), "跨项规则的另一信息项"),
        words=texts_of(said.get("words", ()), "跨项规则的取值"),
        fields=texts_of(said.get("fields", ()), "跨项规则的信息项"),
        note=text_of(said.get("note", ""), "跨项规则的说明"),
    )


def read_raise(said: Mapping[str, Any]) -> Raise:
    """What a record raises. Raises NotADefinition."""
    if strange := set(said) - set(Raise.__dataclass_fields__):
        raise NotADefinition(f"触发设置中没有这样的设置：{'、'.join(sorted(map(str, strange)))}。")
    return Raise(
        source=text_of(said.get("source"), "触发设置的信息类别"),
        field=text_of(said.get("field", ""), "触发设置的信息项"),
        words=texts_of(said.get("words", ()), "触发设置的取值"),
        begins=text_of(said.get("begins"), "触发设置的起算日期"),
        ends=text_of(said.get("ends", ""), "触发设置的截止日期"),
        years=whole_of(said.get("years", 0), "触发设置的年限") or 0,
        ground=text_of(said.get("ground", ""), "触发设置的事由"),
        own_term=flag_of(said.get("own_term", False), "触发设置的“独立期限”"),
        responsible=flag_of(said.get("responsible", False), "触发设置的“及于责任人员”"),
    )


def _number(said: Any) -> int | None:
    return None if said in (None, "") else int(said)


ALWAYS = {"decimals", "code", "source", "begins"}  # said even where it is empty, for `read` asks for it


def plain(value: Any) -> dict[str, Any]:
    """A small frozen dataclass as JSON values, without what is empty."""
    result: dict[str, Any] = {}
    for name in value.__dataclass_fields__:
        one = getattr(value, name)
        if isinstance(one, StrEnum):
            one = one.value
        elif isinstance(one, Decimal):
            one = str(one)
        elif isinstance(one, tuple):
            one = list(one)
        if one not in ("", None, [], 0, False) or name in ALWAYS:
            result[name] = one
    result.pop("required", None)
    return result


KINDS = ("legal_person", "natural_person", "sole_trader", "other_organisation")
