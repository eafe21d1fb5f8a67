"""What screening need not keep: keys of requests that nobody repeats any more, receipts past their time."""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction

from audit.services import record
from kernel.actor import system
from screening.events import ReceiptsDropped
from screening.rules.replay import is_kept
from toolkit.clock import day_of

log = logging.getLogger(__name__)
BITE = 20_000  # rows in one transaction
MONTHS = """SELECT relid::regclass::text FROM pg_partition_tree('screening_receipt')
WHERE isleaf AND relid::regclass::text ~ '^screening_receipt_[0-9]{6}$' ORDER BY 1"""
DIGEST = """SELECT coalesce(sum(rows), 0)::bigint, coalesce(min(first), 0), coalesce(max(last), 0),
  encode(sha256(coalesce(string_agg(digest, ''::bytea ORDER BY first), '')), 'hex')
FROM (SELECT count(*) AS rows, min(id) AS first, max(id) AS last,
    sha256(string_agg(sha256(convert_to(r::text, 'UTF8')), ''::bytea ORDER BY id)) AS digest
  FROM {} r GROUP BY checked_at::date) days"""
LEAST_YEARS = 5  # 《深圳经济特区社会信用条例》 第四十五条; whatever the setting says
LEAST_DAYS = 2  # a form that was left open over night is sent again the next morning


def drop_old_keys(*, now: datetime) -> int:
    """Drop the keys of checks older than RECEIPT_KEY_DAYS, bite by bite. Within that time the same request gets the
    same receipt; the receipts stay. How many were dropped.
    """
    before = now - timedelta(days=max(settings.RECEIPT_KEY_DAYS, LEAST_DAYS))
    dropped = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """DELETE FROM screening_receiptkey WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM screening_receiptkey WHERE checked_at < %s LIMIT %s))""",
                [before, BITE],
            )
            bite: int = cursor.rowcount
        dropped += bite
        if bite < BITE:
            return dropped


def years_kept() -> int:
    """For how long receipts, and what is listed of them elsewhere, are kept."""
    return max(int(settings.RECEIPT_YEARS), LEAST_YEARS)


def drop_old_receipts(*, now: datetime) -> int:
    """Drop the months of which no receipt is within its time any more; how many. `now`: the machine's own clock.

    The check's own fact stays in the sealed chain, and so does a digest of all that the month's receipts said: a copy
    can be proved by it. A month in which somebody reads at the moment is dropped another night.
    """
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        months = [name for (name,) in cursor.fetchall()]
    today, dropped = day_of(now), 0
    for name in months:
        first = date(int(name[-6:-2]), int(name[-2:]), 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if is_kept(last, today=today, years=years_kept()):
            continue
        try:
            _drop_month(name, first, now)
        except OperationalError:  # its lock was not to be had
            log.warning("the receipts of %s are past their time and in use", name)
            continue
        dropped += 1
    return dropped


@transaction.atomic
def _drop_month(name: str, month: date, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute(DIGEST.format(name))
        rows, first, last, digest = cursor.fetchone()
        cursor.execute(f"DROP TABLE {name}")
    fact = ReceiptsDropped(f"{month:%Y-%m}", rows, first, last, digest)
    record(fact, about=f"screening.receipts:{month:%Y-%m}", actor=system("keeping"), now=now)
