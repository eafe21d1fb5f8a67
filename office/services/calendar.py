"""The working calendar: import a year, fill it from initial data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted
from office import events, policies
from office.models import CalendarDay, CalendarYear
from office.rules.holidays import PROVISIONAL_SOURCE, DayRow


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
