"""Sums of money in sentences, in digits and in Chinese numerals. Pure; every sum is in 元."""

import re
from collections.abc import Iterator
from decimal import Decimal

FACTORS = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
}
_DIGITS = {char: value for value, chars in enumerate(("零〇○", "一壹弌", "二贰貳两兩", "三叁參叄", "四肆", "五伍",
    "六陆陸", "七柒", "八捌", "九玖")) for char in chars}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_NUMERALS = "".join((*_DIGITS, *_TENS, *_BIG))
_IN_DIGITS = r"(?<![\d.,])(\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,10})?)(亿|千万|百万|万|千|百)?[元圆]"
_BARE_WAN = r"(?<![\d.,])(\d{1,12}(?:\.\d{1,10})?)(万)(?![\d元圆\u4e00-\u9fff])"
_IN_NUMERALS = rf"([{_NUMERALS}]{{1,30}})[元圆圓](?:([{_NUMERALS}])角)?(?:([{_NUMERALS}])分)?"
_MIXED = r"(?<![\d.,])(\d{1,6})万(\d{1,4})(千|百)?[元圆]"  # 3万5千元
_SUM = re.compile(f"{_MIXED}|{_IN_DIGITS}|{_BARE_WAN}|{_IN_NUMERALS}")  # \d is a digit of any width
_SPACED = re.compile(r"\s")


def sums_in(text: str) -> Iterator[Decimal]:
    """Every sum that a text names, in 元: 120000元, 12万元, 120,000.50元, 壹拾贰万元整."""
    for match in _SUM.finditer("".join(text.split()) if _SPACED.search(text) else text):
        if match[1]:
            yield Decimal(match[1]) * 10_000 + Decimal(match[2]) * FACTORS[(match[3] or "") + "元"]
            continue
        digits, unit = match[4] or match[6], match[5] or match[7]
        if digits:
            yield Decimal(digits.replace(",", "").replace("，", "")) * FACTORS[(unit or "") + "元"]
            continue
        whole = number_of(match[8])
        if whole is not None:
            yield whole + Decimal(_DIGITS.get(match[9], 0)) / 10 + Decimal(_DIGITS.get(match[10], 0)) / 100


def number_of(numerals: str) -> Decimal | None:
    """A number in Chinese numerals, ordinary or financial; None when it is none: 壹拾贰万叁仟 -> 123000."""
    total = section = 0
    digit: int | None = None
    for char in numerals:
        if char in _DIGITS:
            digit = _DIGITS[char] if not digit else digit * 10 + _DIGITS[char]  # 二〇二六, and 零 before a digit
        elif char in _TENS:
            if digit is None and not section and _TENS[char] > 10:
                return None  # 每百元: no number stands before it
            section += (1 if digit is None else digit) * _TENS[char]
            digit = None
        elif char in _BIG:
            part = section + (digit or 0)
            if not part and not total:
                return None
            total = (total + part) * 10**8 if _BIG[char] == 10**8 else total + part * 10**4
            section, digit = 0, None
        else:
            return None
    return Decimal(total + section + (digit or 0)) if numerals else None


def plain(value: Decimal) -> str:
    """A number without exponent and trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text
