"""`roster_run`: 1,000,000 members of a roster against 5,000,000 subjects and 2,000,000 entries, thirteen measures,
seven of them with conditions; every answer, and every hit as a finding, stored.

Against the bare join of the members with what is in force, stored into a table (INSERT ... SELECT), measured before
and after in the same minute. `seconds`: the file taken into the roster; the first run, in
which everything is new; the next, in which nothing is; one after one entry in two hundred was released. `cpu`: of the
database's process alone, which a busy machine does not change. Two cores, PostgreSQL durable.
"""

import json
import os
import subprocess
import sys
from typing import Any

from tools import places
from tools.bench.bed import Bed, machine
from tools.bench.city import ENTRIES, SUBJECTS
from tools.bench.ground import fill, settle
from tools.places import Trouble

ID = "roster_run"
FLOOR = "the bare join of members with entries in force, stored into a table by INSERT ... SELECT"
DATABASE = "bench"
MEMBERS = 1_000_000


def measure(bed: Bed) -> dict[str, Any]:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    load = os.getloadavg()[0]
    with bed.engine() as postgres:
        fill(bed, postgres)
        _step(bed, "ready")
        members = _step(bed, "members")
        settle(postgres, DATABASE)
        before = _step(bed, "join")
        first = _step(bed, "run")
        after = _step(bed, "join")
        again = _step(bed, "run")
        _step(bed, "move")
        moved = _step(bed, "run")
        _step(bed, "clear")
    if members["rows"] != MEMBERS or first["members"] != MEMBERS or first["hit"] + first["clear"] == 0:
        raise Trouble(f"of {MEMBERS} members: {members}; {first}")
    if again["newly_hit"] + again["changed"] + again["no_longer"]:
        raise Trouble(f"told twice: {again}")
    join = (before["seconds"] + after["seconds"]) / 2
    join_cpu = (before["cpu"] + after["cpu"]) / 2
    return {
        "id": ID,
        "ratio": round(first["seconds"] / join, 2),
        "against": FLOOR,
        "rate_per_s": round(MEMBERS / first["seconds"]),
        "p50_ms": None,
        "p99_ms": None,
        "floor_rate_per_s": round(MEMBERS / join),
        "floor_p99_ms": None,
        "rows": {"members": MEMBERS, "subjects": SUBJECTS, "entries": ENTRIES},
        "seconds": {
            "members": members["seconds"],
            "first": first["seconds"],
            "again": again["seconds"],
            "moved": moved["seconds"],
            "join": round(join, 2),
        },
        "cpu": {
            "first": first["cpu"],
            "again": again["cpu"],
            "moved": moved["cpu"],
            "join": round(join_cpu, 2),
            "ratio": round(first["cpu"] / join_cpu, 2),
        },
        "found": {name: first[name] for name in ("hit", "clear", "could_not_check", "newly_hit", "changed")},
        "released": moved["no_longer"] + moved["changed"],
        "load": round(load, 1),
        "machine": machine(),
    }


def _step(bed: Bed, step: str) -> dict[str, Any]:
    """What one process said."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.roster_steps", step, str(bed.folder)],
        cwd=places.ROOT,
        env=bed.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise Trouble(f"the step {step} ended with status {done.returncode}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
