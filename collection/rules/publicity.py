"""Grade and publicity of a row: what follows when the department left a cell empty. Pure.

The grade is set by the department; it is suggested, never filled. 信用修复管理办法 (2026-04-01) 第四条 and 国办发
〔2025〕22号: 轻微 in principle not published, at most three months; 一般 at most one year; 严重 at most three years,
all from the day of the decision. A natural person's record is not published (山东省社会信用条例 第二十条), and his
penalties by summary procedure are not collected at all (河南省社会信用条例 第十三条).
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from catalog.rules.definition import Definition, FieldType
from collection.rules.judged import Judged, warning
from collection.rules.problems import Problem, shown
from kernel.terms import last_day_of_months
from subjects.rules.kinds import Kind

MINOR, GENERAL, SERIOUS = "轻微", "一般", "严重"
GRADES = (MINOR, GENERAL, SERIOUS)
SHOWN, NOT_SHOWN, OVER, ENDED = "公示中", "不予公示", "期满停止公示", "终止公示"
STATES = (SHOWN, NOT_SHOWN, OVER, ENDED)
LONGEST_MONTHS = {MINOR: 3, GENERAL: 12, SERIOUS: 36}
LONGEST_WORDS = {MINOR: "三个月", GENERAL: "一年", SERIOUS: "三年"}
PUBLIC = "社会公开"
SUMMARY = "简易程序"
# 行政处罚法 第九条, by the heaviest first (rulebook 2.2, 3.4)
_SERIOUS_WORDS = ("吊销", "限制开展", "停产停业", "责令关闭", "限制从业")
_GENERAL_WORDS = ("罚款", "没收", "暂扣", "降低资质")
_MINOR_WORDS = ("警告", "通报批评")


class Shown(NamedTuple):
    """What the record says of itself to the public.

    `until`: the last day on which it is shown, None where it is not. `term`: the last day of the publicity period
    that was stated or follows from the law, also of a record that is not shown: triggers end with it.
    """

    grade: str
    state: str
    until: date | None
    term: date | None


class Publicity:
    """The part of a plan that knows grade and publicity; compiled once per definition and day."""

    def __init__(self, definition: Definition, today: date) -> None:
        self.roles = definition.roles
        self.months = definition.publicity_months
        self.public = definition.sharing_scope == PUBLIC
        self.today = today
        self.kinds_field = next(
            (f.code for f in definition.fields if f.type is FieldType.CODE and {"警告", "罚款"} <= set(f.codes)), ""
        ) or next((f.code for f in definition.fields if f.code == "CF_CFLB"), "")

    def of(self, kind: str, seen: Mapping[str, Judged], decided_on: date | None, problems: list[Problem]) -> Shown:
        """Grade, publicity state and its last day; what was assumed is a warning."""
        roles = self.roles
        grade = self._one_of(roles.grade, GRADES, seen, problems)
        state = self._one_of(roles.publicity_state, STATES, seen, problems)
        basis = grade  # of publicity; where the department set none, the suggested one: nothing is shown without end
        if roles.grade and roles.grade not in seen:
            suggested, why = self._suggested(seen)
            basis = suggested or GENERAL
            problems.append(self._suggestion(suggested, why))
        term = self._stated(grade, seen, decided_on, problems)
        assumed = None if roles.publicity_until in seen else self._assumed(basis, decided_on)
        if kind == Kind.NATURAL_PERSON:
            procedure = seen.get(roles.procedure)
            if procedure is not None and procedure.text == SUMMARY:
                message = "对自然人适用简易程序的行政处罚，依法不归集。请删去该行；程序填错的，请改为“普通程序”。"
                problems.append(Problem(roles.procedure, "person_summary", message))
            if state == SHOWN:
                message = "依法不向社会公示自然人信用信息，按“不予公示”处理。请改为“不予公示”。"
                problems.append(warning(roles.publicity_state, "publicity_person", message))
            return Shown(grade, NOT_SHOWN, None, term or assumed)
        given = bool(state)
        state = state or (SHOWN if self.public and basis != MINOR else NOT_SHOWN)
        if state == NOT_SHOWN:
            return Shown(grade, state, None, term or assumed)
        if assumed is not None:
            term = assumed
            if roles.publicity_until:
                problems.append(self._assumption(grade, basis, assumed))
        if term is not None and term < self.today and state == SHOWN:
            if given:
                message = f"公示期至 {term.isoformat()}，已届满，按“期满停止公示”处理。请核对公示状态和截止期。"
                problems.append(warning(roles.publicity_state, "publicity_over", message))
            state = OVER
        return Shown(grade, state, term, term)

    def _one_of(self, field: str, words: tuple[str, ...], seen: Mapping[str, Judged], problems: list[Problem]) -> str:
        judged = seen.get(field)
        if judged is None or not judged.text:
            return ""
        text = judged.text.partition("（")[0]
        if text not in words:
            message = f"“{shown(judged.text)}”不是可用的值。请改为下列之一：{'、'.join(words)}。"
            problems.append(Problem(field, "code_list", message))
            return ""
        return text

    def _stated(
        self, grade: str, seen: Mapping[str, Judged], decided_on: date | None, problems: list[Problem]
    ) -> date | None:
        """The last day that the row states; a period longer than the law's is a warning, for ministries differ."""
        judged = seen.get(self.roles.publicity_until)
        if judged is None or not isinstance(judged.value, date):
            return None
        if decided_on is not None and grade:
            last = last_day_of_months(decided_on, LONGEST_MONTHS[grade])
            if judged.value > last:
                message = (
                    f"{judged.text} 超过{grade}失信信息的最长公示期（{LONGEST_WORDS[grade]}，自决定之日起算）。"
                    f"请核对，应不晚于 {last.isoformat()}。"
                )
                problems.append(warning(self.roles.publicity_until, "publicity_long", message))
        return judged.value

    def _assumed(self, basis: str, decided_on: date | None) -> date | None:
        """The last day that follows from the grade and from the item, the shorter of the two."""
        months = min((m for m in (LONGEST_MONTHS.get(basis), self.months) if m), default=None)
        return None if months is None or decided_on is None else last_day_of_months(decided_on, months)

    def _assumption(self, grade: str, basis: str, until: date) -> Problem:
        by_law = LONGEST_MONTHS.get(basis)
        if by_law is not None and (self.months is None or by_law <= self.months):
            why = f"{'' if grade else '未填失信程度，暂按'}{basis}失信信息最长{LONGEST_WORDS[basis]}"
        else:
            why = f"本目录条目公示 {self.months} 个月"
        message = f"未填，按规定推算为 {until.isoformat()}（{why}，自决定之日起算）。请核对。"
        return warning(self.roles.publicity_until, "publicity_assumed", message)

    def _suggested(self, seen: Mapping[str, Judged]) -> tuple[str, str]:
        """(grade, why) by rulebook 2.2 and 3.4, of several kinds of penalty the heaviest; ("", ""): nothing tells."""
        procedure, kinds = seen.get(self.roles.procedure), seen.get(self.kinds_field)
        said = kinds.text if kinds is not None else ""
        if procedure is not None and procedure.text == SUMMARY:
            return MINOR, "适用简易程序"
        if word := next((w for w in _SERIOUS_WORDS if w in said), ""):
            return SERIOUS, f"处罚含“{word}”"
        if word := next((w for w in _GENERAL_WORDS if w in said), ""):
            return GENERAL, f"处罚含“{word}”，数额巨大的为严重"
        if word := next((w for w in _MINOR_WORDS if w in said), ""):
            return MINOR, f"仅处“{word}”"
        return "", ""

    def _suggestion(self, grade: str, why: str) -> Problem:
        how = f"请由认定部门确定；按处罚种类建议为“{grade}”（{why}）。" if grade else "请由认定部门确定。"
        return warning(self.roles.grade, "grade_missing", f"未填失信程度（轻微、一般、严重）。{how}")
