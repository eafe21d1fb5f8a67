"""kill -9 of the worker in the middle of a run: the next one ends it, complete, and nothing is told twice.

The worker is a process of its own on the test's database, killed between and within chunks; ten times in the soak.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from office.models import Job
from screening.models import Roster, RosterAnswer, RosterFinding, RosterFound, RosterRun
from screening.services.rosters.running import run_roster
from screening.services.rosters.starting import request_run
from tests.conftest import NOW
from tests.environment import ENGINES
from tests.factories import redblack, rosters
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tools import places

WORKER = """
import sys, django
django.setup()
from datetime import datetime
from screening.services.rosters.running import run_roster
now = datetime.fromisoformat(sys.argv[2])
run_roster(job_id=int(sys.argv[1]), clock=lambda: now, chunk=3)
"""
LISTED = 30
MEMBERS = 3_000


def watched() -> Roster:
    """Three thousand members; thirty of them are listed."""
    black = redblack.list_type()
    codes = [make.uscc() for _ in range(MEMBERS)]
    for code in codes[:: MEMBERS // LISTED]:
        redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, *codes)
    return roster


def killed(job_id: int, *, members: int) -> None:
    """A worker that dies when so many members are answered."""
    environment = os.environ | {
        "DATABASE_URL": ENGINES.postgres.url(str(connection.settings_dict["NAME"])),
        "DJANGO_SETTINGS_MODULE": "credit_platform.settings",
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": str(places.ROOT),
    }
    command = [sys.executable, "-c", WORKER, str(job_id), NOW.isoformat()]
    worker = subprocess.Popen(command, cwd=places.ROOT, env=environment, start_new_session=True)
    end = time.monotonic() + 120
    while RosterRun.objects.get(job_id=job_id).members < members:
        assert worker.poll() is None, "the worker ended before it could be killed"
        assert time.monotonic() < end, "the worker does nothing"
        time.sleep(0.005)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(state=Job.State.QUEUED)  # as the sweep does it


def survives(roster: Roster, places_of_death: list[int]) -> None:
    run_id = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
    job_id = RosterRun.objects.get(pk=run_id).job_id
    assert job_id is not None
    for place in places_of_death:
        killed(job_id, members=place)
    run_roster(job_id=job_id, clock=lambda: NOW)
    run = RosterRun.objects.get(pk=run_id)
    assert (run.state, run.members, run.hit, run.clear) == ("done", MEMBERS, LISTED, MEMBERS - LISTED)
    assert run.newly_hit == RosterFinding.objects.filter(roster_id=roster.pk, state="open").count() == LISTED
    assert RosterFinding.objects.filter(roster_id=roster.pk).count() == LISTED
    assert RosterAnswer.objects.filter(roster_id=roster.pk).count() == MEMBERS
    assert not RosterFound.objects.exists()
    later = rosters.run(roster, at=NOW + timedelta(hours=1))
    assert (later.hit, later.newly_hit) == (LISTED, 0)


@pytest.mark.django_db(transaction=True)
def test_killed_twice_in_the_middle_everybody_is_answered_and_told_once() -> None:
    survives(watched(), [300, 1_500])


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_killed_ten_times_everybody_is_answered_and_told_once() -> None:
    survives(watched(), [1, *range(250, 2_500, 250)])
