"""Finished matters (办结办件), by file or by interface, to be compared with the checks made (feature E8)."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.selectors import all_departments, scope, with_subordinates
from audit.services import record
from collection.rules import sheet_guard
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import read_sheet
from kernel.actor import Actor, system
from kernel.errors import Malformed, NotPermitted
from office.services import FileGone, JobTaken, claim, fail_job, finish_job, open_file, open_job, step, store_file
from screening import policies
from screening.events import FinishedFileTaken, FinishedReported
from screening.models import Consulted, FinishedFile, Matter
from screening.rules import finished as rules
from screening.rules.finished import Case, Known, MatterFacts
from screening.selectors.asking import general_windows
from screening.services.finished_taking import Lines, Tally, take
from toolkit.clock import day_of

RUN = "screening.tasks.run_finished_file"
LIMITS = replace(BULK, size=60 * 1024**2, rows=300_000)  # the proxy lets 64 MB through
MOST_ROWS = 2_000  # of one call
MOST_PROBLEMS = 1_000  # that are kept with the file; the others are counted
STEP = 20_000
CHUNK = 1024 * 1024
STAGE = "核对办件"


class MayNotReportFinished(NotPermitted):
    code = "screening.may_not_report_finished"
    message = "办结办件由部门审核人员或信用办报送，或由有权限的接入系统报送。"


class NoRows(Malformed):
    code = "screening.no_finished_rows"
    message = "没有办件可以报送。请至少填写一行。"


class TooManyRows(Malformed):
    code = "screening.too_many_finished_rows"
    message = f"一次最多报送 {MOST_ROWS} 个办件，请分次报送。"


class ColumnsMissing(FileRefused):
    code = "screening.finished_columns_missing"
    message = "表头缺少必需的列。"


class FileChanged(FileRefused):
    code = "screening.finished_file_changed"
    message = "文件在上传时有变动，没有保存。请重新上传。"


@dataclass(frozen=True, slots=True)
class Reported:
    """What an import or a call did; `problems`: (row, message) of rows that were not taken."""

    taken: int
    changed: int
    same: int
    problems: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    file_id: int
    known: bool


@transaction.atomic
def report_finished(*, rows: Sequence[Mapping[str, str]], actor: Actor, now: datetime) -> Reported:
    """Take finished matters given as rows (rules.finished.KEYS); good ones are taken, the others come back.

    The same again changes nothing. Raises MayNotReportFinished, NoRows, TooManyRows.
    """
    if not policies.may_report_finished(actor):
        raise MayNotReportFinished
    if not rows:
        raise NoRows
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    cells = (
        (number, {rules.KEYS[key]: value for key, value in row.items()}) for number, row in enumerate(rows, start=1)
    )
    mine = _mine(scope(actor))
    reading = _Reading(_known(mine, actor.department_id, day_of(now)))
    reading.add_all(cells)
    tally = take(lines=reading.lines, mine=mine, by=actor.key, reporter_id=actor.department_id, now=now)
    reading.of_others(tally)
    done = Reported(tally.taken, tally.changed, tally.same, tuple(reading.problems))
    fact = FinishedReported(done.taken, done.changed, done.same, len(done.problems))
    record(fact, about="screening.finished:", actor=actor, now=now)
    return done


@transaction.atomic
def receive_finished_file(*, file_name: str, stream: BinaryIO, actor: Actor, now: datetime) -> ReceivedFile:
    """Store a file of finished matters and open the job that takes it; `stream` is seekable.

    The same bytes of the same department lead to the file that is there. Raises MayNotReportFinished, FileRefused and
    its kinds, office's FileTooLarge and DiskFull.
    """
    if not policies.may_report_finished(actor) or actor.department_id is None:
        raise MayNotReportFinished
    sheet_guard.check_size(stream.seek(0, 2), LIMITS)
    sheet_guard.kind_of(stream)
    sha256 = _digest(stream)
    known = FinishedFile.objects.filter(department_id=actor.department_id, sha256=sha256, failure="").first()
    if known is not None:
        return ReceivedFile(known.pk, known=True)
    stored = store_file(
        stream=stream,
        name=file_name,
        keep_until=day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS),
        limit=LIMITS.size,
        actor=actor,
        now=now,
    )
    if stored.sha256 != sha256:
        raise FileChanged
    made = FinishedFile.objects.create(
        file_id=stored.id,
        sha256=sha256,
        name=stored.name,
        department_id=actor.department_id,
        everywhere=scope(actor) is None,
        sent_by=actor.key,
        sender_name=actor.display[:100],
        sent_at=now,
    )
    made.job_id = open_job(task=RUN, about=f"screening.finishedfile:{made.pk}", actor=actor, now=now)
    made.save(update_fields=["job_id"])
    return ReceivedFile(made.pk, known=False)


def run_finished_file(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Work a file off: read it all, then write all its good rows in one transaction. Killed anywhere: nothing is half
    there, and the next worker begins anew.
    """
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    file = FinishedFile.objects.get(job_id=job_id)
    now = clock()
    mine = None if file.everywhere else with_subordinates(file.department_id)
    reading = _Reading(_known(mine, file.department_id, day_of(now)))
    try:
        with closing(open_file(file_id=file.file_id)) as stream:
            for part, total in _parts(stream):
                reading.add_all(part)
                done = {"done": reading.rows, "total": max(total or 0, reading.rows)}
                step(job_id=job_id, attempt=attempt, stage=STAGE, now=clock(), **done)
        _finish(file, reading, mine, job_id=job_id, attempt=attempt, now=clock())
    except (FileRefused, FileGone) as refusal:
        with transaction.atomic():
            FinishedFile.objects.filter(pk=file.pk).update(failure=str(refusal)[:500], done_at=clock())
            fail_job(job_id=job_id, attempt=attempt, failure=str(refusal), actor=_worker(), now=clock())
    except JobTaken:
        return


@transaction.atomic
def _finish(
    file: FinishedFile, reading: "_Reading", mine: Collection[int] | None, *, job_id: int, attempt: int, now: datetime
) -> None:
    finish_job(job_id=job_id, attempt=attempt, actor=_worker(), now=now)  # first: whoever lost the job writes nothing
    tally = take(lines=reading.lines, mine=mine, by=file.sent_by, reporter_id=file.department_id, now=now)
    reading.of_others(tally)
    file.total, file.refused = reading.rows, reading.refused
    file.taken, file.changed, file.same = tally.taken, tally.changed, tally.same
    file.problems, file.done_at = sorted(reading.problems)[:MOST_PROBLEMS], now
    file.save()
    fact = FinishedFileTaken(file.pk, file.sha256, file.taken, file.changed, file.same, file.refused)
    record(fact, about=f"screening.finishedfile:{file.pk}", actor=_worker(), now=now)


class _Reading:
    """Rows as they are read: the good ones as lines for the table, the others with their reasons."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._first_at: dict[tuple[int, str], int] = {}
        self.lines = Lines()
        self.problems: list[tuple[int, str]] = []
        self.rows = self.refused = 0

    def add_all(self, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
        for number, cells in rows:
            self.rows += 1
            found = rules.understand(number, cells, self._known)
            if isinstance(found, Case):
                first = self._first_at.setdefault((found.matter.id, found.file_number), number)
                if first == number:
                    self.lines.add(found)
                    continue
                found = f"“{rules.FILE_NUMBER}”{found.file_number} 与第 {first} 行重复。请只保留一行。"
            self._refuse(number, found)

    def of_others(self, tally: Tally) -> None:
        for row in tally.of_others:
            self._refuse(row, "该办件已由其他部门报送，本单位不能改动。请与实施部门核对办件号，或删去本行。")

    def _refuse(self, row: int, message: str) -> None:
        self.refused += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((row, message))


def _parts(stream: BinaryIO) -> Iterable[tuple[list[tuple[int, dict[str, str]]], int | None]]:
    """The rows of a file by the names of the columns, some thousands at a time. Raises FileRefused kinds."""
    words = tuple(word for synonyms in rules.COLUMNS.values() for word in synonyms)
    sheet = read_sheet(stream, expected=words, limits=LIMITS)
    if missing := rules.missing_columns(sheet.headers):
        raise ColumnsMissing(f"表头缺少：{'、'.join(missing)}。请补上这些列后重新上传，或按模板填写。")
    places = rules.places_of(sheet.headers)
    part: list[tuple[int, dict[str, str]]] = []
    for number, texts, flaws in sheet.lines:
        cells = {name: texts[at] for name, at in places.items()}
        damaged = {flaw.header for flaw in flaws} & {sheet.headers[at] for at in places.values()}
        part.append((number, dict.fromkeys(cells, "") if damaged else cells))
        if len(part) == STEP:
            yield part, sheet.total
            part = []
    yield part, sheet.total


def known_for(*, actor: Actor, today: date) -> Known:
    """What rows of this reporter may name."""
    return _known(_mine(scope(actor)), actor.department_id, today)


def _mine(departments: Collection[int] | None) -> frozenset[int] | None:
    return None if departments is None else frozenset(departments)


def _known(mine: frozenset[int] | None, department_id: int | None, today: date) -> Known:
    """A window that takes in every matter is the desk of every matter that it reports."""
    consulting = frozenset(Consulted.objects.filter(rev_to=None).values_list("matter_id", flat=True))
    window = department_id if mine is not None and department_id in general_windows() else None
    matters: dict[str, MatterFacts] = {}
    for one in Matter.objects.order_by("-code"):
        desk = window or one.handled_by_id or one.implementing_department_id
        facts = MatterFacts(one.pk, one.code, one.implementing_department_id, desk, one.pk in consulting)
        matters[one.name] = facts
        matters[one.code] = facts
    departments = {word: d.id for d in all_departments() for word in (d.short_name, d.name, d.code)}
    return Known(matters=matters, departments=departments, mine=mine, today=today)


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _worker() -> Actor:
    return system("finished")
