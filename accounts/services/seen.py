"""What has been seen before: nonces of signed requests, keys of forms. Nothing is done twice."""

from datetime import datetime, timedelta

from django.db import connection

from accounts.models import FormKey, Nonce
from accounts.rules.signature import NONCE_KEPT_SECONDS

FORM_KEYS_KEPT = timedelta(days=2)


def take_nonce(*, client_id: int, nonce: str, now: datetime) -> bool:
    """Whether this is the first request with that nonce; it will not be again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_nonce (client_id, nonce, seen_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [client_id, nonce, now],
        )
        return bool(cursor.rowcount == 1)


def prune(*, now: datetime) -> int:
    """Drop nonces and form keys that can no longer be met again."""
    nonces, _ = Nonce.objects.filter(seen_at__lt=now - timedelta(seconds=NONCE_KEPT_SECONDS)).delete()
    keys, _ = FormKey.objects.filter(used_at__lt=now - FORM_KEYS_KEPT).delete()
    return nonces + keys


def once(*, user_id: int, key: str, path: str, now: datetime) -> str | None:
    """Take a form's key, inside the caller's transaction. None: it is the first time. Otherwise where that led.

    A second sender waits here until the first one's transaction is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO accounts_formkey (user_id, key, path, location, used_at) VALUES (%s, %s, %s, '', %s)
            ON CONFLICT DO NOTHING""",
            [user_id, key, path, now],
        )
        if cursor.rowcount == 1:
            return None
    return FormKey.objects.values_list("location", flat=True).get(user_id=user_id, key=key)


def answered(*, user_id: int, key: str, location: str) -> None:
    """Remember where the first answer led."""
    FormKey.objects.filter(user_id=user_id, key=key).update(location=location)


def release(*, user_id: int, key: str) -> None:
    """The form was refused: it may be mended and sent again."""
    FormKey.objects.filter(user_id=user_id, key=key).delete()
