"""Items of the catalogue, published as the platform's own; drafts, versions in review and what the office notes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Department
from catalog import selectors, services
from catalog.models import Item, ItemVersion, Power, Upkeep
from catalog.rules.content import Content, read_content
from catalog.services import publish_item
from kernel.actor import Actor, Role
from kernel.law import Rank
from office.models import LegalDocument
from tests.factories import accounts
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
    code, now = str(fields.pop("code", f"item{next(_numbers)}")), fields.pop("now", LONG_AGO)
    content = item_content(**fields)
    document()
    publish_item(code=code, content=content, actor=PLATFORM, now=now)
    return code


def editor(**fields: Any) -> Actor:
    """Somebody of the credit office."""
    return accounts.actor(Role.CREDIT_OFFICE, **fields)


def draft(*, actor: Actor, code: str = "", now: datetime = LONG_AGO, **fields: Any) -> int:
    """The draft of a new item that could be published, see item_content. The version's id."""
    document()
    content = item_content(**fields)
    return services.draft_item(code=code or f"draft{next(_numbers)}", content=content, actor=actor, now=now)


def in_review(*, actor: Actor, now: datetime = LONG_AGO, **fields: Any) -> int:
    """A draft that was submitted. The version's id."""
    made = draft(actor=actor, now=now, **fields)
    services.submit(version_id=made, seen=seen(made), actor=actor, now=now)
    return made


def seen(version_id: int) -> str:
    """What somebody saw who has read the version as it stands."""
    return selectors.content_of(ItemVersion.objects.get(pk=version_id)).seen


def upkeep(*, due_on: date | None = None, **fields: Any) -> int:
    """A change that the catalogue must follow. Its id."""
    day = LONG_AGO.date()
    said = {
        "what": Upkeep.What.LAW,
        "title": "行政处罚法修订施行",
        "happened_on": day,
        "due_on": due_on or day + timedelta(days=21),
        "noted_by": PLATFORM.key,
        "noted_at": LONG_AGO,
    }
    return Upkeep.objects.create(**said | fields).pk


def power(*, department: Department, **fields: Any) -> int:
    """A row of a department's list of powers and duties. Its id."""
    number = next(_numbers)
    said = {"code": f"QZ{number:06d}", "name": f"第{number}项处罚", "kind": "行政处罚", "basis": "某法第一条"}
    return Power.objects.create(department=department, imported_at=LONG_AGO, **said | fields).pk


@dataclass(frozen=True)
class Catalogued:
    """One of everything that an address of the catalogue names."""

    item_code: str
    published: int
    draft: int
    waiting: int
    power_id: int
    upkeep_id: int

    def version_of(self, url_name: str) -> int:
        if url_name in ("catalog:review", "catalog:publish", "catalog:send_back"):
            return self.waiting
        return self.published if url_name == "catalog:filing" else self.draft


def catalogued(department: Department) -> Catalogued:
    code = item()
    current = selectors.current_version(code)
    assert current is not None and Item.objects.filter(code=code).exists()
    return Catalogued(
        item_code=code,
        published=current.version_id,
        draft=draft(actor=editor()),
        waiting=in_review(actor=editor()),
        power_id=power(department=department),
        upkeep_id=upkeep(),
    )
