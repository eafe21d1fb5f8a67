"""Text cells: which characters are refused, how long they may be, what must not stand in them. Pure."""

import re
from datetime import date

from catalog.rules.definition import Field
from collection.rules.judged import EMPTY, LONGEST_MARK, Judge, Judged, is_missing, warning
from collection.rules.problems import Problem, shown
from kernel.identifiers import holds_citizen_id

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]")
_UNREADABLE = re.compile("[\ue000-\uf8ff\ud800-\udfff\ufffd\ufffe\uffff\U000f0000-\U0010ffff]")
CITIZEN_NUMBER = "文本中含有公民身份号码，请删去。"
_BROKEN = "\ufffd"
_NEWLINES = re.compile(r"\s*[\r\n]\s*")
_SPACES = re.compile("[\t\u00a0\u3000]")
# a run of digits as long as a citizen's number but for its check character, perhaps grouped; \d is any width
_LONG_RUN = re.compile(r"(?:\d[\s\u200b-\u200f\u2060\ufeff]{0,3}){17}")
_EDITION = re.compile(r"((?:19|20|21)\d\d)年版")
_FORMULA = frozenset("=+-@＝＋－＠")
_NUMBER = re.compile(r"[+-]?[\d.,%]+")


def judge_text(field: Field, today: date) -> Judge:
    """Reads a text cell: trimmed, line ends as \\n, invisible characters left out, nothing else changed.

    A text that looks like a formula is kept, for a department's sentence may begin with a sign, but it is listed: in
    a spreadsheet it is nearly always a slip. Files that we write hold it as text, so it is never run.
    """
    code, longest, year = field.code, field.length, today.year

    def judge(raw: str) -> Judged:
        text = raw.strip()
        if not text.isprintable():
            text = tidy(text)
        if len(text) <= LONGEST_MARK and is_missing(text):
            return EMPTY
        found = [] if text.isprintable() and _BROKEN not in text else character_problems(code, text)
        if longest is not None and len(text) > longest:
            found.append(
                Problem(
                    code, "too_long", f"共 {len(text)} 字，超过 {longest} 字的上限。请删减 {len(text) - longest} 字。"
                )
            )
        if names_a_citizen(text):
            found.append(Problem(code, "citizen_number_in_text", CITIZEN_NUMBER))
        if found:
            return Judged("", None, tuple(found), True)
        remarkable = text[0] in _FORMULA or "年版" in text or "&" in text
        return Judged(text, None, _remarks(code, text, year) if remarkable else (), True)

    return judge


def names_a_citizen(text: str) -> bool:
    """Whether a citizen's number stands in a text, as kernel.identifiers says it; most texts have no such run."""
    return _LONG_RUN.search(text) is not None and holds_citizen_id(text)


def tidy(text: str) -> str:
    """Without invisible characters, spaces of other widths as spaces, line ends as \\n."""
    return _NEWLINES.sub("\n", _SPACES.sub(" ", _INVISIBLE.sub("", text))).strip()


def character_problems(field: str, text: str) -> list[Problem]:
    """Characters that no text may hold: control characters, and those that other machines cannot show."""
    if text.isprintable() and _BROKEN not in text:
        return []
    found = []
    if match := _CONTROL.search(text):
        place = f"第 {match.start() + 1} 个字符（U+{ord(match[0]):04X}）"
        found.append(
            Problem(field, "control_character", f"含不可见的控制字符：{place}。请在单元格中重新录入这段文字。")
        )
    if match := _UNREADABLE.search(text):
        place = f"第 {match.start() + 1} 个字符（U+{ord(match[0]):04X}）"
        message = f"含其他系统无法显示的字符（乱码或自造字）：{place}。请改用规范汉字，或按 UTF-8 编码重新导出。"
        found.append(Problem(field, "unreadable_character", message))
    return found


def _remarks(field: str, text: str, year: int) -> tuple[Problem, ...]:
    found = []
    if text[0] in _FORMULA and not _NUMBER.fullmatch(text):
        found.append(
            warning(field, "formula", f"“{shown(text)}”以“{text[0]}”开头，疑为表格公式，按文字处理。请核对原文。")
        )
    for match in _EDITION.finditer(text):
        if int(match[1]) > year:
            message = f"“{match[0]}”晚于今年，疑为下拉填充时年份递增。请核对并改为实际版本年份。"
            found.append(warning(field, "year_in_text", message))
    parts = [part.strip() for part in text.split("&")]
    if len(parts) > 1 and len(set(parts)) == 1 and parts[0]:
        message = f"“{shown(parts[0])}”重复 {len(parts)} 次，以“&”相连。请只保留一次。"
        found.append(warning(field, "repeated", message))
    return tuple(found)
