"""Sources, versions of them and records, made through the services."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from catalog.rules.content import Content, read_content
from catalog.services import publish_item
from collection import services
from collection.services import Raised
from kernel.law import Rank
from office.models import LegalDocument
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)
AUTHORITY = "江澜市某局"


def source(*, kind: str = "record", freshness_days: int | None = None, loaded: bool = True, **fields: Any) -> int:
    """A registered source; unless `loaded` is False, its first version (no rows) is there. Its id."""
    number = next(_numbers)
    said = {"code": f"S{number}", "name": f"第{number}类信息", "authority": AUTHORITY} | fields
    made = services.register_source(kind=kind, freshness_days=freshness_days, actor=PLATFORM, now=LONG_AGO, **said)
    if loaded:
        load(made, at=LONG_AGO)
    return made


def load(source_id: int, *, at: datetime, rows: int = 0, held: bool = False, version: str = "") -> int:
    """A version of the source arrives. The new revision."""
    return services.mark_loaded(
        source_id=source_id,
        version=version or at.date().isoformat(),
        loaded_at=at,
        rows=rows,
        held=held,
        actor=PLATFORM,
        now=at,
    )


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


def raised(source_code: str, subject_id: int, **fields: Any) -> Raised:
    said = {"valid_from": date(2026, 2, 26), "valid_until": date(2031, 2, 25), "ground": "吊销许可证"}
    return Raised(source_code=source_code, subject_id=subject_id, **said | fields)


def record(*, subject_id: int, raised: list[Raised], **fields: Any) -> int:
    """A penalty with what it raises. Its id."""
    said = {
        "item_code": fields.pop("item_code", None) or item(),
        "document_no": f"某罚〔2026〕{next(_numbers)}号",
        "authority": AUTHORITY,
        "authority_department_id": None,
        "decided_on": date(2026, 2, 26),
        "procedure": "普通程序",
        "grade": "严重",
        "publicity_state": "公示中",
        "publicity_until": date(2029, 2, 25),
        "content": {},
        "actor": PLATFORM,
        "now": LONG_AGO + timedelta(days=60),
    }
    return services.take_record(subject_id=subject_id, raised=raised, **said | fields)
