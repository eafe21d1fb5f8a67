"""When a roster runs by itself: a timetable in words, what it means in a sentence, and the next moment. Pure.

`read_schedule` takes what a person types, clauses separated by "；": 每周一、四 08:30；每月首个工作日；名单变化时.
Moments are of Asia/Shanghai. Two runs of one roster are at least an hour apart, whatever is combined.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from kernel.errors import Malformed
from kernel.workdays import SATURDAY, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAST_MINUTES = 60
DAY_MINUTES = 24 * 60
USUAL_TIME = time(6, 0)  # of a clause that names no time
MOST_CLAUSES = 10
LONGEST_TEXT = 200
LOOK_AHEAD_DAYS = 4 * 366
STEPS = (1, 2, 3, 4, 6, 8, 12)
WEEKDAYS = "一二三四五六日"
ON_CHANGE = "名单变化时"
BY_HAND = "仅手动运行"
EXAMPLES = (
    "每天 06:00",
    "每个工作日 08:30",
    "每周一、四 08:30",
    "每月 1 日 06:00",
    "每月首个工作日 06:00",
    "每月最后一个工作日 17:00",
    "每季度首个工作日 06:00",
    "每天 06:00；名单变化时",
    ON_CHANGE,
)


class ScheduleNotUnderstood(Malformed):
    code = "screening.schedule_not_understood"
    message = "看不懂这个时间安排。"


class TooOften(Malformed):
    code = "screening.schedule_too_often"
    message = "两次筛查至少间隔一小时。需要更及时的，请写“名单变化时”：名单一有变化即筛查。"


class Period(StrEnum):
    DAILY = "每天"
    WORKING = "每个工作日"
    WEEKLY = "每周"
    MONTHLY = "每月"
    MONTH_END = "每月最后一日"
    MONTH_FIRST_WORKING = "每月首个工作日"
    MONTH_LAST_WORKING = "每月最后一个工作日"
    QUARTER_FIRST = "每季度首日"
    QUARTER_FIRST_WORKING = "每季度首个工作日"
    HOURLY = "每小时"


@dataclass(frozen=True, slots=True)
class Clause:
    """One period with its times. `days`: of WEEKLY 0 (Monday) to 6, of MONTHLY 1 to 31; `step`: hours, of HOURLY."""

    period: Period
    times: tuple[time, ...] = (USUAL_TIME,)
    days: tuple[int, ...] = ()
    step: int = 0

    def words(self) -> str:
        """As it is typed."""
        at = "、".join(f"{one:%H:%M}" for one in self.times)
        if self.period is Period.HOURLY:
            return Period.HOURLY.value if self.step == 1 else f"每 {self.step} 小时"
        if self.period is Period.WEEKLY:
            return f"每周{'、'.join(WEEKDAYS[day] for day in self.days)} {at}"
        if self.period is Period.MONTHLY:
            return f"每月 {'、'.join(map(str, self.days))} 日 {at}"
        return f"{self.period.value} {at}"

    def falls_on(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether a day is one of its days. A day that a month has not is that month's last."""
        match self.period:
            case Period.WEEKLY:
                return day.weekday() in self.days
            case Period.MONTHLY:
                return day.day in self.days or (_is_month_end(day) and max(self.days) > day.day)
            case Period.MONTH_END:
                return _is_month_end(day)
            case Period.QUARTER_FIRST:
                return day.day == 1 and day.month % 3 == 1
            case Period.WORKING:
                return _works(day, calendar)
            case Period.MONTH_FIRST_WORKING:
                return _is_first_working(day, day.replace(day=1), calendar)
            case Period.QUARTER_FIRST_WORKING:
                first = date(day.year, day.month - (day.month - 1) % 3, 1)
                return _is_first_working(day, first, calendar)
            case Period.MONTH_LAST_WORKING:
                return _works(day, calendar) and not any(_works(later, calendar) for later in _rest_of_month(day))
        return True  # every day; every so many hours


@dataclass(frozen=True, slots=True)
class Schedule:
    """No clause and no `on_change`: only by hand."""

    clauses: tuple[Clause, ...] = ()
    on_change: bool = False

    def words(self) -> str:
        """The text that `read_schedule` reads back into the same."""
        return "；".join([clause.words() for clause in self.clauses] + [ON_CHANGE] * self.on_change)

    def sentence(self) -> str:
        """What a person is told that it means."""
        if not self.clauses and not self.on_change:
            return f"{BY_HAND}。"
        said = [_told(clause) for clause in self.clauses]
        if self.on_change:
            said.append("所比对的名单或信息有变化时随即筛查（每日零时后另核对一次到期情况）")
        return "；".join(said) + "。"


NONE = Schedule()


def _told(clause: Clause) -> str:
    late = " 筛查"
    if clause.period is Period.HOURLY:
        return f"{'每小时整点' if clause.step == 1 else f'每隔 {clause.step} 小时（零时起算）'}筛查"
    if clause.period is Period.MONTHLY and max(clause.days) > 28:
        late += "（当月没有该日的，在当月最后一日）"
    return clause.words() + late


# --- reading --------------------------------------------------------------------------------------------------------

_FULL_WIDTH = str.maketrans("０１２３４５６７８９：;，,　", "0123456789:；、、 ")  # and what is typed in their place
_TIME = re.compile(r"(?<![\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?![\d:])")
_OFTEN = re.compile(r"每\s*\d*\s*(?:秒|分|刻)|每半(?:个)?小时|不停|实时|随时")
_CRON = re.compile(r"[\d*/,\-?]+(?: [\d*/,\-?A-Z]+){4,5}", re.IGNORECASE)
_PLAIN = {
    "每天": Period.DAILY,
    "每日": Period.DAILY,
    "每个工作日": Period.WORKING,
    "每工作日": Period.WORKING,
    "工作日": Period.WORKING,
    "每月最后一日": Period.MONTH_END,
    "每月最后一天": Period.MONTH_END,
    "每月末": Period.MONTH_END,
    "每月首个工作日": Period.MONTH_FIRST_WORKING,
    "每月第一个工作日": Period.MONTH_FIRST_WORKING,
    "每月最后一个工作日": Period.MONTH_LAST_WORKING,
    "每季度首日": Period.QUARTER_FIRST,
    "每季度首个工作日": Period.QUARTER_FIRST_WORKING,
    "每季度第一个工作日": Period.QUARTER_FIRST_WORKING,
}
_CHANGES = {ON_CHANGE, "名单变化即筛查", "变化时", "名单有变化时"}
_HELP = f"可以这样写：{EXAMPLES[0]}；{EXAMPLES[2]}；{EXAMPLES[3]}；{EXAMPLES[6]}；{ON_CHANGE}。"


def read_schedule(text: str) -> Schedule:
    """A timetable from its words. Raises ScheduleNotUnderstood, TooOften."""
    plain = re.sub(r"\s+", " ", text.translate(_FULL_WIDTH)).strip(" ；。")
    if plain in {"", BY_HAND}:
        return NONE
    if len(plain) > LONGEST_TEXT:
        raise ScheduleNotUnderstood(f"时间安排过长，请写在 {LONGEST_TEXT} 字以内。{_HELP}")
    if _CRON.fullmatch(plain):
        raise ScheduleNotUnderstood(f"请用文字写时间安排，不用 cron 表达式。{_HELP}")
    if _OFTEN.search(plain):
        raise TooOften
    clauses: list[Clause] = []
    on_change = False
    for part in (one.strip() for one in re.split("；|。", plain)):
        if part.replace(" ", "") in _CHANGES:
            on_change = True
        elif part:
            clauses.append(_clause(part))
    clauses = list(dict.fromkeys(clauses))
    if len(clauses) > MOST_CLAUSES:
        raise ScheduleNotUnderstood(f"一份时间安排最多写 {MOST_CLAUSES} 段。")
    _check_apart(clauses)
    return Schedule(tuple(clauses), on_change)


def _clause(part: str) -> Clause:
    times = _times(part)
    rest = re.sub(r"[ 、和与及]+$", "", _TIME.sub(" ", part).replace("时间", "")).replace(" ", "").strip("、的在于")
    if found := re.fullmatch(r"每(?:隔)?(\d{0,2})个?(?:小时|钟头)", rest):
        step = int(found[1] or 1)
        if step not in STEPS:
            raise ScheduleNotUnderstood(f"每几小时一次，请写 {'、'.join(map(str, STEPS))} 之一。")
        if times:
            raise ScheduleNotUnderstood(f"“{part}”按小时筛查，不用写时刻。")
        return Clause(Period.HOURLY, tuple(time(hour) for hour in range(0, 24, step)), step=step)
    times = times or (USUAL_TIME,)
    if period := _PLAIN.get(rest):
        return Clause(period, times)
    if found := re.fullmatch(rf"每(?:个)?(?:周|星期|礼拜)((?:[{WEEKDAYS}天1-7至到、和周星期-])+)", rest):
        return Clause(Period.WEEKLY, times, _weekdays(part, found[1]))
    if found := re.fullmatch(r"每(?:个)?月的?(\d{1,2}(?:(?:[日号][、和]?|[、和])\d{1,2})*)[日号]?", rest):
        days = tuple(sorted({int(number) for number in re.findall(r"\d+", found[1])}))
        if not all(1 <= day <= 31 for day in days):
            raise ScheduleNotUnderstood(f"“{part}”：日期应在 1 至 31 之间。")
        return Clause(Period.MONTHLY, times, days)
    raise ScheduleNotUnderstood(f"看不懂“{part[:40]}”。{_HELP}")


def _times(part: str) -> tuple[time, ...]:
    found = []
    for hour, minute, second in _TIME.findall(part):
        if int(hour) > 23 or int(minute) > 59 or second not in {"", "0", "00"}:
            raise ScheduleNotUnderstood(f"“{part[:40]}”：时刻应写成 00:00 至 23:59，精确到分。")
        found.append(time(int(hour), int(minute)))
    return tuple(sorted(set(found)))


def _weekdays(part: str, text: str) -> tuple[int, ...]:
    plain = re.sub("[周星期]", "", text).replace("天", "日").replace("到", "至").replace("-", "至")
    for number, name in enumerate(WEEKDAYS, start=1):
        plain = plain.replace(str(number), name)
    days: set[int] = set()
    for piece in re.split("[、和]", plain):
        ends = [WEEKDAYS.index(sign) for sign in piece if sign != "至"]
        if "至" not in piece:
            days |= set(ends)
        elif re.fullmatch(f"[{WEEKDAYS}]至[{WEEKDAYS}]", piece) and ends[0] < ends[1]:
            days |= set(range(ends[0], ends[1] + 1))
        else:
            raise ScheduleNotUnderstood(f"看不懂“{part[:40]}”。连续几天请写成“每周一至五”。")
    if not days:
        raise ScheduleNotUnderstood(f"“{part[:40]}”没有写星期几。")
    return tuple(sorted(days))


def _check_apart(clauses: list[Clause]) -> None:
    """Whatever days they fall on: no two times of day less than an hour apart, over midnight as well."""
    minutes = sorted({one.hour * 60 + one.minute for clause in clauses for one in clause.times})
    if len(minutes) > 1:
        around = [*minutes, minutes[0] + DAY_MINUTES]
        if any(later - earlier < LEAST_MINUTES for earlier, later in pairwise(around)):
            raise TooOften


# --- the next moment ------------------------------------------------------------------------------------------------


def next_due(schedule: Schedule, *, after: datetime, calendar: WorkCalendar) -> datetime | None:
    """The first moment after `after`; None: no clause. A year that the calendar does not know counts by weekdays."""
    if not schedule.clauses:
        return None
    start = after.astimezone(SHANGHAI)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = start.date() + timedelta(days=ahead)
        times = {one for clause in schedule.clauses if clause.falls_on(day, calendar) for one in clause.times}
        for one in sorted(times):
            moment = datetime.combine(day, one, SHANGHAI)
            if moment > start:
                return moment
    return None  # pragma: no cover  # every clause has a day in a year


def next_dues(schedule: Schedule, *, after: datetime, calendar: WorkCalendar, count: int) -> list[datetime]:
    """The next few, for the page."""
    found: list[datetime] = []
    while len(found) < count and (
        moment := next_due(schedule, after=found[-1] if found else after, calendar=calendar)
    ):
        found.append(moment)
    return found


def _works(day: date, calendar: WorkCalendar) -> bool:
    return calendar.is_working(day) if day.year in calendar.years else day.weekday() < SATURDAY


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _is_first_working(day: date, first: date, calendar: WorkCalendar) -> bool:
    before = (first + timedelta(days=ahead) for ahead in range((day - first).days))
    return _works(day, calendar) and not any(_works(one, calendar) for one in before)


def _rest_of_month(day: date) -> Iterator[date]:
    while not _is_month_end(day):
        day += timedelta(days=1)
        yield day
