"""措施实施告知书: whether it may be written, and what it says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from feedback.rules.sources import OBJECTION_SUSPENDS, STATE_REASONS_AND_REMEDIES, TELL_THE_FIRM
from kernel.law import Reason, Verdict

TITLE = "措施实施告知书"


class Way(StrEnum):
    """How it was served (送达)."""

    IN_PERSON = "直接"
    POST = "邮寄"
    LEFT = "留置"
    ELECTRONIC = "电子"
    PUBLIC = "公告"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """An entry or a record that calls for the measure."""

    source: str
    document_no: str
    authority: str
    ground: str
    since: date
    until: date | None
    own_term: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A measure that a department carried out against somebody. `name` of a person is masked."""

    department_id: int
    subject_id: int
    name: str
    code: str
    person: bool
    measure_code: str
    measure: str
    term: str
    articles: tuple[str, ...]
    called: tuple[Called, ...]
    reward: bool
    done: bool
    suspended: bool
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """What the department writes: its document number, and the three parts that it may word itself."""

    document_no: str
    reason: str
    remedies: str
    lifting: str


NEEDED = {
    "document_no": "文号为空。请填写本机关的发文字号，如“江市监告〔2026〕1号”。",
    "reason": "理由为空。请写明因何事由、凭何决定实施措施。",
    "remedies": "救济途径为空。请写明如何提出异议、申请复议或者提起诉讼。",
    "lifting": "解除条件为空。请写明措施何时、因何解除。",
}


def may_write(carried: Carried, text: LetterText) -> Verdict:
    """Whether the letter may be written.

    企业信用行为联合奖惩办法（试行） 第十九条: told after the measure was carried out.
    浙江省公共信用信息管理条例 第二十八条: with reasons, basis, remedies and the conditions for lifting it.
    河南省社会信用条例 第四十一条: not while an accepted objection suspends it.
    """
    against = []
    if carried.reward:
        against.append(Reason("reward", TELL_THE_FIRM, "守信激励措施不需要告知书。"))
    if carried.suspended:
        against.append(Reason("suspended", OBJECTION_SUSPENDS, "该条目存在异议，措施暂不执行，不能出具告知书。"))
    if carried.ended:
        against.append(
            Reason("ended", TELL_THE_FIRM, "对应的名单条目或记录已移出或终止，措施不再实施，不能出具告知书。")
        )
    elif not carried.done:
        against.append(
            Reason("not_done", TELL_THE_FIRM, "尚未登记措施已实施。请先反馈（已实施或部分实施）或登记响应。")
        )
    if not carried.articles:
        said = "该措施现在没有有效的依据条文，不能出具告知书。请联系信用办核对措施清单。"
        against.append(Reason("no_basis", STATE_REASONS_AND_REMEDIES, said))
    for name, said in NEEDED.items():
        if not getattr(text, name).strip():
            against.append(Reason(f"{name}_missing", STATE_REASONS_AND_REMEDIES, said))
    return Verdict(tuple(against))


def may_be_served(*, written_on: date, served_on: date, today: date) -> Verdict:
    """Whether the day of service can be: not before it was written, not in the future.

    浙江省公共信用信息管理条例 第二十八条: the party is told.
    """
    if written_on <= served_on <= today:
        return Verdict()
    said = f"送达日期应在告知书日期（{written_on}）与今天之间，请核对。"
    return Verdict((Reason("served_on_wrong", STATE_REASONS_AND_REMEDIES, said),))


def proposed(carried: Carried, *, department: str) -> LetterText:
    """The wording that the form begins with."""
    authorities = "、".join(dict.fromkeys(one.authority for one in carried.called)) or "认定部门"
    return LetterText(
        document_no="",
        reason="\n".join(_reason(one) for one in carried.called),
        remedies=(
            f"对名单或者记录有异议的，可以向{authorities}提出异议申请。\n"
            f"不服{department}实施的措施的，可以依法申请行政复议或者提起行政诉讼。"
        ),
        lifting="\n".join(dict.fromkeys(_lifting(one) for one in carried.called)),
    )


def _reason(one: Called) -> str:
    until = f"至 {one.until}" if one.until else "尚在有效期内"
    ground = f"，事由：{one.ground}" if one.ground else ""
    return f"{one.source}：{one.authority} {one.document_no}，自 {one.since} {until}{ground}。"


def _lifting(one: Called) -> str:
    if one.own_term:
        return f"独立法定限制，依据{one.document_no}，至 {one.until} 期满解除，不因名单移出而终止。"
    return "期满、经信用修复提前移出、撤销列入或者更正的，措施自移出之日起停止。"


def letter_of(carried: Carried, text: LetterText, *, agency: str, on: date, draft: bool = False) -> dict[str, Any]:
    """The data of the PDF (office.services.render_letter, template `letter`)."""
    whom = "你" if carried.person else "你单位"
    to = carried.name + (f"（统一社会信用代码 {carried.code}）" if carried.code and not carried.person else "")
    return {
        "agency": agency,
        "title": TITLE,
        "number": text.document_no.strip(),
        "on": on.isoformat(),
        "to": to,
        "opening": f"本机关依法对{whom}实施下列措施，现将理由、依据、救济途径和解除条件告知如下。",
        "parts": [
            {"heading": "一、实施的措施", "text": f"{carried.measure}。期限：{carried.term or '名单有效期内'}。"},
            {"heading": "二、理由", "text": text.reason.strip()},
            {"heading": "三、依据", "items": list(carried.articles)},
            {"heading": "四、救济途径", "text": text.remedies.strip()},
            {"heading": "五、解除条件", "text": text.lifting.strip()},
        ],
        "notes": _notes(carried),
        "draft": draft,
    }


def _notes(carried: Carried) -> Sequence[str]:
    return ["姓名以送达时核对的身份证件为准。"] if carried.person else []
