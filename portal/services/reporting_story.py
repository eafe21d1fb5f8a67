"""The reporting of the demo city: recent penalties come in by their departments' batches, tasks are owed and met."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from accounts.selectors import department_by_code
from catalog.rules.content import read_content
from catalog.services import publish_item
from collection.rules.states import Channel
from collection.selectors.duties import TaskFilters, task_page
from collection.services import receive_rows
from collection.services.duties import close_task, make_tasks
from kernel.actor import Actor, Role
from portal.rules.city import BackgroundPenalty
from portal.rules.city_reports import Report, reports, row_of
from portal.rules.story import SHANGHAI
from portal.services.files import demo
from portal.services.telling import LOADER, Telling

RECENT_DAYS = 60  # penalties of the last two months come in by batches; older ones were loaded at the start
AT, NIGHT = time(16, 30), time(1, 20)
MONTHLY_SINCE = "T-75"


def is_recent(penalty: BackgroundPenalty) -> bool:
    return penalty.days_before <= RECENT_DAYS


def plan_reports(telling: Telling, penalties: list[BackgroundPenalty], names: dict[str, str]) -> None:
    """Plan a batch for each department and week."""
    story = telling.story
    made = reports(
        penalties,
        decided=lambda penalty: story.day(f"T-{penalty.days_before}"),
        until=story.working_day - timedelta(days=1),
    )
    for number, report in enumerate(made, start=1):
        telling.plan(datetime.combine(report.on, AT, tzinfo=SHANGHAI), _handing_in(telling, report, number, names))


def _handing_in(telling: Telling, report: Report, number: int, names: dict[str, str]) -> Callable[[datetime], None]:
    department = department_by_code(report.authority)
    uploader = _uploader(telling, department.id)

    def scene(now: datetime) -> None:
        rows = [
            row_of(penalty, day, name=names[penalty.uscc], department=department.name, seed=number * 100 + place)
            for place, (penalty, day) in enumerate(report.penalties)
        ]
        receipt = receive_rows(
            item_code="penalty",
            rows=rows,
            channel=Channel.INTERFACE,
            department_id=department.id,
            call_key=f"story-{report.authority}-{report.on.isoformat()}-{number}",
            all_or_nothing=False,
            actor=uploader,
            now=now,
        )
        returned = {row.row for row in receipt.returned}
        telling.held["P-GEN"] += report.triggers(without=returned)

    return scene


def _uploader(telling: Telling, department_id: int) -> Actor:
    """Somebody of that department who reports; the platform itself where nobody has a log-in."""
    own = (a for a in telling.actors.values() if a.department_id == department_id and a.has(Role.UPLOADER))
    return next(own, LOADER)


def plan_monthly(telling: Telling, firms: list[tuple[str, str]]) -> None:
    """An item that four departments owe every month: one has reported, one says there was nothing, two are late."""
    story = telling.story
    item = demo("inspection")
    content = read_content({key: value for key, value in item.items() if key != "code"})
    since = story.moment(MONTHLY_SINCE)
    telling.plan(since, lambda now: publish_item(code=item["code"], content=content, actor=LOADER, now=now))
    first = story.working_day.replace(day=1)
    on_time = datetime.combine(min(first + timedelta(days=3), story.working_day), AT, tzinfo=SHANGHAI)
    telling.plan(datetime.combine(first, NIGHT, tzinfo=SHANGHAI), lambda now: _owe(first, now))
    telling.plan(on_time, _inspections(telling, item["provider_units"][0], item["code"], firms, first))
    telling.plan(on_time, _nothing(telling, item["provider_units"][3]))


def _owe(today: date, now: datetime) -> None:
    make_tasks(today=today, actor=LOADER, now=now)


def _inspections(
    telling: Telling, code: str, item_code: str, firms: list[tuple[str, str]], first: date
) -> Callable[[datetime], None]:
    department = department_by_code(code)
    days = [first - timedelta(days=back) for back in (4, 9, 15)]

    def scene(now: datetime) -> None:
        rows = [
            {
                "JC_XDR_MC": name,
                "JC_XDR_SHXYM": uscc,
                "JC_BH": f"江环检〔{day.year}〕{day:%m%d}号",
                "JC_RQ": day.isoformat(),
                "JC_JG": "未发现问题",
            }
            for (uscc, name), day in zip(firms, days, strict=False)
        ]
        receive_rows(
            item_code=item_code,
            rows=rows,
            channel=Channel.PAGE,
            department_id=department.id,
            call_key="story-inspection",
            all_or_nothing=False,
            actor=_uploader(telling, department.id),
            now=now,
        )

    return scene


def _nothing(telling: Telling, code: str) -> Callable[[datetime], None]:
    department = department_by_code(code)

    def scene(now: datetime) -> None:
        actor = _uploader(telling, department.id)
        for task in task_page(LOADER, filters=TaskFilters(department_id=department.id), limit=10):
            close_task(task_id=task.pk, nothing=True, actor=actor, now=now)

    return scene
