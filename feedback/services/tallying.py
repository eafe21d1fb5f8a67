"""Counting cases while they come. Rows are appended, and folded by a task: nobody who hands in waits for a count."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from audit.services import record
from feedback.events import TalliesFolded
from feedback.models import Due, Tally
from kernel.actor import Actor

LOCK = 0xFEED  # of two who fold at once, the second finds nothing left
FOLD = """
WITH loose AS (DELETE FROM feedback_tally WHERE NOT rolled
  RETURNING month, department_id, source_id, measure_code, area, reward, action, cases, amount)
INSERT INTO feedback_tally AS t (month, department_id, source_id, measure_code, area, reward, action, cases, amount,
  rolled)
SELECT month, department_id, source_id, measure_code, area, reward, action, sum(cases), sum(amount), true
FROM loose GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT (month, department_id, source_id, measure_code, area, reward, action) WHERE rolled
DO UPDATE SET cases = t.cases + excluded.cases, amount = t.amount + excluded.amount"""


def tally_owed(dues: Iterable[Due]) -> None:
    """Count what fell due, in the month of its hit. In the caller's transaction."""
    sorts = Counter(
        (d.checked_on.replace(day=1), d.department_id, d.source_id or 0, d.measure_code, d.area) for d in dues
    )
    Tally.objects.bulk_create(
        Tally(month=month, department_id=department, source_id=source, measure_code=measure, area=area, cases=n)
        for (month, department, source, measure, area), n in sorted(sorts.items())
    )


@transaction.atomic
def fold_tallies(*, actor: Actor, now: datetime) -> int:
    """Fold what was appended into one row of each sort; how many sorts were touched. No number changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(FOLD)
        folded = int(cursor.rowcount)
    if folded:
        record(TalliesFolded(folded), about="feedback.tally:", actor=actor, now=now)
    return folded
