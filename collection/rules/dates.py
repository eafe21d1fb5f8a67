"""Date cells: the forms that are read, and why another one is not. Pure."""

import calendar
import re
from datetime import date, datetime, timedelta, timezone

from catalog.rules.definition import Field
from collection.rules.judged import EMPTY, Judge, Judged, is_missing, refused
from collection.rules.problems import shown
from kernel.identifiers import half_width

SHANGHAI = timezone(timedelta(hours=8))
EARLIEST, LATEST = 1900, 2100
OPEN_END = "2099-12-31"
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets' serial numbers
_SERIAL = re.compile(r"([2-7]\d{4}|80000)(?:\.\d+)?", re.ASCII)
_TIME = r"(?:T|日? ?)\d{1,2}[:时]\d{1,2}(?:[:分](?:\d{1,2}(?:\.\d{1,9})?)?秒?)?"
_DATE = re.compile(rf"(\d{{4}})([-/.年])(\d{{1,2}})([-/.月])(\d{{1,2}})(?:日|{_TIME}|)", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?", re.ASCII)
_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)
_TWO_DIGITS = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", re.ASCII)
_NO_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}月?|\d{6}", re.ASCII)
_CHINESE = re.compile(r"[〇零○OＯ一二三四五六七八九十]+年[一二三四五六七八九十]+月[一二三四五六七八九十]+日")
_OPEN = ("长期", "永久", "无固定期限", "无期限")
_SEPARATORS = {"-": "-", "/": "/", ".": ".", "年": "月"}
EXAMPLE = "2026-11-20"


def judge_date(field: Field) -> Judge:
    """Reads a date cell to yyyy-mm-dd; a time of day is dropped, a moment of another time zone becomes our day."""
    code = field.code

    def judge(raw: str) -> Judged:
        if len(raw) == 10 and raw[4] == "-" and raw[7] == "-" and raw.isascii():
            try:
                day = date.fromisoformat(raw)
            except ValueError:
                pass
            else:
                if EARLIEST <= day.year <= LATEST:
                    return Judged(raw, day, (), True)
        if is_missing(raw):
            return EMPTY
        text = " ".join(half_width(raw).split())
        if len(text) > 40:
            return refused(code, "date_unreadable", f"“{shown(raw)}”不是日期。请改为如 {EXAMPLE} 的写法。")
        found = _day_of(text)
        if isinstance(found, date):
            return Judged(found.isoformat(), found, (), True)
        return refused(code, *found)

    return judge


def _day_of(text: str) -> date | tuple[str, str]:
    """The day, or (code, message)."""
    if _ZONED.fullmatch(text):
        try:
            there = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return _in_range(there.astimezone(SHANGHAI).date(), text)
        except (ValueError, OverflowError):
            return "date_unreadable", f"“{shown(text)}”不是有效的时间。请改为如 {EXAMPLE} 的写法。"
    parts = _DATE.fullmatch(text)
    if parts and _SEPARATORS[parts[2]] == parts[4]:
        return _built(int(parts[1]), int(parts[3]), int(parts[5]), text)
    if parts := _COMPACT.fullmatch(text):
        return _built(int(parts[1]), int(parts[2]), int(parts[3]), text)
    if parts := _SERIAL.fullmatch(text):
        return _in_range(_EPOCH + timedelta(days=int(parts[1])), text)
    return "date_unreadable", _why_not(text)


def _built(year: int, month: int, day: int, text: str) -> date | tuple[str, str]:
    if not 1 <= month <= 12:
        return "date_impossible", f"“{shown(text)}”的月份 {month} 不存在。请改为 1 至 12 月的实际日期。"
    if not EARLIEST <= year <= LATEST:
        return "date_impossible", _out_of_range(text)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        message = f"“{shown(text)}”不存在：{year}年{month}月只有 {last} 天。请核对原件，改为实际日期。"
        return "date_impossible", message
    return date(year, month, day)


def _in_range(day: date, text: str) -> date | tuple[str, str]:
    return day if EARLIEST <= day.year <= LATEST else ("date_impossible", _out_of_range(text))


def _out_of_range(text: str) -> str:
    return f"“{shown(text)}”的年份不在 {EARLIEST} 至 {LATEST} 年之间。请核对原件，改为实际日期。"


def _why_not(text: str) -> str:
    said = f"“{shown(text)}”"
    if text.startswith(_OPEN):
        return f"{said}不是日期。如为长期有效，请改为 {OPEN_END}。"
    if _TWO_DIGITS.fullmatch(text):
        return f"{said}的年份只有两位，可能有多种读法。请写四位年份，如 {EXAMPLE}。"
    if _YEAR_LAST.fullmatch(text):
        return f"{said}的年月日次序不明。请改为年在前的写法，如 {EXAMPLE}。"
    if _NO_DAY.fullmatch(text):
        return f"{said}缺少月或日。请补全到日，如 {EXAMPLE}。"
    if _CHINESE.fullmatch(text):
        return f"{said}是汉字数字。请改为阿拉伯数字，如 {EXAMPLE}。"
    return f"{said}不是可识别的日期。请改为如 {EXAMPLE} 的写法。"
