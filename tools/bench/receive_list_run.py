"""The steps that `receive_list` measures, each in a process of its own: `receive_list_run STEP FILE`.

`write`: make the file, and register the list. `take`: hand the version in and work it off as a worker does. `floor`:
only read the file and copy its cells into a table of text columns. Prints one JSON object.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
from django.db import connection

django.setup()

# after setup(): these import models
from kernel.actor import system  # noqa: E402
from kernel.law import Rank  # noqa: E402
from redblack.models import ListVersion  # noqa: E402
from redblack.rules.lists import LegalStatus, Origin  # noqa: E402
from redblack.services import receive_version, register_list_type, work_version  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import code  # noqa: E402
from tools.bench.ingest_run import floor  # noqa: E402

LIST = "BENCH-COURT"
ROWS = 500_000
HEADINGS = ("企业名称", "统一社会信用代码", "案号", "执行法院", "列入事由", "列入日期", "有效期止", "履行情况")


def write(file: Path) -> dict[str, Any]:
    """The names are the register's, as with a list that knows its subjects."""
    register_list_type(
        code=LIST, title="失信被执行人名单", number=None, kind="serious", origin=Origin.COURT,
        legal_status=LegalStatus.CURRENT, initiator="人民法院", initiator_department_id=None, memorandum="",
        legal_basis="《某规定》第一条", basis_rank=Rank.LAW, term_rule="二年", exit_rule="履行完毕", publicity="",
        freshness_days=2, confidence={}, actor=system("bench"), now=clock.now(),
    )  # fmt: skip
    codes = [code(n) for n in range(ROWS)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT uscc, name FROM subjects_pub_subject WHERE uscc = ANY(%s)", [codes])
        names = dict(cursor.fetchall())
    since = date(2026, 1, 1)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADINGS)
        for n, one in enumerate(codes):
            day = since + timedelta(days=n % 300)
            writer.writerow(
                (
                    names[one],
                    one,
                    f"（2026）江01执{n}号",
                    "江澜市中级人民法院",
                    "有履行能力而拒不履行",
                    day,
                    "",
                    "全部未履行",
                )
            )
    return {"rows": ROWS, "bytes": file.stat().st_size}


def take(file: Path) -> dict[str, Any]:
    """From the first byte to the last binding and its facts; the file is stored, sealed, and the job claimed."""
    began = time.monotonic()
    with file.open("rb") as stream:
        made = receive_version(
            list_code=LIST,
            version=file.stem,
            stated_at=clock.now(),
            file_name=file.name,
            stream=stream,
            channel="file",
            actor=system("bench"),
            now=clock.now(),
        )
    version = ListVersion.objects.get(pk=made.version_id)
    assert version.job_id is not None
    work_version(job_id=version.job_id, clock=clock.now)
    seconds = time.monotonic() - began
    version.refresh_from_db()
    counts = {name: getattr(version, name) for name in ("state", "rows", "added", "kept", "changed", "removed")}
    return counts | {"seconds": round(seconds, 2), "version": version.pk}


STEPS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "write": write,
    "take": take,
    "floor": lambda file: floor(file, 0),
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2])), ensure_ascii=False))
