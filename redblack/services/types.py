"""List types as they ship: what a list is by law, and whether it may be consulted. Editions: services/editions.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.selectors import department_by_code, departments_by_id
from audit.services import record
from collection.services import lock_register, register_source, retire_source
from kernel.actor import Actor
from kernel.errors import NotPermitted
from kernel.law import Rank
from redblack import policies
from redblack.events import ListTypeRegistered
from redblack.models import ListType, ListTypeEdition
from redblack.rules.editions import TypeContent, written
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.states import EditionState

SHIPPED = 0  # the number of the edition that came with the product


class CannotRegister(NotPermitted):
    code = "redblack.cannot_register"
    message = "只有信用办可以登记名单类型。"


@transaction.atomic
def register_list_type(
    *,
    code: str,
    title: str,
    number: int | None,
    kind: str,
    origin: Origin,
    legal_status: LegalStatus,
    initiator: str,
    initiator_department_id: int | None,
    memorandum: str,
    legal_basis: str,
    basis_rank: Rank | None,
    term_rule: str,
    exit_rule: str,
    publicity: str,
    freshness_days: int | None,
    confidence: dict[str, str],
    level: str = "",
    conduct: str = "",
    term_months: int | None = None,
    publicity_scopes: Mapping[str, str] | None = None,
    fuse_percent: int = 20,
    fuse_rows: int = 10,
    merged_into: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Register a list type of the initial data or bring it up to date. A 现行 list becomes a source that matters may
    consult. What a person has published since is left alone: what ships never overrules the city's own edition.

    A list that stops being 现行 keeps its entries, but its source is retired: from now on it yields no hit and no
    measure. 现行 again, it is taken up again with what it holds. `merged_into`: code of a list; unknown: none yet.
    Raises CannotRegister. Returns the list type's id.
    """
    if not policies.may_register_types(actor):
        raise CannotRegister
    lock_register()  # of two who register one list at once, the second brings it up to date
    known = ListType.objects.filter(code=code).first()
    if known is not None and known.edition > SHIPPED:
        return known.pk
    department = departments_by_id([initiator_department_id]) if initiator_department_id else {}
    content = TypeContent(
        title=title,
        number=number,
        kind=kind,
        origin=origin.value,
        legal_status=legal_status.value,
        initiator=initiator,
        department=department[initiator_department_id].code if initiator_department_id in department else "",
        level=level,
        memorandum=memorandum,
        legal_basis=legal_basis,
        conduct=conduct,
        term_rule=term_rule,
        term_months=term_months,
        exit_rule=exit_rule,
        publicity=publicity,
        publicity_scopes=dict(publicity_scopes or {}),
        freshness_days=freshness_days,
        fuse_percent=fuse_percent,
        fuse_rows=fuse_rows,
        merged_into=merged_into,
    )
    said = {"confidence": confidence, "basis_rank": basis_rank and int(basis_rank), "edition": SHIPPED}
    made = apply_content(code=code, content=content, more=said, actor=actor, now=now)
    said_now = written(content)
    edition, fresh = ListTypeEdition.objects.get_or_create(
        code=code,
        number=SHIPPED,
        defaults={
            "list_type_id": made,
            "state": EditionState.PUBLISHED.value,
            "content": said_now,
            "drafted_by": "system:initial",
            "drafted_at": now,
            "reviewed_by": actor.key,
            "published_at": now,
        },
    )
    if not fresh and edition.content != said_now:
        edition.content, edition.published_at = said_now, now
        edition.save(update_fields=["content", "published_at"])
    return made


def apply_content(*, code: str, content: TypeContent, more: Mapping[str, Any], actor: Actor, now: datetime) -> int:
    """Make the list type say what the content says: inside the caller's transaction, under the register's lock.

    `more`: columns beside the content. The same changes nothing. Returns the list type's id.
    """
    known = ListType.objects.filter(code=code).first()
    source_id = known.source_id if known else None
    if content.legal_status == LegalStatus.CURRENT:
        source_id = register_source(
            code=code,
            name=content.title,
            kind=content.kind,
            authority=content.initiator,
            freshness_days=content.freshness_days,
            actor=actor,
            now=now,
        )
    elif source_id is not None:
        reason = f"名单法律状态为“{content.legal_status}”"
        retire_source(source_id=source_id, reason=reason, actor=actor, now=now)
    into = ListType.objects.filter(code=content.merged_into).first() if content.merged_into else None
    said = {key: value for key, value in written(content).items() if key not in NOT_COLUMNS}
    said |= {
        "initiator_department_id": department_by_code(content.department).id if content.department else None,
        "merged_into_id": into.pk if into else None,
        "source_id": source_id,
        **more,
    }
    if known is not None and all(getattr(known, key) == value for key, value in said.items()):
        return known.pk
    list_type, _ = ListType.objects.update_or_create(code=code, defaults=said)
    fact = ListTypeRegistered(list_type.pk, code, content.legal_status)
    record(fact, about=f"redblack.list_type:{list_type.pk}", actor=actor, now=now)
    return list_type.pk


NOT_COLUMNS = frozenset({"department", "merged_into", "freshness_days"})
