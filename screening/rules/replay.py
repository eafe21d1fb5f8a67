"""What differs between two answers to one question: what a receipt keeps, and what a replay makes anew. Pure.

Compared is what the law attaches to: the answer, entries and records with their terms, measures, rewards, gaps, the
versions that were consulted. Names and sentences are not, for they may be worded anew; nor are ids of subjects, for a
code that nobody held may have been registered since.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from collection.rules.freshness import STATE_LABELS, SourceState
from kernel.terms import MONTHS_OF_A_YEAR, same_day_later
from screening.rules.answer import RewardState
from screening.rules.layout import WORDS, shape

IDENTIFIED = frozenset({"", "gap", "nothing_consulted"})  # why a subject could not be checked, though known


class Purpose(StrEnum):
    """Why somebody wants to see a past answer again. Recorded with every replay; 《个人信息保护法》 第六条."""

    REVIEW = "review"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    LITIGATION = "litigation"
    SUPERVISION = "supervision"
    INTERFACE = "interface"

    @property
    def label(self) -> str:
        return PURPOSE_LABELS[self]


PURPOSE_LABELS = {
    Purpose.REVIEW: "业务复核",
    Purpose.OBJECTION: "异议、修复办理",
    Purpose.COMPLAINT: "投诉举报核实",
    Purpose.LITIGATION: "行政复议、行政诉讼",
    Purpose.SUPERVISION: "监督检查、审计",
    Purpose.INTERFACE: "接口调阅",
}


class Move(StrEnum):
    CAME = "came"
    WENT = "went"
    CHANGED = "changed"


BASIS = (
    "依据"  # legal documents keep no earlier wording of themselves: a replay cites them as they are registered now
)
REWARD_STATES = {
    RewardState.OFFERED: "可以提供",
    RewardState.PAUSED: "激励暂停",
    RewardState.UNCONFIRMED: "激励未能确认",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of what kind, of what, and what it said before and says after ("" where it is not there)."""

    group: str
    move: Move
    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class SubjectChanges:
    """A subject of the application: the word of its answer before and after, and everything that moved."""

    role: str
    name: str
    code: str
    before: str
    after: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers to one question. `sources`: which consulted versions moved; alone they change no answer."""

    subjects: tuple[SubjectChanges, ...]
    sources: tuple[Change, ...]

    @property
    def same_answer(self) -> bool:
        """Everything but which articles are cited, and from which version of a list."""
        return not any(change.group != BASIS for s in self.subjects for change in s.changes)

    @property
    def same(self) -> bool:
        return not self.sources and not any(s.changes for s in self.subjects)


def is_kept(day: date, *, today: date, years: int) -> bool:
    """Whether what was answered on that day is still within the retention period.

    《浙江省公共信用信息管理条例》 第二十条: a log of queries is kept for ten years (深圳 第四十五条: five). Which of
    them a city follows is a setting.
    """
    return day >= same_day_later(today, -years * MONTHS_OF_A_YEAR)


def was_identified(subject: Mapping[str, Any]) -> bool:
    """Whether the receipt knew whom it spoke of. Otherwise nothing was looked up, and nothing can be replayed."""
    return subject["why"] in IDENTIFIED


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """What came, went and changed from one content of a receipt (rules.record) to another of the same subjects."""
    pairs = zip(before["subjects"], after["subjects"], strict=True)
    return Comparison(
        subjects=tuple(_subject(one, other) for one, other in pairs),
        sources=tuple(_moves("名单版本", _sources(before), _sources(after))),
    )


Facts = dict[str, tuple[str, str]]  # key -> what it is about, what it says


def _subject(before: Mapping[str, Any], after: Mapping[str, Any]) -> SubjectChanges:
    words = _word(before), _word(after)
    changes = [] if words[0] == words[1] else [Change("结论", Move.CHANGED, "核查结果", *words)]
    for group, facts in GROUPS.items():
        moves = _moves(group, facts(before), facts(after))
        # a measure that came or went brought its articles along
        changes += [one for one in moves if group != BASIS or one.move is Move.CHANGED]
    return SubjectChanges(
        role=after["role_label"],
        name=after["name"] or before["name"],
        code=after["code"],
        before=words[0],
        after=words[1],
        changes=tuple(changes),
    )


def _moves(group: str, before: Facts, after: Facts) -> list[Change]:
    gone = [Change(group, Move.WENT, label, before=said) for key, (label, said) in before.items() if key not in after]
    come = [Change(group, Move.CAME, label, after=said) for key, (label, said) in after.items() if key not in before]
    both = [
        Change(group, Move.CHANGED, after[key][0], before[key][1], after[key][1])
        for key in before
        if key in after and before[key][1] != after[key][1]
    ]
    return [*gone, *come, *both]


def _word(subject: Mapping[str, Any]) -> str:
    form = shape(answer=subject["answer"], why=subject["why"], proceed=subject["no_measure"] and subject["complete"])
    return WORDS[form] + ("（另有来源未能核查）" if form in ("hit", "proceed") and not subject["complete"] else "")


def _term(until: str | None) -> str:
    return f"至 {until}" if until else "无固定期限"


def _listed(which: Sequence[Mapping[str, Any]]) -> Facts:
    return {
        t["ref"]: (
            f"{t['source']} {t['document_no']}",
            f"{t['since']} 起，{_term(t['until'])}"
            + ("，存在异议" if t["disputed"] else "")
            + ("，独立法定限制" if t["own_term"] else ""),
        )
        for t in which
    }


def _measures(subject: Mapping[str, Any]) -> Facts:
    numbers = {t["ref"]: t["document_no"] for t in subject["triggers"]}
    return {
        m["code"]: (
            m["code"],
            f"{m['content']}（{m['wording']}），{_term(m['until'])}，"
            f"因 {'、'.join(sorted(numbers[ref] for ref in m['because']))}"
            + ("，措施暂不执行" if m["suspended"] else ""),
        )
        for m in subject["measures"]
    }


def _articles(subject: Mapping[str, Any]) -> Facts:
    return {m["code"]: (m["code"], "、".join(m["articles"])) for m in (*subject["measures"], *subject["rewards"])}


def _undecided(subject: Mapping[str, Any]) -> Facts:
    # a receipt of before does not say
    return {m["code"]: (m["code"], f"{m['content']}：条件所需信息不全") for m in subject.get("undecided", ())}


def _rewards(subject: Mapping[str, Any]) -> Facts:
    return {
        r["code"]: (r["code"], f"{r['content']}（{REWARD_STATES[RewardState(r['state'])]}），{_term(r['until'])}")
        for r in subject["rewards"]
    }


def _gaps(subject: Mapping[str, Any]) -> Facts:
    return {g["code"]: (g["sentence"], "") for g in subject["gaps"]}


def _related(subject: Mapping[str, Any]) -> Facts:
    """Hints at responsible persons by post and number: their names may be worded anew. Two alike are two."""
    seen: Counter[str] = Counter()
    facts: Facts = {}
    for one in subject["related"]:
        label = f"{one['post']}：{one['count']} 条在期法定限制" + ("，更新待确认" if one.get("doubtful") else "")
        seen[label] += 1
        facts[f"{label} {seen[label]}"] = (label, "")
    return facts


GROUPS = {
    "名单和信息": lambda s: _listed(s["triggers"]),
    "守信激励名单": lambda s: _listed(s["honours"]),
    "措施": _measures,
    "待核实的措施": _undecided,
    "激励": _rewards,
    BASIS: _articles,
    "未能核查": _gaps,
    "关联提示": _related,
}


def _sources(content: Mapping[str, Any]) -> Facts:
    return {
        s["code"]: (
            s["name"],
            "，".join(filter(None, [s["version"], s["loaded_on"], STATE_LABELS[SourceState(s["state"])]])),
        )
        for s in content["consulted"]
    }
