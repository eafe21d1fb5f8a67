"""The contract as it is committed: what is served of it, and whether an element keeps to it. Pure.

The WSDL comes first and is changed by hand; code that differs from it fails its tests. One document/literal port a
description: old clients make one class of it. SOAP 1.2 has a description of its own, the same but for the binding.
"""

import re
import threading
from pathlib import Path
from typing import Any

from lxml import etree

HERE = Path(__file__).resolve().parent
SPACE = "urn:credit-platform:exchange:1"
BINDING_11 = b"http://schemas.xmlsoap.org/wsdl/soap/"
BINDING_12 = b"http://schemas.xmlsoap.org/wsdl/soap12/"
KINDS = {
    "SCHEMAV_ELEMENT_CONTENT": "缺少元素，或者元素的名称、顺序不对",
    "SCHEMAV_CVC_ELT_1": "没有这个元素",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "值的类型不对",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "值小于下限",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "值大于上限",
    "SCHEMAV_CVC_ENUMERATION_VALID": "值不在规定的取值之内",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "多出了属性",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "元素之间夹有文字",
}
OTHER = "不符合接口描述"
MOST_FAULTS = 20
NAMED = re.compile(r"Element '(?:\{[^}]*\})?([\w.-]+)'")
_own = threading.local()  # a compiled schema keeps the messages of its last validation


def description(name: str, *, address: str, soap12: bool = False) -> bytes:
    """The WSDL `exchange` or `receiver` with the service's own address, and its schema beside it (?xsd)."""
    tree = etree.parse(HERE / f"{name}.wsdl")
    for place in tree.iter(f"{{{BINDING_11.decode()}}}address"):
        place.set("location", address)
    for place in tree.iter("{http://www.w3.org/2001/XMLSchema}import"):
        place.set("schemaLocation", f"{address}?xsd")
    text: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    return text.replace(BINDING_11, BINDING_12) if soap12 else text


def schema_text() -> bytes:
    return (HERE / "exchange.xsd").read_bytes()


def faults_of(element: etree._Element) -> list[str]:
    """What of an element does not keep to the schema, in Chinese with its line; empty: it does."""
    schema = getattr(_own, "schema", None)
    if schema is None:
        schema = _own.schema = etree.XMLSchema(etree.parse(HERE / "exchange.xsd"))
    if schema.validate(element):
        return []
    log: Any = schema.error_log  # its stub knows no iteration
    found = {(error.line, _name(error.message), KINDS.get(error.type_name, OTHER)) for error in log}
    return [f"第 {line} 行 {name}：{what}" for line, name, what in sorted(found)[:MOST_FAULTS]]


def _name(message: str) -> str:
    """Which element libxml2 speaks of; what it quotes of the value is left where it is."""
    found = NAMED.match(message)
    return found[1] if found else "元素"
