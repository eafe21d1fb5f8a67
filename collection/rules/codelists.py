"""Cells that hold values of a code list: one, or several joined by a sign. Pure."""

import difflib
import re
import unicodedata
from collections.abc import Mapping

from catalog.rules.definition import Field
from collection.rules.judged import EMPTY, Judge, Judged, is_missing, refused, warning
from collection.rules.problems import Problem, shown
from collection.rules.texts import CITIZEN_NUMBER, character_problems, names_a_citizen, tidy

OTHER = "其他"
_BETWEEN = re.compile(r"[;；&|\n]+")
_WITHIN = re.compile(r"[、,，/]+")
_SIGNS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_OPEN = re.compile(r"其他[-—–－:：_(（]*(.*?)[)）]?", re.DOTALL)
_LISTED = 12


def plain_code(text: str) -> str:
    """A code for comparing: NFKC, upper case, without spaces."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


def judge_code(field: Field) -> Judge:
    """Reads one of the field's codes, or several, once each: joined by `separator` in the order of the cell."""
    code, separator, longest = field.code, field.separator, field.length
    known: dict[str, str] = {}
    for one in reversed(field.codes):
        known[plain_code(one)] = one

    def judge(raw: str) -> Judged:
        exact = known.get(raw)
        if exact is not None:
            return Judged(exact, None, (), True)
        text = tidy(raw)
        if is_missing(text) and plain_code(text) not in known:
            return EMPTY
        wrong = character_problems(code, text)
        if names_a_citizen(text):
            wrong.append(Problem(code, "citizen_number_in_text", CITIZEN_NUMBER))
        if wrong:
            return Judged("", None, tuple(wrong), True)
        if not known:
            return _bounded(code, text, (), longest)
        found, unknown = _read(text, known, open_=field.codes_open)
        if not found and not unknown:
            unknown = [text]  # separators only
        if unknown:
            return Judged("", None, tuple(_not_listed(field, one, known) for one in unknown), True)
        once = list(dict.fromkeys(found))
        if len(once) > 1 and not separator:
            message = f"“{shown(text)}”填了 {len(once)} 项，本项只能填一项。请只保留一项。"
            return refused(code, "code_several", message)
        remarks: tuple[Problem, ...] = ()
        if len(once) < len(found):
            twice = next(one for one in once if found.count(one) > 1)
            remarks = (warning(code, "repeated", f"“{shown(twice)}”重复填写，只计一次。请核对是否漏填其他值。"),)
        return _bounded(code, separator.join(once), remarks, longest)

    return judge


def _bounded(code: str, text: str, remarks: tuple[Problem, ...], longest: int | None) -> Judged:
    if longest is not None and len(text) > longest:
        message = f"共 {len(text)} 字，超过 {longest} 字的上限。请删减 {len(text) - longest} 字。"
        return refused(code, "too_long", message)
    return Judged(text, None, remarks, True)


def _read(text: str, known: Mapping[str, str], *, open_: bool) -> tuple[list[str], list[str]]:
    """The codes that a text names in its order, and what in it is none. A code may hold 、 itself."""
    found: list[str] = []
    unknown: list[str] = []
    for piece in _BETWEEN.split(text):
        if not piece.strip():
            continue
        whole = _one(piece, known, open_=open_)
        if whole:
            found.append(whole)
            continue
        parts = [part for part in _WITHIN.split(piece) if part.strip()]
        at = 0
        while at < len(parts):
            for end in range(len(parts), at, -1):
                one = _one("、".join(parts[at:end]), known, open_=open_ and end == len(parts))
                if one:
                    found.append(one)
                    at = end
                    break
            else:
                unknown.append(parts[at].strip())
                at += 1
    return found, unknown


def _one(piece: str, known: Mapping[str, str], *, open_: bool) -> str:
    """The code that a piece is, "" when none. An open list takes 其他-… with what it is."""
    listed = known.get(plain_code(piece))
    if listed is not None:
        return listed
    if open_ and (detail := _OPEN.fullmatch(piece.strip())) and detail[1].strip():
        return f"{OTHER}-{detail[1].strip()}"
    return ""


def _not_listed(field: Field, piece: str, known: Mapping[str, str]) -> Problem:
    said = f"“{shown(piece)}”不在代码表中。"
    if field.codes_open and plain_code(piece) == OTHER:
        return Problem(field.code, "code_list", f"“{OTHER}”没有写明内容。请改为“{OTHER}-具体内容”。")
    near = difflib.get_close_matches(plain_code(piece)[:60], known, n=1, cutoff=0.5)
    if near:
        return Problem(field.code, "code_list", f"{said}请核对，如改为“{known[near[0]]}”。")
    listed = "、".join(field.codes[:_LISTED]) + ("等" if len(field.codes) > _LISTED else "")
    more = f"；其他情形写“{OTHER}-具体内容”" if field.codes_open else ""
    return Problem(field.code, "code_list", f"{said}请改为下列之一：{listed}{more}。")
