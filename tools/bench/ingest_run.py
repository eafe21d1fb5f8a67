"""The steps that `ingest` measures, each in a process of its own: `python -m tools.bench.ingest_run STEP FILE [N]`.

`write`: make the file with N as its seed. `take`: hand it in and work it off as a worker does. `floor`: only read it
and copy its cells into a table of text columns. `usual`, `tuned`, `plain`: django-import-export in bulk mode
(ingest_peer.py). Prints one JSON object.
"""

import csv
import io
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import django
import python_calamine
from django.db import connection

django.setup()

# after setup(): these import models
from accounts.selectors import department_by_code  # noqa: E402
from catalog.rules.definition import Definition  # noqa: E402
from catalog.selectors import current_version, definition_of  # noqa: E402
from collection.models import Batch  # noqa: E402
from collection.rules.samples import penalty_rows, write_csv, write_xlsx  # noqa: E402
from collection.services import receive_file, run_import  # noqa: E402
from kernel.actor import system  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import SUBJECTS, code  # noqa: E402
from tools.bench.ingest_peer import WAYS, imported  # noqa: E402

ITEM = "penalty"
REPORTER = "11339900009910086U"
ROWS = int(os.environ.get("BENCH_FILE_ROWS") or 100_000)
PART = 20_000


def definition() -> Definition:
    current = current_version(ITEM)
    assert current is not None
    return definition_of(current.version_id)


def write(file: Path, seed: int) -> dict[str, Any]:
    """Three rows in a hundred are bad, one is about a natural person, the others about subjects of the register."""
    draw = random.Random(seed)
    known = [(code(n), f"江澜第{n}号商贸有限公司") for n in (draw.randrange(SUBJECTS) for _ in range(ROWS))]
    rows = penalty_rows(ROWS, seed=seed, today=clock.today(), subjects=known)
    make: Callable[..., int] = write_csv if file.suffix == ".csv" else write_xlsx
    return {"rows": make(file, rows, definition()), "bytes": file.stat().st_size}


def take(file: Path, _seed: int) -> dict[str, Any]:
    """From the first byte to the last record; the file is stored, sealed, and the job claimed as by a worker."""
    department = department_by_code(REPORTER)
    began = time.monotonic()
    with file.open("rb") as stream:
        received = receive_file(
            item_code=ITEM,
            file_name=file.name,
            stream=stream,
            department_id=department.id,
            all_or_nothing=False,
            actor=system("bench"),
            now=clock.now(),
        )
    assert not received.known, "the same bytes were taken before: nothing would be done"
    batch = Batch.objects.get(pk=received.batch_id)
    assert batch.job_id is not None
    stored = time.monotonic()
    with Helpers() as helpers:
        run_import(job_id=batch.job_id, clock=clock.now)
    seconds = time.monotonic() - began
    batch.refresh_from_db()
    counts = {name: getattr(batch, name) for name in ("state", "total", "taken", "changed", "same", "returned")}
    times = {"seconds": round(seconds, 2), "storing": round(stored - began, 2)}
    return counts | times | {"batch": batch.pk, "helpers_mb": helpers.most_mb}


class Helpers:
    """What the processes that this one begins hold at most, together. Looked at while they live: what the system says
    of a child that is gone includes its parent's memory at the moment of its birth."""

    def __init__(self) -> None:
        self.most_mb = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look)

    def __enter__(self) -> "Helpers":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
        while not self._over.wait(0.5):
            held = 0
            for pid in children.read_text().split():
                with suppress(OSError, StopIteration):
                    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                    held += int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
            self.most_mb = max(self.most_mb, held // 1024)


def floor(file: Path, _seed: int) -> dict[str, Any]:
    began = time.monotonic()
    rows = _cells(file)
    columns = next(rows)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(f"CREATE TABLE bench_plain ({', '.join(f'c{n} text' for n in range(len(columns)))})")
        taken = 0
        while part := list(islice(rows, PART)):
            text = io.StringIO()
            csv.writer(text).writerows(part)
            cursor.copy_expert("COPY bench_plain FROM STDIN WITH (FORMAT csv)", io.StringIO(text.getvalue()))
            taken += len(part)
    return {"rows": taken, "seconds": round(time.monotonic() - began, 2)}


def _cells(file: Path) -> Iterator[Sequence[Any]]:
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from csv.reader(text)
    else:
        yield from python_calamine.load_workbook(str(file)).get_sheet_by_index(0).iter_rows()


def peer(file: Path, _seed: int, way: str) -> dict[str, Any]:
    return imported(_cells(file), definition(), way)


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {"write": write, "take": take, "floor": floor}
STEPS |= {way: partial(peer, way=way) for way in WAYS}

if __name__ == "__main__":
    said = STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    print(json.dumps(said, ensure_ascii=False))
