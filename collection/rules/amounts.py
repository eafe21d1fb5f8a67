"""Amounts and whole numbers: what is read, and what exactly to write instead. Pure."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from catalog.rules.definition import Field
from collection.rules.judged import EMPTY, Judge, Judged, is_missing, refused
from collection.rules.money import FACTORS, plain, sums_in
from collection.rules.problems import Problem, Severity, shown
from kernel.identifiers import half_width

LARGEST = Decimal(10) ** 12
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|¥|￥)")
_NUMBER = re.compile(
    r"([+-]?)(\d+(?:\.\d*)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?)((?:[eE][+-]?\d{1,3})?)(\D*)", re.ASCII
)
_AS_SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)  # a spreadsheet shows 15 digits of a number; the rest is noise
_WHOLE = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.0*)?", re.ASCII)
_LONGEST = 60


def judge_amount(field: Field) -> Judge:
    """Reads an amount in the field's unit to a plain decimal. A stated unit must be the field's own."""
    code, unit, decimals, above = field.code, field.unit, field.decimals, field.suspect_above
    factor = FACTORS.get(unit)
    in_unit = f"以{unit}为单位的" if unit else ""

    def judge(raw: str) -> Judged:
        if is_missing(raw):
            return EMPTY
        text = _CURRENCY.sub("", "".join(half_width(raw).split()))
        parts = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
        if parts is None:
            return refused(code, "amount_unreadable", _unreadable(raw, in_unit, factor))
        sign, digits, exponent, said = parts.groups()
        value = Decimal(digits.replace(",", "") + exponent)
        if exponent:
            value_text = plain(value) if abs(value.adjusted()) < 15 else "12"
            message = (
                f"“{shown(raw)}”是科学计数法，末位数字可能已丢失。请核对原件，改为{in_unit}数字，如 {value_text}。"
            )
            return refused(code, "amount_unreadable", message)
        if len(digits) > 16 and "." in digits:
            value = _AS_SHOWN.plus(value)
        if said and said != unit:
            return refused(code, *_other_unit(raw, value, said, unit))
        if sign == "-" and value:
            message = f"“{shown(raw)}”为负数。请改为不小于 0 的{in_unit}数字；撤销原决定的，请办理撤回。"
            return refused(code, "amount_negative", message)
        if value >= LARGEST:
            return refused(
                code, "amount_too_large", f"“{shown(raw)}”过大。请核对原件和单位（{unit or '无'}）后改正。"
            )
        canonical = plain(value)
        places = len(canonical.partition(".")[2])
        if places > decimals:
            near = plain(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
            message = f"“{shown(raw)}”有 {places} 位小数，最多 {decimals} 位。请核对原件，如改为 {near}。"
            return refused(code, "amount_decimals", message)
        if above is not None and value > above:
            return Judged(
                canonical, value, (Problem(code, "amount_suspect", _suspect(value, unit), Severity.SUSPECT),), True
            )
        return Judged(canonical, value, (), True)

    return judge


def judge_integer(field: Field) -> Judge:
    """Reads a whole number that is not negative; `length` bounds its digits."""
    code, longest = field.code, field.length or 15

    def judge(raw: str) -> Judged:
        if is_missing(raw):
            return EMPTY
        text = "".join(half_width(raw).split())
        if field.unit:
            text = text.removesuffix(field.unit)
        parts = _WHOLE.fullmatch(text) if len(text) <= _LONGEST else None
        if parts is None or (parts[1] == "-" and parts[2].strip("0,")):
            message = f"“{shown(raw)}”不是整数。请改为不小于 0 的整数，只写数字，如 12。"
            return refused(code, "integer_unreadable", message)
        value = Decimal(parts[2].replace(",", ""))
        canonical = plain(value)
        if len(canonical) > longest:
            message = f"“{shown(raw)}”超过 {longest} 位。请核对原件后改正。"
            return refused(code, "integer_unreadable", message)
        return Judged(canonical, value, (), True)

    return judge


def _other_unit(raw: str, value: Decimal, said: str, unit: str) -> tuple[str, str]:
    """A unit that is not the field's: the converted number where both are units of money."""
    there, here = FACTORS.get(said.removesuffix("整").replace("圆", "元")), FACTORS.get(unit)
    if there is not None and there == here:
        return "amount_unit", f"“{shown(raw)}”请只写数字，改为 {plain(value)}。"
    if there is not None and here is not None:
        means = f"“{shown(raw)}”的单位是{said}，本项单位为{unit}，请改为 {plain(value * there / here)}。"
        return "amount_unit", means
    return "amount_unreadable", f"“{shown(raw)}”含数字以外的文字。请只写数字{f'（单位：{unit}）' if unit else ''}。"


def _unreadable(raw: str, in_unit: str, factor: Decimal | None) -> str:
    sums = list(sums_in(raw))
    if len(sums) == 1 and factor is not None:
        return f"“{shown(raw)}”不是数字。请改为{in_unit}数字 {plain(sums[0] / factor)}。"
    return f"“{shown(raw)}”不是可识别的数字。请改为{in_unit}数字，只写数字和小数点。"


def _suspect(value: Decimal, unit: str) -> str:
    if unit == "万元":
        slip = plain(value / FACTORS["万元"])
        return f"{plain(value)} 疑为元，本项单位为万元，请改为 {slip}；如金额无误，请在“确认无误”栏填“是”。"
    return f"{plain(value)}{unit} 数额偏大。请核对原件后改正；如金额无误，请在“确认无误”栏填“是”。"
