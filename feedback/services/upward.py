"""The monthly report of cases: its files, fetching them, noting that they were handed over by hand."""

import hashlib
import json
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.selectors import departments_by_id
from audit.services import record
from feedback import policies
from feedback.events import UpReportFetched, UpReportHanded, UpReportMade
from feedback.models import Case, UpReport
from feedback.rules.upward import PUNISHMENT, REWARD, Cover, as_xlsx, as_xml, schema
from feedback.selectors.effects import source_names
from feedback.selectors.upward import cases_of_month, get_report
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.services import open_file, store_file
from subjects.selectors import subjects_of
from toolkit.clock import SHANGHAI, day_of

PART = 10_000  # cases of one file
LARGEST = 256 * 1024 * 1024
LONGEST_NOTE = 500
KINDS = ("xlsx", "xml", "xsd")
PERSON = "natural_person"


class ForTheOffice(NotPermitted):
    code = "feedback.for_the_office"
    message = "案例上报由信用办办理。"


class MonthNotOver(RuleBroken):
    code = "feedback.month_not_over"
    message = "该月还没有结束，不能生成月报。请在下月初生成。"


class NothingToReport(RuleBroken):
    code = "feedback.nothing_to_report"
    message = "该月没有反馈或更正的案例，无需上报。"


class NothingNew(RuleBroken):
    code = "feedback.nothing_new"
    message = "该月案例与上次生成的月报相同，没有重复生成。"


class AlreadyHanded(RuleBroken):
    code = "feedback.report_already_handed"
    message = "该月报已标记为已上报，未重复标记。需要更正的，请重新生成一份。"


class NoteMissing(Malformed):
    code = "feedback.handed_note_missing"
    message = f"请说明上报的方式和上级平台的回执编号，不超过 {LONGEST_NOTE} 字，且不得写入公民身份号码。"


class KindOfFileUnknown(Malformed):
    code = "feedback.report_kind_unknown"
    message = f"文件格式只能是：{'、'.join(KINDS)}。"


@transaction.atomic
def make_report(*, month: date, actor: Actor, now: datetime) -> list[int]:
    """Make the files of the cases that were reported or corrected in a month (its first day), one for each 10,000.

    Made again: the next numbers, unless nothing has changed. A natural person is in it under the masked name and
    without a number. Raises ForTheOffice, MonthNotOver, NothingToReport, NothingNew.
    """
    if not policies.may_report_upward(actor):
        raise ForTheOffice
    if month >= day_of(now).replace(day=1):
        raise MonthNotOver
    with connection.cursor() as cursor:  # of two at once the second sees what the first has made
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"feedback.upreport {month}"])
    cases = [_told(case) for case in _named(cases_of_month(month))]
    if not cases:
        raise NothingToReport
    parts = [cases[at : at + PART] for at in range(0, len(cases), PART)]
    digests = [hashlib.sha256(json.dumps(part, ensure_ascii=False).encode()).hexdigest() for part in parts]
    earlier = UpReport.objects.filter(month=month).order_by("-number").values_list("sha256", flat=True)
    if list(earlier[: len(parts)])[::-1] == digests:
        raise NothingNew
    last = UpReport.objects.filter(month=month).aggregate(last=Max("number"))["last"] or 0
    return [
        _made(month, last + place, part, digest, actor, now)
        for place, (part, digest) in enumerate(zip(parts, digests, strict=True), start=1)
    ]


def _made(month: date, number: int, cases: list[dict[str, str]], digest: str, actor: Actor, now: datetime) -> int:
    cover = Cover(month=month, number=number, sender=settings.CITY_NAME, made_at=timezone.localtime(now, SHANGHAI))
    files = {
        kind: store_file(
            stream=BytesIO(data), name=f"奖惩案例月报_{month:%Y%m}_{number}.{kind}", keep_until=None, limit=LARGEST,
            actor=actor, now=now,
        ).id
        for kind, data in (("xlsx", as_xlsx(cases)), ("xml", as_xml(cover, cases)))
    }  # fmt: skip
    row = UpReport.objects.create(
        month=month,
        number=number,
        cases=len(cases),
        sha256=digest,
        xlsx_id=files["xlsx"],
        xml_id=files["xml"],
        made_by=actor.key,
        made_at=now,
    )
    fact = UpReportMade(row.pk, f"{month:%Y-%m}", number, len(cases))
    record(fact, about=f"feedback.upreport:{row.pk}", actor=actor, now=now)
    return row.pk


def _named(cases: list[Case]) -> list[tuple[Case, Any, Any, str]]:
    subjects = subjects_of({case.due.subject_id for case in cases if case.due.subject_id is not None})
    units = departments_by_id({case.due.department_id for case in cases})
    sources = source_names()
    return [
        (
            case,
            subjects.get(case.due.subject_id or 0),
            units[case.due.department_id],
            sources.get(case.due.source_id or 0, ""),
        )
        for case in cases
    ]


def _told(named: tuple[Case, Any, Any, str]) -> dict[str, str]:
    case, subject, department, source = named
    due = case.due
    return {
        "caseNumber": due.case_number,
        "version": str(case.version),
        "trigger": due.trigger,
        "subjectKind": due.subject_kind,
        "subjectName": subject.name if subject else "",
        "subjectCode": (subject.uscc or "") if subject and subject.kind != PERSON else "",
        "listName": source,
        "rewardType": REWARD if due.reward else PUNISHMENT,
        "measureCode": due.measure_code,
        "measure": due.measure_text,
        "department": department.name,
        "departmentCode": department.code,
        "matter": due.matter_code,
        "fileNumber": due.file_number,
        "stage": due.stage,
        "receipt": due.number,
        "hitOn": due.checked_on.isoformat(),
        "action": case.action,
        "reason": case.reason,
        "content": case.content,
        "amount": "" if case.amount is None else str(case.amount),
        "doneFrom": case.done_from.isoformat() if case.done_from else "",
        "doneUntil": case.done_until.isoformat() if case.done_until else "",
        "effect": case.effect,
        "reportedAt": timezone.localtime(case.reported_at, SHANGHAI).isoformat(timespec="seconds"),
    }


@transaction.atomic
def report_file(*, report_id: int, kind: str, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """(name, stream) of the xlsx, the xml, or the xsd of the xml; recorded.

    Raises ForTheOffice, UpReportNotFound, KindOfFileUnknown, office.services.FileGone.
    """
    if not policies.may_report_upward(actor):
        raise ForTheOffice
    if kind not in KINDS:
        raise KindOfFileUnknown
    row = get_report(report_id)
    if kind == "xsd":
        return "奖惩案例月报.xsd", BytesIO(schema())
    stored = row.xlsx if kind == "xlsx" else row.xml
    stream = open_file(file_id=stored.pk)
    record(UpReportFetched(row.pk, kind), about=f"feedback.upreport:{row.pk}", actor=actor, now=now)
    return stored.name, stream


@transaction.atomic
def mark_handed(*, report_id: int, note: str, actor: Actor, now: datetime) -> None:
    """State that a report reached the platform above by hand, once.

    Raises ForTheOffice, NoteMissing, UpReportNotFound, AlreadyHanded.
    """
    if not policies.may_report_upward(actor):
        raise ForTheOffice
    if not 2 <= len(note.strip()) <= LONGEST_NOTE or holds_citizen_id(note):
        raise NoteMissing
    row = get_report(report_id, for_update=True)
    if row.handed_at is not None:
        raise AlreadyHanded
    row.handed_at, row.handed_by, row.note = now, actor.key, note.strip()
    row.save(update_fields=["handed_at", "handed_by", "note"])
    record(UpReportHanded(row.pk, row.note), about=f"feedback.upreport:{row.pk}", actor=actor, now=now)
