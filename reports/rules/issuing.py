"""Who may have a report of whom, for what. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.identifiers import holds_citizen_id
from kernel.law import Reason, Source, Verdict
from reports.rules.sources import NO_PERSONS_IN_PUBLIC, PERSONS_SHOW_THEIR_ID, QUERIES_ARE_KEPT
from subjects.rules.kinds import ORGANISATIONS, Kind


class Edition(StrEnum):
    PUBLIC = "public"
    OWN = "own"

    @property
    def label(self) -> str:
        return EDITION_LABELS[self]


EDITION_LABELS = {Edition.PUBLIC: "公开版", Edition.OWN: "主体自查版"}


class Channel(StrEnum):
    COUNTER = "counter"
    PORTAL = "portal"
    KIOSK = "kiosk"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {Channel.COUNTER: "窗口", Channel.PORTAL: "门户", Channel.KIOSK: "自助终端"}
PURPOSES = ("主体申请", "行政审批", "政府采购", "招标投标", "评优评先", "资金扶持", "日常监管", "其他")
OWN_PURPOSE = "主体申请"
OTHER_PURPOSE = "其他"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A report that somebody asks for. `used`: reports of itself that the subject had this year; `limit` 0: none."""

    kind: str
    edition: str
    channel: str
    purpose: str
    note: str
    used: int = 0
    limit: int = 0
    limit_basis: str = ""


def may_issue(wish: Wish) -> Verdict:
    """Whether this report may be issued.

    《浙江省公共信用信息管理条例》 第十五条, 《浙江省公共信用信息管理条例》 第十九条: nothing of natural persons goes
    out here (they are told at a counter that sees their document).
    《浙江省公共信用信息管理条例》 第二十条: a query states its purpose and is kept.
    """
    against: list[Reason] = []
    if wish.kind not in ORGANISATIONS:
        message = "本平台不出具自然人信用报告。请由本人持有效身份证件到信用服务窗口查询。"
        against += [Reason("person", source, message) for source in (NO_PERSONS_IN_PUBLIC, PERSONS_SHOW_THEIR_ID)]
    if wish.purpose not in PURPOSES or (wish.purpose == OTHER_PURPOSE and not wish.note.strip()):
        message = f"请选择用途：{'、'.join(PURPOSES)}；选择“其他”的，请写明具体用途。"
        against.append(Reason("purpose", QUERIES_ARE_KEPT, message))
    if holds_citizen_id(wish.note):
        message = "用途说明中含有公民身份号码，请删去后重试。"
        against.append(Reason("note_holds_id", NO_PERSONS_IN_PUBLIC, message))
    if wish.edition == Edition.OWN and wish.purpose != OWN_PURPOSE:
        message = "主体自查版含不对外公示的信息，只应主体本人申请出具。请改选公开版，或把用途改为“主体申请”。"
        against.append(Reason("own_for_others", QUERIES_ARE_KEPT, message))
    if wish.kind == Kind.SOLE_TRADER and wish.channel == Channel.KIOSK:
        message = "自助终端不出具个体工商户的报告。请由经营者登录门户，或到信用服务窗口办理。"
        against.append(Reason("sole_trader", NO_PERSONS_IN_PUBLIC, message))
    if wish.limit and wish.edition == Edition.OWN and wish.used >= wish.limit:
        message = f"本年度已出具 {wish.used} 份，达到上限。请使用已出具的报告，或下一年度再申请。"
        against.append(Reason("too_many", Source(wish.limit_basis, ""), message))
    return Verdict(tuple(against))
