"""What the papers of repair say: 受理通知书, 补正告知书, 决定书, 修复告知书. Pure: the data of a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from repair.rules.sets import RuleSet
from repair.rules.sources import BOTH_PAPERS, CONDITIONS, DEADLINES, GRADES, MEANING

REMEDIES = (
    "如不服本决定，可以自收到本决定之日起六十日内依法申请行政复议，或者自收到本决定之日起六个月内依法向人民法院提起"
    "行政诉讼；认为信用信息有误的，可以提出异议。"
)
ACCEPTANCE, NOTICE, DECLINE = "信用修复受理通知书", "信用修复补正告知书", "信用修复不予受理决定书"
GRANT, REFUSAL, REVOCATION = "准予信用修复决定书", "不予信用修复决定书", "撤销信用修复决定书"
HOW_TO = "信用修复告知书"
CHANNELS = "“信用中国”网站；市场监管领域：国家企业信用信息公示系统；现场：政务服务大厅信用修复窗口（帮办）"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom and what a paper concerns. `name`: of a natural person the masked one."""

    agency: str
    name: str
    code: str
    what: str
    document_no: str
    authority: str
    found_on: date | None
    grade: str
    number: str
    applied_on: date | None = None


def acceptance(about: About, *, on: date, due: date) -> dict[str, Any]:
    """受理通知书."""
    text = f"你（单位）于 {_day(about.applied_on)} 提出的信用修复申请，材料齐全、符合受理条件，现予受理。"
    return _letter(about, ACCEPTANCE, on, text) | {
        "closing": f"本件应于 {due.isoformat()} 前办结。办理信用修复不收取任何费用。",
        "parts": [
            {"table": _facts(about)},
            {"heading": "依据", "text": f"{DEADLINES}、{CONDITIONS}。"},
        ],
    }


def notice(about: About, *, on: date, missing: str) -> dict[str, Any]:
    """一次性补正告知."""
    text = f"你（单位）于 {_day(about.applied_on)} 提出的信用修复申请，尚缺下列材料或者内容，现一次性告知："
    return _letter(about, NOTICE, on, text) | {
        "parts": [
            {"table": _facts(about)},
            {"heading": "需要补正", "text": missing},
            {"heading": "期限", "text": "自本告知之日起至补正之日止，不计入办理期限。"},
        ],
        "closing": "请通过原申请渠道补正。办理信用修复不收取任何费用。",
    }


def decision(
    about: About, *, title: str, decision_no: str, on: date, reasons: Sequence[tuple[str, str]], effect: str
) -> dict[str, Any]:
    """准予, 不予受理, 不予修复, 撤销修复: each reason with its article, the effect, the remedies."""
    opening = {
        GRANT: "经核实，你（单位）符合信用修复条件，决定准予信用修复。",
        REFUSAL: "经核实，你（单位）不符合信用修复条件，决定不予信用修复。",
        DECLINE: "你（单位）的信用修复申请不符合受理条件，决定不予受理。",
        REVOCATION: "经查，你（单位）此前获准的信用修复不符合规定，决定予以撤销。",
    }[title]
    return _letter(about, title, on, opening) | {
        "number": decision_no,
        "parts": [
            {"table": _facts(about)},
            {"heading": "一、理由和依据", "items": [f"{text}（依据：{law}）" for text, law in reasons]},
            {"heading": "二、效力", "text": effect},
            {"heading": "三、救济途径", "text": REMEDIES},
        ],
    }


def how_to_repair(
    about: About, *, on: date, rules: RuleSet, earliest: date | None, until: date | None
) -> dict[str, Any]:
    """修复告知书, served together with the decision (国办发〔2025〕22号 两书同达)."""
    span = rules.span(about.grade)
    shortest = f"最短公示期 {span.shortest} 个月" if span.shortest else "不设最短公示期"
    from_day = f"自 {earliest.isoformat()} 起可以申请。" if earliest else "可以申请的日期请向认定部门查询。"
    last = f"最长公示至 {until.isoformat()}，届满自动停止公示。" if until else ""
    return _letter(about, HOW_TO, on, "现就下列失信信息的信用修复事项告知你（单位）：") | {
        "parts": [
            {"table": _facts(about)},
            {"heading": "一、何时可以申请", "text": f"{about.grade}失信信息，{shortest}。{from_day}{last}"},
            {
                "heading": "二、需要什么",
                "text": "违法失信行为已经纠正，法定责任和义务已经履行。"
                "只需提交两份材料：法定责任义务履行完毕的证明材料，信用承诺书。",
            },
            {"heading": "三、向谁申请", "text": f"{CHANNELS}。"},
            {
                "heading": "四、多久办结",
                "text": f"收到申请后 {rules.accept_days} 个工作日内决定是否受理，"
                f"一般自申请之日起 {rules.whole_days} 个工作日内办结并告知结果；"
                "复杂的可以延长并说明理由。不收取任何费用。",
            },
            {"heading": "五、修复的效力", "text": "终止公示，停止共享和使用，解除因该信息采取的失信惩戒措施。"},
            {"heading": "六、依据", "text": f"{BOTH_PAPERS}、{GRADES}、{MEANING}。"},
        ],
        "closing": "对认定有异议的，可以提出异议申请；对决定不服的，可以依法申请行政复议或者提起行政诉讼。",
    }


def grant_effect(on: date, own_terms: Sequence[str]) -> str:
    """What ends with a grant, and what stands on its own."""
    begins = f"自 {on.isoformat()} 起终止公示，停止共享和使用，"
    text = begins + "解除因该信息采取的失信惩戒措施，同步通知已获知该信息的单位。"
    return text + "".join(f"独立法定限制（{one}）不因修复而终止。" for one in own_terms)


def _letter(about: About, title: str, on: date, opening: str) -> dict[str, Any]:
    return {
        "agency": about.agency,
        "title": title,
        "number": f"办件编号 {about.number}" if about.number else "",
        "to": about.name,
        "on": on.isoformat(),
        "opening": opening,
    }


def _facts(about: About) -> list[list[str]]:
    return [
        ["名称", about.name],
        ["统一社会信用代码", about.code or "–"],
        ["失信信息", about.what],
        ["文号", about.document_no],
        ["认定部门", about.authority],
        ["认定日期", _day(about.found_on)],
        ["失信程度", about.grade],
    ]


def _day(value: date | None) -> str:
    return value.isoformat() if value else "–"
