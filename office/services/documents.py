"""Legal documents: enter one, or bring it up to date."""

from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import NotPermitted
from kernel.law import Rank
from office import events, policies
from office.models import LegalDocument, LegalRegister
from toolkit.db import lock_counter, raise_counter

REGISTER = LegalRegister._meta.db_table


class DocumentsAreNotYours(NotPermitted):
    code = "office.documents_are_not_yours"
    message = "法律依据文件由信用办维护。"


@transaction.atomic
def register_document(
    *,
    code: str,
    title: str,
    rank: Rank,
    confidence: str,
    actor: Actor,
    now: datetime,
    short: str = "",
    number: str = "",
    issued_on: date | None = None,
    effective_from: date | None = None,
    effective_until: date | None = None,
    fictional: bool = False,
    source_text: str = "",
) -> int:
    """Enter a legal document, or bring the known one of that code up to date; returns its id.

    A change raises the register's revision, so that no plan of a check outlives a repeal, a new rank or a new date.
    The same again changes nothing. Raises DocumentsAreNotYours.
    """
    if not policies.may_register_documents(actor):
        raise DocumentsAreNotYours
    values = {
        "title": title,
        "short": short or title,
        "number": number,
        "rank": int(rank),
        "issued_on": issued_on,
        "effective_from": effective_from,
        "effective_until": effective_until,
        "confidence": confidence,
        "fictional": fictional,
        "source_text": source_text,
    }
    lock_counter(REGISTER)
    known = LegalDocument.objects.select_for_update().filter(code=code).first()
    if known is not None and all(getattr(known, field) == value for field, value in values.items()):
        return known.pk
    raise_counter(REGISTER)
    document, _ = LegalDocument.objects.update_or_create(code=code, defaults=values)
    fact = events.DocumentRegistered(document.pk, code, int(rank))
    record(fact, about=f"office.legaldocument:{document.pk}", actor=actor, now=now)
    return document.pk
