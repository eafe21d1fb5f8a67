"""One day's records for the platform above, as values and as files: XML with a schema of its own, and xlsx.

Both say the same under the standard codes of the item's fields. The format is described in docs/manual/interface.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO

import xlsxwriter
from lxml import etree

from catalog.rules.definition import Definition, Field, FieldType
from collection.rules.showing import is_sealed

NAMESPACE = "urn:credit-platform:handover:1"
XS = "http://www.w3.org/2001/XMLSchema"
GIVEN_TO_GOVERNMENT = frozenset({"社会公开", "政务共享"})  # 授权查询, 不予共享 stay here
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767  # of a worksheet
ATTRIBUTES = {
    "id": "记录编号",
    "operation": "操作",
    "version": "目录版本",
    "subjectKind": "主体类型",
    "provider": "信息提供单位代码",
    "recordedAt": "入库时间",
    "reason": "撤销原因",
}


class Operation(StrEnum):
    """What the platform above does with a record (新增、变更、撤销)."""

    NEW = "新增"
    CHANGED = "变更"
    WITHDRAWN = "撤销"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpRecord:
    """One record as it stood at the end of the day. `values`: text by field code, only what is handed up."""

    id: int
    operation: Operation
    version: int
    subject_kind: str
    provider: str
    recorded_at: datetime
    reason: str
    values: dict[str, str]

    def attributes(self) -> dict[str, str]:
        return {
            "id": str(self.id),
            "operation": self.operation.value,
            "version": str(self.version),
            "subjectKind": self.subject_kind,
            "provider": self.provider,
            "recordedAt": self.recorded_at.isoformat(timespec="seconds"),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands over the records of one file."""

    item: str
    name: str
    day: date
    number: int
    sender: str
    made_at: datetime


def is_handed_up(field: Field, definition: Definition) -> bool:
    """Whether a field goes to the platform above: by its own sharing scope, else the item's.

    《山东省社会信用条例》 第二十条: a natural person's information is shared among government, or on authorisation.
    """
    return (field.sharing or definition.sharing_scope) in GIVEN_TO_GOVERNMENT


def hands_up_persons(definition: Definition) -> bool:
    """Whether records about natural persons go up: only where the catalogue shares what identifies them. A record
    that nobody could be found by is no use above and stays here.

    《中华人民共和国个人信息保护法》 第六条.
    """
    field = definition.by_code.get(definition.roles.person_id)
    return field is not None and is_handed_up(field, definition)


def handed_fields(definitions: Iterable[Definition]) -> dict[str, Field]:
    """The fields of a file by code, in the order of the newest version; fields that only older ones had follow."""
    found: dict[str, Field] = {}
    for definition in sorted(definitions, key=lambda one: -one.version):
        for field in definition.fields:
            if is_handed_up(field, definition):
                found.setdefault(field.code, field)
    return found


def sealed_fields(definition: Definition) -> list[str]:
    """Codes of the fields of a record that are kept sealed and still handed up."""
    return [field.code for field in definition.fields if is_sealed(field) and is_handed_up(field, definition)]


def as_xml(cover: Cover, records: Sequence[UpRecord], fields: Sequence[str]) -> bytes:
    """UTF-8, with declaration; one element per record, in it one element per filled field, named by its code."""
    root = etree.Element(
        f"{{{NAMESPACE}}}handover",
        {
            "item": cover.item,
            "name": cover.name,
            "day": cover.day.isoformat(),
            "number": str(cover.number),
            "sender": cover.sender,
            "madeAt": cover.made_at.isoformat(timespec="seconds"),
            "records": str(len(records)),
        },
        nsmap={None: NAMESPACE},  # type: ignore[dict-item]  # lxml's way to name the default
    )
    for one in records:
        attributes = {name: value for name, value in one.attributes().items() if value}
        record = etree.SubElement(root, f"{{{NAMESPACE}}}record", attributes)
        for code in fields:
            if text := one.values.get(code, ""):
                etree.SubElement(record, f"{{{NAMESPACE}}}{code}").text = _xml_text(text)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _xml_text(text: str) -> str:
    """What XML cannot hold is left out; the checks of a row refuse control characters, old records may have some."""
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))


def as_schema(fields: Sequence[Field]) -> bytes:
    """The XML Schema of a file with these fields: types, lengths and code lists as the catalogue says them."""
    schema = etree.Element(
        f"{{{XS}}}schema",
        {"targetNamespace": NAMESPACE, "elementFormDefault": "qualified"},
        nsmap={"xs": XS, "h": NAMESPACE},
    )
    handover = _complex(_child(schema, "element", name="handover"))
    sequence = _child(handover, "sequence")
    record = _complex(_child(sequence, "element", name="record", minOccurs="0", maxOccurs="unbounded"))
    for name, kind in (
        ("item", "string"), ("name", "string"), ("day", "date"), ("number", "positiveInteger"), ("sender", "string"),
        ("madeAt", "dateTime"), ("records", "nonNegativeInteger"),
    ):  # fmt: skip
        _child(handover, "attribute", name=name, type=f"xs:{kind}", use="required")
    inner = _child(record, "all")  # the parts of a day may hold different versions, in whose order fields come
    for field in fields:
        _field(inner, field)
    for name, use in (
        ("id", "required"), ("operation", "required"), ("version", "required"), ("subjectKind", "required"),
        ("provider", "optional"), ("recordedAt", "required"), ("reason", "optional"),
    ):  # fmt: skip
        attribute = _child(record, "attribute", name=name, use=use)
        if name == "operation":
            base = _child(_child(attribute, "simpleType"), "restriction", base="xs:string")
            for operation in Operation:
                _child(base, "enumeration", value=operation.value)
        else:
            kinds = {"id": "xs:positiveInteger", "version": "xs:positiveInteger", "recordedAt": "xs:dateTime"}
            attribute.set("type", kinds.get(name, "xs:string"))
    written: bytes = etree.tostring(schema, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _field(parent: etree._Element, field: Field) -> None:
    element = _child(parent, "element", name=field.code, minOccurs="0")
    documentation = _child(_child(element, "annotation"), "documentation")
    documentation.text = f"{field.name}（{field.type.label}{'，' + field.unit if field.unit else ''}）"
    plain = {FieldType.DATE: "xs:date", FieldType.AMOUNT: "xs:decimal", FieldType.INTEGER: "xs:integer"}
    base = _child(_child(element, "simpleType"), "restriction", base=plain.get(field.type, "xs:string"))
    if field.codes and not field.codes_open and not field.separator:
        for code in field.codes:
            _child(base, "enumeration", value=code)
    elif field.length and field.type not in plain:
        _child(base, "maxLength", value=str(field.length))


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{tag}", attributes)


def _complex(element: etree._Element) -> etree._Element:
    return _child(element, "complexType")


def as_xlsx(cover: Cover, records: Sequence[UpRecord], fields: Sequence[Field]) -> bytes:
    """One sheet of records (first row: codes; every cell is text), one that explains the columns."""
    target = BytesIO()
    # in memory: a temporary file on disk would hold citizens' numbers in clear
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@"})
    heading = book.add_format({"num_format": "@", "bold": True, "bg_color": "#E8F1FA", "border": 1})
    sheet = book.add_worksheet("上报数据")
    headings = [*ATTRIBUTES, *(field.code for field in fields)]
    sheet.set_column(0, len(headings) - 1, 18, text)
    sheet.freeze_panes(1, 2)
    for column, name in enumerate(headings):
        sheet.write_string(0, column, name, heading)
    for row, one in enumerate(records, start=1):
        cells = one.attributes() | one.values
        for column, name in enumerate(headings):
            if value := cells.get(name, ""):
                sheet.write_string(row, column, value[:LONGEST_CELL], text)
    about = book.add_worksheet("说明")
    about.set_column(0, 1, 30, text)
    lines = [
        ("条目", f"{cover.name}（{cover.item}）"),
        ("日期", cover.day.isoformat()),
        ("第几份", str(cover.number)),
        ("报送单位", cover.sender),
        ("记录数", str(len(records))),
        ("列", "含义"),
        *ATTRIBUTES.items(),
        *(
            (field.code, f"{field.name}（{field.type.label}{'，' + field.unit if field.unit else ''}）")
            for field in fields
        ),
    ]
    for row, (name, meaning) in enumerate(lines):
        about.write_string(row, 0, name, text)
        about.write_string(row, 1, meaning, text)
    book.close()
    return target.getvalue()
