"""How often one address may ask the public pages: counted in Valkey; while that is away, by each process alone."""

import threading
import time
from collections.abc import Sequence

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from citizens.services.counting import digest_of
from kernel.errors import TooMany

MINUTE, DAY = 60, 24 * 3600
AWAY_SECONDS = 10.0  # after a failure Valkey is left alone this long
MOST_KEPT = 50_000  # addresses in one process; beyond that it begins anew
_alone: dict[str, int] = {}
_lock = threading.Lock()
_away_until = 0.0


class AskedTooOften(TooMany):
    """One answer, whatever was asked."""

    code = "portal.asked_too_often"
    message = "查询过于频繁，请稍后再试。需要批量核对的，请通过政务服务接口或向信用办申请数据服务。"

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


def allow(*, address: str, what: str, wall: float) -> None:
    """Count one question of an address. Raises AskedTooOften.

    A limit of 0 is none. Neighbours in one IPv6 network count together.
    """
    windows = [(MINUTE, settings.PUBLIC_PER_MINUTE), (DAY, settings.PUBLIC_PER_DAY)]
    asked = [(width, most) for width, most in windows if most]
    if not asked:
        return
    who = digest_of(address).hex()[:24]
    keys = [f"public:{what}:{width}:{int(wall // width)}:{who}" for width, _ in asked]
    for (width, most), count in zip(asked, _counts(keys, [width for width, _ in asked]), strict=True):
        if count > most:
            raise AskedTooOften(int(width - wall % width) + 1)


def _counts(keys: Sequence[str], widths: Sequence[int]) -> list[int]:
    global _away_until
    if time.monotonic() >= _away_until:
        try:
            return [_one_more(key, width) for key, width in zip(keys, widths, strict=True)]
        except (RedisError, OSError):
            _away_until = time.monotonic() + AWAY_SECONDS
    with _lock:
        if len(_alone) > MOST_KEPT:
            _alone.clear()
        for key in keys:
            _alone[key] = _alone.get(key, 0) + 1
        return [_alone[key] for key in keys]


def _one_more(key: str, width: int) -> int:
    if cache.add(key, 1, timeout=width + 5):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended in between
        return 1
