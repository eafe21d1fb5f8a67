"""What a proceeding says of a subject, and which of it may still be changed. Pure."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from redblack.rules.states import ProceedingState, Track

GRADES = ("轻微", "一般", "严重")
# what the prior notice told the party
TOLD = frozenset({"ground", "facts", "legal_basis", "measures_told", "exit_route", "remedies"})
TOLD_LIMITS = frozenset({"grade", "amount", "responsible_persons", "effective_until"})  # told too: only milder later
LATER = TOLD_LIMITS | {"decision_no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The words and dates of a proceeding. Empty text, None: not stated. `amount` in yuan.

    `responsible_persons`: ids of natural persons. Dates of notice, service and decision are stated here only where
    the decision was made elsewhere (Track.REGISTERED); else the steps themselves date them.
    """

    ground: str = ""
    facts: str = ""
    legal_basis: str = ""
    measures_told: str = ""
    exit_route: str = ""
    remedies: str = ""
    grade: str = ""
    amount: Decimal | None = None
    responsible_persons: tuple[int, ...] = ()
    decision_no: str = ""
    effective_until: date | None = None
    notice_no: str = ""
    notice_made_on: date | None = None
    notice_served_on: date | None = None
    served_way: str = ""
    statement_due_on: date | None = None
    decided_on: date | None = None
    effective_from: date | None = None

    @property
    def seen(self) -> str:
        """What somebody saw who has read it: two that write at once are told apart by it."""
        said = json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:32]


FIELDS = tuple(Content.__dataclass_fields__)
TEXTS = ("ground", "facts", "legal_basis", "measures_told", "exit_route", "remedies", "notice_no", "decision_no")


def open_fields(track: Track, state: ProceedingState) -> frozenset[str]:
    """Which fields may be changed now: what the party was told stays as it was told, see `graver`."""
    if track is Track.REGISTERED:
        return frozenset(FIELDS) if state is ProceedingState.DRAFTED else frozenset()
    if state is ProceedingState.DRAFTED:
        return TOLD | LATER
    return LATER if state in (ProceedingState.NOTICED, ProceedingState.SERVED) else frozenset()


def graver(told: Content, after: Content, *, told_until: date | None) -> list[str]:
    """The names of the fields that would bear harder on the party than what its notice told.

    `told_until`: the last day that the notice told where `told` names none, by the term of the list; None: no end.
    行政处罚法 第四十五条: no heavier penalty because the party stated its case.
    """
    return [
        name
        for name, is_graver in (
            ("grade", _rank(after.grade) > _rank(told.grade)),
            ("amount", after.amount is not None and (told.amount is None or after.amount > told.amount)),
            ("responsible_persons", not set(after.responsible_persons) <= set(told.responsible_persons)),
            ("effective_until", _ends_later(after.effective_until, told.effective_until or told_until)),
        )
        if is_graver and getattr(after, name) != getattr(told, name)
    ]


def _rank(grade: str) -> int:
    return GRADES.index(grade) + 1 if grade in GRADES else 0


def _ends_later(end: date | None, told: date | None) -> bool:
    return told is not None and (end is None or end > told)


def changed(before: Content, after: Content) -> list[str]:
    """The names of the fields that differ, in the order in which they stand."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
