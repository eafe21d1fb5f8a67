"""Proceedings at each step, made through the services by people of one department."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Role
from redblack.models import Paper
from redblack.rules.content import Content
from redblack.rules.states import Track
from redblack.selectors.proceedings import content_of, get_proceeding
from redblack.services import deciding, hearing, proceedings, registering
from redblack.services.proceedings import Upload
from subjects.selectors import subject_of
from tests.factories import accounts, redblack
from tests.factories.accounts import PLATFORM
from tests.factories.screening import firm

_numbers = count(1)
PDF = b"%PDF-1.7 a decision"
DAY = timedelta(days=1)
NOW = datetime.fromisoformat("2026-11-20T02:00:00+00:00")


@dataclass(frozen=True)
class Bench:
    """A department with a list of its own, who prepares, who decides, and a firm."""

    department: Department
    list_code: str
    clerk: Actor
    reviewer: Actor
    subject_id: int


def bench(**fields: Any) -> Bench:
    department = fields.pop("department", None) or accounts.department()
    made = redblack.list_type(initiator_department_id=department.pk, **{"exit_rule": "满一年可以申请"} | fields)
    return Bench(
        department,
        made.code,
        accounts.actor(Role.UPLOADER, department=department),
        accounts.actor(Role.REVIEWER, department=department),
        firm(),
    )


def paper(name: str = "决定书.pdf", content: bytes = PDF) -> Upload:
    return Upload(BytesIO(content), name)


def content(**fields: Any) -> Content:
    """What a whole proposal says."""
    said = {
        "ground": "瞒报生产安全事故",
        "facts": "2026年9月3日瞒报事故一起。",
        "legal_basis": "《安全生产法》第七十八条",
        "measures_told": "暂停项目审批\n加大执法检查频次",
        "decision_no": f"某失信列〔2026〕{next(_numbers)}号",
    }
    return Content(**said | fields)


def made_content(**fields: Any) -> Content:
    """What a decision made elsewhere states, in good order."""
    said = {
        "notice_no": "某失信告〔2026〕1号",
        "notice_served_on": date(2026, 11, 2),
        "served_way": "直接",
        "statement_due_on": date(2026, 11, 9),
        "decided_on": date(2026, 11, 12),
        "effective_from": date(2026, 11, 12),
        "effective_until": date(2029, 11, 11),
        "exit_route": "满一年可以申请移出",
        "remedies": "可以依法申请行政复议或者提起行政诉讼。",
    }
    return content(**said | fields)


def drafted(at: Bench, *, now: datetime = NOW, track: Track = Track.LISTING, **fields: Any) -> int:
    said = made_content(**fields) if track is Track.REGISTERED else content(**fields)
    return proceedings.draft(
        track=track,
        list_code=at.list_code,
        subject_id=at.subject_id,
        department_id=at.department.pk,
        content=said,
        actor=at.clerk,
        now=now,
    )


def noticed(at: Bench, *, now: datetime = NOW, **fields: Any) -> int:
    made = drafted(at, now=now, **fields)
    hearing.make_notice(proceeding_id=made, notice_no=f"某失信告〔2026〕{made}号", actor=at.clerk, now=now)
    return made


def served(at: Bench, *, now: datetime = NOW, **fields: Any) -> int:
    """Served on the day of the notice."""
    made = noticed(at, now=now, **fields)
    hearing.record_service(
        proceeding_id=made, served_on=now.date(), way="直接", receipt=None, actor=at.clerk, now=now
    )
    return made


def submitted(at: Bench, *, now: datetime = NOW, **fields: Any) -> int:
    """Heard in time: the notice was served ten days before `now`."""
    made = served(at, now=now - 14 * DAY, **fields)
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    return made


def registered(at: Bench, *, now: datetime = NOW, **fields: Any) -> int:
    """A decision made elsewhere that waits for the second person."""
    return registering.register(
        list_code=at.list_code,
        code=subject_of(at.subject_id).uscc,
        name="",
        department_id=at.department.pk,
        content=made_content(**fields),
        decision=paper(),
        with_persons=False,
        actor=at.clerk,
        now=now,
    )


def seen(proceeding_id: int) -> str:
    """What somebody saw who has read it as it stands."""
    return content_of(get_proceeding(PLATFORM, proceeding_id)).seen


def decide(proceeding_id: int, at: Bench, *, now: datetime = NOW, actor: Actor | None = None) -> int:
    return deciding.decide(proceeding_id=proceeding_id, seen=seen(proceeding_id), actor=actor or at.reviewer, now=now)


def saved(proceeding_id: int, at: Bench, *, now: datetime = NOW, **fields: Any) -> list[str]:
    before = content_of(get_proceeding(at.clerk, proceeding_id))
    return proceedings.save(
        proceeding_id=proceeding_id,
        content=replace(before, **fields),
        seen=before.seen,
        actor=at.clerk,
        now=now,
    )


@dataclass(frozen=True)
class Heard:
    """One of everything that an address of the pages names."""

    proceeding_id: int
    statement_id: int
    paper_id: int


def heard(department: Department) -> Heard:
    """A proceeding of that department in which the party has spoken."""
    at = bench(department=department)
    made = served(at, now=NOW - 4 * DAY)
    statement_id = hearing.record_statement(
        proceeding_id=made,
        received_on=(NOW - 3 * DAY).date(),
        way="书面",
        text="情况不实",
        upload=None,
        actor=at.clerk,
        now=NOW - 3 * DAY,
    )
    return Heard(made, statement_id, Paper.objects.get(proceeding_id=made).pk)
