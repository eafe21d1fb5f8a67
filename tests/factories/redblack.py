"""List types, papers and entries, made through the services."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from kernel.actor import Actor
from kernel.law import Rank
from redblack import services
from redblack.models import ListType
from redblack.rules.evidence import Papers
from redblack.rules.lists import LegalStatus, Origin
from tests.factories import collection
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)
BESIDE = {"actor", "authority_department_id", "responsible_persons", "grade", "amount", "performance"}  # its papers
IN_JUNE = LONG_AGO.replace(month=6)


@dataclass(frozen=True, slots=True)
class List:
    """What tests need of a list type."""

    id: int
    code: str
    name: str
    source_id: int


def list_type(
    *, kind: str = "serious", loaded: bool = True, freshness_days: int | None = None, **fields: Any
) -> List:
    """A list that is 现行 and decided here, unless said otherwise; loaded and empty."""
    number = next(_numbers)
    said = {
        "code": f"TL{number}",
        "title": f"第{number}名单",
        "number": None,
        "origin": Origin.CITY,
        "legal_status": LegalStatus.CURRENT,
        "initiator": collection.AUTHORITY,
        "initiator_department_id": None,
        "memorandum": "",
        "legal_basis": "《某法》第一条",
        "basis_rank": Rank.LAW,
        "term_rule": "三年",
        "exit_rule": "",
        "publicity": "",
        "confidence": {},
    }
    made = services.register_list_type(
        kind=kind, freshness_days=freshness_days, actor=PLATFORM, now=LONG_AGO, **said | fields
    )
    row = ListType.objects.get(pk=made)
    if loaded and row.source_id is not None:
        collection.load(row.source_id, at=LONG_AGO)
    return List(made, row.code, row.title, row.source_id or 0)


def papers(**fields: Any) -> Papers:
    """Whole papers of a black list decided here: notice, decision, basis, three years."""
    said = {
        "document_no": f"某失信列〔2026〕{next(_numbers)}号",
        "authority": collection.AUTHORITY,
        "ground": "严重违法",
        "legal_basis": "《某法》第一条",
        "notice_served_on": date(2026, 2, 1),
        "decided_on": date(2026, 3, 2),
        "effective_from": date(2026, 3, 2),
        "effective_until": date(2029, 3, 1),
        "exit_route": "",
    }
    return Papers(**said | fields)


def red_papers(**fields: Any) -> Papers:
    """Whole papers of a red list decided here: publicised first, then decided, two years."""
    said = {
        "notice_served_on": None,
        "publicised_from": date(2026, 5, 11),
        "publicised_until": date(2026, 5, 18),
        "decided_on": date(2026, 5, 20),
        "effective_from": date(2026, 5, 20),
        "effective_until": date(2028, 5, 19),
    }
    return papers(**said | fields)


def entry(list_code: str, subject_id: int, *, now: datetime = IN_JUNE, **fields: Any) -> int:
    """An entry in force. `papers` whole, or fields of theirs. Its id."""
    given = {name: fields.pop(name) for name in list(fields) if name not in BESIDE}
    said = {"authority_department_id": None, "actor": PLATFORM}
    return services.enter(
        list_code=list_code,
        subject_id=subject_id,
        papers=given.pop("papers", None) or papers(**given),
        now=now,
        **said | fields,
    )


def edition(code: str, *, actor: Actor = PLATFORM, now: datetime = LONG_AGO) -> int:
    """The draft of the next edition of a list type, as it stands. Its id."""
    return services.draft_edition(code=code, content=None, actor=actor, now=now)
