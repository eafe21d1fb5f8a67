"""Counting who asks and who is asked for, in PostgreSQL: for all processes together, and without the cache."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.crypto import salted_hmac

from citizens.models import Tally
from citizens.rules.limits import Limit
from kernel.errors import TooMany


class TooOften(TooMany):
    """One answer for an address that is known and one that is not."""

    code = "citizens.too_often"
    message = "操作过于频繁，请稍后再试。"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"操作过于频繁，请在 {max(1, retry_after // 60)} 分钟后再试。")
        self.retry_after = retry_after


def digest_of(text: str) -> bytes:
    """Of an address: an IPv6 subscriber counts with his whole network; under a key, for addresses are soon tried."""
    try:
        read = ipaddress.ip_address(text)
        if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is None:
            text = str(ipaddress.ip_network((read, 64), strict=False))
    except ValueError:
        pass  # no address of the Internet: a mail address, a visitor, a socket
    return salted_hmac("citizens.tally", text, algorithm="sha256").digest()


def count(*, limits: Iterable[Limit], who: str, wall: datetime) -> None:
    """Count one more of each limit. Raises TooOften, beyond which nothing is written any more.

    In autocommit or in a transaction of its own: a refusal that follows must not undo the counting.
    """
    digest = digest_of(who)
    for limit in limits:
        width = limit.window.total_seconds()
        began = datetime.fromtimestamp(wall.timestamp() // width * width, wall.tzinfo)
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO citizens_tally AS t (what, who, began_at, count) VALUES (%s, %s, %s, 1)
                ON CONFLICT (what, who, began_at) DO UPDATE SET count = t.count + 1 WHERE t.count < %s""",
                [limit.what, digest, began, limit.most],
            )
            if cursor.rowcount == 0:
                raise TooOften(int(began.timestamp() + width - wall.timestamp()) + 1)


def forget_tallies(*, before: datetime) -> int:
    """Drop what was counted in windows that are over."""
    return Tally.objects.filter(began_at__lt=before).delete()[0]
