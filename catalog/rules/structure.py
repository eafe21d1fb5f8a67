"""Whether a version holds together, so that rows can be checked, kept and found by it. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator

from catalog.rules.content import Content
from catalog.rules.definition import ABSENT, REQUIRED, Field, FieldType, Roles, Rule, RuleKind
from catalog.rules.sentences import ROLE_LABELS
from catalog.rules.sources import ELEMENTS, IDENTIFIED
from kernel.law import Reason, Verdict
from subjects.rules.kinds import Kind

FIELD_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
LONGEST_TEXT = 10_000
LONGEST_HEADING = 100
MOST_FIELDS = 200
ORGANISATION_CODES = ("uscc", "reg_no", "org_code")
ROLE_TYPES = {
    "uscc": {FieldType.USCC},
    "authority_code": {FieldType.USCC},
    "org_code": {FieldType.ORG_CODE},
    "reg_no": {FieldType.REG_NO},
    "person_id": {FieldType.ID_NUMBER},
    "responsible_id": {FieldType.ID_NUMBER},
    "decided_on": {FieldType.DATE},
    "valid_until": {FieldType.DATE},
    "publicity_until": {FieldType.DATE},
    "promised_on": {FieldType.DATE},
    "subject_kind": {FieldType.CODE},
    "publicity_state": {FieldType.CODE},
    "promise_state": {FieldType.CODE},
}


def well_formed(content: Content, sources: Container[str] | None = None) -> Verdict:
    """Whether the information items, their parts, the cross-field rules and what is raised fit together.

    河南省社会信用条例 第十一条: an item states code, name, format, subject kinds and information items.
    河南省社会信用条例 第十六条: a person is known by the ID number, an organisation by the unified code; so an item
    needs them, and what tells one decision from another. `sources`: None is not asked.
    """
    wrong, no_key = ELEMENTS, IDENTIFIED
    against = [
        *(Reason("field_wrong", wrong, message) for message in _fields(content)),
        *(Reason("role_wrong", wrong, message) for message in _roles(content)),
        *(Reason("rule_wrong", wrong, message) for message in _rules(content)),
        *(Reason("raise_wrong", wrong, message) for message in _raises(content, sources)),
        *(Reason("key_missing", no_key, message) for message in _key(content)),
    ]
    return Verdict(tuple(against))


# --- information items ----------------------------------------------------------------------------------------------


def _fields(content: Content) -> Iterator[str]:
    if not content.fields:
        yield "没有信息项，请至少添加主体名称、主体代码、文书号和决定日期。"
    if len(content.fields) > MOST_FIELDS:
        yield f"信息项超过 {MOST_FIELDS} 个，请分成几个条目。"
    for code, times in Counter(field.code.upper() for field in content.fields).items():
        if times > 1:
            yield f"信息项代码“{code}”重复了 {times} 次，请改为各不相同的代码。"
    owners: dict[str, str] = {}
    for field in content.fields:
        for heading in dict.fromkeys(_heading(text) for text in (field.code, field.name, *field.synonyms) if text):
            if owners.setdefault(heading, field.code) != field.code:
                both = f"“{owners[heading]}”和“{field.code}”"
                yield f"表头“{heading}”同时是信息项{both}的名称、别名或代码，无法区分，请改名。"
    for number, field in enumerate(content.fields, start=1):
        yield from (f"第 {number} 个信息项“{field.name or field.code}”：{m}" for m in _field(field))


def _heading(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def _field(field: Field) -> Iterator[str]:
    if not FIELD_CODE.fullmatch(field.code):
        yield "代码应以字母开头，由字母、数字、“_”组成。"
    if not field.name.strip():
        yield "没有名称。"
    if len(field.name) > LONGEST_HEADING:
        yield f"名称超过 {LONGEST_HEADING} 个字符，请缩短，其余写入说明。"
    if field.length is not None and not 0 < field.length <= LONGEST_TEXT:
        yield f"长度应在 1 至 {LONGEST_TEXT} 之间。"
    if field.type is FieldType.CODE and not field.codes:
        yield "代码类型的信息项没有代码表，请填写可选的值。"
    if len(set(field.codes)) < len(field.codes) or not all(code.strip() for code in field.codes):
        yield "代码表中有重复的或空的值。"
    if field.separator and any(field.separator in code for code in field.codes):
        yield f"代码表的值中含有分隔符“{field.separator}”，请换一个分隔符。"
    if field.length is not None and any(len(code) > field.length for code in field.codes):
        yield "代码表中有超过规定长度的值。"
    if field.type is FieldType.AMOUNT and not field.unit:
        yield "金额没有写明单位，请填写“元”或“万元”。"
    if not 0 <= field.decimals <= 6:
        yield "小数位数应在 0 至 6 之间。"


# --- the parts that fields play -------------------------------------------------------------------------------------


def parts(roles: Roles) -> Iterator[tuple[str, str]]:
    """Each part that is given, with the code of a field that plays it; `document_no` may be played by several."""
    for part in Roles.__dataclass_fields__:
        for code in filter(None, getattr(roles, part).split("+")):
            yield part, code


def _roles(content: Content) -> Iterator[str]:
    for part, code in parts(content.roles):
        field = content.by_code.get(code)
        if field is None:
            yield f"“{ROLE_LABELS[part]}”指向的信息项“{code}”不存在，请重新选择。"
        elif part in ROLE_TYPES and field.type not in ROLE_TYPES[part]:
            types = "、".join(sorted(kind.label for kind in ROLE_TYPES[part]))
            yield f"“{ROLE_LABELS[part]}”对应的信息项“{field.name}”应为“{types}”类型，现为“{field.type.label}”。"


def _key(content: Content) -> Iterator[str]:
    roles, kinds = content.roles, content.subject_kinds
    for part in ("name", "document_no", "decided_on"):
        if not getattr(roles, part):
            yield f"没有指定哪个信息项是{ROLE_LABELS[part]}，记录无法识别和去重，请选择。"
    for part, code in parts(roles):
        if part in ("name", "document_no", "decided_on") and code in content.by_code:
            lacking = [Kind(k).label for k in kinds if content.by_code[code].need(k) != REQUIRED]
            if lacking:
                yield f"{ROLE_LABELS[part]}“{content.by_code[code].name}”对{'、'.join(lacking)}须为必填。"
    for kind in kinds:
        if kind == Kind.NATURAL_PERSON:
            number = content.by_code.get(roles.person_id)
            if number is None or number.need(kind) != REQUIRED:
                yield "归集自然人信息须有必填的自然人证件号码，仅凭姓名不能识别自然人。"
        elif not _identified(content, kind):
            yield f"归集{Kind(kind).label}信息须有必填的统一社会信用代码（或者与注册号、组织机构代码“至少填一项”）。"


def _identified(content: Content, kind: str) -> bool:
    codes = [getattr(content.roles, part) for part in ORGANISATION_CODES]
    fields = [content.by_code[code] for code in codes if code in content.by_code]
    if any(field.need(kind) == REQUIRED for field in fields):
        return True
    usable = {field.code for field in fields if field.need(kind) != ABSENT}
    return any(rule.kind is RuleKind.ONE_OF and set(rule.fields) <= usable for rule in content.rules)


# --- cross-field rules and what a record raises ---------------------------------------------------------------------

DATES = {FieldType.DATE}
# types of `field`, types of `other`, whether words are looked for in `other` (none: whether it is filled)
NEEDS: dict[RuleKind, tuple[set[FieldType] | None, set[FieldType] | None, bool]] = {
    RuleKind.IN_ORDER: (DATES, DATES, False),
    RuleKind.NOT_FUTURE: (DATES, None, False),
    RuleKind.REQUIRED_IF: (set(FieldType), set(FieldType), True),
    RuleKind.EMPTY_UNLESS: (set(FieldType), set(FieldType), True),
    RuleKind.ONE_OF: (None, None, False),
    RuleKind.UNIT_SLIP: ({FieldType.AMOUNT}, {FieldType.TEXT}, False),
}


def _rules(content: Content) -> Iterator[str]:
    for number, rule in enumerate(content.rules, start=1):
        yield from (f"第 {number} 条跨项规则（{rule.kind.label}）：{m}" for m in _rule(content, rule))


def _rule(content: Content, rule: Rule) -> Iterator[str]:
    field_types, other_types, worded = NEEDS[rule.kind]
    for code, types in ((rule.field, field_types), (rule.other, other_types)):
        if types is None:
            continue
        field = content.by_code.get(code)
        if field is None:
            yield f"信息项“{code}”不存在，请重新选择。" if code else "没有选择信息项。"
        elif field.type not in types:
            yield f"信息项“{field.name}”的类型不适用于该规则。"
    if rule.kind is RuleKind.ONE_OF:
        if len(set(rule.fields)) < 2:
            yield "请至少选择两个信息项。"
        yield from (f"信息项“{code}”不存在，请重新选择。" for code in rule.fields if code not in content.by_code)
    if rule.field and rule.field == rule.other:
        yield "两个信息项相同，请改选其中一个。"
    if worded:
        yield from _words(content, rule.other, rule.words)


def _words(content: Content, code: str, words: tuple[str, ...]) -> Iterator[str]:
    field = content.by_code.get(code)
    if field is None or field.type is not FieldType.CODE or field.codes_open:
        return
    for word in words:
        if not any(word in known for known in field.codes):
            yield f"取值“{word}”不在“{field.name}”的代码表中，该设置永远不会生效，请改正。"


def _raises(content: Content, sources: Container[str] | None) -> Iterator[str]:
    for number, one in enumerate(content.raises, start=1):
        place = f"第 {number} 条触发设置（{one.source or '未选信息类别'}）："
        if not one.source or (sources is not None and one.source not in sources):
            yield f"{place}没有登记信息类别“{one.source}”，请选择已登记的类别。"
        for code in filter(None, (one.field, one.begins, one.ends, one.ground)):
            if code not in content.by_code:
                yield f"{place}信息项“{code}”不存在，请重新选择。"
        for code in filter(None, (one.begins, one.ends)):
            if code in content.by_code and content.by_code[code].type is not FieldType.DATE:
                yield f"{place}起止信息项“{content.by_code[code].name}”应为日期。"
        if not one.begins:
            yield f"{place}没有选择从哪个日期起算。"
        if not 0 <= one.years <= 100:
            yield f"{place}年限应在 1 至 100 年之间。"
        if one.field:
            yield from (f"{place}{message}" for message in _words(content, one.field, one.words))
