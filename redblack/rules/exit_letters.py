"""What the papers of an exit and of an honour say, as data for a letter (office.services.render_letter). Pure.

The announcement and the statement are for the public, which learns nothing of natural persons: of them they are not
written (design invariant I7).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from redblack.rules.evidence import Papers
from redblack.rules.lists import ReleaseKind
from redblack.rules.removals import WRONGLY_LISTED

REMEDIES = "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，或者在六个月内依法提起行政诉讼。"
EXIT_BASIS = "《河南省社会信用条例》第三十七条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """An entry on its way out, in words. `code`: the unified code; "" of a person, whose `name` is masked."""

    agency: str
    name: str
    code: str
    list_name: str
    reward: bool
    listed_by: str  # document number of the listing
    listed_on: date
    kind: ReleaseKind
    released_on: date
    document_no: str
    reason: str
    decided_on: date


def removal_decision(leaving: Leaving) -> dict[str, Any]:
    """移出决定书."""
    ended = "停止适用激励措施" if leaving.reward else "停止公示、共享和因该条目采取的失信惩戒措施"
    basis = EXIT_BASIS
    if leaving.kind in WRONGLY_LISTED:
        basis += "、国务院办公厅国办发〔2020〕49号文件关于纠正错误列入的规定"
    return {
        "agency": leaving.agency,
        "title": "移出决定书",
        "number": leaving.document_no,
        "to": leaving.name,
        "on": leaving.decided_on.isoformat(),
        "opening": f"经审核，决定将你（单位）移出{leaving.list_name}（{leaving.kind}）。现将有关事项决定如下：",
        "parts": [
            {"table": _facts(leaving)},
            {"heading": "一、事由", "text": leaving.reason},
            {"heading": "二、依据", "text": f"{basis}。"},
            {
                "heading": "三、效力",
                "text": f"自 {leaving.released_on.isoformat()} 起{ended}。"
                "法律、行政法规另行规定期限的限制，依其规定，不因移出名单而终止。",
            },
            {"heading": "四、救济途径", "text": REMEDIES},
        ],
    }


def exit_notice(leaving: Leaving) -> dict[str, Any]:
    """名单退出公告: the same channel that told of the listing tells of its end."""
    stop = "激励措施停止适用。" if leaving.reward else "各有关单位应当停止因该条目采取的失信惩戒措施。"
    return {
        "agency": leaving.agency,
        "title": "名单退出公告",
        "number": leaving.document_no,
        "on": leaving.decided_on.isoformat(),
        "opening": f"根据{EXIT_BASIS}，下列主体自 {leaving.released_on.isoformat()} 起"
        f"退出{leaving.list_name}，现予公告。",
        "parts": [{"table": _facts(leaving)}],
        "closing": f"自退出之日起，{stop}",
    }


def clearing_statement(
    *, agency: str, name: str, code: str, list_name: str, listed_by: str, document_no: str, text: str, on: date
) -> dict[str, Any]:
    """消除影响声明, to everybody who was told of the wrong listing."""
    table = [["名称", name], ["统一社会信用代码", code or "–"], ["名单", list_name], ["原列入文号", listed_by]]
    return {
        "agency": agency,
        "title": "消除影响声明",
        "number": document_no,
        "on": on.isoformat(),
        "parts": [{"table": table}, {"text": text}],
        "closing": "此前因该条目收到通知或者采取措施的单位，请予以更正，并消除影响。",
    }


def recogniser_letter(
    *,
    agency: str,
    to: str,
    name: str,
    code: str,
    list_name: str,
    listed_by: str,
    cause: str,
    document_no: str,
    text: str,
    on: date,
) -> dict[str, Any]:
    """函: a recogniser that decides elsewhere is told of the new bad conduct, and decides himself."""
    table = [["名称", name], ["统一社会信用代码", code or "–"], ["名单", list_name], ["认定文号", listed_by or "–"]]
    return {
        "agency": agency,
        "title": "关于商请复核守信激励对象的函",
        "number": document_no,
        "to": to,
        "on": on.isoformat(),
        "opening": "你单位认定的下列守信激励对象新发生失信行为，现将有关情况函告你单位：",
        "parts": [
            {"table": table},
            {"heading": "一、新发生的失信行为", "text": cause},
            {"heading": "二、有关说明", "text": text},
        ],
        "closing": "请依法复核，决定是否移出名单，并将结果通过原渠道更新。"
        "在更新前，本市信用核查对该主体显示“激励暂停”。",
    }


def honour_decision(papers: Papers, *, name: str, code: str, list_name: str, agency: str) -> dict[str, Any]:
    """守信激励对象认定决定书."""

    def day(value: date | None) -> str:
        return value.isoformat() if value else ""

    until = f"，至 {day(papers.effective_until)}" if papers.effective_until else ""
    table = [
        ["名称", name],
        ["统一社会信用代码", code or "–"],
        ["名单", list_name],
        ["公示", f"{day(papers.publicised_from)} 至 {day(papers.publicised_until)}"],
        ["有效期", f"自 {day(papers.effective_from)} 起{until}"],
    ]
    parts: list[dict[str, Any]] = [{"table": table}, {"heading": "一、事由", "text": papers.ground}]
    parts.append({"heading": "二、依据", "text": papers.legal_basis})
    if papers.exit_route:
        parts.append({"heading": "三、移出", "text": papers.exit_route})
    return {
        "agency": agency,
        "title": "守信激励对象认定决定书",
        "number": papers.document_no,
        "to": name,
        "on": day(papers.decided_on),
        "opening": f"经比对、公示和审核，决定认定你（单位）为守信激励对象，列入{list_name}。",
        "parts": parts,
    }


def _facts(leaving: Leaving) -> list[list[str]]:
    return [
        ["名称", leaving.name],
        ["统一社会信用代码", leaving.code or "–"],
        ["名单", leaving.list_name],
        ["列入文号", leaving.listed_by],
        ["列入日期", leaving.listed_on.isoformat()],
        ["移出类别", str(leaving.kind)],
        ["移出日期", leaving.released_on.isoformat()],
    ]
