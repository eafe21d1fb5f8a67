"""Items of the catalogue, published as the platform's own; legal documents that they rest on."""

from itertools import count
from typing import Any

from catalog.rules.content import Content, read_content
from catalog.services import publish_item
from kernel.law import Rank
from office.models import LegalDocument
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)


def document(code: str = "penalty-law", **fields: Any) -> str:
    """A registered legal document. Its code."""
    said = {"title": "中华人民共和国行政处罚法", "short": "行政处罚法", "rank": Rank.LAW, "confidence": "L"}
    LegalDocument.objects.get_or_create(code=code, defaults=said | fields)
    return code


FIELDS: list[dict[str, Any]] = [
    {"code": "NAME", "name": "主体名称", "length": 200, "required": True},
    {"code": "USCC", "name": "统一社会信用代码", "type": "uscc", "required": True},
    {"code": "NO", "name": "决定书文号", "length": 128, "required": True},
    {"code": "DAY", "name": "决定日期", "type": "date", "required": True},
]
ROLES = {"name": "NAME", "uscc": "USCC", "document_no": "NO", "decided_on": "DAY"}
ORGANISATIONS = ["legal_person", "sole_trader", "other_organisation"]


def item_content(**fields: Any) -> Content:
    """What a complete item of a few fields says. Fields without roles get those that an item needs beside them."""
    if "fields" in fields and "roles" not in fields:
        given = {one["code"] for one in fields["fields"]}
        fields["fields"] = [*fields["fields"], *(one for one in FIELDS if one["code"] not in given)]
    said = {
        "name": "行政处罚",
        "information_class": "行政管理信息",
        "class_edition": "2024",
        "legal_basis": "《行政处罚法》第四十八条",
        "bases": [{"document": "penalty-law", "article": "第四十八条"}],
        "subject_kinds": ORGANISATIONS,
        "sharing_scope": "社会公开",
        "fields": FIELDS,
        "roles": ROLES,
    }
    return read_content(said | fields)


def item(**fields: Any) -> str:
    """A published item of the catalogue, see item_content. Its code."""
    code = str(fields.pop("code", f"item{next(_numbers)}"))
    content = item_content(**fields)
    document()
    publish_item(code=code, content=content, actor=PLATFORM, now=LONG_AGO)
    return code
