"""A report as a department's system or spreadsheet hands it in: what a row says, or why it cannot be taken. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from feedback.rules.cases import MOST_AMOUNT, Action, Report, may_close
from kernel.identifiers import holds_citizen_id, uscc_problem
from subjects.rules.rows import read_date

# interface key -> column of the spreadsheet
KEYS = {
    "case": "案例编号",
    "own_number": "部门案件编号",
    "receipt": "核查回执编号",
    "place": "主体序号",
    "subject": "统一社会信用代码",
    "response": "响应任务编号",
    "trigger": "触发编号",
    "measure": "措施编码",
    "matter": "事项编码",
    "file_number": "办件号",
    "stage": "管理阶段",
    "action": "实施情况",
    "content": "实施内容",
    "reason": "理由",
    "amount": "涉及金额（元）",
    "done_from": "开始日期",
    "done_until": "结束日期",
    "effect": "成效",
    "operator": "经办人",
    "version": "所更正的版本",
}
KEY_OF = {column: key for key, column in KEYS.items()}
LONGEST = {
    "own_number": 60, "receipt": 40, "measure": 40, "trigger": 60, "matter": 40, "file_number": 60, "content": 2000,
    "reason": 1000, "effect": 1000, "operator": 60,
}  # fmt: skip
ACTIONS = {
    Action.DONE: ("done", "已执行", "已惩戒", "已激励"),
    Action.PARTLY: ("partly", "部分执行"),
    Action.NOT_DONE: ("not_done", "未执行", "未惩戒", "未激励"),
    Action.NOT_APPLICABLE: ("not_applicable", "不适用"),
}
ACTION_OF = {word: action for action, words in ACTIONS.items() for word in (action.value, *words)}
STAGES = {"before": ("before", "事前"), "during": ("during", "事中"), "after": ("after", "事后")}
STAGE_OF = {word: stage for stage, words in STAGES.items() for word in words}
CASE_NUMBER = re.compile(r"AL-([0-9]{9,18})", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
TRIGGER = re.compile(r"(entry|record):([0-9]{1,18})", re.ASCII)
FLAW = "flaw"  # of a spreadsheet: headings of cells that cannot be trusted
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
EARLIEST = date(2000, 1, 1)
FREE = ("content", "reason", "effect", "operator", "own_number", "file_number")
REFERENCES = "案例编号、核查回执编号加措施编码、响应任务编号、触发编号、部门案件编号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A good row: which case it is about, by whichever reference it gives, and the report.

    `place`: of the subject on the receipt, from 1. `seen`: the version that it corrects; None: whichever is newest.
    """

    row: int
    case_id: int | None
    own_number: str
    receipt: str
    place: int | None
    subject: str
    response_id: int | None
    trigger: str
    measure: str
    matter: str
    file_number: str
    stage: str
    seen: int | None
    report: Report


def of_case(row: int, case_id: int, report: Report, *, seen: int | None) -> Incoming:
    """A report on a case that is known by its id."""
    return Incoming(
        row=row,
        case_id=case_id,
        own_number="",
        receipt="",
        place=None,
        subject="",
        response_id=None,
        trigger="",
        measure="",
        matter="",
        file_number="",
        stage="",
        seen=seen,
        report=report,
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row cannot be taken, with a stable code; the message says how to mend it, and repeats no number."""

    row: int
    code: str
    message: str


def understand(row: int, cells: Mapping[str, str], *, today: date) -> Incoming | Wrong:
    """What a row says. `cells`: text by key of KEYS; others are not looked at."""
    if flaw := cells.get(FLAW):
        return Wrong(row, "feedback.row_malformed", f"“{flaw}”的内容无法确定，请将单元格设为文本后重新填写。")
    said = {key: _plain(cells.get(key, "")) for key in KEYS}
    if problem := _shape_problem(said):
        return Wrong(row, "feedback.row_malformed", problem)
    if holds_citizen_id("|".join(said[key] for key in FREE)):
        return Wrong(row, "feedback.report_tells_a_person", "本行含有公民身份号码。请删去号码，只写办件号。")
    action = ACTION_OF.get(said["action"])
    if action is None:
        shown = f"“{said['action'][:20]}”不能识别" if said["action"] else "为空"
        return Wrong(row, "feedback.row_malformed", f"“实施情况”{shown}。请填写：{'、'.join(Action)}。")
    amount = _amount(said["amount"])
    days = {key: read_date(said[key]) if said[key] else None for key in ("done_from", "done_until")}
    for key, day in days.items():
        if said[key] and (day is None or day < EARLIEST):
            return Wrong(row, "feedback.row_malformed", f"“{KEYS[key]}”应为如 2026-11-20 的日期。")
    if isinstance(amount, str):
        return Wrong(row, "feedback.row_malformed", amount)
    report = Report(
        action=action,
        reason=said["reason"],
        content=said["content"],
        amount=amount,
        done_from=days["done_from"],
        done_until=days["done_until"],
        effect=said["effect"],
        operator=said["operator"],
    )
    verdict = may_close(report, on=today)
    if not verdict:
        return Wrong(row, "feedback.report_incomplete", "".join(r.message for r in verdict.against))
    case = CASE_NUMBER.fullmatch(said["case"].upper())
    return Incoming(
        row=row,
        case_id=int(case[1]) if case else None,
        own_number=said["own_number"],
        receipt=said["receipt"].upper(),
        place=int(said["place"]) if said["place"] else None,
        subject=said["subject"].upper(),
        response_id=int(said["response"]) if said["response"] else None,
        trigger=said["trigger"],
        measure=said["measure"],
        matter=said["matter"],
        file_number=said["file_number"],
        stage=STAGE_OF.get(said["stage"], ""),
        seen=int(said["version"]) if said["version"] else None,
        report=report,
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _shape_problem(said: Mapping[str, str]) -> str:
    for key, longest in LONGEST.items():
        if len(said[key]) > longest:
            return f"“{KEYS[key]}”超过 {longest} 个字，请缩短。"
    for key, text in said.items():
        if CONTROL.search(text):
            return f"“{KEYS[key]}”含有控制字符，请删去。"
    if said["case"] and not CASE_NUMBER.fullmatch(said["case"].upper()):
        return "“案例编号”应为如 AL-000000123 的编号，或留空。"
    for key in ("response", "place", "version"):
        if said[key] and (not NUMBER.fullmatch(said[key]) or (key != "response" and len(said[key]) > 4)):
            return f"“{KEYS[key]}”应为整数，或留空。"
    if said["place"] and not int(said["place"]):
        return "“主体序号”从 1 起，或留空。"
    if said["trigger"] and not TRIGGER.fullmatch(said["trigger"]):
        return "“触发编号”应为如 entry:12 或 record:7 的编号，或留空。"
    if said["subject"] and uscc_problem(said["subject"].upper()) is not None:
        return "“统一社会信用代码”不是有效的代码。请核对，或留空；自然人请用案例编号或主体序号。"
    if said["stage"] and said["stage"] not in STAGE_OF:
        return "“管理阶段”应为：事前、事中、事后，或留空。"
    if said["receipt"] and not said["measure"] and not said["trigger"] and not said["case"]:
        return "填写了核查回执编号，还须填写“措施编码”。回执上每项措施都有编码。"
    if not any(said[key] for key in ("case", "receipt", "response", "trigger", "own_number")):
        return f"没有说明是哪一件。请填写其中一项：{REFERENCES}。"
    return ""


def _amount(text: str) -> Decimal | str | None:
    """Yuan with at most two places, or what is wrong."""
    if not text:
        return None
    wrong = "“涉及金额（元）”应为以元为单位的数，最多两位小数，如 120000.00。"
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return wrong
    if not value.is_finite() or abs(value) > MOST_AMOUNT or value != value.quantize(Decimal("0.01")):
        return wrong
    return value.quantize(Decimal("0.01"))
