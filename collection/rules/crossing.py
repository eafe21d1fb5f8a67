"""Cross-field rules of a definition, compiled into functions over the cells of a row. Pure."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from catalog.rules.definition import Definition, Field, FieldType, Rule, RuleKind
from collection.rules.judged import Judged, warning
from collection.rules.money import FACTORS, plain, sums_in
from collection.rules.problems import Problem

SLIP = Decimal(10_000)  # 万元 for 元, or the other way round
_LABELS = ("罚款", "没收")
_BREAKS = str.maketrans("，。；;\n", "\n\n\n\n\n")


class Cells(NamedTuple):
    """What the rules see of a row: the filled fields, what they say, which fields its kind of subject has not."""

    seen: Mapping[str, Judged]
    raw: Mapping[str, str]
    absent: Collection[str]


Crossing = Callable[[Cells], Problem | None]


def compiled(definition: Definition, today: date) -> tuple[Crossing, ...]:
    """The rules of a definition; a rule that names a field which is not there is left out."""
    made = (_compile(rule, definition.by_code, today) for rule in definition.rules)
    return tuple(one for one in made if one is not None)


def holder(field: Field | None, words: tuple[str, ...]) -> Callable[[str], bool]:
    """Tells of a text whether the field holds one of the words; without words: whether it says anything.

    A value of a code list is compared as a whole where the word is itself a code, else as a part of it; in a text a
    word counts wherever it stands.
    """
    if not words:
        return bool
    if field is None or field.type is not FieldType.CODE or not field.codes:
        return lambda text: any(word in text for word in words)
    codes, separator = field.codes, field.separator

    @lru_cache(maxsize=1024)
    def of_codes(text: str) -> bool:
        return any(
            part == word or (word not in codes and word in part) or part.startswith(f"{word}-")
            for part in (text.split(separator) if separator else [text])
            for word in words
        )

    return of_codes


def _compile(rule: Rule, fields: Mapping[str, Field], today: date) -> Crossing | None:
    if rule.kind is RuleKind.ONE_OF:
        known = tuple(code for code in rule.fields if code in fields)
        return _one_of(known, "、".join(f"“{fields[code].name}”" for code in known), rule.note) if known else None
    field, other = fields.get(rule.field), fields.get(rule.other)
    if field is None:
        return None
    if rule.kind is RuleKind.NOT_FUTURE:
        return _not_future(field, today)
    if other is None:
        return None
    if rule.kind is RuleKind.IN_ORDER:
        return _in_order(field, other)
    if rule.kind is RuleKind.REQUIRED_IF:
        return _required_if(field, other, rule)
    if rule.kind is RuleKind.EMPTY_UNLESS:
        return _empty_unless(field, other, rule)
    return _unit_slip(field, other)


def _in_order(field: Field, other: Field) -> Crossing:
    def check(cells: Cells) -> Problem | None:
        first, last = cells.seen.get(field.code), cells.seen.get(other.code)
        if first is None or last is None or not isinstance(first.value, date) or not isinstance(last.value, date):
            return None
        if first.value <= last.value:
            return None
        message = f"{last.text} 早于“{field.name}”{first.text}。请核对两个日期，改正有误的一项。"
        return Problem(other.code, "in_order", message)

    return check


def _not_future(field: Field, today: date) -> Crossing:
    def check(cells: Cells) -> Problem | None:
        judged = cells.seen.get(field.code)
        if judged is None or not isinstance(judged.value, date) or judged.value <= today:
            return None
        message = f"{judged.text} 晚于今天（{today.isoformat()}）。请改为实际日期。"
        return Problem(field.code, "date_future", message)

    return check


def _required_if(field: Field, other: Field, rule: Rule) -> Crossing:
    when = f"“{other.name}”" + (f"含“{'”“'.join(rule.words)}”时" if rule.words else "已填写时")
    message = f"为空。{when}，本项必填。请填写“{field.name}”{f'（单位：{field.unit}）' if field.unit else ''}。"
    holds = holder(other, rule.words)

    def check(cells: Cells) -> Problem | None:
        if field.code in cells.seen or field.code in cells.absent:
            return None
        said = cells.seen.get(other.code)
        if said is None or not holds(said.text):
            return None
        return Problem(field.code, "required_if", message)

    return check


def _empty_unless(field: Field, other: Field, rule: Rule) -> Crossing:
    when = f"“{other.name}”" + (f"含“{'”“'.join(rule.words)}”时" if rule.words else "已填写时")
    message = f"{when}才填写本项。请清空该单元格，或核对“{other.name}”。"
    holds = holder(other, rule.words)

    def check(cells: Cells) -> Problem | None:
        if field.code not in cells.seen or field.code in cells.absent:
            return None
        said = cells.seen.get(other.code)
        if said is not None and (not said.text or holds(said.text)):
            return None  # filled as it may be, or its own problem is told already
        return Problem(field.code, "must_be_empty", message)

    return check


def _one_of(codes: tuple[str, ...], names: str, note: str) -> Crossing:
    reason = f"（{note.rstrip('。')}）" if note else ""
    message = f"为空。{names}至少填一项{reason}。请填写其中一项。"

    def check(cells: Cells) -> Problem | None:
        asked = [code for code in codes if code not in cells.absent]
        if not asked or any(code in cells.seen for code in asked):
            return None
        return Problem(asked[0], "one_of", message)

    return check


def _unit_slip(field: Field, other: Field) -> Crossing:
    """The amount against the sums that the text names: a factor of exactly 10,000 is a slip of the unit."""
    factor = FACTORS.get(field.unit, Decimal(1))
    label = next((label for label in _LABELS if label in field.name), "")

    others = [one for one in _LABELS if one != label]

    def check(cells: Cells) -> Problem | None:
        judged = cells.seen.get(field.code)
        text = cells.raw.get(other.code, "")
        if judged is None or not isinstance(judged.value, Decimal) or not text:
            return None
        return compared(judged.text, text)

    @lru_cache(maxsize=1024)  # penalties of one kind are worded alike
    def compared(said_amount: str, text: str) -> Problem | None:
        value = Decimal(said_amount)
        amount = value * factor
        if _says(text, f"{plain(amount)}元") and not any(other in text for other in others):
            return None
        named = _named(text, label)
        if not named or amount in named or amount == sum(named):
            return None
        right = next((one for one in named if one and (amount == one * SLIP or amount * SLIP == one)), None)
        if right is None:
            said = "、".join(f"{plain(one)}元" for one in named[:3])
            message = f"{said_amount}{field.unit} 与“{other.name}”中的金额（{said}）不一致。请核对两处。"
            return warning(field.code, "amount_differs", message)
        should = plain(right / factor)
        wrong = "疑为元，" if amount > right else "疑为换算有误，"
        unit = field.unit or "元"
        message = f"{said_amount} {wrong}本项单位为{unit}，请改为 {should}（“{other.name}”中为 {plain(right)} 元）。"
        return Problem(field.code, "unit_slip", message)

    return check


def _says(text: str, amount: str) -> bool:
    """Whether the text names this very sum: by far the most frequent case, without reading it."""
    at = text.find(amount)
    return at == 0 or (at > 0 and text[at - 1] not in "0123456789.,，０１２３４５６７８９")


def _named(text: str, label: str) -> list[Decimal]:
    """The sums of the parts of a text that name the label (罚款, 没收); all sums of a text that names no label."""
    if "元" not in text and "圆" not in text and "万" not in text:
        return []
    if label:
        parts = [part for part in text.translate(_BREAKS).split("\n") if label in part]
        found = [one for part in parts for one in sums_in(part)]
        if found or any(other in text for other in _LABELS if other != label):
            return list(dict.fromkeys(found))
    return list(dict.fromkeys(sums_in(text)))
