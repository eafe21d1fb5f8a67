"""Reading the office's tables: the calendar as a value for the rules, documents with their rank, places, messages."""

import json
import mailbox
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.db import connection
from django.db.models import Count, QuerySet

from kernel.law import Rank
from kernel.workdays import WorkCalendar
from office.models import CalendarDay, CalendarYear, Division, Job, LegalDocument, Message, StoredFile
from office.rules.places import bare
from office.rules.sms import masked
from toolkit.clock import SHANGHAI

OWN_WORDS = frozenset({"阿里", "东方"})  # places whose bare name is a firm's word far more often
PLACES_FRESH_SECONDS = 60.0
NOTICE_IS_DUE = (11, 1)  # month, day: the notice of the next year usually comes in the first days of November


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """A legal document as the floors above see it."""

    id: int
    code: str
    title: str
    short: str
    number: str
    rank: Rank
    effective_from: date | None
    effective_until: date | None
    confidence: str
    fictional: bool

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day; a document whose first day is not known counts as in force."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_until is None or on <= self.effective_until)


@dataclass(frozen=True, slots=True)
class FileValue:
    """A stored file as the floors above see it. `size` in bytes of clear text."""

    id: int
    sha256: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class JobValue:
    """How far long work is, for the person who waits for it."""

    id: int
    task: str
    about: str
    state: str
    label: str  # of the state, in Chinese
    stage: str
    done: int
    total: int | None
    stopping: bool  # asked to stop, and not stopped yet
    attempts: int
    failure: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def may_resume(self) -> bool:
        return self.state in {Job.State.CANCELLED, Job.State.FAILED} or self.stopping

    @property
    def percent(self) -> int | None:
        """0 to 100, rounded down; None while the whole is not known."""
        return None if not self.total else min(100, self.done * 100 // self.total)


# --- the working calendar -------------------------------------------------------------------------------------------

_calendar: tuple[tuple[str, str], WorkCalendar] | None = None
# every write of a row gives it another place, so two imports at one moment are told apart as well
_CALENDAR_STATE = "SELECT string_agg(year || ctid::text || xmin::text, ',' ORDER BY year) FROM office_calendaryear"


def calendar() -> WorkCalendar:
    """The working calendar. Read again only when a year was imported since; that is asked every time."""
    global _calendar
    with connection.cursor() as cursor:
        cursor.execute(_CALENDAR_STATE)
        version = (str(connection.settings_dict["NAME"]), cursor.fetchone()[0] or "")
    if _calendar is None or _calendar[0] != version:
        years = dict(CalendarYear.objects.order_by("year").values_list("year", "provisional"))
        days = dict(CalendarDay.objects.order_by("day").values_list("day", "working"))
        provisional = frozenset(year for year, is_provisional in years.items() if is_provisional)
        _calendar = (version, WorkCalendar(frozenset(years), days, provisional))
    return _calendar[1]


def calendar_years() -> list[CalendarYear]:
    return list(CalendarYear.objects.order_by("-year").annotate(day_count=Count("days")))


def calendar_days(year: int) -> list[CalendarDay]:
    return list(CalendarDay.objects.filter(year_id=year).order_by("day"))


def next_year_is_open(today: date) -> bool:
    """Whether it is past 1 November and the next year is missing or only provisional."""
    if (today.month, today.day) < NOTICE_IS_DUE:
        return False
    return not CalendarYear.objects.filter(year=today.year + 1, provisional=False).exists()


# --- legal documents ------------------------------------------------------------------------------------------------


def _value(row: LegalDocument) -> DocumentValue:
    return DocumentValue(
        row.pk,
        row.code,
        row.title,
        row.short,
        row.number,
        Rank(row.rank),
        row.effective_from,
        row.effective_until,
        row.confidence,
        row.fictional,
    )


def document_by_code(code: str) -> DocumentValue | None:
    row = LegalDocument.objects.filter(code=code).first()
    return _value(row) if row else None


def registered_documents() -> list[DocumentValue]:
    """Every registered legal document, by code; a city cites some hundreds."""
    return [_value(row) for row in LegalDocument.objects.order_by("code")]


def documents_by_id(ids: set[int]) -> dict[int, DocumentValue]:
    return {row.pk: _value(row) for row in LegalDocument.objects.filter(pk__in=ids).order_by("pk")}


# --- places ---------------------------------------------------------------------------------------------------------

_places: tuple[str, float, frozenset[str], frozenset[str]] | None = None


def _fresh_places() -> tuple[frozenset[str], frozenset[str]]:
    global _places
    database = str(connection.settings_dict["NAME"])
    if _places is None or _places[0] != database or time.monotonic() - _places[1] > PLACES_FRESH_SECONDS:
        rows = list(Division.objects.order_by("code").values_list("code", "name"))
        names = {form for _, name in rows for form in (name, bare(name))} - OWN_WORDS
        _places = (database, time.monotonic(), frozenset(code for code, _ in rows), frozenset(names))
    return _places[2], _places[3]


def forget_places() -> None:
    """After the table of places was replaced in this process."""
    global _places
    _places = None


def division_codes() -> frozenset[str]:
    """Every known place code; that a code is not among them is a warning at most."""
    return _fresh_places()[0]


def region_names() -> frozenset[str]:
    """Names of places as they stand at the head of company names: with and without 省, 市, 县 ..."""
    return _fresh_places()[1]


def division_names(codes: Collection[str]) -> dict[str, str]:
    """The full names of these divisions, 江澜市澜东区; codes that are in no table are left out."""
    return dict(Division.objects.filter(code__in=codes).values_list("code", "full_name"))


def division_name(code: str) -> str:
    return Division.objects.filter(code=code).values_list("full_name", flat=True).first() or ""


# --- messages -------------------------------------------------------------------------------------------------------


def waiting_messages(now: datetime, limit: int, *, channel: str = "mail") -> list[int]:
    """Ids of the messages that are due to be sent by a channel, the oldest first."""
    waiting = Message.objects.filter(channel=channel, sent_at=None, dead_at=None, retry_at__lte=now)
    return list(waiting.order_by("retry_at", "id").values_list("pk", flat=True)[:limit])


def dead_messages() -> QuerySet[Message]:
    return Message.objects.exclude(dead_at=None).order_by("-dead_at", "-id")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the demo's mailbox."""

    to: str
    subject: str
    date: str
    body: str


def demo_letters(folder: Path, limit: int = 100) -> list[Letter]:
    """The newest letters of a Maildir; none when the mail sink has not made it yet."""
    if not folder.is_dir():
        return []
    box = mailbox.Maildir(folder, create=False)
    keys = sorted(box.keys(), reverse=True)[:limit]  # a key begins with the second of its arrival
    return [_letter(box.get_bytes(key)) for key in keys]


def _letter(raw: bytes) -> Letter:
    message: EmailMessage = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return Letter(
        str(message.get("To", "")),
        str(message.get("Subject", "")),
        str(message.get("Date", "")),
        body.get_content() if body else "",
    )


def demo_texts(folder: Path, limit: int = 100) -> list[Letter]:
    """The newest short messages that the demo's gateway took; the receiver's number is masked, as everywhere."""
    newest = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)[:limit]
    letters = []
    for path in newest:
        said = json.loads(path.read_text(encoding="utf-8"))
        taken_at = datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).isoformat(" ", "seconds")
        letters.append(Letter(masked(said["to"]), "短信", taken_at, said["text"]))
    return letters


def partitioned_tables() -> list[str]:
    """Tables of this database that are partitioned by range of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_partitioned_table p
            JOIN pg_class c ON c.oid = p.partrelid AND c.relnamespace = current_schema()::regnamespace
            JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
            WHERE p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid = 'timestamptz'::regtype ORDER BY 1"""
        )
        return [row[0] for row in cursor.fetchall()]


# --- jobs and files -------------------------------------------------------------------------------------------------


def job_of(job_id: int) -> JobValue | None:
    row = Job.objects.filter(pk=job_id).first()
    return _job(row) if row else None


def jobs_of(ids: Collection[int]) -> dict[int, JobValue]:
    """Several at once, for a list page."""
    return {row.pk: _job(row) for row in Job.objects.filter(pk__in=ids).order_by("pk")}


def _job(row: Job) -> JobValue:
    return JobValue(
        row.pk,
        row.task,
        row.about,
        row.state,
        row.get_state_display(),
        row.stage,
        row.done,
        row.total,
        row.cancel_asked,
        row.attempts,
        row.failure,
        row.created_at,
        row.finished_at,
    )


def file_of(file_id: int) -> FileValue | None:
    """A file that can still be opened; None: unknown or destroyed."""
    row = StoredFile.objects.filter(pk=file_id, destroyed_at=None).first()
    return FileValue(row.pk, row.sha256, row.size, row.name) if row else None
