"""Entries of a department that has two to decide about them, and proposals to take them off."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Role
from redblack import selectors
from redblack.models import Paper, RecogniserTask
from redblack.rules.lists import ReleaseKind
from redblack.selectors import exits as reading
from redblack.selectors.entries import seen_of
from redblack.services import decide_removal, honours, propose_removal
from subjects.selectors import holder_of
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.screening import firm
from toolkit.clock import day_of

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
    return seen_of(selectors.get_visible(actor, entry_id), reading.open_dispute(entry_id))


def decide(removal_id: int, actor: Actor, **fields: Any) -> None:
    entry_id = reading.get_removal(actor, removal_id).entry_id
    said: dict[str, Any] = {"seen": seen(entry_id, actor), "now": NOW}
    decide_removal(removal_id=removal_id, actor=actor, **said | fields)


def also(actor: Actor, *roles: Role) -> Actor:
    """The same person with more roles."""
    return replace(actor, roles=actor.roles | set(roles))


@dataclass(frozen=True, slots=True)
class Exits:
    """One of each thing that the pages of entries, exits and honours name, all of one department."""

    entry: int
    cleared: int
    paper: int
    removal: int
    task: int
    honour: int
    objection: int

    def entry_of(self, url: str) -> int:
        return self.cleared if url in ("redblack:clear_name", "redblack:entry_paper") else self.entry


def exits(home: Department) -> Exits:
    at = desk(home)
    wrong = black(at)
    decide(propose(wrong, at.drafter, kind=ReleaseKind.CORRECTED), at.reviewer)
    honoured = firm()
    honour = red(at, subject_id=honoured)
    black(at, subject_id=honoured)
    entry = black(at)
    candidate = publicised(at)
    return Exits(
        entry=entry,
        cleared=wrong,
        paper=Paper.objects.filter(entry_id=wrong).order_by("id")[0].pk,
        removal=propose(entry, at.drafter),
        task=RecogniserTask.objects.get(entry_id=honour).pk,
        honour=candidate,
        objection=object_to(candidate, at.drafter),
    )


def nominated(at: Desk, *, subject_id: int | None = None, **fields: Any) -> int:
    """A candidate for a red list of the department. The proceeding's id."""
    made = make.list_type(kind="reward", initiator_department_id=at.department.pk)
    said: dict[str, Any] = {"ground": "诚信经营", "facts": "", "actor": at.drafter, "now": NOW}
    return honours.draft_honour(list_code=made.code, subject_id=subject_id or firm(), **said | fields)


def publicised(at: Desk, **fields: Any) -> int:
    """The same, publicised from today. What could not be asked was checked otherwise."""
    candidate = nominated(at, **fields)
    span = {"begins": TODAY, "ends": date(2026, 11, 30), "note": "已向有关部门核实"}
    honours.publicise(proceeding_id=candidate, actor=at.drafter, now=NOW, **span)
    return candidate


def object_to(candidate: int, actor: Actor, text: str = "该企业拖欠货款") -> int:
    said: dict[str, Any] = {"received_on": TODAY, "way": "书面", "text": text, "now": NOW}
    return honours.record_objection(proceeding_id=candidate, actor=actor, **said)


def candidate_in_story(drafter: Actor, uscc: str, *, now: datetime, publicise: bool = False) -> int:
    """A candidate for the demo city's own red list, L8. The proceeding's id."""
    subject = holder_of(uscc=uscc)
    assert subject is not None
    said: dict[str, Any] = {"ground": "诚信经营", "facts": "连续三年无失信记录", "actor": drafter, "now": now}
    made = honours.draft_honour(list_code="L8", subject_id=subject, **said)
    if publicise:
        today = day_of(now)
        span = {"begins": today, "ends": today + timedelta(days=14), "note": "已向有关部门核实"}
        honours.publicise(proceeding_id=made, actor=drafter, now=now, **span)
    return made
