"""Deadlines of an objection: when each begins, its last day, days that do not count. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.law import Reason, Verdict
from kernel.workdays import Due, WorkCalendar
from objections.rules.rulesets import Limit, RuleSet, What
from objections.rules.sources import FIRST_DAY, HENAN, SHENZHEN, ZHEJIANG

EXCLUDED = ("检验、检测", "鉴定", "专家评审", "等待补充材料", "等待上级或者法院答复")


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, both inclusive. `until` None: it still lasts."""

    begins: date
    until: date | None


def last_day(
    start: date, limit: Limit, calendar: WorkCalendar, pauses: Iterable[Pause] = (), *, more: int = 0
) -> Due:
    """The last day of a limit that begins with an event on `start`.

    行政处罚法 第八十五条, 民事诉讼法 第八十五条: the day of the event does not count; a term of natural days that
    ends on a holiday ends on the first working day after it. 河南省社会信用条例 第四十一条: days of expert opinion do
    not count. A pause that still lasts stops no day yet: a page says that the clock rests.
    """
    resting = [pause for pause in pauses if pause.until is not None]

    def counts(day: date) -> bool:
        return not any(one.begins <= day and one.until is not None and day <= one.until for one in resting)

    day, left = start, limit.days + more
    while left > 0:
        day += timedelta(days=1)
        left -= counts(day) and (limit.natural or calendar.is_working(day))
    while limit.natural and not calendar.is_working(day):
        day += timedelta(days=1)
    return Due(day, provisional=bool(set(range(start.year, day.year + 1)) & calendar.provisional))


def at_filing(rules: RuleSet) -> tuple[What, ...]:
    """Which clocks begin when it is filed. 河南省社会信用条例 第四十一条: they run from the day it is received."""
    return tuple(one for one in (What.MARK, What.FORWARD, What.OWN) if one in rules.limits)


def at_forwarding(rules: RuleSet) -> tuple[What, ...]:
    """Which begin when the provider is needed: its own, and the whole, which counts from the filing.

    河南省社会信用条例 第四十一条: three working days for the provider, seven in all.
    """
    return tuple(one for one in (What.PROVIDER, What.WHOLE) if one in rules.limits)


def may_extend(rules: RuleSet, what: What, *, days: int, before: int) -> Verdict:
    """Whether a limit may be extended by so many days beyond the `before` it already was.

    浙江省公共信用信息管理条例 第三十条、第三十一条: twenty working days in all.
    深圳经济特区社会信用条例 第四十八条至第五十一条: three more, approved. No other rule set lets it be extended.
    """
    limit = rules.limits.get(what)
    most = limit.more if limit and rules.source in (ZHEJIANG, SHENZHEN) else 0
    if days >= 1 and before + days <= most:
        return Verdict()
    if not most:
        text = f"“{rules.name}”规则的{what.label}期限不能延长。需要鉴定、专家评审的，请登记不计入期限的时间。"
    else:
        text = f"{what.label}期限最多延长 {most} 个工作日，已经延长 {before} 个工作日。"
    return Verdict((Reason("no_extension", rules.source, text),))


def may_pause(*, begins: date, until: date, why: str, filed_on: date, today: date) -> Verdict:
    """Whether days may be left out of the count.

    河南省社会信用条例 第四十一条: inspection, test, appraisal, expert review; never days that are still to come.
    中华人民共和国民事诉讼法 第八十五条: counted from the day after it was filed.
    """
    against = []
    if why not in EXCLUDED:
        against.append(Reason("why_not_excluded", HENAN, f"不计入期限的事由只能是：{'、'.join(EXCLUDED)}。"))
    if not filed_on <= begins <= until:
        against.append(Reason("pause_out_of_order", FIRST_DAY, "开始日期不能早于提出日期，也不能晚于结束日期。"))
    if until > today:
        against.append(Reason("pause_in_future", FIRST_DAY, "请在该事由结束以后登记，结束日期不能晚于今天。"))
    return Verdict(tuple(against))
