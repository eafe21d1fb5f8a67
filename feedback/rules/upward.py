"""The monthly report of cases as files for the platform above: XML with a schema, and xlsx with the same. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO

import xlsxwriter
from lxml import etree

NAMESPACE = "urn:credit-platform:cases:1"
XS = "http://www.w3.org/2001/XMLSchema"
# element -> (column, whether it is always there)
FIELDS = {
    "caseNumber": ("案例编号", True), "version": ("版本", True), "trigger": ("名单条目或记录编号", False),
    "subjectKind": ("主体类型", False), "subjectName": ("主体名称", False),
    "subjectCode": ("统一社会信用代码", False), "listName": ("名单名称", False),
    "rewardType": ("奖惩类型", True), "measureCode": ("措施编码", False),
    "measure": ("措施", False), "department": ("实施部门", True), "departmentCode": ("实施部门代码", True),
    "matter": ("事项编码", False), "fileNumber": ("办件号", False), "stage": ("管理阶段", False),
    "receipt": ("核查回执编号", False), "hitOn": ("命中日期", True), "action": ("实施情况", True),
    "reason": ("理由", False), "content": ("实施内容", False), "amount": ("涉及金额（元）", False),
    "doneFrom": ("开始日期", False), "doneUntil": ("结束日期", False), "effect": ("成效", False),
    "reportedAt": ("反馈时间", True),
}  # fmt: skip
TYPES = {
    "version": "xs:positiveInteger", "hitOn": "xs:date", "amount": "xs:decimal", "doneFrom": "xs:date",
    "doneUntil": "xs:date", "reportedAt": "xs:dateTime",
}  # fmt: skip
PUNISHMENT, REWARD = "1", "2"


class SendState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEAD = "dead"

    @property
    def label(self) -> str:
        return {"waiting": "待发送", "accepted": "已接收", "refused": "被退回", "dead": "发送失败"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands over the cases of one file."""

    month: date
    number: int
    sender: str
    made_at: datetime


def as_xml(cover: Cover, cases: Sequence[dict[str, str]]) -> bytes:
    """UTF-8, with declaration; one element per case, in it one per filled field, in the order of FIELDS."""
    root = etree.Element(
        f"{{{NAMESPACE}}}cases",
        {
            "month": f"{cover.month:%Y-%m}",
            "number": str(cover.number),
            "sender": cover.sender,
            "madeAt": cover.made_at.isoformat(timespec="seconds"),
            "cases": str(len(cases)),
        },
        nsmap={None: NAMESPACE},  # type: ignore[dict-item]  # lxml's way to name the default
    )
    for one in cases:
        case = etree.SubElement(root, f"{{{NAMESPACE}}}case")
        for name in FIELDS:
            if text := one.get(name, ""):
                etree.SubElement(case, f"{{{NAMESPACE}}}{name}").text = _plain(text)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))


def schema() -> bytes:
    """The XML Schema of these files."""
    root = etree.Element(
        f"{{{XS}}}schema",
        {"targetNamespace": NAMESPACE, "elementFormDefault": "qualified"},
        nsmap={"xs": XS, "c": NAMESPACE},
    )
    cases = _child(_child(root, "element", name="cases"), "complexType")
    of_case = _child(_child(cases, "sequence"), "element", name="case", minOccurs="0", maxOccurs="unbounded")
    inner = _child(_child(of_case, "complexType"), "sequence")
    for name, (column, always) in FIELDS.items():
        said = {"name": name, "minOccurs": "1" if always else "0"}
        if name in ("rewardType", "action"):
            element = _child(inner, "element", **said)
        else:
            element = _child(inner, "element", type=TYPES.get(name, "xs:string"), **said)
        _child(_child(element, "annotation"), "documentation").text = column
        if name in ("rewardType", "action"):
            words = (PUNISHMENT, REWARD) if name == "rewardType" else ("已实施", "部分实施", "未实施", "不适用本事项")
            base = _child(_child(element, "simpleType"), "restriction", base="xs:string")
            for word in words:
                _child(base, "enumeration", value=word)
    for name, kind in (
        ("month", "gYearMonth"), ("number", "positiveInteger"), ("sender", "string"), ("madeAt", "dateTime"),
        ("cases", "nonNegativeInteger"),
    ):  # fmt: skip
        _child(cases, "attribute", name=name, type=f"xs:{kind}", use="required")
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{tag}", attributes)


def as_xlsx(cases: Sequence[dict[str, str]]) -> bytes:
    """The same cases as a sheet; every cell is text."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"num_format": "@", "bold": True, "bg_color": "#E8F1FA", "border": 1})
    sheet = book.add_worksheet("奖惩案例")
    sheet.set_column(0, len(FIELDS) - 1, 18, text)
    sheet.freeze_panes(1, 1)
    for column, (heading, _) in enumerate(FIELDS.values()):
        sheet.write_string(0, column, heading, head)
    for row, one in enumerate(cases, start=1):
        for column, name in enumerate(FIELDS):
            if value := one.get(name, ""):
                sheet.write_string(row, column, value, text)
    book.close()
    return out.getvalue()
