"""Applications for repair, of a department with its desk, filed and taken through their steps by the services."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Role, visitor
from repair.models import Application
from repair.rules import letters
from repair.rules.states import Channel, Target
from repair.services import deciding, filing, handling, papers
from repair.services.filing import Upload, Wish
from tests.conftest import NOW
from tests.factories import accounts, collection, exits, screening
from tests.factories.exits import Desk

_numbers = count(1)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SOURCE = "REPAIR"


@dataclass(frozen=True, slots=True)
class Repairable:
    """A penalty of a desk's own department against a firm."""

    desk: Desk
    firm: int
    record: int
    no: str


def penalty(
    desk: Desk | None = None,
    *,
    grade: str = "一般",
    decided_on: date = date(2026, 8, 12),
    firm: int = 0,
    **fields: Any,
) -> Repairable:
    home, subject = desk or exits.desk(), firm or screening.firm()
    code = f"{SOURCE}{next(_numbers)}"
    collection.source(kind="record", code=code)
    number = fields.pop("document_no", f"某环罚〔2026〕{next(_numbers)}号")
    months = {"轻微": 3, "一般": 12, "严重": 36}[grade]
    until = fields.pop("publicity_until", date(decided_on.year + months // 12, decided_on.month, decided_on.day))
    usual = collection.raised(code, subject, valid_from=decided_on, valid_until=until, ground="罚款")
    record = collection.record(
        subject_id=subject,
        raised=[usual, *fields.pop("more", [])],
        authority_department_id=home.department.pk,
        authority=home.department.name,
        document_no=number,
        decided_on=decided_on,
        grade=grade,
        publicity_until=until,
        **fields,
    )
    return Repairable(home, subject, record, number)


def wish(*files: Upload, **said: Any) -> Wish:
    fields: dict[str, Any] = {"statement": "罚款已缴纳，违法行为已改正", "committed": True, "files": files}
    return Wish(**fields | said)


def pdf(name: str = "缴款凭证.pdf", body: bytes = PDF) -> Upload:
    return Upload(BytesIO(body), name)


def window() -> Actor:
    return accounts.actor(Role.CLERK)


def of_firm(firm: int) -> Actor:
    return visitor(next(_numbers), display="某企业代表", subjects=frozenset({firm}))


def filed(one: Repairable, *, actor: Actor | None = None, now: datetime = NOW, **said: Any) -> Application:
    """An application for a penalty, at the counter unless the firm itself asks."""
    who = actor or window()
    channel = Channel.COUNTER if who.department_id else Channel.PORTAL
    return filing.file_application(
        target=Target.RECORD, target_id=one.record, channel=channel, wish=wish(**said), actor=who, now=now
    )


def accepted(one: Repairable, *, now: datetime = NOW, **said: Any) -> Application:
    row = filed(one, now=now, **said)
    handling.accept(application_id=row.pk, actor=one.desk.drafter, now=now)
    row.refresh_from_db()
    return row


def granted(one: Repairable, *, now: datetime = NOW) -> Application:
    row = accepted(one, now=now)
    if row.grade == "严重":
        handling.verify(application_id=row.pk, opinion="已核实履行完毕", actor=one.desk.drafter, now=now)
    deciding.grant(
        application_id=row.pk,
        decision_no="某信修〔2026〕1号",
        finding="已核实履行完毕",
        actor=one.desk.reviewer,
        now=now,
    )
    row.refresh_from_db()
    return row


@dataclass(frozen=True, slots=True)
class Filed:
    """One of each thing that the addresses of repair name, all of one department."""

    application: int
    attachment: int
    paper: int
    record: int
    token: str


def asked(home: Department) -> Filed:
    one = penalty(exits.desk(home))
    row = filed(one, actor=of_firm(one.firm), files=(pdf(),))
    drafter = one.desk.drafter
    notice = papers.record_notice(record_id=one.record, actor=drafter, now=NOW)
    data = letters.notice(papers.about_of(row), on=NOW.date(), missing="缴款凭证")
    paper = papers.write_paper(row=row, kind=letters.NOTICE, data=data, actor=drafter, now=NOW)
    return Filed(row.pk, row.attachments.get().pk, paper.pk, one.record, notice.token)
