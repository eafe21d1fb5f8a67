"""Hits, false hits and how long findings wait: by roster, by label, by month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from kernel.actor import Actor
from screening.models import Roster
from screening.selectors.rosters import visible_to

GROUPS = {"roster": "监管对象名单", "label": "主题标签", "month": "月份"}
# one row for each group; a label's roster counts under each of its labels
BY = {
    "roster": "r.name",
    "label": "coalesce(l.label, '（无标签）')",
    "month": "to_char(f.found_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
}
COUNTED = """
SELECT {by} AS of, {key} AS key, count(*),
  count(*) FILTER (WHERE f.change = 'newly_hit'),
  count(*) FILTER (WHERE f.disposition IN ('true_hit', 'no_measure')),
  count(*) FILTER (WHERE f.disposition = 'false_hit'),
  count(*) FILTER (WHERE f.state IN ('open', 'assigned', 'snoozed')),
  coalesce(extract(day FROM %(now)s - min(f.found_at) FILTER (WHERE f.state IN ('open', 'assigned', 'snoozed'))), 0),
  coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM f.disposed_at - f.found_at) / 86400)
    FILTER (WHERE f.state = 'disposed'), 0)
FROM screening_rosterfinding f JOIN screening_roster r ON r.id = f.roster_id {labels}
WHERE f.roster_id = ANY (%(rosters)s) AND f.found_at >= %(since)s AND f.found_at < %(until)s
GROUP BY 1, 2 ORDER BY {order} LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """`found` = every finding of the period; `true`, `false`: disposed as a hit that is so, or is not; `open`: to be
    handled still, the oldest since `oldest_days`; `median_days`: from found to disposed.
    """

    of: str
    roster_id: int | None
    found: int
    newly_hit: int
    true: int
    false: int
    open: int
    oldest_days: int
    median_days: float

    @property
    def false_percent(self) -> str:
        """Of what was judged a hit or none, the share that was none."""
        judged = self.true + self.false
        return f"{self.false * 100 / judged:.1f}%" if judged else "–"

    def cells(self) -> list[str | int]:
        return [
            self.of,
            self.found,
            self.newly_hit,
            self.true,
            self.false,
            self.false_percent,
            self.open,
            self.oldest_days,
            f"{self.median_days:.1f}",
        ]


HEADINGS = {
    "": 40, "发现": 10, "新增命中": 10, "属实": 10, "误报": 10, "误报率": 10, "待办理": 10, "最久天数": 10,
    "处置用时中位数（天）": 14,
}  # fmt: skip


def statistics(
    actor: Actor,
    *,
    by: str,
    since: datetime,
    until: datetime,
    now: datetime,
    roster_id: int | None = None,
    limit: int = 500,
) -> list[Counted]:
    """Counts of the findings made in a period, in the actor's scope; `by`: a key of GROUPS. `until` is not in it."""
    rosters = visible_to(actor)
    if roster_id is not None:
        rosters = rosters.filter(pk=roster_id)
    labels = "LEFT JOIN LATERAL unnest(r.labels) AS l (label) ON true" if by == "label" else ""
    text = COUNTED.format(
        by=BY[by],
        key="r.id" if by == "roster" else "NULL::bigint",
        labels=labels,
        order="1 DESC" if by == "month" else "3 DESC, 1",
    )
    given: dict[str, Any] = {
        "rosters": list(rosters.order_by("pk").values_list("pk", flat=True)),
        "since": since,
        "until": until,
        "now": now,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return [_counted(*row) for row in cursor.fetchall()]


def _counted(of: str, roster_id: int | None, *counts: Any) -> Counted:
    found, newly_hit, true, false, still, oldest, median = counts
    return Counted(of, roster_id, found, newly_hit, true, false, still, int(oldest), float(median))


def roster_names(actor: Actor) -> list[tuple[int, str]]:
    """The rosters of the actor's scope, for choosing one; closed ones stand at the end."""
    rows: Iterable[tuple[int, str, str]] = visible_to(actor).order_by("-id").values_list("pk", "name", "state")[:500]
    found = list(rows)
    used = [(pk, name) for pk, name, state in found if state != Roster.State.CLOSED]
    return used + [(pk, f"{name}（已停用）") for pk, name, state in found if state == Roster.State.CLOSED]
