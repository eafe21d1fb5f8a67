"""What answers and findings say, in words: their triggers as the lists tell them now, their measures by content."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from measures.selectors import items_in_force
from screening.models import RosterFinding
from screening.rules.rosters import said
from screening.selectors.responses import TriggerMark, marks_of

TRIGGER_NOTES = {"disputed": "存在异议", "suspended": "存在异议，措施暂不执行"}
MEASURE_NOTES = {"applied": "", "suspended": "存在异议，暂不执行", "undecided": "执行条件待人工判断"}
WHY_NOT = {
    "gap": "有应查名单未能核查，不得据此认定为无记录",
    "nothing_consulted": "比对的名单均已停用",
    "identify": "需核实身份，请补正代码",
    "invalid_code": "代码有误，请补正",
    "missing_code": "没有代码，请补正",
    "persons_not_checked_here": "本名单不收自然人，未查询",
    "legacy_number_unknown": "旧代码未能对应到主体，请改用统一社会信用代码",
}
REWARD_NOTES = {"offered": "可以提供", "paused": "激励暂停：有在期失信信息", "unconfirmed": "激励待确认"}


class Telling(Protocol):
    """An answer or a finding."""

    @property
    def triggers(self) -> list[str] | None: ...
    @property
    def measures(self) -> list[str] | None: ...
    @property
    def rewards(self) -> list[str] | None: ...


@dataclass(frozen=True, slots=True)
class ToldTrigger:
    mark: TriggerMark | None  # None: it is not kept any more
    note: str


@dataclass(frozen=True, slots=True)
class ToldMeasure:
    code: str
    content: str
    note: str


@dataclass(frozen=True, slots=True)
class Words:
    triggers: tuple[ToldTrigger, ...]
    measures: tuple[ToldMeasure, ...]
    rewards: tuple[ToldMeasure, ...]


class Told:
    """The words of many answers or findings, read at once."""

    def __init__(self, every: Iterable[Telling], *, as_of: date) -> None:
        tellings = list(every)
        refs = {said(text).what for one in tellings for text in one.triggers or ()}
        codes = {said(text).what for one in tellings for text in [*(one.measures or ()), *(one.rewards or ())]}
        self._marks = {ref: mark for (ref, _, _), mark in sorted(marks_of(refs, as_of=as_of).items(), key=_first)}
        placed = items_in_force(as_of=as_of, codes=codes) if codes else []
        self._contents = {one.item.code: one.item.content for one in placed}

    def of(self, one: Telling) -> Words:
        return Words(
            tuple(
                ToldTrigger(self._marks.get(t.what), TRIGGER_NOTES.get(t.mark, ""))
                for t in map(said, one.triggers or ())
            ),
            tuple(self._measure(text, MEASURE_NOTES) for text in one.measures or ()),
            tuple(self._measure(text, REWARD_NOTES) for text in one.rewards or ()),
        )

    def _measure(self, text: str, notes: dict[str, str]) -> ToldMeasure:
        one = said(text)
        return ToldMeasure(one.what, self._contents.get(one.what, "（措施已撤回）"), notes.get(one.mark, ""))


@dataclass(frozen=True, slots=True)
class Before:
    """What was found of a member before a finding."""

    triggers: list[str] | None
    measures: list[str] | None
    rewards: list[str] | None


def before(finding: RosterFinding, *, as_of: date) -> Words:
    """The words of what was found before."""
    one = Before(finding.was_triggers, finding.was_measures, finding.was_rewards)
    return Told([one], as_of=as_of).of(one)


def _first(pair: tuple[tuple[str, int, int], TriggerMark]) -> tuple[str, int, int]:
    return pair[0]


def line_of(words: Words) -> str:
    """One line for a spreadsheet's cell."""
    parts = []
    for one in words.triggers:
        if one.mark is not None:
            until = f"至 {one.mark.until:%Y-%m-%d}" if one.mark.until else "至移出之日"
            said_of = f"{one.mark.source} {one.mark.document_no} {one.mark.since:%Y-%m-%d} {until}"
            parts.append(f"{said_of}（{one.note}）" if one.note else said_of)
    return "；".join(parts)


def measures_line(words: Words) -> str:
    return "；".join(f"{m.content}（{m.note}）" if m.note else m.content for m in (*words.measures, *words.rewards))
