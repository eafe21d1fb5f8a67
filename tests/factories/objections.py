"""Objections against entries of a department that has two to decide, received by the credit office."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Role
from objections import selectors, services
from objections.rules.conclusions import Conclusion
from objections.rules.kinds import Channel, Kind, Outcome
from objections.services import Filing
from tests.conftest import NOW
from tests.factories import accounts, exits
from tests.factories.exits import Desk

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Town:
    """Who receives (the credit office) and who recognised (a department with a drafter and a reviewer)."""

    office: Actor
    at: Desk


def town() -> Town:
    return Town(accounts.actor(Role.CREDIT_OFFICE, Role.UPLOADER), exits.desk())


def file(actor: Actor, *, now: datetime = NOW, **fields: Any) -> int:
    said: dict[str, Any] = {
        "kind": Kind.WRONG_SUBJECT,
        "channel": Channel.COUNTER,
        "claim": "所附决定书载明的当事人不是我公司。",
    }
    return services.file_objection(filing=Filing(**said | fields), actor=actor, now=now)


def accepted(here: Town, entry_id: int, *, now: datetime = NOW, **fields: Any) -> int:
    made = file(here.office, entry_id=entry_id, now=now, **fields)
    services.accept(objection_id=made, actor=here.office, now=now)
    return made


def proposed(here: Town, objection_id: int, *, now: datetime = NOW, by: Actor | None = None, **fields: Any) -> None:
    """Forwarded, verified, and a conclusion proposed."""
    services.forward(objection_id=objection_id, actor=here.office, now=now)
    who = by or here.at.drafter
    services.begin_verification(objection_id=objection_id, actor=who, now=now)
    said: dict[str, Any] = {
        "outcome": Outcome.CORRECT,
        "finding": "经核对决定书，当事人是另一家企业，登记有误。",
        "document_no": "某移〔2026〕9号",
        "statement": "该企业系登记错误，特此消除影响。",
    }
    services.propose(objection_id=objection_id, conclusion=Conclusion(**said | fields), actor=who, now=now)


def conclude(here: Town, objection_id: int, *, by: Actor | None = None, now: datetime = NOW) -> None:
    actor = by or here.at.reviewer
    seen = services.seen_of(selectors.get_visible(actor, objection_id))
    services.conclude(objection_id=objection_id, seen=seen, actor=actor, now=now)


def pdf() -> io.BytesIO:
    return io.BytesIO(PDF)


def found_by(home: Department) -> tuple[int, int]:
    """An objection that a department raised against its own entry, and its proof."""
    clerk = accounts.actor(Role.UPLOADER, department=home)
    entry = exits.black(exits.desk(home))
    made = file(clerk, entry_id=entry, channel=Channel.DEPARTMENT, files=[("决定书.pdf", pdf())])
    return made, selectors.attachments_of(made)[0].pk
