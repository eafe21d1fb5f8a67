"""Rows of a received list: columns by their headings, cells as values, and whether the row binds. Pure.

Made for a million rows: what a cell says is kept by its text. A row names its subject by a code alone (I6); one
without a valid code is lost, one whose papers do not suffice for the list's origin is refused, both with the reason.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from catalog.rules.definition import Field, FieldType
from collection.rules.amounts import judge_amount
from collection.rules.dates import judge_date
from collection.rules.judged import Judge
from collection.rules.sheets import CODE_HEADERS, NAME_HEADERS, column_of, require_column
from kernel.hiding import hide_citizen_ids
from kernel.identifiers import (
    citizen_id_problem,
    is_missing_code,
    normalise_code,
    org_code_valid,
    reg_no_valid,
    uscc_problem,
)
from kernel.names import LONGEST, display_name, masked_person
from redblack.rules.evidence import Papers, may_bind
from redblack.rules.lists import Origin

DIGITS = re.compile(r"\d{14}")  # as many at a stretch may be a person's number, mistyped
COURT_AND_TAX = ("被执行人姓名/名称", "被执行人名称", "被执行人姓名", "纳税人名称", "当事人名称", "案件当事人")


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    headings: tuple[str, ...]
    required: bool = False
    longest: int = 0


COLUMNS = (
    Column("name", (*NAME_HEADERS, *COURT_AND_TAX), required=True, longest=300),
    Column("code", (*CODE_HEADERS, "证件号"), required=True),
    Column(
        "document_no",
        ("决定文号", "认定文号", "列入决定书文号", "案号", "文号", "公告号", "document_no"),
        required=True,
        longest=120,
    ),
    Column("authority", ("认定部门", "列入部门", "作出决定机关", "执行法院", "认定单位", "authority"), longest=200),
    Column(
        "ground",
        ("列入事由", "认定事由", "事由", "列入原因", "失信被执行人行为具体情形", "案件性质", "ground"),
        longest=1000,
    ),
    Column("legal_basis", ("列入依据", "认定依据", "法律依据", "依据", "legal_basis"), longest=1000),
    Column("notice_served_on", ("告知送达日期", "送达日期", "告知日期", "notice_served_on")),
    Column("publicised_from", ("公示起始日期", "公示起", "publicised_from")),
    Column("publicised_until", ("公示截止日期", "公示止", "publicised_until")),
    Column("decided_on", ("决定日期", "认定日期", "决定书日期", "decided_on")),
    Column("effective_from", ("列入日期", "发布时间", "发布日期", "生效日期", "effective_from")),
    Column("effective_until", ("有效期止", "截止日期", "有效期限", "到期日期", "effective_until")),
    Column("exit_route", ("移出条件", "移出条件和程序", "退出条件", "exit_route"), longest=1000),
    Column("performance", ("履行情况", "被执行人的履行情况", "performance"), longest=60),
    Column("amount", ("涉案金额（元）", "金额（元）", "涉案金额", "金额", "amount")),
)
KEYS = tuple(column.key for column in COLUMNS)
EXPECTED = frozenset(word for column in COLUMNS for word in column.headings)
NAMES = {column.key: column.headings[0] for column in COLUMNS}
DAYS = (
    "notice_served_on",
    "publicised_from",
    "publicised_until",
    "decided_on",
    "effective_from",
    "effective_until",
)
NEVER_ENDS = frozenset({"长期", "永久", "无固定期限", "无期限", "2099-12-31"})
ORGANISATIONS = frozenset({"uscc", "org_code", "reg_no"})
FORMS = ("公司", "中心", "学校", "医院", "银行", "超市", "商店", "商行", "饭店", "宾馆", "工厂", "药店", "协会")
LONGEST_PERSON = 4  # characters; longer ones have a dot between their parts
LOST, REFUSED, KEPT = "lost", "refused", "kept"


@dataclass(frozen=True, slots=True)
class ListRules:
    """What a list type states where its rows are silent, and by which profile they are judged."""

    origin: Origin
    reward: bool
    authority: str
    legal_basis: str
    exit_rule: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row as values. `code_kind`: uscc, org_code, reg_no, citizen_id or "". `outcome`: "kept", "lost", "refused".

    A natural person's `code` and `name` are the clear ones: whoever keeps the row seals them.
    """

    number: int
    name: str
    code: str
    code_kind: str
    papers: Papers
    performance: str
    amount: Decimal | None
    endless: bool = False
    outcome: str = KEPT
    problem: str = ""


def places_of(headers: Sequence[str]) -> dict[str, int]:
    """Which column is which field. Raises HeaderMissing, which names what was looked for and what is there."""
    found: dict[str, int] = {}
    left = list(headers)
    for column in COLUMNS:
        header = require_column(left, column.headings) if column.required else column_of(left, column.headings)
        if header is not None:
            found[column.key] = headers.index(header)
            left.remove(header)
    return found


def reader(rules: ListRules) -> Callable[[int, Mapping[str, str], str], ReadRow]:
    """(row number, text by field, what is wrong with its cells) -> ReadRow, for the rows of one list."""
    read_day, read_amount = _kept(judge_date(_field("", FieldType.DATE))), judge_amount(_field("amount"))

    def read(number: int, texts: Mapping[str, str], flaw: str = "") -> ReadRow:
        problems: list[str] = [flaw] if flaw else []
        days = {key: _day(texts.get(key, ""), key, read_day, problems) for key in DAYS}
        said = {
            column.key: _text(texts.get(column.key, ""), column, problems) for column in COLUMNS if column.longest
        }
        code, kind, why = code_of(texts.get("code", ""))
        amount = _amount(texts.get("amount", ""), read_amount, problems)
        papers = Papers(
            document_no=said["document_no"],
            authority=said["authority"],
            ground=hide_citizen_ids(said["ground"]),
            legal_basis=said["legal_basis"],
            exit_route=said["exit_route"],
            **days | {"effective_from": days["effective_from"] or days["decided_on"]},
        )
        if not said["name"]:
            problems.append("没有名称。")
        outcome = LOST if why else KEPT
        against = may_bind(
            replace(papers, authority=papers.authority or rules.authority),
            origin=rules.origin,
            reward=rules.reward,
            type_basis=rules.legal_basis,
            type_exit=rules.exit_rule,
            on=rules.on,
        ).against
        problems += [why] if why else [reason.message for reason in against]
        if problems and outcome == KEPT:
            outcome = REFUSED
        return ReadRow(
            number=number,
            name=display_name(said["name"]),
            code=code,
            code_kind=kind,
            papers=papers,
            performance=said["performance"],
            amount=amount,
            endless=texts.get("effective_until", "").strip() in NEVER_ENDS,
            outcome=outcome,
            problem="".join(problems)[:1000],
        )

    return read


def shown_name(row: ReadRow) -> str:
    """The name as it may be kept in clear: without an organisation's code, what may be a person's is masked."""
    if not row.name or row.code_kind in ORGANISATIONS:
        return row.name
    may_be_person = row.code_kind == "citizen_id" or not _names_organisation(row.name)
    return masked_person(row.name) if may_be_person else row.name


def _names_organisation(name: str) -> bool:
    return name.endswith(FORMS) or (
        len(name) > LONGEST_PERSON and not any(dot in name for dot in "·•.．") and not name.isascii()
    )


def code_of(text: str) -> tuple[str, str, str]:
    """(code, kind of code, why it names nobody). What may be a person's number is never repeated."""
    code = normalise_code(text)
    if is_missing_code(text):
        return "", "", "没有代码，仅凭名称不能确定主体。请补充统一社会信用代码。"
    problem = uscc_problem(code)
    if problem is None:
        return code, "uscc", ""
    if citizen_id_problem(code) is None:
        return code, "citizen_id", ""
    bare = code.replace("-", "")
    if org_code_valid(bare):
        return bare, "org_code", ""
    if reg_no_valid(code):
        return code, "reg_no", ""
    shown = "" if DIGITS.search(code) else f"“{code[:30]}”"
    return "", "", f"代码{shown}有误：{problem}"


def _field(code: str, kind: FieldType = FieldType.AMOUNT) -> Field:
    return Field(code=code, name=code, type=kind, required={}, unit="元" if kind is FieldType.AMOUNT else "")


def _kept(judge: Judge) -> Judge:
    """Dates repeat: what a text says is kept."""
    return lru_cache(maxsize=50_000)(judge)


def _day(text: str, key: str, read: Judge, problems: list[str]) -> date | None:
    if not text or text.strip() in NEVER_ENDS:
        return None
    judged = read(text)
    if judged.problems:
        problems.append(f"“{NAMES[key]}”{judged.problems[0].message}")
    value: Any = judged.value
    return value if isinstance(value, date) else None


def _text(text: str, column: Column, problems: list[str]) -> str:
    value = text.strip()
    longest = LONGEST if column.key == "name" else column.longest
    if len(value) > longest:
        problems.append(f"“{NAMES[column.key]}”过长（{len(value)} 字）。请改为不超过 {longest} 字。")
        return value[:longest]
    return value


def _amount(text: str, read: Judge, problems: list[str]) -> Decimal | None:
    judged = read(text)
    if judged.problems:
        problems.append(f"“{NAMES['amount']}”{judged.problems[0].message}")
    value: Any = judged.value
    return value if isinstance(value, Decimal) else None
