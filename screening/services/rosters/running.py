"""A run of a roster: one snapshot of what is in force for its members, then every member answered, chunk by chunk.

The snapshot is one statement, so one moment, whose vector the run keeps; it is stored (`RosterFound`), so that a
worker that takes over after a crash goes on with the same moment. A list that changes meanwhile is the next run's:
every minute rosters are compared with the revisions that they were run at (starting.py). Each chunk writes answers,
findings, counts and the cursor in one transaction with the job's step: all of it, or nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kernel.errors import Refusal, RuleBroken
from office.services import JobTaken, cancel_job, claim, fail_job, finish_job, step
from screening.models import Roster, RosterRun
from screening.rules.rosters import LEGACY_SEVERAL
from screening.selectors.checks import Revisions
from screening.selectors.roster_plans import RosterPlan, roster_plan
from screening.selectors.rosters_sql import ANSWERS, CHUNK_END, READ, found_statement
from screening.services.rosters.resolving import resolve_members
from screening.services.rosters.starting import ACTOR, end_run
from toolkit.clock import day_of

CHUNK = 200_000
MOST_LOOKS = 5  # measures or lists may be published between the plan and the statement that reads by it
STAGES = ("比对名单", "生成结论")
# a city's worth of rows at once: hash joins in memory, and no minutes of compiling for one statement
ROOMY = "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL hash_mem_multiplier = 2"


class ListsMoving(RuleBroken):
    code = "screening.lists_moving"
    message = "名单或措施清单正在连续更新，本次筛查没有进行。请稍后重试。"


@dataclass(frozen=True, slots=True)
class _Hold:
    job_id: int
    attempt: int
    clock: Callable[[], datetime]

    def step(self, done: int, total: int | None, stage: str) -> bool:
        return step(job_id=self.job_id, attempt=self.attempt, done=done, total=total, stage=stage, now=self.clock())


def run_roster(*, job_id: int, clock: Callable[[], datetime], chunk: int = CHUNK) -> None:
    """Work a run off, from where it stopped; `chunk`: members of one transaction.

    Whatever is unexpected escapes: the lease lapses, and the sweep hands the job out again.
    """
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    hold = _Hold(job_id, attempt, clock)
    try:
        run = _begin(job_id, clock())
        if run is None:  # over already, whoever resumed the job
            with transaction.atomic():
                finish_job(job_id=job_id, attempt=attempt, actor=ACTOR, now=clock())
            return
        try:
            going_on = run.roster.state == Roster.State.ACTIVE and (run.vector is not None or _look(run, hold))
        except Refusal as refusal:
            return _end(run, hold, RosterRun.State.FAILED, str(refusal))
        while going_on and (until := _chunk_end(run, chunk)) is not None:
            going_on = _answer(run, until, hold)
        _end(run, hold, RosterRun.State.DONE if going_on else RosterRun.State.CANCELLED)
    except JobTaken:
        return


@transaction.atomic
def _begin(job_id: int, now: datetime) -> RosterRun | None:
    run = RosterRun.objects.select_related("roster__matter").filter(job_id=job_id).first()
    if run is None or run.state not in (RosterRun.State.WAITING, RosterRun.State.RUNNING):
        return None
    if run.state == RosterRun.State.WAITING:
        run.state, run.started_at = RosterRun.State.RUNNING, now
        run.save(update_fields=["state", "started_at"])
    return run


# --- the snapshot ---------------------------------------------------------------------------------------------------
def _look(run: RosterRun, hold: _Hold) -> bool:
    """What is in force for every member, at one moment. False: asked to stop. Raises ListsMoving, UnknownMatter."""
    if not hold.step(0, None, STAGES[0]):
        return False
    for _ in range(MOST_LOOKS):
        with transaction.atomic():
            resolved = resolve_members(roster_id=run.roster_id)
            as_of = day_of(hold.clock())
            asked = roster_plan(run.roster, as_of=as_of)
            if _store(run, asked, resolved):
                return hold.step(0, run.plan["members"] if run.plan else None, STAGES[1])
            transaction.set_rollback(True)
    raise ListsMoving


def _store(run: RosterRun, asked: RosterPlan, resolved: int) -> bool:
    """One statement writes what was found, another of the same moment says at which revisions. False: they are not
    those of the plan.
    """
    statement, given = found_statement(asked)
    with connection.cursor() as cursor:
        cursor.execute(ROOMY)
        # nobody joins or leaves meanwhile: who comes later has a higher number and is not answered from this snapshot
        cursor.execute("SELECT id FROM screening_roster WHERE id = %s FOR SHARE", [run.roster_id])
        cursor.execute(
            """SELECT coalesce(max(id), 0), count(*) FILTER (WHERE removed_at IS NULL AND state <> 'duplicate')
            FROM screening_rostermember WHERE roster_id = %s""",
            [run.roster_id],
        )
        last, members = cursor.fetchone()
        known = {"roster": run.roster_id, "run": run.pk, "last": last}
        cursor.execute(f"WITH written AS ({statement} RETURNING 1) {READ}", given | known)
        told, sources = map(json.loads, cursor.fetchone())
        cursor.execute("ANALYZE screening_rosterfound")
    vector = dict(asked.looked.vector)
    read = {name: vector[name] for name in vector if name.startswith("source:")}
    if Revisions(*told) != asked.looked.revisions or sources != read:
        return False
    if asked.looked.revisions != asked.prepared.made_from:
        return False
    run.as_of, run.vector = asked.plan.as_of, vector | {"subjects": resolved}
    run.gaps = [{"id": s.id, "code": s.code, "name": s.name, "state": s.state.value} for s in asked.gaps]
    run.plan = {
        "members": members,
        "last": last,
        "nothing_consulted": not asked.plan.consulted,
        "sources": [
            {"id": i, "name": asked.looked.sources[i].name, "version": asked.looked.sources[i].version}
            for i in sorted(asked.plan.consulted)
        ],
        "measures": [m.code for m in asked.plan.measures],
    }
    run.save(update_fields=["as_of", "vector", "gaps", "plan"])
    return True


# --- the answers ----------------------------------------------------------------------------------------------------
def _chunk_end(run: RosterRun, chunk: int) -> int | None:
    assert run.plan is not None
    with connection.cursor() as cursor:
        cursor.execute(CHUNK_END, [run.roster_id, run.cursor, run.plan["last"], chunk])
        found = cursor.fetchone()[0]
    return None if found is None else int(found)


def _answer(run: RosterRun, until: int, hold: _Hold) -> bool:
    """One chunk of members, together with the job's step. False: asked to stop, or the roster is not in use."""
    assert run.plan is not None
    why = "nothing_consulted" if run.plan["nothing_consulted"] else "gap" if run.gaps else ""
    given: dict[str, Any] = {
        "roster": run.roster_id,
        "run": run.pk,
        "after": run.cursor,
        "until": until,
        "otherwise": "could_not_check" if why else "clear",
        "why": why,
        "several": LEGACY_SEVERAL,
        "now": hold.clock(),
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ROOMY)
            cursor.execute("SELECT state FROM screening_roster WHERE id = %s FOR SHARE", [run.roster_id])
            if cursor.fetchone()[0] != Roster.State.ACTIVE:  # paused or closed since: nothing is found any more
                return False
            cursor.execute(ANSWERS, given)
            members, hit, clear, unidentified, changes = cursor.fetchone()
        newly, changed, no_longer, doubtful = changes
        run.cursor = until
        run.members += members
        run.hit += hit
        run.clear += clear
        run.could_not_check += members - hit - clear
        run.unidentified += unidentified
        run.newly_hit += newly
        run.changed += changed
        run.no_longer += no_longer
        run.doubtful += doubtful
        run.save()
        return hold.step(run.members, run.plan["members"], STAGES[1])


@transaction.atomic
def _end(run: RosterRun, hold: _Hold, state: RosterRun.State, failure: str = "") -> None:
    """The run is over, and its job with it."""
    now = hold.clock()
    Roster.objects.select_for_update().get(pk=run.roster_id)
    end_run(run, state, failure=failure, now=now)
    if state == RosterRun.State.DONE:
        finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=ACTOR, now=now)
    elif state == RosterRun.State.CANCELLED:
        cancel_job(job_id=hold.job_id, attempt=hold.attempt, actor=ACTOR, now=now)
    else:
        fail_job(job_id=hold.job_id, attempt=hold.attempt, failure=failure, actor=ACTOR, now=now)
