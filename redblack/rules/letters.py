"""What the prior notice and the decision say, as data for the template `letter` (office/letters). Pure.

The page shows the same parts before they are printed: what the second person reads is what the party gets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from redblack.rules.sources import DECISION_STATES, PRIOR_NOTICE

NUMERALS = "一二三四五六七八九十"
NUMBERING = re.compile(r"^[（(]?[0-9一二三四五六七八九十]{1,3}[)）、.．]\s*")  # not "一年内不得……"
UNTIL_REMOVED = "至按规定移出之日止"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Whom it is about and what is said of him. `persons`: who answers for it, masked. `amount` in yuan."""

    agency: str
    list_title: str
    subject: str
    code: str
    person: bool  # a natural person is addressed otherwise
    ground: str
    facts: str
    legal_basis: str
    measures: str
    exit_route: str
    remedies: str
    grade: str = ""
    amount: Decimal | None = None
    persons: Sequence[str] = ()

    @property
    def you(self) -> str:
        return "你" if self.person else "你单位"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How the party was told and what it said: statements received, and how many of them were accepted."""

    notice_no: str
    served_on: date
    served_way: str
    due_on: date | None
    statements: int
    accepted: int


def notice_letter(
    matter: Matter, *, number: str, on: date, term: str, statement_days: int, draft: bool = False
) -> dict[str, Any]:
    """列入事先告知书: facts, ground, basis, what is to come, and the rights (国办发〔2020〕49号 列入前告知)."""
    you = matter.you
    rights = [
        f"{you}对上述事项有权进行陈述、申辩。自收到本告知书之日的次日起 {statement_days} 个工作日内，"
        "可以书面或者口头方式向本机关提出，并可以提交证据。",
        "提出的事实、理由和证据，本机关将予以核实；成立的，予以采纳，不因陈述、申辩而加重处理。",
        f"{you}逾期未提出的，视为放弃陈述、申辩的权利，本机关将依法作出决定。",
    ]
    return _letter(
        matter,
        title="列入事先告知书",
        number=number,
        on=on,
        draft=draft,
        opening=f"经查，{you}存在下列情形，本机关拟将{you}列入“{matter.list_title}”。"
        f"依照{PRIOR_NOTICE.act}的规定，现将有关事项告知如下。",
        parts=[
            {"heading": "认定的事实", "text": matter.facts},
            {
                "heading": "列入事由和依据",
                "text": matter.ground,
                "table": _table(matter, basis=matter.legal_basis),
            },
            {"heading": "拟列入的期限", "text": term},
            {"heading": "失信惩戒措施提示", "items": _lines(matter.measures)},
            {"heading": f"{you}享有的权利", "items": rights},
            {"heading": "移出条件和程序", "text": matter.exit_route},
            {"heading": "救济途径", "text": matter.remedies},
        ],
        closing="特此告知。",
        notes=["本告知书自送达之日起计算陈述、申辩期限；送达日期以送达回证为准。"],
    )


def decision_letter(
    matter: Matter, heard: Heard, *, number: str, on: date, begins: date, until: date | None, draft: bool = False
) -> dict[str, Any]:
    """列入决定书: ground, basis, measures, exit, remedies (国办发〔2020〕49号 列入决定书应载明的内容)."""
    you = matter.you
    persons = [{"heading": "责任人员", "text": "、".join(matter.persons)}] if matter.persons else []
    return _letter(
        matter,
        title="列入决定书",
        number=number,
        on=on,
        draft=draft,
        opening=f"{_how_heard(you, heard)}依照{DECISION_STATES.act}的规定，本机关现作出决定如下。",
        parts=[
            {"heading": "列入事由", "text": f"{matter.ground}\n{matter.facts}"},
            {"heading": "列入依据", "text": matter.legal_basis},
            {
                "heading": "决定",
                "text": f"将{you}列入“{matter.list_title}”，自 {chinese(begins)}起{_until(until)}。",
                "table": _table(matter),
            },
            {"heading": "失信惩戒措施提示", "items": _lines(matter.measures)},
            {"heading": "移出条件和程序", "text": matter.exit_route},
            {"heading": "救济途径", "text": matter.remedies},
            *persons,
        ],
        closing="特此决定。",
        notes=[],
    )


def term_said(*, until: date | None, months: int | None) -> str:
    """How long the entry would stand, before its first day is known."""
    if until:
        return f"自列入决定作出之日起至{chinese(until)}止。"
    if months:
        return f"自列入决定作出之日起 {_length(months)}。"
    return f"自列入决定作出之日起{UNTIL_REMOVED}。"


def chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _length(months: int) -> str:
    return f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月"


def _until(until: date | None) -> str:
    return f"至{chinese(until)}止" if until else UNTIL_REMOVED


def _how_heard(you: str, heard: Heard) -> str:
    told = (
        f"本机关于{chinese(heard.served_on)}以{heard.served_way}方式向{you}送达《列入事先告知书》"
        f"（{heard.notice_no}）。"
    )
    if not heard.statements:
        return told + f"{you}在规定期限内未提出陈述、申辩。"
    said = f"{you}提出陈述、申辩 {heard.statements} 份，本机关已经核实："
    if heard.accepted == heard.statements:
        return told + said + "均予采纳，并已在本决定中考虑。"
    if heard.accepted:
        return told + said + f"采纳 {heard.accepted} 份，其余理由不成立，不予采纳，已书面答复。"
    return told + said + "理由不成立，不予采纳，已书面答复。"


def _table(matter: Matter, *, basis: str = "") -> list[list[str]]:
    rows = [["名称" if not matter.person else "姓名", matter.subject]]
    if matter.code:
        rows.append(["代码", matter.code])
    if basis:
        rows.append(["法律依据", basis])
    if matter.grade:
        rows.append(["失信等级", matter.grade])
    if matter.amount is not None:
        rows.append(["涉及金额", f"{matter.amount:,.2f} 元"])
    return rows


def _lines(text: str) -> list[str]:
    """One numbered item for each line that a person wrote, without the number that he gave it."""
    return [NUMBERING.sub("", line.strip()) for line in text.splitlines() if line.strip()]


def _letter(
    matter: Matter, *, title: str, number: str, on: date, draft: bool, parts: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    said = [{"text": "", "items": [], "table": [], **part} for part in parts]
    whole = [part for part in said if part["text"].strip() or part["items"]]
    for numeral, part in zip(NUMERALS, whole, strict=False):
        part["heading"] = f"{numeral}、{part['heading']}"
    return {
        "agency": matter.agency,
        "title": title,
        "number": number,
        "to": matter.subject,
        "on": on.isoformat(),
        "draft": draft,
        "parts": whole,
        "footer": f"{matter.agency} {title} {number}",
        **more,
    }
