"""Spreadsheets of reports, taken by a worker: all good rows in one transaction, and the workbook that goes back."""

import hashlib
import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.selectors import departments_by_id, with_subordinates
from audit.services import record
from collection.rules import sheet_guard
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import CellProblem, Sheet, read_sheet
from feedback import policies
from feedback.events import CaseFileOpened, CaseFileReceived, CaseFileTaken
from feedback.models import CaseFile
from feedback.rules.case_sheet import OUTCOMES, WORDS, keys_of, returned
from feedback.rules.cases import Channel
from feedback.rules.incoming import FLAW
from feedback.selectors.files import get_case_file
from feedback.services.dues import CannotReport
from feedback.services.intake import NumbersCrossed, Taken, take_rows
from kernel.actor import Actor, Kind, Role, system
from kernel.errors import RuleBroken
from office.services import FileGone, JobTaken, claim, fail_job, finish_job, open_file, open_job, step, store_file
from toolkit.clock import day_of
from toolkit.db import refusing

RUN = "feedback.tasks.run_case_file"
LIMITS = replace(BULK, size=20 * 1024**2, rows=20_000)
LARGEST_RESULT = 200 * 1024**2
STAGE = "逐行录入"
Line = tuple[list[str], dict[str, str]]


class ColumnsMissing(FileRefused):
    code = "feedback.columns_missing"
    message = "表头缺少“实施情况”，或没有说明是哪一件的列（案例编号、核查回执编号等）。请按下载的表格填写。"


class FileHasNoRows(FileRefused):
    code = "feedback.file_has_no_rows"
    message = "表格中没有填写任何案例。请至少填写一行。"


class SameBytes(RuleBroken):
    code = "feedback.same_bytes"
    message = "这份文件刚刚已经提交。请刷新查看结果。"


class ResultNotThere(RuleBroken):
    code = "feedback.result_not_there"
    message = "文件还没有处理完，结果表尚未生成。请稍后再下载。"


@dataclass(frozen=True, slots=True)
class Received:
    """The file's id; `known`: the same bytes were handed in before, and this is that file."""

    file_id: int
    known: bool


@transaction.atomic
def receive_case_file(*, name: str, stream: BinaryIO, actor: Actor, now: datetime) -> Received:
    """Store a spreadsheet (seekable) and open the job that takes it. The same bytes again: the file that is there.

    Raises CannotReport, FileRefused and its kinds, SameBytes, office.services.FileTooLarge and DiskFull.
    """
    if not policies.may_hand_in(actor) or actor.department_id is None:
        raise CannotReport
    sheet_guard.check_size(stream.seek(0, 2), LIMITS)
    _opened(stream)  # what cannot be read is said while the person is still there
    stream.seek(0)
    sha256 = hashlib.sha256(stream.read()).hexdigest()
    known = CaseFile.objects.filter(department_id=actor.department_id, sha256=sha256, failure="").first()
    if known is not None:
        return Received(known.pk, known=True)
    stream.seek(0)
    kept = day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS)
    stored = store_file(stream=stream, name=name, keep_until=kept, limit=LIMITS.size, actor=actor, now=now)
    with refusing("feedback_casefile_same_bytes_once", SameBytes):
        made = CaseFile.objects.create(
            department_id=actor.department_id,
            file_id=stored.id,
            sha256=stored.sha256,
            name=stored.name,
            sent_by=actor.key,
            sender_name=actor.display[:100],
            sent_at=now,
        )
    made.job_id = open_job(task=RUN, about=f"feedback.casefile:{made.pk}", actor=actor, now=now)
    made.save(update_fields=["job_id"])
    record(CaseFileReceived(made.pk, made.sha256), about=f"feedback.casefile:{made.pk}", actor=actor, now=now)
    return Received(made.pk, known=False)


def run_case_file(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Work a file off: read it all, then write it all in one transaction. Killed anywhere, the next begins anew."""
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    file = CaseFile.objects.get(job_id=job_id)
    try:
        with closing(open_file(file_id=file.file_id)) as stream:
            sheet = _opened(stream)
            rows = [(texts, _flaw(flaws)) for _, texts, flaws in sheet.lines]
        step(job_id=job_id, attempt=attempt, done=0, total=len(rows), stage=STAGE, now=clock())
        if not rows:
            raise FileHasNoRows
        _finish(file, sheet.headers, rows, job_id=job_id, attempt=attempt, now=clock())
    except (FileRefused, FileGone, NumbersCrossed, CannotReport) as refusal:
        with transaction.atomic():
            CaseFile.objects.filter(pk=file.pk).update(failure=str(refusal)[:500], done_at=clock())
            fail_job(job_id=job_id, attempt=attempt, failure=str(refusal), actor=_worker(), now=clock())
    except JobTaken:
        return


@transaction.atomic
def _finish(
    file: CaseFile, headers: tuple[str, ...], rows: list[Line], *, job_id: int, attempt: int, now: datetime
) -> None:
    finish_job(job_id=job_id, attempt=attempt, actor=_worker(), now=now)  # first: whoever lost the job writes nothing
    places = {key: headers.index(header) for key, header in keys_of(headers).items()}
    said = [{key: row[at] for key, at in places.items()} | flaw for row, flaw in rows]
    taken = take_rows(rows=said, channel=Channel.FILE, actor=_sender(file), now=now)
    book = returned(headers, zip((row for row, _ in rows), _told(taken), strict=True))
    kept = day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS)
    stored = store_file(
        stream=io.BytesIO(book), name=f"反馈结果_{file.name.rpartition('.')[0] or file.name}.xlsx", keep_until=kept,
        limit=LARGEST_RESULT, actor=_worker(), now=now,
    )  # fmt: skip
    file.rows, file.taken, file.corrected = len(rows), taken.taken, taken.corrected
    file.same, file.refused = taken.same, taken.refused
    file.result_file_id, file.done_at = stored.id, now
    file.save()
    fact = CaseFileTaken(file.pk, file.taken, file.corrected, file.same, file.refused)
    record(fact, about=f"feedback.casefile:{file.pk}", actor=_worker(), now=now)


def _flaw(flaws: tuple[CellProblem, ...]) -> dict[str, str]:
    """A row with a cell whose digits the spreadsheet lost is not guessed at."""
    return {FLAW: "、".join(sorted({one.header for one in flaws}))} if flaws else {}


def _told(taken: Taken) -> list[tuple[str, str, str]]:
    return [(OUTCOMES[one.outcome], one.message, one.case) for one in taken.results]


@transaction.atomic
def open_result(*, file_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """(name, clear bytes) of the workbook that goes back; recorded, for it holds what was typed.

    Raises CaseFileNotFound, ResultNotThere, office.services.FileGone and FileLost.
    """
    file = get_case_file(actor, file_id)
    if file.result_file_id is None:
        raise ResultNotThere
    stream = open_file(file_id=file.result_file_id)
    record(CaseFileOpened(file.pk), about=f"feedback.casefile:{file.pk}", actor=actor, now=now)
    return f"反馈结果_{file.name.rpartition('.')[0] or file.name}.xlsx", stream


def _opened(stream: BinaryIO) -> Sheet:
    """The table of the file. Raises FileRefused and its kinds."""
    stream.seek(0)
    sheet = read_sheet(stream, expected=tuple(word for words in WORDS.values() for word in words), limits=LIMITS)
    found = keys_of(sheet.headers)
    if "action" not in found or not {"case", "own_number", "receipt", "response", "trigger"} & found.keys():
        raise ColumnsMissing
    return sheet


def _sender(file: CaseFile) -> Actor:
    """Whoever handed the file in, with the right that he had then: what was received is taken even if he left."""
    kind, _, name = file.sent_by.partition(":")
    home = departments_by_id({file.department_id})[file.department_id]
    return Actor(
        kind=Kind(kind),
        name=name,
        display=file.sender_name,
        department_id=file.department_id,
        departments=with_subordinates(file.department_id),
        area=home.division_code,
        roles=frozenset({Role.UPLOADER}),
    )


def _worker() -> Actor:
    return system("feedback")
