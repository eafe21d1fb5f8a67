"""Registering memoranda with their original measures."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from measures import policies
from measures.events import MemorandumRegistered
from measures.models import Memorandum, OriginalMeasure
from measures.services.publication import CannotPublishHere


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One measure as a memorandum states it."""

    number: int
    label: str
    reward: bool
    strength: str
    departments: list[str]
    legal_basis: list[str]


@transaction.atomic
def register_memorandum(
    *,
    code: str,
    title: str,
    document_number: str,
    document_number_confirmed: bool,
    issued_on: date | None,
    lead: str,
    signatories: list[str],
    subject_text: str,
    list_numbers: list[int],
    complete: bool,
    measures: Sequence[Original],
    actor: Actor,
    now: datetime,
) -> int:
    """Register a memorandum with its original measures, or bring it up to date. Without measures it is a stub that
    can never yield one. Returns its id.
    """
    if not policies.may_publish(actor):
        raise CannotPublishHere
    said = {
        "title": title,
        "document_number": document_number,
        "document_number_confirmed": document_number_confirmed,
        "issued_on": issued_on,
        "lead": lead,
        "signatories": signatories,
        "subject_text": subject_text,
        "list_numbers": list_numbers,
        "decomposed": bool(measures),
        "complete": complete,
    }
    known = Memorandum.objects.filter(code=code).first()
    if known is not None and all(getattr(known, k) == v for k, v in said.items()) and _holds(known, measures):
        return known.pk
    memorandum, _ = Memorandum.objects.update_or_create(code=code, defaults=said)
    for one in measures:
        fields = asdict(one)
        OriginalMeasure.objects.update_or_create(memorandum=memorandum, number=fields.pop("number"), defaults=fields)
    record(
        MemorandumRegistered(memorandum.pk, code, bool(measures)),
        about=f"measures.memorandum:{memorandum.pk}",
        actor=actor,
        now=now,
    )
    return memorandum.pk


def _holds(memorandum: Memorandum, measures: Sequence[Original]) -> bool:
    columns = ("number", "label", "reward", "strength", "departments", "legal_basis")
    stored = {row[0]: row for row in memorandum.measures.order_by("number").values_list(*columns)}
    return stored == {one.number: tuple(getattr(one, c) for c in columns) for one in measures}
