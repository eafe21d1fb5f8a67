"""`name_search`: candidates for a typed name among 5,000,000, beside a plain trigram index in the same run.

The questions are pieces of register names, 2 to 20 characters long, as many of each length; of three one is as it
stands, one has a wrong character, one is the name cut off there. What is measured is the whole call: keys, SQL,
ranking in words. The peer answers the ten most similar by pg_trgm, without reasons. `ratio` compares the processor
time of both sides, which hangs less on what else the machine does.
"""

import json
import random
import statistics
from collections.abc import Sequence
from typing import Any

from kernel.names import name_key
from tools.bench import name_ground as ground
from tools.bench.bed import Bed, machine
from tools.bench.name_quality import targets

ID = "name_search"
AGAINST = "a plain pg_trgm index: the ten most similar names; for two characters LIKE"
SEED = 20_354
OF_EACH_LENGTH = 60
OF_EACH_FOR_PEER = 6  # the peer may take seconds for one
LENGTHS = range(2, 21)
CHARACTERS = "凡宏鑫达华恒天晟"
PEERS_INDEX = "CREATE INDEX IF NOT EXISTS bench_trigrams ON subjects_name USING gin (key gin_trgm_ops)"


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl."""
    with bed.engine() as postgres:
        ground.fill(bed, postgres, targets(ground.data_folder()))
        ground.fill_big(postgres)
        asked = questions(OF_EACH_LENGTH)
        ours = _times(bed, [one for same in asked.values() for one in same], "product")
        connection = postgres.connect(ground.BIG)
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(PEERS_INDEX)
            cursor.execute("ANALYZE subjects_name")
        connection.close()
        few = [one for same in asked.values() for one in same[:OF_EACH_FOR_PEER]]
        theirs = _times(bed, few, "trigram")
    clock, processors = ([pair[n] for pair in ours.values()] for n in (0, 1))
    same_few, peers = ([times[one][1] for one in few] for times in (ours, theirs))
    return {
        "id": ID,
        "ratio": round(_percentile(peers, 95) / _percentile(same_few, 95), 2),
        "against": AGAINST,
        "rate_per_s": round(1000 * len(clock) / sum(clock), 1),
        "p50_ms": round(statistics.median(clock), 1),
        "p95_ms": round(_percentile(clock, 95), 1),
        "p99_ms": round(_percentile(clock, 99), 1),
        "processor_p50_ms": round(statistics.median(processors), 1),
        "processor_p95_ms": round(_percentile(processors, 95), 1),
        "floor_p95_ms": round(_percentile([theirs[one][0] for one in few], 95), 1),
        "floor_processor_p50_ms": round(statistics.median(peers), 1),
        "floor_processor_p95_ms": round(_percentile(peers, 95), 1),
        "rows": ground.BIG_NAMES,
        "processor_p95_ms_by_length": {
            length: round(_percentile([ours[one][1] for one in same], 95), 1) for length, same in asked.items()
        },
        "questions": len(clock),
        "peer_questions": len(few),
        "machine": machine(),
    }


def questions(number: int) -> dict[int, list[str]]:
    draw = random.Random(SEED)
    keys = [name_key(row["name"]) for row in ground.rows_of(ground.data_folder(), ground.PARTS[2])]
    asked: dict[int, list[str]] = {}
    for length in LENGTHS:
        fitting = [key for key in keys if len(key) >= length]
        asked[length] = list(
            dict.fromkeys(_piece(key, length, n, draw) for n, key in enumerate(draw.sample(fitting, number)))
        )
    return asked


def _piece(key: str, length: int, number: int, draw: random.Random) -> str:
    start = draw.randrange(len(key) - length + 1)
    piece = key[start : start + length]
    if number % 3 == 1 and length > 2:
        place = draw.randrange(length)
        return f"{piece[:place]}{draw.choice(CHARACTERS)}{piece[place + 1 :]}"
    return key[:length] if number % 3 == 2 else piece


def _times(bed: Bed, names: Sequence[str], way: str) -> dict[str, tuple[float, float]]:
    """Milliseconds of each by the clock and of the processors, asked one after the other by a process of its own."""
    questions, answers = bed.folder / "questions.json", bed.folder / "answers.jsonl"
    questions.write_text(json.dumps(list(names), ensure_ascii=False), encoding="utf-8")
    bed.python("-m", "tools.bench.name_ask", str(questions), str(answers), way, database=ground.BIG)
    with answers.open(encoding="utf-8") as lines:
        return {one["name"]: (one["ms"], one["processor_ms"]) for one in map(json.loads, lines)}


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
