"""List types: what a list is by law, and whether it may be consulted."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from collection.services import lock_register, register_source, retire_source
from kernel.actor import Actor
from kernel.errors import NotPermitted
from kernel.law import Rank
from redblack import policies
from redblack.events import ListTypeRegistered
from redblack.models import ListType
from redblack.rules.lists import LegalStatus, Origin


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
    actor: Actor,
    now: datetime,
) -> int:
    """Register a list type or bring it up to date. A 现行 list becomes a source that matters may consult.

    A list that stops being 现行 keeps its entries, but its source is retired: from now on it yields no hit and no
    measure. 现行 again, it is taken up again with what it holds. Raises CannotRegister. Returns the list type's id.
    """
    if not policies.may_register_types(actor):
        raise CannotRegister
    lock_register()  # of two who register one list at once, the second brings it up to date
    known = ListType.objects.filter(code=code).first()
    source_id = known.source_id if known else None
    if legal_status is LegalStatus.CURRENT:
        source_id = register_source(
            code=code,
            name=title,
            kind=kind,
            authority=initiator,
            freshness_days=freshness_days,
            actor=actor,
            now=now,
        )
    elif source_id is not None:
        retire_source(source_id=source_id, reason=f"名单法律状态为“{legal_status}”", actor=actor, now=now)
    said = {
        "title": title,
        "number": number,
        "kind": kind,
        "origin": origin.value,
        "legal_status": legal_status.value,
        "initiator": initiator,
        "initiator_department_id": initiator_department_id,
        "memorandum": memorandum,
        "legal_basis": legal_basis,
        "basis_rank": basis_rank and int(basis_rank),
        "term_rule": term_rule,
        "exit_rule": exit_rule,
        "publicity": publicity,
        "confidence": confidence,
        "source_id": source_id,
    }
    if known is not None and all(getattr(known, key) == value for key, value in said.items()):
        return known.pk
    list_type, _ = ListType.objects.update_or_create(code=code, defaults=said)
    record(
        ListTypeRegistered(list_type.pk, code, legal_status.value),
        about=f"redblack.list_type:{list_type.pk}",
        actor=actor,
        now=now,
    )
    return list_type.pk
