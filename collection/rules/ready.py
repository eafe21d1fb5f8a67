"""What checking a row yields: a row ready to be taken, or one that is returned with all its problems. Pure values."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from collection.rules.problems import Problem


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person in clear: lives in memory only, sealed before it touches the database."""

    id_kind: str  # a value of subjects.rules.kinds.IdKind
    number: str
    name: str


class RaisedPlan(NamedTuple):
    """A trigger that the record raises on `source`; `ends` is the last day, inclusive, None: without end."""

    source: str
    begins: date
    ends: date | None
    ground: str
    own_term: bool
    responsible: bool


@dataclass(slots=True)  # not frozen: that costs four times as much to make, and this is made for every row
class Ready:
    """A row that may be taken.

    `kind`: a value of subjects.rules.kinds.Kind. `name`: display name; of a natural person the masked one. `person`:
    the subject, where it is a natural person; `responsible`: who answers for it, where name and number are given.
    `content`: canonical text by field code, filled fields only, no document number of a person, a natural person's
    name masked. `sealed`: CLEAR text of the fields that are kept encrypted; the service seals it before it stores it.
    `warnings`: everything that does not stop the row, confirmed SUSPECTs among them.
    """

    row: int
    kind: str
    name: str
    uscc: str
    reg_no: str
    org_code: str
    person: Person | None
    responsible: Person | None
    document_no: str
    authority: str
    authority_code: str
    decided_on: date
    valid_until: date | None
    procedure: str
    grade: str
    publicity_state: str
    publicity_until: date | None
    promised_on: date | None
    content: dict[str, str]
    sealed: dict[str, str]
    raised: tuple[RaisedPlan, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """A row that goes back: every problem of every cell in the order of the fields, warnings among them."""

    row: int
    problems: tuple[Problem, ...]
