"""The papers of repair: written with a number and a code that verifies them, kept sealed, read with a trace."""

import io
import secrets
from datetime import datetime
from typing import Any, BinaryIO

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.selectors import departments_by_id
from audit.services import record
from citizens.services import tell_applicant
from kernel.actor import Actor
from kernel.errors import RuleBroken
from kernel.terms import last_day_of_months
from office.services import open_file, render_letter, store_file
from redblack.selectors import proceedings
from repair.events import FileRead, PaperWritten
from repair.models import Application, Paper
from repair.rules.eligibility import Case, earliest_day
from repair.rules.letters import HOW_TO, NOTICE, About, how_to_repair
from repair.rules.states import Target
from repair.selectors import applications as reading
from repair.selectors.standing import held, rules_on
from repair.services.filing import contact_of
from subjects.selectors import subjects_of
from toolkit.clock import day_of

LIMIT = 10 * 1024 * 1024
WHERE = "请登录公众门户，在“我的”—“信用修复”查看。"
NEXT = {NOTICE: "请按告知的内容补正，补正前办理期限不计算。"}


class DecisionMissing(RuleBroken):
    code = "repair.decision_missing"
    message = "列入决定还没有作出。信用修复告知书与列入决定书同时送达，请在决定后打印。"


def about_of(row: Application) -> About:
    """Whom and what the papers of an application concern; natural persons by their masked name."""
    subject = subjects_of({row.subject_id}).get(row.subject_id)
    return About(
        agency=row.department.name,
        name=subject.name if subject else "",
        code=subject.uscc if subject else "",
        what=row.what,
        document_no=row.document_no,
        authority=row.authority,
        found_on=row.found_on,
        grade=row.grade,
        number=row.number,
        applied_on=row.applied_on,
    )


@transaction.atomic
def write_paper(*, row: Application, kind: str, data: dict[str, Any], actor: Actor, now: datetime) -> Paper:
    """Write one paper of an application as PDF, and a word to who applied. In the caller's transaction."""
    tell_applicant(
        key=row.filed_by,
        contact=contact_of(row),
        subject=f"信用修复申请 {row.number}：{kind}",
        text=f"您的信用修复申请 {row.number} 有新的文书《{kind}》。{NEXT.get(kind, '')}{WHERE}",
        about=f"repair.application:{row.pk}",
        actor=actor,
        now=now,
    )
    return _keep(
        kind,
        data,
        {"application": row, "subject_id": row.subject_id},
        about=f"repair.application:{row.pk}",
        actor=actor,
        now=now,
    )


@transaction.atomic
def record_notice(*, record_id: int, actor: Actor, now: datetime) -> Paper:
    """信用修复告知书 for a record, to be served with its decision (两书同达). The one that was written is kept.

    Raises NothingThere.
    """
    known = Paper.objects.select_related("file").filter(record_id=record_id).first()
    if known is not None:
        return known
    today = day_of(now)
    one = held(Target.RECORD, record_id, on=today)
    subject = subjects_of({one.subject_id}).get(one.subject_id)
    about = About(
        agency=one.authority,
        name=subject.name if subject else "",
        code=subject.uscc if subject else "",
        what=one.what,
        document_no=one.document_no,
        authority=one.authority,
        found_on=one.found_on,
        grade=one.grade,
        number="",
    )
    data = how_to_repair(about, on=today, rules=one.rules, earliest=one.outlook.earliest, until=one.until)
    return _keep(
        HOW_TO,
        data | {"number": f"随 {one.document_no} 送达"},
        {"record_id": record_id, "subject_id": one.subject_id},
        about=f"collection.record:{record_id}",
        actor=actor,
        now=now,
    )


@transaction.atomic
def proceeding_notice(*, proceeding_id: int, actor: Actor, now: datetime) -> Paper:
    """The same for a listing decision, once it is made. Raises ProceedingNotFound, DecisionMissing."""
    row = proceedings.get_proceeding(actor, proceeding_id)
    known = Paper.objects.select_related("file").filter(proceeding_id=proceeding_id).first()
    if known is not None:
        return known
    if row.decided_on is None:
        raise DecisionMissing
    today = day_of(now)
    department = departments_by_id([row.department_id])[row.department_id]
    rules = rules_on(today, department)
    case = Case(target=Target.ENTRY, grade="严重", field="", found_on=row.decided_on, until=row.effective_until)
    subject = subjects_of({row.subject_id}).get(row.subject_id)
    about = About(
        agency=department.name,
        name=subject.name if subject else "",
        code=subject.uscc if subject else "",
        what=row.list_type.title,
        document_no=row.decision_no,
        authority=row.authority or department.name,
        found_on=row.decided_on,
        grade=case.grade,
        number="",
    )
    until = row.effective_until or last_day_of_months(row.decided_on, rules.span(case.grade).longest)
    data = how_to_repair(about, on=today, rules=rules, earliest=earliest_day(case, rules), until=until)
    return _keep(
        HOW_TO,
        data | {"number": f"随 {row.decision_no} 送达"},
        {"proceeding_id": proceeding_id, "subject_id": row.subject_id},
        about=f"redblack.proceeding:{proceeding_id}",
        actor=actor,
        now=now,
    )


@transaction.atomic
def read_file(
    *, application_id: int, attachment_id: int | None, paper_id: int | None, actor: Actor, now: datetime
) -> tuple[str, BinaryIO]:
    """Name and clear text of an attachment or a paper. The look is recorded.

    Raises ApplicationNotFound, FileNotFound, office.services.files.FileGone.
    """
    row = reading.get_visible(actor, application_id)
    found = reading.file_of(row, attachment_id=attachment_id, paper_id=paper_id)
    stream = open_file(file_id=found.file_id)
    record(FileRead(row.pk, found.file_id), about=f"repair.application:{row.pk}", actor=actor, now=now)
    return found.file.name, stream


def _keep(kind: str, data: dict[str, Any], of: dict[str, Any], *, about: str, actor: Actor, now: datetime) -> Paper:
    token = secrets.token_urlsafe(18)
    address = f"{settings.SITE_ADDRESS}{reverse('repair:verify', args=[token])}"
    code = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=1)
    body = render_letter(name="letter", data=data | {"qr": code, "verify": address})
    name = f"{kind} {data.get('number', '')}.pdf"
    file = store_file(stream=io.BytesIO(body), name=name, keep_until=None, limit=LIMIT, actor=actor, now=now)
    paper = Paper.objects.create(
        kind=kind,
        number=str(data.get("number", ""))[:120],
        token=token,
        file_id=file.id,
        written_by=actor.key,
        written_at=now,
        **of,
    )
    record(PaperWritten(paper.pk, kind, about), about=about, actor=actor, now=now)
    return paper
