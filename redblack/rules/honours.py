"""The way onto a red list: compared with every bad record, publicised, objections answered, decided. Pure."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.law import Reason, Verdict
from redblack.rules.sources import PUBLICITY_FIRST, RED_AND_CLEAN


@dataclass(frozen=True, slots=True, kw_only=True)
class BadMark:
    """An entry or a record in force that speaks against an honour. `ref`: "entry:12" or "record:7"."""

    ref: str
    source: str
    document_no: str
    authority: str
    since: date
    until: date | None

    def __str__(self) -> str:
        until = self.until.isoformat() if self.until else "无固定期限"
        return f"{self.source}，{self.authority}，{self.document_no}，{self.since.isoformat()}至{until}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What every list and kind of bad record says of a candidate on a day. `gaps`: which were not asked, and why."""

    on: date
    bad: tuple[BadMark, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def seen(self) -> str:
        """What somebody saw who has read it, whatever the day."""
        said = json.dumps([[str(mark) for mark in self.bad], sorted(self.gaps)], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def kept(self, note: str) -> dict[str, Any]:
        """What the proceeding keeps of it."""
        return {
            "on": self.on.isoformat(),
            "bad": [str(mark) for mark in self.bad],
            "gaps": list(self.gaps),
            "note": note,
        }


def may_honour(comparison: Comparison, *, note: str, noted: Collection[str] | None = None) -> Verdict:
    """Whether a candidate may be publicised or recognised as far as bad records go.

    企业信用行为联合奖惩办法（试行） 第十四条: honours go to who has no bad record. A source that could not be asked
    says nothing, so somebody has to have asked it otherwise and to say so (`note`). `noted`: the gaps the note was
    written for, None: those of this comparison; it excuses no other.
    """
    against = [
        Reason(
            "bad_record",
            RED_AND_CLEAN,
            f"该主体有在期失信信息：{mark}。不得认定为守信激励对象。",
            (("ref", mark.ref),),
        )
        for mark in comparison.bad
    ]
    excused = (comparison.gaps if noted is None else noted) if note.strip() else ()
    left = [gap for gap in comparison.gaps if gap not in excused]
    if left:
        text = f"未能比对：{'、'.join(left)}。请向有关部门核实，并写明核实情况。"
        against.append(Reason("not_compared", RED_AND_CLEAN, text))
    return Verdict(tuple(against))


def may_be_publicised(*, begins: date, ends: date, earliest_end: date, on: date) -> Verdict:
    """Whether the span of a publicity holds. `earliest_end`: by the term that is set for it.

    河南省社会信用条例 第二十八条: publicity comes before the recognition; its length is set by the city.
    """
    against = []
    if begins < on:
        against.append(
            Reason("publicised_in_past", PUBLICITY_FIRST, "公示起始日期早于今天。请填写今天或以后的日期。")
        )
    if ends < earliest_end:
        text = f"公示期不足。公示至少到 {earliest_end.isoformat()}。"
        against.append(Reason("publicity_too_short", PUBLICITY_FIRST, text))
    return Verdict(tuple(against))


def may_recognise(*, publicised_until: date | None, unanswered: int, upheld: int, decided_on: date) -> Verdict:
    """Whether the publicity has done its work by the day of the decision.

    河南省社会信用条例 第二十八条: publicity first; whoever objects is answered before the recognition.
    """
    against = []
    if publicised_until is None:
        against.append(Reason("not_publicised", PUBLICITY_FIRST, "尚未公示。请先公示。"))
    elif decided_on <= publicised_until:
        text = f"公示至 {publicised_until.isoformat()}，公示期满次日起方可认定。"
        against.append(Reason("publicity_not_over", PUBLICITY_FIRST, text))
    if unanswered:
        text = f"公示期间有 {unanswered} 件异议尚未答复。请先核实并答复。"
        against.append(Reason("objections_open", PUBLICITY_FIRST, text))
    if upheld:
        text = f"公示期间有 {upheld} 件异议成立，不得认定。请不予认定，或者核实后重新公示。"
        against.append(Reason("objection_upheld", PUBLICITY_FIRST, text))
    return Verdict(tuple(against))
