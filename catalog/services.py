"""Changing the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.services import record
from catalog.events import ItemPublished
from catalog.models import Item, ItemVersion
from catalog.rules.definition import KINDS
from catalog.rules.publication import may_publish
from catalog.rules.states import State
from kernel.actor import Actor
from kernel.errors import RuleBroken
from toolkit.clock import day_of


class CannotPublish(RuleBroken):
    code = "catalog.cannot_publish"
    message = "目录条目不能发布。"


@transaction.atomic
def publish_item(
    *,
    code: str,
    name: str,
    information_class: str,
    class_edition: str,
    legal_basis: str,
    sharing_scope: str,
    fields: list[dict[str, Any]],
    subject_kinds: Sequence[str] = KINDS,
    bases: Sequence[dict[str, str]] = (),
    provider_units: Sequence[str] = (),
    update_cycle: str = "按产生",
    report_within: int | None = None,
    retention_months: int | None = None,
    publicity_months: int | None = None,
    rules: Sequence[dict[str, Any]] = (),
    roles: dict[str, str] | None = None,
    raises: Sequence[dict[str, Any]] = (),
    actor: Actor,
    now: datetime,
) -> int:
    """Publish the next version of an item, or return the last one where it says the same. Raises CannotPublish."""
    verdict = may_publish(legal_basis=legal_basis, information_class=information_class)
    if not verdict:
        raise CannotPublish(reasons=verdict.against)
    item, _ = Item.objects.update_or_create(
        code=code,
        defaults={"name": name, "information_class": information_class, "class_edition": class_edition},
    )
    last = ItemVersion.objects.filter(item=item).order_by("-number").first()
    said: dict[str, Any] = {
        "name": name,
        "information_class": information_class,
        "class_edition": class_edition,
        "legal_basis": legal_basis,
        "bases": list(bases),
        "subject_kinds": list(subject_kinds),
        "provider_units": list(provider_units),
        "sharing_scope": sharing_scope,
        "update_cycle": update_cycle,
        "report_within": report_within,
        "retention_months": retention_months,
        "publicity_months": publicity_months,
        "fields": fields,
        "rules": list(rules),
        "roles": roles or {},
        "raises": list(raises),
    }
    if last is not None and all(getattr(last, key) == value for key, value in said.items()):
        return last.pk
    version = ItemVersion.objects.create(
        item=item,
        number=last.number + 1 if last else 1,
        state=State.PUBLISHED,
        drafted_by=actor.key,
        drafted_at=now,
        reviewed_by=actor.key,
        published_on=day_of(now),
        **said,
    )
    record(ItemPublished(item.pk, version.pk, code), about=f"catalog.item:{item.pk}", actor=actor, now=now)
    return version.pk
