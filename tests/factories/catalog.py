"""Drafts, versions in review and what the credit office notes, made through the services."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Department
from catalog import selectors, services
from catalog.models import Item, ItemVersion, Power, Upkeep
from kernel.actor import Actor, Role
from tests.factories import accounts, collection
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)


def editor(**fields: Any) -> Actor:
    """Somebody of the credit office."""
    return accounts.actor(Role.CREDIT_OFFICE, **fields)


def draft(*, actor: Actor, code: str = "", now: datetime = LONG_AGO, **fields: Any) -> int:
    """The draft of a new item that could be published, see collection.item_content. The version's id."""
    collection.document()
    content = collection.item_content(**fields)
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
    code = collection.item()
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
