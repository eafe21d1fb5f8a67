"""What a version demands, as Chinese sentences: how pages, the comparison and the export say it. Pure.

The words are the official ones (篇十二(一)1: 目录条目, 信息项); a field is named as people see it.
"""

from collections.abc import Callable, Mapping, Sequence

from catalog.rules.definition import ABSENT, OPTIONAL, REQUIRED, Field, Raise, Rule, RuleKind

NEED_LABELS = {REQUIRED: "必填", OPTIONAL: "选填", ABSENT: "不填"}

# what each part that a field may play is called, in the order of the form; grouped as people think of a record
ROLE_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "信用主体",
        (
            ("name", "主体名称"),
            ("subject_kind", "主体类型"),
            ("uscc", "统一社会信用代码"),
            ("reg_no", "工商注册号"),
            ("org_code", "组织机构代码"),
            ("person_id_kind", "自然人证件类型"),
            ("person_id", "自然人证件号码"),
        ),
    ),
    (
        "决定",
        (
            ("document_no", "决定文书号"),
            ("authority", "决定机关"),
            ("authority_code", "决定机关代码"),
            ("decided_on", "决定日期"),
            ("valid_until", "有效期止"),
            ("procedure", "处罚程序"),
            ("grade", "失信程度"),
        ),
    ),
    ("公示", (("publicity_state", "公示状态"), ("publicity_until", "公示截止期"))),
    (
        "责任人员",
        (
            ("responsible_name", "法定代表人姓名"),
            ("responsible_id_kind", "法定代表人证件类型"),
            ("responsible_id", "法定代表人证件号码"),
        ),
    ),
    ("信用承诺", (("promised_on", "承诺履行日期"), ("promise_state", "履行状态"))),
)
ROLE_LABELS = {code: label for _, roles in ROLE_GROUPS for code, label in roles}


def names_of(fields: Sequence[Field]) -> dict[str, str]:
    """Field code -> its name on screen."""
    return {field.code: field.name or field.code for field in fields}


def rule_sentence(rule: Rule, names: Mapping[str, str]) -> str:
    """One cross-field rule as one sentence."""
    return SENTENCES[rule.kind](rule, names) + (f"（{rule.note}）" if rule.note else "")


def raise_sentence(one: Raise, names: Mapping[str, str]) -> str:
    """What a record of the item sets off for checks, as one sentence."""
    when = f"{_quoted(one.field, names)}含{_words(one.words)}时" if one.field else "每条记录"
    years = f"满 {one.years} 年止" if one.years else ""
    ends = f"至{_quoted(one.ends, names)}止" if one.ends else ""
    end = f"{ends}（未填的，{years}）" if ends and years else ends or years or "不设终止日期"
    parts = [f"{when}，记入触发来源 {one.source}", f"自{_quoted(one.begins, names)}起，{end}"]
    if one.ground:
        parts.append(f"事由取自{_quoted(one.ground, names)}")
    if one.own_term:
        parts.append("期限由法律或决定确定，不因名单移出而终止")
    if one.responsible:
        parts.append("同时及于法定代表人等责任人员")
    return "；".join(parts) + "。"


def need_of(field: Field, kind: str) -> str:
    """必填, 选填 or 不填 for one kind of subject."""
    return NEED_LABELS[field.need(kind)]


def role_text(code: str, names: Mapping[str, str]) -> str:
    """The field or fields (joined by "+") that play a part, by name."""
    return " + ".join(names.get(one, one) for one in code.split("+"))


def _quoted(code: str, names: Mapping[str, str]) -> str:
    return f"“{names.get(code, code)}”"


def _words(words: Sequence[str]) -> str:
    return "或".join(f"“{word}”" for word in words) or "任意内容"


def _one_of(rule: Rule, names: Mapping[str, str]) -> str:
    return "、".join(_quoted(code, names) for code in rule.fields) + "至少填写一项。"


SENTENCES: dict[RuleKind, Callable[[Rule, Mapping[str, str]], str]] = {
    RuleKind.IN_ORDER: lambda r, n: f"{_quoted(r.field, n)}不得晚于{_quoted(r.other, n)}。",
    RuleKind.NOT_FUTURE: lambda r, n: f"{_quoted(r.field, n)}不得晚于填报当日。",
    RuleKind.REQUIRED_IF: lambda r, n: (
        f"{_quoted(r.other, n)}填写{_words(r.words)}时，{_quoted(r.field, n)}必须填写。"
    ),
    RuleKind.EMPTY_UNLESS: lambda r, n: (
        f"只有{_quoted(r.other, n)}填写{_words(r.words)}时，才填写{_quoted(r.field, n)}。"
    ),
    RuleKind.ONE_OF: _one_of,
    RuleKind.UNIT_SLIP: lambda r, n: (
        f"{_quoted(r.field, n)}须与{_quoted(r.other, n)}中写明的金额相符，防止把元填作万元。"
    ),
}
