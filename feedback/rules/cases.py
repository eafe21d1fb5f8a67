"""What a report on a measure must say. Pure."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. `amount` in yuan."""

    action: Action
    reason: str
    content: str
    amount: Decimal | None
    done_from: date | None
    done_until: date | None
    effect: str


def may_close(report: Report, *, on: date) -> Verdict:
    """Whether a report may stand.

    国发〔2016〕33号 联合惩戒反馈机制: each hit is answered; what was not done is explained.
    """
    against = []
    if report.action is not Action.DONE and not report.reason.strip():
        against.append(Reason("reason_missing", FEEDBACK_DUTY, f"选择“{report.action}”时须说明理由。"))
    if report.action in (Action.DONE, Action.PARTLY) and not report.content.strip():
        against.append(Reason("content_missing", FEEDBACK_DUTY, "请填写实施的具体内容。"))
    if report.amount is not None and report.amount < 0:
        against.append(Reason("negative_amount", FEEDBACK_DUTY, "涉及金额不能为负数，单位为元。"))
    if report.done_from and report.done_until and report.done_until < report.done_from:
        against.append(Reason("end_before_start", FEEDBACK_DUTY, "结束日期早于开始日期，请核对。"))
    if report.done_from and report.done_from > on:
        against.append(Reason("in_future", FEEDBACK_DUTY, "开始日期晚于今天，请核对。"))
    return Verdict(tuple(against))
