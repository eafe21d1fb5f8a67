"""`portal_search`: the public portal's search page, asked by 100 clients among 5,000,000 organisations.

Of three questions one is a unified code and two are pieces of register names, 4 to 20 characters long, some with a
wrong character or cut off. Two ways: clients who read what they found before they ask again (exponential, mean 5 s),
which the goal is taken for, and clients who never pause, beside the least that a view can do (portal_floor) in the
same minutes. Nobody is limited here: PUBLIC_PER_MINUTE and PUBLIC_PER_DAY are 0.
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.bench import load, think_time
from tools.bench import name_ground as ground
from tools.bench.bed import Bed, machine
from tools.bench.city import code
from tools.bench.name_quality import targets
from tools.bench.name_search import questions

ID = "portal_search"
CLIENTS = 100
MEAN_SECONDS = 5.0
SECONDS = 60
ROUNDS, ROUND_SECONDS, WARM_SECONDS = 3, 15, 15
OF_EACH_LENGTH = 120
SHORTEST = 4
PREPARED = 80_000
SEED = 20_356
GOAL_MS = 200


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl: those who read in its head, those who never pause under `without_pause`."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    seconds = int(os.environ.get("BENCH_THINK_SECONDS") or SECONDS)
    with bed.engine() as postgres:
        ground.fill(bed, postgres, targets(ground.data_folder()))
        ground.fill_big(postgres)
        bed.python("manage.py", "migrate", "--verbosity", "0", database=ground.BIG)
        bed.python("manage.py", "collectstatic", "--no-input", "--verbosity", "0")  # the page names its files
        asked = _requests()
        with bed.web("credit_platform.wsgi", database=ground.BIG) as web:
            asyncio.run(_day(web.port, asked, WARM_SECONDS))
            waits, errors = asyncio.run(_day(web.port, asked, seconds))
            ours = _without_pause(bed, web.port, asked)
        with bed.web("tools.bench.portal_floor", database=ground.BIG) as web:
            floor = _without_pause(bed, web.port, asked)
    cuts = statistics.quantiles(waits, n=100)
    return {
        "id": ID,
        "ratio": round(cuts[98] / GOAL_MS, 3),
        "against": f"p99 of {GOAL_MS} ms; {CLIENTS} clients, mean pause {MEAN_SECONDS:.0f} s, {seconds} s",
        "rate_per_s": round(len(waits) / seconds, 1),
        "p50_ms": round(cuts[49], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(max(waits), 1),
        "answered": len(waits),
        "errors": errors,
        "without_pause": ours | {f"floor_{name}": value for name, value in floor.items()},
        "rows": {"subjects": ground.BIG_NAMES},
        "machine": machine(),
    }


def _requests() -> list[bytes]:
    """Questions as a browser sends them, in a mixed order that is always the same."""
    draw = random.Random(SEED)
    names = [one for length, same in questions(OF_EACH_LENGTH).items() if length >= SHORTEST for one in same]
    codes = [code(draw.randrange(5_000_000, 8_000_000)) for _ in range(len(names) // 2)]
    texts = names + codes
    draw.shuffle(texts)
    lines = "Host: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: zh-CN\r\n\r\n"
    return [f"GET /portal/search/?q={quote(text)} HTTP/1.1\r\n{lines}".encode() for text in texts]


def _without_pause(bed: Bed, port: int, asked: Sequence[bytes]) -> dict[str, float]:
    if load.wrk() is None:
        return {}
    file = bed.folder / "requests"
    _write(file, asked)
    runs = [load.run(port, file, seconds=ROUND_SECONDS, connections=CLIENTS) for _ in range(ROUNDS + 1)][1:]
    file.unlink()
    return {
        "rate_per_s": round(statistics.median(one.rate_per_s for one in runs), 1),
        "p50_ms": round(statistics.median(one.p50_ms for one in runs), 1),
        "p99_ms": round(statistics.median(one.p99_ms for one in runs), 1),
    }


def _write(file: Path, asked: Sequence[bytes]) -> None:
    """More than can be asked in a round: the same questions come again, as on a portal."""
    with file.open("wb") as out:
        for number in range(max(PREPARED, len(asked))):
            request = asked[number % len(asked)]
            out.write(b"%d\n%s" % (len(request), request))


async def _day(port: int, asked: Sequence[bytes], seconds: int) -> tuple[list[float], int]:
    """The waits in ms, and how many were answered by neither a page nor the way to one."""
    waits: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds
    await asyncio.gather(*(_client(port, number, asked, end, waits, errors) for number in range(CLIENTS)))
    return waits, len(errors)


async def _client(
    port: int, number: int, asked: Sequence[bytes], end: float, waits: list[float], errors: list[str]
) -> None:
    draw = random.Random(SEED + number)
    await think_time.asks(port, draw, MEAN_SECONDS, lambda: draw.choice(asked), {200, 302}, end, waits, errors)
