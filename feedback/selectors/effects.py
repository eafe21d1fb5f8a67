"""Effect statistics: counted from the tallies, never from the cases; each number leads to the cases behind it."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.selectors import departments_by_id, scope
from feedback.models import Due
from feedback.rules.effects import By, Line, Wish, month_after
from feedback.selectors.cases import visible_to
from kernel.actor import Actor
from office.selectors import division_names

COLUMN = {
    By.DEPARTMENT: "department_id",
    By.LIST: "source_id",
    By.MEASURE: "measure_code",
    By.AREA: "area",
    By.MONTH: "month",
}
COUNT = """
SELECT {by}::text, action, sum(cases), sum(amount) FROM feedback_tally
WHERE month >= %(since)s AND month <= %(until)s AND (%(mine)s::bigint[] IS NULL OR department_id = ANY (%(mine)s))
  {narrowed}
GROUP BY 1, 2 HAVING sum(cases) <> 0 ORDER BY 1, 2"""
NARROWED = {
    "department_id": "AND department_id = %(department_id)s",
    "source_id": "AND source_id = %(source_id)s",
    "measure_code": "AND measure_code = %(measure_code)s",
    "area": "AND area = %(area)s",
    "reward": "AND reward = %(reward)s",
}
STILL_OPEN = """
SELECT department_id, count(*), count(*) FILTER (WHERE due_on < %(today)s) FROM feedback_due
WHERE reported_at IS NULL AND owed AND (%(mine)s::bigint[] IS NULL OR department_id = ANY (%(mine)s))
  AND (%(department_id)s::bigint IS NULL OR department_id = %(department_id)s)
GROUP BY 1"""
WORDS = """
SELECT c.code, (SELECT d.measure_text FROM feedback_due d WHERE d.measure_code = c.code AND d.reported_at IS NOT NULL
  ORDER BY d.reported_on DESC, d.id DESC LIMIT 1)
FROM unnest(%(codes)s::text[]) AS c (code)"""
SOURCES = "SELECT id, name FROM collection_pub_source"
NO_LIST, NO_MEASURE, NO_AREA = "（未对应名单）", "（清单外做法）", "（不分地区）"


def effects(actor: Actor, *, by: By, wish: Wish, today: date) -> list[Line]:
    """The lines along one dimension, the largest first (months in their order), and by department what is open."""
    lines: dict[str, Line] = {}
    for key, action, cases, amount in _counted(actor, by, wish):
        line = lines.setdefault(key, Line(key, key))
        if action:
            line.cases[action] = int(cases)
            line.amount += amount
        else:
            line.owed = int(cases)
    if by is By.DEPARTMENT:
        for department, still_open, overdue in _still_open(actor, wish, today):
            line = lines.setdefault(str(department), Line(str(department), ""))
            line.open, line.overdue = still_open, overdue
    _name(by, lines)
    found = [line for line in lines.values() if by is By.DEPARTMENT or line.total]
    if by is By.MONTH:
        return sorted(found, key=lambda line: line.key)
    return sorted(found, key=lambda line: (-line.total, -line.open, line.label))


def _counted(actor: Actor, by: By, wish: Wish) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {name: getattr(wish, name) for name in ("since", "until", *NARROWED)} | {
        "mine": _mine(actor)
    }
    narrowed = " ".join(sql for name, sql in NARROWED.items() if values[name] is not None)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(by=COLUMN[by], narrowed=narrowed), values)
        return list(cursor.fetchall())


def _still_open(actor: Actor, wish: Wish, today: date) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(STILL_OPEN, {"today": today, "mine": _mine(actor), "department_id": wish.department_id})
        return list(cursor.fetchall())


def _mine(actor: Actor) -> list[int] | None:
    mine = scope(actor)
    return None if mine is None else sorted(mine)


def _name(by: By, lines: dict[str, Line]) -> None:
    if by is By.DEPARTMENT:
        named: dict[str, str] = {
            str(key): one.short_name for key, one in departments_by_id(int(key) for key in lines).items()
        }
    elif by is By.LIST:
        named = {str(key): name for key, name in source_names().items()} | {"0": NO_LIST}
    elif by is By.MEASURE:
        named = measure_texts(lines) | {"": NO_MEASURE}
    elif by is By.AREA:
        named = division_names(set(lines)) | {"": NO_AREA}
    else:
        named = {key: key[:7] for key in lines}
    for key, line in lines.items():
        line.label = named.get(key) or key


def source_names() -> dict[int, str]:
    """The names of lists and kinds of record by id, those that were retired among them."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCES)
        return dict(cursor.fetchall())


def measure_texts(codes: Collection[str]) -> dict[str, str]:
    """What the measures of these codes say, as the newest case has it."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS, {"codes": sorted(codes)})
        return {code: text or code for code, text in cursor.fetchall()}


def rows(actor: Actor, *, wish: Wish) -> QuerySet[Due]:
    """The cases behind a number, the last first."""
    found = visible_to(actor)
    if wish.owed:
        found = found.filter(owed=True, checked_on__gte=wish.since, checked_on__lt=month_after(wish.until))
    else:
        found = found.filter(
            reported_at__isnull=False, reported_on__gte=wish.since, reported_on__lt=month_after(wish.until)
        )
    if wish.department_id is not None:
        found = found.filter(department_id=wish.department_id)
    if wish.source_id is not None:
        found = found.filter(source_id=wish.source_id) if wish.source_id else found.filter(source_id=None)
    if wish.measure_code is not None:
        found = found.filter(measure_code=wish.measure_code)
    if wish.area is not None:
        found = found.filter(area=wish.area)
    if wish.reward is not None:
        found = found.filter(reward=wish.reward)
    return found.filter(action=wish.action) if wish.action else found


def row_page(actor: Actor, *, wish: Wish, after: tuple[date, int] | None, limit: int) -> list[Due]:
    """A page of them; `after`: (day, id) of the last one seen (keyset): the day of its report, or of its hit."""
    found, column = rows(actor, wish=wish), "checked_on" if wish.owed else "reported_on"
    if after is not None:
        day, last = after
        earlier = Q(**{f"{column}__lt": day}) | Q(id__lt=last)
        found = found.filter(Q(**{f"{column}__lte": day}) & earlier)
    return list(found.order_by(f"-{column}", "-id")[:limit])


def a_year(today: date) -> tuple[date, date]:
    """The twelve months that end with this one."""
    until = today.replace(day=1)
    return (until - timedelta(days=334)).replace(day=1), until
