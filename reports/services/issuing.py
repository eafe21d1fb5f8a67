"""出具信用报告: gather, write, sign, keep, record. One transaction; nothing that was not signed is kept."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import segno
from django.conf import settings
from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import NotFound, NotPermitted, RuleBroken
from office.services import open_file, store_file
from reports import policies, selectors
from reports.events import ReportIssued, ReportOpened
from reports.models import Report
from reports.rules.issuing import Edition, Wish, may_issue
from reports.rules.truth import number_of
from reports.selectors.gathering import gather
from reports.services.layout import Heading, layout
from reports.services.verifying import PAGE, code_of
from reports.services.writing import written
from subjects.rules.kinds import Status
from subjects.selectors import SubjectValue, subject_of
from toolkit.clock import day_of

LIMIT = 60 * 1024 * 1024


class NoSuchSubject(NotFound):
    code = "reports.no_such_subject"
    message = "没有这个主体，请核对统一社会信用代码。"


class CannotIssue(NotPermitted):
    code = "reports.cannot_issue"
    message = "您不能出具这份信用报告：窗口人员须有业务角色，企业须由登记的代表人登录门户办理。"


class ReportRefused(RuleBroken):
    code = "reports.refused"
    message = "不能出具信用报告。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A report as somebody asks for it."""

    edition: str
    channel: str
    purpose: str
    note: str = ""


@transaction.atomic
def issue(*, subject_id: int, asked: Asked, actor: Actor, now: datetime) -> int:
    """Write, sign and keep a credit report of an organisation. Its id.

    Raises NoSuchSubject, CannotIssue, ReportRefused (with its articles), office.services.signing.SignerMissing and
    SignerAway, office.services.LetterNotWritten, FileTooLarge, DiskFull.
    """
    subject = subject_of(subject_id)
    if subject is None or subject.status == Status.ERASED:
        raise NoSuchSubject
    if not policies.may_issue(actor, subject_id=subject_id, edition=asked.edition, channel=asked.channel):
        raise CannotIssue
    today = day_of(now)
    verdict = may_issue(
        Wish(
            kind=subject.kind,
            edition=asked.edition,
            channel=asked.channel,
            purpose=asked.purpose,
            note=asked.note,
            used=selectors.used_in_year(subject_id, year=today.year),
            limit=settings.REPORT_YEARLY_LIMIT,
            limit_basis=settings.REPORT_YEARLY_LIMIT_BASIS,
        )
    )
    if not verdict:
        raise ReportRefused("".join(r.message for r in verdict.against[:1]), reasons=verdict.against)
    report = _written(subject, asked, actor, now)
    fact = ReportIssued(
        report.pk, report.number, subject_id, asked.edition, asked.channel, asked.purpose, report.file_id
    )
    record(fact, about=f"reports.report:{report.pk}", actor=actor, now=now)
    return report.pk


def _written(subject: SubjectValue, asked: Asked, actor: Actor, now: datetime) -> Report:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reports_report', 'id'))")
        report_id = int(cursor.fetchone()[0])
    today, edition = day_of(now), Edition(asked.edition)
    number = number_of(today, report_id)
    found = gather(subject, on=today, edition=edition, limit=settings.REPORT_ROWS)
    code = code_of(number)
    heading = Heading(
        city=settings.CITY_NAME,
        number=number,
        on=today,
        edition=edition,
        purpose=asked.purpose + (f"（{asked.note.strip()}）" if asked.note.strip() else ""),
        code=f"{code[:5]}-{code[5:]}",
        page=f"{settings.SITE_ADDRESS}{PAGE}" if settings.SITE_ADDRESS else "",
        picture=_picture(number, code),
    )
    body = written(layout(found, heading))
    file = store_file(
        stream=io.BytesIO(body), name=f"信用报告 {number}.pdf", keep_until=None, limit=LIMIT, actor=actor, now=now
    )
    return Report.objects.create(
        pk=report_id,
        number=number,
        subject_id=subject.id,
        edition=asked.edition,
        channel=asked.channel,
        purpose=asked.purpose,
        note=asked.note.strip(),
        department_id=actor.department_id,
        file_id=file.id,
        marks=found.marks,
        records=found.total,
        listed=found.listed,
        issued_on=today,
        issued_at=now,
        issued_by=actor.key,
    )


def _picture(number: str, code: str) -> str:
    """The QR code as SVG, or "" without SITE_ADDRESS: the host of whoever asks is not to be trusted with it."""
    if not settings.SITE_ADDRESS:
        return ""
    target = f"{settings.SITE_ADDRESS}{PAGE}{number}?c={code}"
    return str(segno.make(target, error="m", micro=False).svg_inline(scale=4, border=1))


@transaction.atomic
def open_report(*, report_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """The name and the clear bytes of a report that was issued; the reading is recorded.

    Raises ReportNotFound, office.services.FileGone and FileLost.
    """
    report = selectors.get_report(actor, report_id)
    stream = open_file(file_id=report.file_id)
    fact = ReportOpened(report.pk, report.number, report.subject_id)
    record(fact, about=f"reports.report:{report.pk}", actor=actor, now=now)
    return report.file.name, stream
