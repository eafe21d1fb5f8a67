"""What a report on a measure must say. Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from feedback.rules.sources import FEEDBACK_DUTY
from kernel.law import Reason, Verdict


class Action(StrEnum):
    DONE = "已实施"
    PARTLY = "部分实施"
    NOT_DONE = "未实施"
    NOT_APPLICABLE = "不适用本事项"


class Basis(StrEnum):
    """What a case answers."""

    RECEIPT = "receipt"
    RESPONSE = "response"
    ENTRY = "entry"

    @property
    def label(self) -> str:
        return {"receipt": "核查回执", "response": "响应任务", "entry": "自行获知的名单条目或记录"}[self]


class Channel(StrEnum):
    """By which way a report came in."""

    PAGE = "page"
    FILE = "file"
    REST = "rest"
    SOAP = "soap"
    TABLE = "table"
    XML = "xml"
    TASK = "task"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {
    Channel.PAGE: "页面",
    Channel.FILE: "表格",
    Channel.REST: "REST接口",
    Channel.SOAP: "WebService",
    Channel.TABLE: "数据库表",
    Channel.XML: "XML文件",
    Channel.TASK: "响应任务",
}
CARRIED_OUT = frozenset({Action.DONE, Action.PARTLY})
MOST_AMOUNT = Decimal("9999999999999999.99")
SHORTEST_REASON = 6  # characters that are no signs: less than that explains nothing
EMPTY_WORDS = frozenset(
    {"其他", "其它", "同上", "按规定", "已处理", "按规定处理", "按规定执行", "不需要", "不涉及", "暂无", "无"}
)
SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. `amount` in yuan; `operator`: who did it, where a system says so; `files`: digests of proofs."""

    action: Action
    reason: str
    content: str
    amount: Decimal | None
    done_from: date | None
    done_until: date | None
    effect: str
    operator: str = ""
    files: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What it says in 64 characters: the same report again has the same."""
        amount = "" if self.amount is None else f"{self.amount:.2f}"
        parts = (
            self.action.value, self.reason, self.content, amount, str(self.done_from or ""),
            str(self.done_until or ""), self.effect, self.operator, *self.files,
        )  # fmt: skip
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def reason_key(self) -> str:
        """By which copied reasons are found again; empty for what was carried out."""
        if self.action in CARRIED_OUT:
            return ""
        return hashlib.sha256(SIGNS.sub("", self.reason).encode()).hexdigest()[:16]


def says_nothing(report: Report) -> bool:
    """Whether the reason for not carrying a measure out explains nothing: a filler, or a few characters.

    国发〔2016〕33号 联合惩戒反馈机制.
    """
    bare = SIGNS.sub("", report.reason)
    return report.action is not Action.DONE and (len(bare) < SHORTEST_REASON or bare in EMPTY_WORDS)


def may_close(report: Report, *, on: date) -> Verdict:
    """Whether a report may stand.

    国发〔2016〕33号 联合惩戒反馈机制: each hit is answered; what was not done is explained.
    """
    against = []
    if report.action is not Action.DONE and not report.reason.strip():
        against.append(Reason("reason_missing", FEEDBACK_DUTY, f"选择“{report.action}”时须说明理由。"))
    if report.action in CARRIED_OUT and not report.content.strip():
        against.append(Reason("content_missing", FEEDBACK_DUTY, "请填写实施的具体内容。"))
    if report.amount is not None and report.amount < 0:
        against.append(Reason("negative_amount", FEEDBACK_DUTY, "涉及金额不能为负数，单位为元。"))
    if report.done_from and report.done_until and report.done_until < report.done_from:
        against.append(Reason("end_before_start", FEEDBACK_DUTY, "结束日期早于开始日期，请核对。"))
    if report.done_from and report.done_from > on:
        against.append(Reason("in_future", FEEDBACK_DUTY, "开始日期晚于今天，请核对。"))
    return Verdict(tuple(against))
