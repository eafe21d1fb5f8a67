"""Rows of finished matters (办结办件): what a sheet's columns mean, what a row says or why it is refused. Pure."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from collection.rules.sheets import CODE_HEADERS, column_of
from kernel.identifiers import holds_citizen_id, read
from screening.rules.identity import LEGACY_KINDS, PERSON_KINDS
from subjects.rules.rows import read_date

FILE_NUMBER, MATTER, DEPARTMENT, WINDOW = "办件号", "事项编码", "实施部门", "受理窗口"
APPLICANT, ACCEPTED, FINISHED, RESULT = "申请人代码", "受理日期", "办结日期", "办理结果"
COLUMNS: dict[str, tuple[str, ...]] = {
    FILE_NUMBER: (FILE_NUMBER, "办件编号", "业务流水号", "受理编号", "申办流水号", "流水号"),
    MATTER: (MATTER, "事项编号", "事项代码", "实施编码", "事项名称"),
    DEPARTMENT: (DEPARTMENT, "实施机构", "办理部门", "决定部门"),
    WINDOW: (WINDOW, "窗口名称", "窗口编号", "窗口"),
    APPLICANT: (APPLICANT, "申请人证件号码", "申请人统一社会信用代码", *CODE_HEADERS),
    ACCEPTED: (ACCEPTED, "受理时间", "收件日期", "收件时间"),
    FINISHED: (FINISHED, "办结时间", "决定日期", "决定时间"),
    RESULT: (RESULT, "办结结果", "审批结果", "决定结果", "结果"),
}
REQUIRED = (FILE_NUMBER, MATTER, APPLICANT, ACCEPTED, FINISHED, RESULT)
KEYS = {
    "file_number": FILE_NUMBER, "matter": MATTER, "department": DEPARTMENT, "window": WINDOW, "applicant": APPLICANT,
    "accepted_on": ACCEPTED, "finished_on": FINISHED, "result": RESULT,
}  # fmt: skip  # of the interface
RESULTS = {
    "granted": ("准予", "准予许可", "同意", "通过", "批准", "予以许可", "办结", "已办结"),
    "refused": ("不予", "不予许可", "不同意", "不通过", "不予批准", "不予受理"),
    "withdrawn": ("申请人撤回", "撤回", "撤件", "撤回申请"),
    "ended": ("终止办理", "终止", "退件", "作废"),
}
RESULT_OF = {word: result for result, words in RESULTS.items() for word in (result, *words)}
EARLIEST = date(2000, 1, 1)
LONGEST = 60
ORGANISATION_KINDS = LEGACY_KINDS | {"uscc"}


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """A matter as a row names it: who carries it out and takes it in, and whether it asks for a check at all."""

    id: int
    code: str
    department_id: int
    desk_id: int
    consults: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a cell may name, and whose rows the reporter may hand in (`mine` None: everybody's)."""

    matters: Mapping[str, MatterFacts]
    departments: Mapping[str, int]
    mine: Collection[int] | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A good row. A person's number is here only on its way to the blind index; `person` is the kind of document."""

    row: int
    file_number: str
    matter: MatterFacts
    department_id: int
    window: str
    code: str
    person: str
    accepted_on: date | None
    finished_on: date
    result: str


def missing_columns(headers: Sequence[str]) -> list[str]:
    return [name for name in REQUIRED if column_of(headers, COLUMNS[name]) is None]


def places_of(headers: Sequence[str]) -> dict[str, int]:
    """Where each column stands; those that the sheet does not have are left out."""
    found = {name: column_of(headers, words) for name, words in COLUMNS.items()}
    return {name: headers.index(header) for name, header in found.items() if header is not None}


def understand(row: int, cells: Mapping[str, str], known: Known) -> Case | str:
    """The row, or what is wrong with it and how to mend it. A number of a person is never repeated."""
    said = {name: " ".join(unicodedata.normalize("NFKC", cells.get(name, "")).split()) for name in COLUMNS}
    for name in (FILE_NUMBER, WINDOW):
        if problem := _text_problem(name, said[name]):
            return problem
    if not said[FILE_NUMBER]:
        return _empty(FILE_NUMBER, "受理系统中的办件编号")
    matter = known.matters.get(said[MATTER])
    if matter is None:
        return _unknown(MATTER, said[MATTER], "“政务服务事项”中登记的事项编码")
    department = known.departments.get(said[DEPARTMENT]) if said[DEPARTMENT] else matter.department_id
    if department is None:
        return _unknown(DEPARTMENT, said[DEPARTMENT], "已登记部门的全称、简称或统一社会信用代码，或留空")
    if known.mine is not None and not {department, matter.department_id, matter.desk_id} & set(known.mine):
        return "该办件既不由本部门实施，也不由本部门受理。请由实施部门或受理窗口报送，或删去本行。"
    applicant = _applicant(said[APPLICANT], known.today)
    if isinstance(applicant, str):
        return applicant
    days = _days(said, known.today)
    if isinstance(days, str):
        return days
    result = RESULT_OF.get(said[RESULT])
    if result is None:
        return _unknown(RESULT, said[RESULT], "准予、不予、申请人撤回、终止办理之一")
    return Case(
        row=row,
        file_number=said[FILE_NUMBER],
        matter=matter,
        department_id=department,
        window=said[WINDOW],
        code=applicant[1],
        person=applicant[0],
        accepted_on=days[0],
        finished_on=days[1],
        result=result,
    )


def _applicant(text: str, today: date) -> tuple[str, str] | str:
    """(kind of a person's document or "", number), or what is wrong."""
    if not text:
        return _empty(APPLICANT, "申请人的统一社会信用代码或证件号码")
    found = read(text, today=today)
    if found.kind in PERSON_KINDS:
        return found.kind, found.value
    if found.kind in ORGANISATION_KINDS:
        return "", found.value
    shown = "（不显示）" if holds_citizen_id(text) or sum(map(str.isdigit, text)) > 10 else f"“{text[:30]}”"
    return f"“{APPLICANT}”：{shown}不是有效的代码。{found.problem or '请填写统一社会信用代码或证件号码。'}"


def _days(said: Mapping[str, str], today: date) -> tuple[date, date] | str:
    days = []
    for name in (ACCEPTED, FINISHED):
        day = read_date(said[name]) if said[name] else None
        if day is None or not day >= EARLIEST:
            return _unknown(name, said[name], "如 2026-11-20 的日期")
        if day > today:
            return f"“{name}”：{day} 晚于今天。请改为实际日期。"
        days.append(day)
    if days[0] > days[1]:
        return f"“{ACCEPTED}”{days[0]} 晚于“{FINISHED}”{days[1]}。请核对两个日期。"
    return days[0], days[1]


def _text_problem(name: str, text: str) -> str:
    if holds_citizen_id(text):
        return f"“{name}”中含有公民身份号码。请改为不含证件号码的编号。"
    return f"“{name}”超过 {LONGEST} 个字符。请缩短。" if len(text) > LONGEST else ""


def _empty(name: str, what: str) -> str:
    return f"“{name}”为空。请填写{what}。"


def _unknown(name: str, value: str, instead: str) -> str:
    if not value:
        return _empty(name, instead)
    shown = "（不显示）" if holds_citizen_id(value) else value[:30]
    return f"“{name}”：“{shown}”不能识别。请改为{instead}。"
