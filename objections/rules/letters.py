"""What the papers of an objection say. Pure: data of the letter template (office/letters/letter.typ)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from objections.rules.sources import LITIGATION, MARK, REMEDIES

ANSWER, REFUSAL, FORWARDING = "异议处理答复书", "不予受理通知书", "异议核查转办函"
REMEDY = (
    "如不服本答复，可依法申请行政复议或者提起行政诉讼：自收到本答复书之日起六十日内申请行政复议（"
    f"{REMEDIES}），或者六个月内向人民法院提起行政诉讼（{LITIGATION}）。"
)
NUMERALS = "一二三四五六七八"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """An objection as its papers tell it; of a natural person the masked name and no code."""

    agency: str
    name: str
    code: str
    number: str
    filed_on: date
    kind: str
    about: str
    rules: str


def answer_letter(
    matter: Matter,
    *,
    number: str,
    on: date,
    outcome: str,
    finding: str,
    basis: str,
    done: str,
    verified_by: str,
    reviewed_by: str,
    review: bool,
) -> dict[str, Any]:
    """异议处理答复书: the finding, its reasons, what was done, the remedies."""
    again = "本答复为复核答复。" if review else f"也可以自收到本答复书之日起六十日内申请复核一次（{reviewed_by}）。"
    return _letter(
        matter,
        title=ANSWER,
        number=number,
        on=on,
        opening=f"{matter.name}于{chinese(matter.filed_on)}提出的异议（{matter.number}），现答复如下。",
        parts=[
            {"heading": "异议事项", "text": f"{matter.about}\n异议种类：{matter.kind}。"},
            {"heading": "核查情况", "text": f"核查单位：{verified_by}。\n{finding}"},
            {"heading": "处理结果", "text": f"{outcome}。{done}" + (f"\n依据：{basis}" if basis else "")},
            {"heading": "办理规则", "text": matter.rules},
            {"heading": "救济途径", "text": f"{REMEDY}{again}"},
        ],
        notes=[],
    )


def refusal_letter(matter: Matter, *, number: str, on: date, reason: str) -> dict[str, Any]:
    """不予受理通知书: each reason and the remedies."""
    return _letter(
        matter,
        title=REFUSAL,
        number=number,
        on=on,
        opening=f"{matter.name}于{chinese(matter.filed_on)}提出的异议（{matter.number}），经审查不予受理。",
        parts=[
            {"heading": "异议事项", "text": f"{matter.about}\n异议种类：{matter.kind}。"},
            {"heading": "不予受理的理由", "text": reason},
            {"heading": "救济途径", "text": REMEDY},
        ],
        notes=[],
    )


def forwarding_letter(matter: Matter, *, on: date, to: str, due_on: str, outside: bool) -> dict[str, Any]:
    """异议核查转办函: to who recognised or provided it; to a court, the authority it must be taken to."""
    ask = (
        "该信息由贵单位认定或者推送，请依法审查处理，并书面告知结果。平台已标注“存在异议”，不停止名单效力。"
        if outside
        else f"请自收到之日起核查，并于 {due_on} 前答复核查结论，附核查材料。"
    )
    data = _letter(
        matter,
        title=FORWARDING,
        number=matter.number,
        on=on,
        opening=f"{matter.name}对下列信用信息提出异议，依照{MARK}，现予转办。",
        parts=[
            {"heading": "异议事项", "text": f"{matter.about}\n异议种类：{matter.kind}。"},
            {"heading": "办理要求", "text": ask},
        ],
        notes=["异议材料随平台附件一并转办。"],
    )
    return data | {"to": to}


def chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _letter(
    matter: Matter, *, title: str, number: str, on: date, opening: str, parts: list[dict[str, Any]], notes: list[str]
) -> dict[str, Any]:
    for numeral, part in zip(NUMERALS, parts, strict=False):
        part["heading"] = f"{numeral}、{part['heading']}"
    code = f"（统一社会信用代码 {matter.code}）" if matter.code else ""
    return {
        "agency": matter.agency,
        "title": title,
        "number": number,
        "to": matter.name + code,
        "on": on.isoformat(),
        "opening": opening,
        "parts": parts,
        "closing": "特此函告。" if title == FORWARDING else "特此告知。",
        "notes": notes,
        "footer": f"{matter.agency} {title} {number}",
    }
