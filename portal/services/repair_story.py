"""绿源's penalty A on its way, as the presenter finds it: applied for above, forwarded, accepted. B is too young.

Scene 10: 江环罚〔2026〕47号 was applied for on 信用中国 on 2026-11-13 (a Friday), forwarded on 11-16, accepted on
11-17; it is due upward by 11-26 and the firm has its answer by 11-27. The presenter decides.
"""

from collections.abc import Callable
from datetime import date, datetime

from portal.rules.story import document_of
from portal.services.files import demo
from portal.services.telling import LOADER, Telling
from repair.rules.states import Target
from repair.selectors.standing import records_by_number
from repair.services.filing import Wish, forward
from repair.services.handling import accept, verify

FIRM, NUMBER = "luyuan", "江环罚〔{year}〕47号"
UPSTREAM_NO = "XYZG{day:%Y%m%d}0047"
SAID = "罚款 12 万元已于期限内缴清，超标排放已整改并通过复测。"
VERIFIED = "经核查缴款凭证和监测报告，罚款已缴清，违法行为已纠正。"


def plan_repair(telling: Telling) -> None:
    """Put the moments into the telling."""
    days: dict[str, date] = {}
    telling.plan(telling.story.moment("T-4w 09:20"), _forwarding(telling, days))
    telling.plan(telling.story.moment("T-3w 09:20"), _accepting(telling, days))


def _forwarding(telling: Telling, days: dict[str, date]) -> Callable[[datetime], None]:
    def scene(now: datetime) -> None:
        decided = next(one for one in demo("cast")["penalties"] if one["document_no"] == NUMBER)["decided_on"]
        number = document_of(NUMBER, telling.story.day(decided))
        subject = next(one for one in demo("cast")["subjects"] if one["key"] == FIRM)
        today = telling.story.day("T-4w")
        [held] = records_by_number(telling.subjects[FIRM], number, on=today)
        earliest = held.outlook.earliest or today
        applied_on = min(today, max(telling.story.day("T-5w"), earliest))
        made, _ = forward(
            upstream_no=UPSTREAM_NO.format(day=applied_on),
            code=subject["uscc"],
            document_no=number,
            target=Target.RECORD,
            applied_on=applied_on,
            wish=Wish(statement=SAID, committed=True),
            actor=LOADER,
            now=now,
        )
        days[str(made.pk)] = applied_on

    return scene


def _accepting(telling: Telling, days: dict[str, date]) -> Callable[[datetime], None]:
    def scene(now: datetime) -> None:
        for key in days:
            accept(application_id=int(key), actor=telling.actors["hbj01"], now=now)
            verify(application_id=int(key), opinion=VERIFIED, actor=telling.actors["hbj01"], now=now)

    return scene
