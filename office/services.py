"""The office's verbs: import a year, register a document, send a message, load codes, keep partitions ahead."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import yaml
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor, system
from kernel.errors import Malformed, NotPermitted
from kernel.law import Rank
from office import events, policies, selectors
from office.models import CalendarDay, CalendarYear, LegalDocument, LegalRegister, Message
from office.rules.holidays import PROVISIONAL_SOURCE, DayRow
from toolkit.db import lock_counter, raise_counter

GIVE_UP_AFTER = 20  # attempts
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
MONTHS_AHEAD = 3
REGISTER = LegalRegister._meta.db_table
INITIAL = Path(__file__).resolve().parent / "initial"
DIVISION_COLUMNS = ("code", "name", "level", "parent", "full_name")
INDUSTRY_COLUMNS = ("code", "level", "name", "section", "division", "group")


class CalendarIsNotYours(NotPermitted):
    code = "office.calendar_is_not_yours"
    message = "工作日历由信用办维护。"


class NoticeMissing(Malformed):
    code = "office.notice_missing"
    message = "请填写国务院办公厅放假通知的标题和文号；尚未公布的，请选择“暂定”。"


class NoDays(Malformed):
    code = "office.no_days"
    message = "没有识别出任何一天。每行应为：日期，放假或上班，节日名称。"


class DayOfAnotherYear(Malformed):
    code = "office.day_of_another_year"
    message = "有日期不属于所选年份，请核对年份。"


class DocumentsAreNotYours(NotPermitted):
    code = "office.documents_are_not_yours"
    message = "法律依据文件由信用办维护。"


class AddressWrong(Malformed):
    code = "office.address_wrong"
    message = "收件地址不正确，请核对。"


# --- the working calendar -------------------------------------------------------------------------------------------


@transaction.atomic
def import_year(
    *, year: int, notice: str, source: str, provisional: bool, days: Sequence[DayRow], actor: Actor, now: datetime
) -> int:
    """Replace the days of a year by those of the notice (or provisional ones). Returns how many days changed.

    Whoever keeps due dates hears of it by the fact office.calendar.imported. The same days again change nothing.
    Raises CalendarIsNotYours, NoticeMissing, NoDays, DayOfAnotherYear.
    """
    if not policies.may_import_calendar(actor):
        raise CalendarIsNotYours
    if not provisional and not notice.strip():
        raise NoticeMissing
    if not days:
        raise NoDays
    if any(row.day.year != year for row in days):
        raise DayOfAnotherYear
    known = CalendarYear.objects.select_for_update().filter(year=year).first()
    before = {(d.day, d.working, d.name) for d in CalendarDay.objects.filter(year_id=year)} if known else set()
    after = {(row.day, row.working, row.name) for row in days}
    same_state = known is not None and (known.provisional, known.notice) == (provisional, notice.strip())
    if same_state and before == after:
        return 0
    CalendarYear.objects.update_or_create(
        year=year,
        defaults={"notice": notice.strip(), "source": source, "provisional": provisional, "imported_at": now},
    )
    CalendarDay.objects.filter(year_id=year).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=row.day, year_id=year, working=row.working, name=row.name, source=source) for row in days
    )
    changed = len({day for day, _, _ in before ^ after})
    fact = events.CalendarImported(year, notice.strip(), provisional, len(days), changed)
    record(fact, about=f"office.calendaryear:{year}", actor=actor, now=now)
    return changed


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One line of office/initial/calendar.csv."""

    day: date
    working: bool
    name: str
    source: str


@transaction.atomic
def load_calendar(*, rows: Iterable[CalendarRow], actor: Actor, now: datetime) -> int:
    """Fill the calendar from initial data; returns how many years were written.

    A year that a person has imported is left alone: initial data never overrules a notice.
    """
    by_year: dict[int, list[CalendarRow]] = {}
    for row in rows:
        by_year.setdefault(row.day.year, []).append(row)
    known = dict(CalendarYear.objects.values_list("year", "provisional"))
    written = 0
    for year, of_year in sorted(by_year.items()):
        source = of_year[0].source
        provisional = source == PROVISIONAL_SOURCE
        if year in known and (provisional or not known[year]):
            continue
        import_year(
            year=year,
            notice="" if provisional else f"国务院办公厅关于{year}年部分节假日安排的通知",
            source=source,
            provisional=provisional,
            days=[DayRow(row.day, row.working, row.name) for row in of_year],
            actor=actor,
            now=now,
        )
        written += 1
    return written


# --- legal documents ------------------------------------------------------------------------------------------------


@transaction.atomic
def register_document(
    *,
    code: str,
    title: str,
    rank: Rank,
    confidence: str,
    actor: Actor,
    now: datetime,
    short: str = "",
    number: str = "",
    issued_on: date | None = None,
    effective_from: date | None = None,
    effective_until: date | None = None,
    fictional: bool = False,
    source_text: str = "",
) -> int:
    """Enter a legal document, or bring the known one of that code up to date; returns its id.

    A change raises the register's revision, so that no plan of a check outlives a repeal, a new rank or a new date.
    The same again changes nothing. Raises DocumentsAreNotYours.
    """
    if not policies.may_register_documents(actor):
        raise DocumentsAreNotYours
    values = {
        "title": title,
        "short": short or title,
        "number": number,
        "rank": int(rank),
        "issued_on": issued_on,
        "effective_from": effective_from,
        "effective_until": effective_until,
        "confidence": confidence,
        "fictional": fictional,
        "source_text": source_text,
    }
    lock_counter(REGISTER)
    known = LegalDocument.objects.select_for_update().filter(code=code).first()
    if known is not None and all(getattr(known, field) == value for field, value in values.items()):
        return known.pk
    raise_counter(REGISTER)
    document, _ = LegalDocument.objects.update_or_create(code=code, defaults=values)
    fact = events.DocumentRegistered(document.pk, code, int(rank))
    record(fact, about=f"office.legaldocument:{document.pk}", actor=actor, now=now)
    return document.pk


# --- messages -------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_message(*, to: str, subject: str, body: str, about: str, actor: Actor, now: datetime) -> int:
    """Write a message down; a task sends it after the commit. Returns its id. Raises AddressWrong.

    Line breaks in address or subject are refused: they would add headers.
    """
    if "@" not in to or any(sign in to + subject for sign in "\r\n"):
        raise AddressWrong
    message = Message.objects.create(to=to, subject=subject, body=body, about=about, created_at=now, retry_at=now)
    record(events.MessageQueued(message.pk, about), about=f"office.message:{message.pk}", actor=actor, now=now)
    return message.pk


@transaction.atomic
def deliver_message(*, message_id: int, now: datetime) -> bool:
    """Send one message by SMTP. False: nothing to do, or it failed and waits for its next attempt.

    At most one worker has it. A crash between the server's yes and the commit sends it again, under the same
    Message-ID. After GIVE_UP_AFTER attempts it is dead and a fact says so.
    """
    message = (
        Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, sent_at=None, dead_at=None).first()
    )
    if message is None:
        return False
    message.attempts += 1
    try:
        EmailMessage(
            message.subject,
            message.body,
            settings.DEFAULT_FROM_EMAIL,
            [message.to],
            headers={"Message-ID": f"<message-{message.pk}@{settings.DEFAULT_FROM_EMAIL.partition('@')[2]}>"},
        ).send()
    except OSError as error:  # smtplib's errors are OSErrors, as are those of the network
        message.last_error = type(error).__name__  # its kind only: the text may quote an address
        message.retry_at = now + min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY)
        if message.attempts >= GIVE_UP_AFTER:
            message.dead_at = now
            fact = events.MessageGivenUp(message.pk, message.last_error)
            record(fact, about=f"office.message:{message.pk}", actor=system("send_messages"), now=now)
    else:
        message.sent_at, message.last_error = now, ""
    message.save(update_fields=["attempts", "last_error", "retry_at", "dead_at", "sent_at"])
    return message.sent_at is not None


# --- codes and partitions -------------------------------------------------------------------------------------------


@transaction.atomic
def load_divisions(*, rows: Iterable[Sequence[str]], actor: Actor, now: datetime) -> int:
    """Bring the table of places up to these rows (code, name, level, parent, full_name). Returns how many changed."""
    return _load_codes("office_division", DIVISION_COLUMNS, rows, actor, now)


@transaction.atomic
def load_industries(*, rows: Iterable[Sequence[str]], actor: Actor, now: datetime) -> int:
    """Bring the table of trades up to these rows (code, level, name, section, division, group)."""
    return _load_codes("office_industry", INDUSTRY_COLUMNS, rows, actor, now)


def _load_codes(
    table: str, columns: tuple[str, ...], rows: Iterable[Sequence[str]], actor: Actor, now: datetime
) -> int:
    names = ", ".join(f'"{column}"' for column in columns)
    fresh = ", ".join(f'"{column}" = excluded."{column}"' for column in columns[1:])
    old = ", ".join(f't."{column}"' for column in columns[1:])
    new = ", ".join(f'excluded."{column}"' for column in columns[1:])
    text = StringIO()
    for row in rows:
        text.write("\t".join(_copied(cell) for cell in row) + "\n")
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE office_incoming (LIKE {table}) ON COMMIT DROP")
        cursor.copy_expert(f"COPY office_incoming ({names}) FROM STDIN", text)
        cursor.execute(
            f"""INSERT INTO {table} AS t ({names}) SELECT {names} FROM office_incoming
            ON CONFLICT (code) DO UPDATE SET {fresh} WHERE ({old}) IS DISTINCT FROM ({new})"""
        )
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE office_incoming")
    if changed:
        record(events.CodesLoaded(table, changed), about=f"{table.replace('_', '.')}:", actor=actor, now=now)
        selectors.forget_places()
    return changed


def _copied(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def make_partitions(*, today: date) -> int:
    """Month partitions of every table that is partitioned by a moment, to three months ahead. Returns how many."""
    first, last = today.replace(day=1), today + timedelta(days=31 * MONTHS_AHEAD)
    made = 0
    for table in selectors.partitioned_tables():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            cursor.execute("SELECT toolkit_make_month_partitions(%s, %s, %s)", [table, first, last])
            made += int(cursor.fetchone()[0])
    return made


def load_initial(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Everything in office/initial: places, trades, the calendar, legal documents. Twice changes nothing.

    Returns how many rows of each changed (of the calendar: years).
    """
    with transaction.atomic():
        changed = {
            "divisions": load_divisions(rows=_cells("divisions.csv", DIVISION_COLUMNS), actor=actor, now=now),
            "industries": load_industries(rows=_cells("industries.csv", INDUSTRY_COLUMNS), actor=actor, now=now),
        }
        days = [
            CalendarRow(date.fromisoformat(day), working == "1", name, source)
            for day, working, name, source in _cells("calendar.csv", ("day", "working", "name", "source"))
        ]
        changed["calendar"] = load_calendar(rows=days, actor=actor, now=now)
        before = LegalDocument.objects.count()
        for entry in yaml.safe_load((INITIAL / "legal_documents.yaml").read_text(encoding="utf-8")):
            register_document(
                code=entry["code"],
                title=entry["title"],
                short=entry["short"],
                number=entry["number"],
                rank=Rank[entry["rank"]],
                effective_from=entry["effective_from"],
                confidence=entry["confidence"],
                fictional=entry.get("fictional", False),
                source_text=entry.get("note", ""),
                actor=actor,
                now=now,
            )
        changed["documents"] = LegalDocument.objects.count() - before
    return changed


def _cells(file_name: str, columns: tuple[str, ...]) -> list[list[str]]:
    with (INITIAL / file_name).open(encoding="utf-8", newline="") as file:
        return [[row[column] for column in columns] for row in csv.DictReader(file)]
