"""From what was gathered to the words on paper: the values that letters/report.typ prints, all of them texts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from collection.rules.publicity import SHOWN
from collection.selectors.told import Told
from office.selectors import division_name
from redblack.selectors.told import ToldEntry
from repair.selectors.standing import Held
from reports.rules.issuing import Edition
from reports.rules.sections import Section
from reports.selectors.gathering import Gathered, Part
from subjects.rules.kinds import Kind, Status

NOTHING = "截至报告日，在本平台归集的数据中没有可以列示的信息。"
NOTHING_BESIDE = "除上列未能查到的名单外，截至报告日没有可以列示的信息。"
NOTHING_TO_MEND = "截至报告日没有需要修复的失信信息。请继续守法诚信经营，按期履行承诺和信息公示义务。"
ROUTES = (
    "申请渠道：“信用中国”网站；市场监管领域：国家企业信用信息公示系统；现场：政务服务大厅信用修复窗口（帮办）。"
    "对所载信息有异议的，可以提出异议申请；不服处理结果的，可依法申请行政复议或者提起行政诉讼。"
)
NOTES = (
    "本报告依据《公共信用信息报告标准（2021年版）》的栏目编制，汇集各信息提供单位依法归集的公共信用信息，不作评分。",
    "没有记载不等于信用良好；栏目中注明“未接入”“超时效”“更新待确认”的名单没有查到，不得据此认定为无记录。",
    "所载信息修复、移出、更正之后，本报告不再反映现状。使用前请扫描二维码或在核验页输入编号和核验码，以核验结果为准。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands on the first page beside the content."""

    city: str
    number: str
    on: date
    edition: Edition
    purpose: str
    code: str
    page: str
    picture: str


def layout(found: Gathered, heading: Heading) -> dict[str, Any]:
    """The data of the template. Every leaf is a text: what anybody once typed stays text."""
    return {
        "title": "公共信用信息报告",
        "city": heading.city,
        "edition": heading.edition.label,
        "number": heading.number,
        "on": heading.on.isoformat(),
        "purpose": heading.purpose,
        "code": heading.code,
        "page": heading.page,
        "qr": heading.picture,
        "subject": _subject(found, heading.edition),
        "summary": [_summary(part) for part in found.parts if part.section is not Section.ADVICE],
        "sections": [_section(part, found, heading) for part in found.parts],
        "more": _more(found),
        "notes": list(NOTES),
    }


def _subject(found: Gathered, edition: Edition) -> list[list[str]]:
    subject = found.subject
    # a sole trader's trade name may be his own: it is told as it is registered, who runs it is told to nobody
    facts = [
        ("名称", subject.name if subject.name != subject.uscc else "（名称未登记）"),
        ("统一社会信用代码", subject.uscc or "（未登记）"),
        ("主体类型", Kind(subject.kind).label),
        ("登记状态", Status(subject.status).label),
        ("成立日期", subject.registered_on.isoformat() if subject.registered_on else ""),
        ("登记地", division_name(subject.division_code) if subject.division_code else ""),
        ("注册号", subject.reg_no if edition is Edition.OWN else ""),
        ("曾用名称", "、".join(found.former_names)),
    ]
    facts += [(name, value) for one in found.registration.records[:1] for name, value in one.lines]
    return [[name, value] for name, value in facts if value]


def _summary(part: Part) -> list[str]:
    assert part.section is not None
    sources = "；".join(part.sources[:3]) + (f"等 {len(part.sources)} 个单位" if len(part.sources) > 3 else "")
    missing = f"；{len(part.gaps)} 个名单未能查到" if part.gaps else ""
    return [
        f"{part.section.numeral}、{part.section.label}",
        f"{part.count} 条{missing}",
        sources or "–",
        part.as_of.isoformat(),
    ]


def _section(part: Part, found: Gathered, heading: Heading) -> dict[str, Any]:
    assert part.section is not None
    if part.section is Section.ADVICE:
        return {"heading": _heading(part), "counts": "", "gaps": [], "items": [], "text": _advice(found)}
    items = [_entry(one) for one in part.entries] + [_record(one) for one in part.records]
    counts = "；".join(f"{one.item_name} {one.count} 条" for one in part.counts)
    return {
        "heading": _heading(part),
        "counts": counts,
        "gaps": list(part.gaps),
        "items": items,
        "text": [] if items or counts else [NOTHING_BESIDE if part.gaps else NOTHING],
    }


def _heading(part: Part) -> str:
    assert part.section is not None
    return f"{part.section.numeral}、{part.section.label}"


def _entry(one: ToldEntry) -> list[str]:
    until = one.effective_until.isoformat() if one.effective_until else "移出之日"
    dispute = ""
    if one.disputed_on:
        mark = "存在异议 · 措施暂不执行" if one.suspended else "存在异议"
        dispute = f"【{mark}（自 {one.disputed_on.isoformat()}）】"
    facts = [("事由", one.ground), ("依据", one.legal_basis), ("履行情况", one.performance), ("失信程度", one.grade)]
    return [
        f"{one.list_title}{dispute}",
        f"{one.document_no}　{one.effective_from.isoformat()} 至 {until}",
        "；".join(f"{name}：{value}" for name, value in facts if value),
        f"认定部门：{one.authority}",
    ]


def _record(one: Told) -> list[str]:
    state = one.publicity_state
    if state == SHOWN and one.publicity_until:
        state += f"（至 {one.publicity_until.isoformat()}）"
    grade = f"　失信程度：{one.grade}" if one.grade else ""
    return [
        f"{one.item_name}　{one.document_no}",
        f"{one.decided_on.isoformat()}　{one.authority}",
        "；".join(f"{name}：{value}" for name, value in one.lines),
        f"信息提供单位：{one.provider}　{state}{grade}",
    ]


def _advice(found: Gathered) -> list[str]:
    """What the subject can do; no rule of repair is decided here."""
    said = []
    repairable = sum(1 for one in found.records.listed if one.publicity_state == SHOWN and one.grade)
    if repairable:
        said.append(
            f"本报告有 {repairable} 条公示中的失信信息。"
            "达到最短公示期、纠正失信行为并履行相应义务后，可以依法申请信用修复。"
        )
    said += [_when(one) for one in found.outlooks]
    said += [
        f"{one.list_title}（{one.document_no}）：{one.exit_route.rstrip('。')}。" if one.exit_route else ""
        for one in found.entries
        if one.list_kind != "reward"
    ]
    said = [one for one in said if one] or [NOTHING_TO_MEND]
    return [*said, ROUTES]


def _when(one: Held) -> str:
    """From when one may be repaired and what is missing, in the words of the page of repair."""
    name = f"{one.what}（{one.document_no}）"
    if one.open_number:
        return f"{name}：信用修复申请正在办理，编号 {one.open_number}。"
    if not one.outlook.may_apply:
        return f"{name}：{''.join(reason.message for reason in one.against)}"
    since = f"自 {one.outlook.earliest.isoformat()} 起" if one.outlook.earliest else "现在"
    missing = f"，需要{'、'.join(one.outlook.missing)}" if one.outlook.missing else ""
    return f"{name}：{since}可以申请信用修复{missing}。"


def _more(found: Gathered) -> str:
    """One clear sentence where not everything is listed."""
    left = found.total - found.listed
    if left <= 0:
        return ""
    return (
        f"可以列示的信息共 {found.total} 条，本报告逐条列示名单信息和最近的 {len(found.records.listed)} 条记录，"
        f"其余 {left} 条只计入各栏目的条数；需要全部明细的，请到信用服务窗口申请。"
    )
