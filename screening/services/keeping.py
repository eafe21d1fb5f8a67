"""What screening need not keep: keys of requests that nobody repeats any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

BITE = 20_000  # rows in one transaction
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
