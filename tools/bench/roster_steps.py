"""The steps that `roster_run` measures, each in a process of its own: `roster_steps STEP FOLDER`.

`ready`: empty rosters, measures with conditions, a file of codes. `join`: the floor. `members`: the file taken into a
roster, as the worker does. `run`: one run of the roster. `move`: some entries leave. `clear`: all of it gone.
Prints one JSON object.
"""

import csv
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django
from django.db import connection

django.setup()

# after setup(): these import models
from accounts.models import Department  # noqa: E402
from kernel.actor import system  # noqa: E402
from measures.rules.conditions import read_condition, written  # noqa: E402
from screening.models import Roster, RosterRun, RosterUpload  # noqa: E402
from screening.services.rosters.running import run_roster  # noqa: E402
from screening.services.rosters.starting import request_run  # noqa: E402
from screening.services.rosters.uploading import receive_members, take_file  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import SUBJECTS, code  # noqa: E402
from tools.bench.roster_run import MEMBERS  # noqa: E402

ACTOR = system("bench")
TABLES = "screening_rosterfound, screening_rosteranswer, screening_rosterfinding, screening_rostermember"
CONDITIONS: dict[str, Any] = {
    "Y1": {"all": [{"fact": "months_left", "is": ">", "value": 3}, {"fact": "disputed", "is": "is", "value": False}]},
    "Y2": {"fact": "grade", "is": "in", "value": ["严重"]},
    "Y3": {"fact": "area", "is": "in", "value": ["339900"]},
    "Y4": {
        "any": [{"fact": "amount", "is": ">", "value": "100000"}, {"fact": "months_since", "is": "<", "value": 18}]
    },
    "Y5": {"not": {"fact": "subject_kind", "is": "in", "value": ["natural_person"]}},
    "Y9": {
        "all": [
            {"fact": "stage", "is": "in", "value": ["before"]},
            {"not": {"fact": "responsible", "is": "is", "value": True}},
        ]
    },
    "Z1": {"fact": "months_since", "is": ">=", "value": 2},
}  # fmt: skip
# every member with whatever is in force for him on the lists, stored: no conditions, no answer, no reporting
JOIN = """
INSERT INTO bench_join
SELECT m.id AS member_id, b.source_id, b.entry_id FROM screening_rostermember m
LEFT JOIN redblack_binding b ON b.subject_id = m.subject_id AND b.rev_to IS NULL AND b.source_id = ANY (%s)
  AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %s)
WHERE m.roster_id = %s
"""


def clear(_: Path) -> dict[str, Any]:
    """What a kept database is left with: no roster, no conditions, every entry as it was."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES}")
        cursor.execute("TRUNCATE screening_rosterrun, screening_rosterupload, screening_roster CASCADE")
        cursor.execute("UPDATE measures_measureitem SET condition = NULL WHERE code = ANY (%s)", [list(CONDITIONS)])
        cursor.execute("UPDATE redblack_binding SET released_on = NULL WHERE released_on IS NOT NULL")
    return {}


def ready(folder: Path) -> dict[str, Any]:
    """Members are drawn from the whole register; three in a hundred are not in it, or are no codes at all."""
    draw = random.Random(5)
    clear(folder)
    with connection.cursor() as cursor:
        for name, condition in CONDITIONS.items():
            said = json.dumps(written(read_condition(condition)))
            cursor.execute("UPDATE measures_measureitem SET condition = %s WHERE code = %s", [said, name])
        cursor.execute("SELECT code FROM measures_measureitem WHERE rev_from IS NOT NULL AND rev_to IS NULL")
        items = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT DISTINCT source_id FROM redblack_listtype WHERE legal_status = '现行'")
        sources = sorted(row[0] for row in cursor.fetchall() if row[0] is not None)
    roster = Roster.objects.create(
        department=Department.objects.order_by("id")[0],
        name="性能测试名单",
        source_ids=sources,
        measures_from="chosen",
        item_codes=items,
        made_by=ACTOR.key,
        made_at=clock.now(),
    )
    with (folder / "members.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("企业名称", "统一社会信用代码"))
        for number, n in enumerate(draw.sample(range(SUBJECTS), MEMBERS)):
            said = code(n)
            if number % 100 == 7:
                said = code(SUBJECTS + n)
            elif number % 100 in (13, 14):
                said = f"{said[:17]}{'1' if said[17] != '1' else '2'}"
            writer.writerow((f"江澜第{n}号商贸有限公司", said))
    return {"roster": roster.pk, "sources": len(sources), "measures": len(items)}


def used() -> float:
    """Seconds of processor time of this connection's backend: what a noisy machine does not change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def join(_: Path) -> dict[str, Any]:
    [roster] = Roster.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_join")
        cursor.execute("CREATE TABLE bench_join (member_id bigint, source_id smallint, entry_id bigint)")
        cursor.execute("SET work_mem = '256MB'")
        began, before = time.monotonic(), used()
        cursor.execute(JOIN, [roster.source_ids, clock.today(), roster.pk])
        seconds, cpu = time.monotonic() - began, used() - before
        cursor.execute("SELECT count(*), count(DISTINCT member_id), count(entry_id) FROM bench_join")
        rows, members, found = cursor.fetchone()
        cursor.execute("DROP TABLE bench_join")
    return {"seconds": round(seconds, 2), "cpu": round(cpu, 2), "rows": rows, "members": members, "found": found}


def members(folder: Path) -> dict[str, Any]:
    """From the first byte to the last member, as page and worker do it."""
    [roster] = Roster.objects.all()
    began = time.monotonic()
    with (folder / "members.csv").open("rb") as stream:
        made = receive_members(
            roster_id=roster.pk, file_name="members.csv", stream=stream, replaces=False, actor=ACTOR, now=clock.now()
        )
    job = RosterUpload.objects.get(pk=made).job_id
    assert job is not None
    take_file(job_id=job, clock=clock.now)
    seconds = time.monotonic() - began
    upload = RosterUpload.objects.get(pk=made)
    names = ("rows", "matched", "unknown", "invalid", "duplicate")
    return {"seconds": round(seconds, 2)} | {name: getattr(upload, name) for name in names}


def run(_: Path) -> dict[str, Any]:
    [roster] = Roster.objects.all()
    asked = RosterRun.objects.filter(roster=roster, state="waiting").first()
    number = asked.pk if asked else request_run(roster_id=roster.pk, why="manual", actor=ACTOR, now=clock.now())
    job = RosterRun.objects.get(pk=number).job_id
    assert job is not None
    began, before = time.monotonic(), used()
    run_roster(job_id=job, clock=clock.now)
    seconds, cpu = time.monotonic() - began, used() - before
    made = RosterRun.objects.get(pk=number)
    assert made.state == "done", made.failure
    return {"seconds": round(seconds, 2), "cpu": round(cpu, 2)} | asdict(_counts(made))


@dataclass(frozen=True)
class Counts:
    """The figures of a run that the measurement compares."""

    members: int
    hit: int
    clear: int
    could_not_check: int
    newly_hit: int
    changed: int
    no_longer: int


def _counts(run: RosterRun) -> Counts:
    return Counts(run.members, run.hit, run.clear, run.could_not_check, run.newly_hit, run.changed, run.no_longer)


def move(_: Path) -> dict[str, Any]:
    """One entry in two hundred is released: what a run on change finds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE redblack_binding SET released_on = %s WHERE entry_id %% 200 = 0 AND released_on IS NULL",
            [clock.today()],
        )
        moved = cursor.rowcount
        cursor.execute("UPDATE collection_source SET revision = revision + 1")
    return {"moved": moved}


STEPS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "clear": clear,
    "ready": ready,
    "join": join,
    "members": members,
    "run": run,
    "move": move,
}

if __name__ == "__main__":
    said = STEPS[sys.argv[1]](Path(sys.argv[2]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(said | {"peak_mb": peak}, ensure_ascii=False))
