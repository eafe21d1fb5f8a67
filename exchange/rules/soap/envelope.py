"""Envelopes of SOAP 1.1 and 1.2: bytes to one element of the body, and back; faults. Pure.

What comes in is hostile until shown otherwise: no document type (no entity, no external file), nothing is fetched,
libxml2's own limits of depth and size stand. The version is the namespace of the envelope, not the header's word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from exchange.rules.soap.contract import SPACE
from kernel.errors import Malformed

HARDENED: Mapping[str, bool] = {
    **{"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False},
    **{"remove_pis": True, "remove_comments": True},
}
SHANGHAI = ZoneInfo("Asia/Shanghai")
XML = "http://www.w3.org/XML/1998/namespace"


class Version(Enum):
    """The namespace of the envelope, and the media type that goes with it."""

    V11 = "http://schemas.xmlsoap.org/soap/envelope/", "text/xml"
    V12 = "http://www.w3.org/2003/05/soap-envelope", "application/soap+xml"

    @property
    def space(self) -> str:
        return self.value[0]

    @property
    def media_type(self) -> str:
        return f"{self.value[1]}; charset=utf-8"


class EnvelopeWrong(Malformed):
    code = "exchange.soap.envelope_wrong"
    message = "请求体应为 SOAP 1.1 或 1.2 信封，Body 中只有一个元素。请对照接口描述（?wsdl）修改。"


class DocumentTypeRefused(Malformed):
    code = "exchange.soap.document_type_refused"
    message = "不接收带有 DOCTYPE 的 XML（外部实体、实体展开），请去掉后重新提交。"


class VersionUnknown(Malformed):
    code = "exchange.soap.version_unknown"
    message = "信封的命名空间不是 SOAP 1.1 或 1.2。请对照接口描述（?wsdl）修改。"


class HeaderNotUnderstood(Malformed):
    code = "exchange.soap.header_not_understood"
    message = "Header 中有要求必须处理（mustUnderstand）而本接口不处理的元素，请去掉后重新提交。"


class MediaTypeWrong(Malformed):
    code = "exchange.soap.media_type_wrong"
    message = "Content-Type 应为 text/xml（SOAP 1.1）或 application/soap+xml（SOAP 1.2）。"


@dataclass(frozen=True, slots=True)
class Message:
    version: Version
    element: etree._Element

    @property
    def name(self) -> str:
        """The name of the element, or "" where it is of another namespace."""
        space, _, name = str(self.element.tag).removeprefix("{").rpartition("}")
        return name if space == SPACE else ""


def version_of(content_type: str) -> Version:
    """In which envelope to answer where none was read."""
    return Version.V12 if content_type.startswith("application/soap+xml") else Version.V11


def parse(body: bytes) -> etree._Element:
    """The root of a document that says nothing of a document type. Raises EnvelopeWrong, DocumentTypeRefused."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!DOCTYPE" in body[:4096] or b"<!ENTITY" in body[:4096]:
            raise DocumentTypeRefused from error
        raise EnvelopeWrong("请求体不是格式良好的 XML，请检查编码和标签后重新提交。") from error
    about: Any = root.getroottree().docinfo
    if about.doctype:
        raise DocumentTypeRefused
    return root


def read(body: bytes, *, content_type: str = "text/xml") -> Message:
    """The one element of an envelope's body. Its content is not judged yet (contract.faults_of).

    Raises MediaTypeWrong, EnvelopeWrong, DocumentTypeRefused, VersionUnknown, HeaderNotUnderstood.
    """
    if content_type.partition(";")[0].strip().lower() not in {"text/xml", "application/soap+xml"}:
        raise MediaTypeWrong
    root = parse(body)
    space, _, name = str(root.tag).removeprefix("{").rpartition("}")
    version = next((one for one in Version if one.space == space), None)
    if name != "Envelope" or version is None:
        raise VersionUnknown if name == "Envelope" else EnvelopeWrong
    for header in root.iterfind(f"{{{space}}}Header/*"):
        if header.get(f"{{{space}}}mustUnderstand") in {"1", "true"}:
            raise HeaderNotUnderstood
    bodies = root.findall(f"{{{space}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise EnvelopeWrong
    return Message(version, bodies[0][0])


def wrap(element: etree._Element, version: Version, *, head: etree._Element | None = None) -> bytes:
    """An envelope round one element, and what stands in its header."""
    root = etree.Element(f"{{{version.space}}}Envelope", nsmap={"soap": version.space})
    if head is not None:
        etree.SubElement(root, f"{{{version.space}}}Header").append(head)
    etree.SubElement(root, f"{{{version.space}}}Body").append(element)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text


def fault(*, version: Version, theirs: bool, text: str, detail: etree._Element, code: str = "") -> bytes:
    """A fault in Chinese. `theirs`: the caller has to mend it; `code`: VersionMismatch or MustUnderstand, else the
    version's word for whose fault it is.
    """
    space = version.space
    body = etree.Element(f"{{{space}}}Fault", nsmap={"soap": space})
    if version is Version.V11:
        etree.SubElement(body, "faultcode").text = f"soap:{code or ('Client' if theirs else 'Server')}"
        etree.SubElement(body, "faultstring").text = text
        etree.SubElement(body, "detail").append(detail)
        return wrap(body, version)
    etree.SubElement(
        etree.SubElement(body, f"{{{space}}}Code"), f"{{{space}}}Value"
    ).text = f"soap:{code or ('Sender' if theirs else 'Receiver')}"
    said = etree.SubElement(etree.SubElement(body, f"{{{space}}}Reason"), f"{{{space}}}Text")
    said.set(f"{{{XML}}}lang", "zh-CN")
    said.text = text
    etree.SubElement(body, f"{{{space}}}Detail").append(detail)
    return wrap(body, version)


def fault_text(element: etree._Element) -> str:
    """What a fault of either version says; "" where the element is none."""
    for version in Version:
        if element.tag == f"{{{version.space}}}Fault":
            said = element.find("faultstring")
            said = element.find(f".//{{{version.space}}}Text") if said is None else said
            return (said.text or "").strip() or "未说明原因" if said is not None else "未说明原因"
    return ""


def build(name: str, values: Mapping[str, Any]) -> etree._Element:
    """An element of our namespace from plain values: a mapping is its children in order, a sequence the same name
    again and again, None nothing at all. snake_case becomes camelCase.
    """
    default: Any = {None: SPACE}  # lxml's way to name the default
    element = etree.Element(f"{{{SPACE}}}{name}", nsmap=default)
    _fill(element, values)
    return element


def values_of(element: etree._Element) -> dict[str, str]:
    """The texts of an element's simple children by name, which becomes snake_case again."""
    return {_snake(etree.QName(child).localname): (child.text or "").strip() for child in element}


def each_of(element: etree._Element, name: str) -> list[dict[str, str]]:
    """The values of every child of that name."""
    return [values_of(child) for child in element.iterfind(f"{{{SPACE}}}{name}")]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _fill(element: etree._Element, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        for one in _each(value):
            child = etree.SubElement(element, f"{{{SPACE}}}{_camel(name)}")
            if isinstance(one, Mapping):
                _fill(child, one)
            else:
                child.text = _text(one)


def _each(value: Any) -> Iterator[Any]:
    if value is None:
        return
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from value
    else:
        yield value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    return "".join(letter for letter in str(value) if _is_xml(ord(letter)))


def _is_xml(letter: int) -> bool:
    """Whether XML 1.0 can say it at all: a stray control character in a ground is left out, not a failed answer."""
    return letter in {0x9, 0xA, 0xD} or 0x20 <= letter <= 0xD7FF or 0xE000 <= letter <= 0xFFFD or letter >= 0x10000
