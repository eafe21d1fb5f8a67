"""The report of one person on one case, at a page: with the reasons of a refusal, and with files that prove it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from audit.services import record
from feedback import policies, selectors
from feedback.events import CaseReported, FileOpened
from feedback.models import Attachment, Case, Due
from feedback.rules.attachments import KINDS, kind_of
from feedback.rules.cases import Channel, Report, may_close
from feedback.rules.incoming import of_case
from feedback.services.dues import CannotReport
from feedback.services.intake import write
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.services import open_file, store_file
from toolkit.clock import day_of

LARGEST = 20 * 1024 * 1024
MOST_FILES = 10


class ReportIncomplete(RuleBroken):
    code = "feedback.report_incomplete"
    message = "反馈内容不完整。"


class ReportTellsAPerson(Malformed):
    code = "feedback.report_tells_a_person"
    message = "反馈内容中含有公民身份号码。请删去号码，只写办件号。"


class ReportedMeanwhile(RuleBroken):
    code = "feedback.reported_meanwhile"
    message = "该事项刚刚已有人反馈，请刷新后再更正。"


class KindUnknown(Malformed):
    code = "feedback.attachment_kind_unknown"
    message = f"附件只接受 {'、'.join(KINDS)} 文件，按文件内容判断。请转换格式后重新上传。"


class TooManyFiles(Malformed):
    code = "feedback.too_many_attachments"
    message = f"一件案例最多 {MOST_FILES} 个附件。请合并或删去一些。"


class AttachmentNotFound(NotFound):
    code = "feedback.attachment_not_found"
    message = "没有找到该附件，或您没有查看的权限。"


@transaction.atomic
def report(
    *,
    due_id: int,
    seen_version: int,
    content: Report,
    files: Sequence[tuple[str, BinaryIO]] = (),
    dropped: Collection[int] = (),
    actor: Actor,
    now: datetime,
) -> Case:
    """Take a report, or a corrected one, with new files (name, seekable stream), without the attachments `dropped`.

    `seen_version`: the last version that the reporter saw, 0 for none. The same again is the version that is there.
    Raises DueNotFound, CannotReport, ReportTellsAPerson, ReportIncomplete, ReportedMeanwhile, KindUnknown,
    TooManyFiles, office.services.FileTooLarge and DiskFull.
    """
    due = selectors.get_visible(actor, due_id, for_update=True)
    if not policies.may_report(actor, department_id=due.department_id):
        raise CannotReport
    names = [name for name, _ in files]
    if any(holds_citizen_id(text) for text in (content.reason, content.content, content.effect, *names)):
        raise ReportTellsAPerson
    verdict = may_close(content, on=day_of(now))
    if not verdict:
        raise ReportIncomplete("".join(r.message for r in verdict.against), reasons=verdict.against)
    if seen_version != due.version:
        raise ReportedMeanwhile
    kept = [one for one in _attachments(due) if one.pk not in dropped]
    if len(kept) + len(files) > MOST_FILES:
        raise TooManyFiles
    kinds = [kind_of(stream) for _, stream in files]
    if not all(kinds):
        raise KindUnknown
    stored = [
        store_file(stream=stream, name=name, keep_until=None, limit=LARGEST, actor=actor, now=now)
        for name, stream in files
    ]
    digests = sorted({*(one.file.sha256 for one in kept), *(one.sha256 for one in stored)})
    content = replace(content, files=tuple(digests))
    [done] = write(rows=[of_case(1, due.pk, content, seen=due.version)], channel=Channel.PAGE, actor=actor, now=now)
    if done.outcome == "refused":  # somebody's spreadsheet came in between: the due's row is locked, so never
        raise ReportedMeanwhile(done.message)
    case = Case.objects.get(due=due, version=done.version)
    if done.outcome == "same":
        return case
    Attachment.objects.filter(case=case).exclude(file_id__in=[one.file_id for one in kept]).delete()
    Attachment.objects.bulk_create(
        Attachment(case=case, file_id=one.id, name=one.name, kind=kind, added_by=actor.key, added_at=now)
        for one, kind in zip(stored, kinds, strict=True)
    )
    fact = CaseReported(due.pk, case.pk, case.version, case.action)
    record(fact, about=f"feedback.due:{due.pk}", actor=actor, now=now)
    return case


def _attachments(due: Due) -> list[Attachment]:
    newest = Attachment.objects.filter(case__due=due, case__version=due.version)
    return list(newest.select_related("file").order_by("pk"))


@transaction.atomic
def open_attachment(*, attachment_id: int, actor: Actor, now: datetime) -> tuple[str, str, BinaryIO]:
    """(name, kind, clear bytes) of a file that proves a report; the reading is recorded.

    Raises AttachmentNotFound, office.services.FileGone and FileLost.
    """
    found = Attachment.objects.filter(pk=attachment_id, case__due__in=selectors.visible_to(actor)).first()
    if found is None:
        raise AttachmentNotFound
    stream = open_file(file_id=found.file_id)
    record(FileOpened(found.pk, found.file_id), about=f"feedback.attachment:{found.pk}", actor=actor, now=now)
    return found.name, found.kind, stream
