"""Entries of a department that has two to decide about them, and proposals to take them off."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Role
from redblack import selectors
from redblack.rules.lists import ReleaseKind
from redblack.selectors import exits
from redblack.selectors.entries import seen_of
from redblack.services import decide_removal, propose_removal
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.screening import firm

_numbers = count(1)
TODAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Desk:
    """A department with its clerk, its reviewer and one who is both."""

    department: Department
    drafter: Actor
    reviewer: Actor
    both: Actor


def desk(department: Department | None = None) -> Desk:
    home = department or accounts.department()
    return Desk(
        home,
        accounts.actor(Role.UPLOADER, department=home),
        accounts.actor(Role.REVIEWER, department=home),
        accounts.actor(Role.UPLOADER, Role.REVIEWER, department=home),
    )


def black(at: Desk, *, subject_id: int | None = None, **fields: Any) -> int:
    """An entry on a list of serious breaches that the department decides. Its id."""
    made = make.list_type(initiator_department_id=at.department.pk)
    said: dict[str, Any] = {"authority_department_id": at.department.pk} | fields
    return make.entry(made.code, subject_id or firm(), **said)


def red(at: Desk, *, subject_id: int | None = None, **fields: Any) -> int:
    """An entry on a red list. Its id."""
    kept = {key: fields.pop(key) for key in ("origin",) if key in fields}
    made = make.list_type(kind="reward", initiator_department_id=at.department.pk, **kept)
    said: dict[str, Any] = {"authority_department_id": at.department.pk, "papers": make.red_papers(**fields)}
    return make.entry(made.code, subject_id or firm(), **said)


def propose(entry_id: int, actor: Actor, **fields: Any) -> int:
    said: dict[str, Any] = {
        "kind": ReleaseKind.EARLY,
        "document_no": f"某移〔2026〕{next(_numbers)}号",
        "reason": "已改正并满六个月",
        "released_on": TODAY,
        "now": NOW,
    }
    return propose_removal(entry_id=entry_id, actor=actor, **said | fields)


def seen(entry_id: int, actor: Actor) -> str:
    """What somebody who opens the page now has in front of him."""
    return seen_of(selectors.get_visible(actor, entry_id), exits.open_dispute(entry_id))


def decide(removal_id: int, actor: Actor, **fields: Any) -> None:
    entry_id = exits.get_removal(actor, removal_id).entry_id
    said: dict[str, Any] = {"seen": seen(entry_id, actor), "now": NOW}
    decide_removal(removal_id=removal_id, actor=actor, **said | fields)


def also(actor: Actor, *roles: Role) -> Actor:
    """The same person with more roles."""
    return replace(actor, roles=actor.roles | set(roles))
