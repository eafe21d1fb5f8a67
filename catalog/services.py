"""Changing the catalogue."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.services import record
from catalog.events import ItemPublished
from catalog.models import Item, ItemVersion
from catalog.rules.publication import may_publish
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
    said = {"legal_basis": legal_basis, "sharing_scope": sharing_scope, "fields": fields}
    if last is not None and all(getattr(last, key) == value for key, value in said.items()):
        return last.pk
    version = ItemVersion.objects.create(
        item=item, number=last.number + 1 if last else 1, published_on=day_of(now), **said
    )
    record(ItemPublished(item.pk, version.pk, code), about=f"catalog.item:{item.pk}", actor=actor, now=now)
    return version.pk
