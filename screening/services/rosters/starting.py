"""When a roster is run: asked for by a person, by its timetable, or because something that it consults has changed.

One run of a roster is under way and one waits at most; whoever asks meanwhile is served by the one that waits. What
has changed is read from the revisions, not from facts: every change of a list, a record, a measure or a doubt raises
one, so nothing is missed, a burst of changes is one run, and a term that ends with the day is noticed with the day.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor, system
from kernel.errors import NotFound, Refusal, RuleBroken
from office.services import open_job
from screening.events import RosterRunAsked, RosterRunEnded
from screening.models import Roster, RosterFound, RosterRun
from toolkit.clock import day_of

log = logging.getLogger(__name__)
RUN = "screening.tasks.run_roster"
PATIENCE = (
    10  # a run on change waits this many times as long as the last run took: a big roster leaves room to others
)
AFTER_FAILURE = timedelta(hours=1)  # what has just failed for the same lists would fail again every minute
AT_ONCE = 500
GIVEN_UP = "处理多次中断，系统已停止重试。请联系系统管理员查明原因后重新筛查。"
ACTOR = system("rosters")

# Rosters in use whose last finished run read something that is no longer so. $day: today.
CHANGED = """
SELECT r.id FROM screening_roster r
JOIN LATERAL (
  SELECT id, vector, as_of, started_at, finished_at, plan FROM screening_rosterrun
  WHERE roster_id = r.id AND state = 'done' ORDER BY id DESC LIMIT 1
) last ON true
WHERE r.state = 'active' AND r.on_change
  AND last.finished_at + (last.finished_at - last.started_at) * %(patience)s <= %(now)s
  AND (last.as_of <> %(day)s
    OR EXISTS (SELECT 1 FROM collection_pub_source s
      WHERE last.vector ? ('source:' || s.id) AND (last.vector ->> ('source:' || s.id))::bigint <> s.revision)
    OR (last.vector ->> 'registry')::bigint <> (SELECT revision FROM collection_pub_registry)
    OR (r.measures_from <> 'none'
      AND (last.vector ->> 'measures')::bigint <> (SELECT revision FROM measures_pub_revision)))
  AND NOT EXISTS (SELECT 1 FROM screening_rosterrun f WHERE f.roster_id = r.id AND f.id > last.id
    AND f.state = 'failed' AND f.finished_at > %(failed_since)s)
  AND NOT EXISTS (SELECT 1 FROM screening_rosterrun w WHERE w.roster_id = r.id AND w.state IN ('waiting', 'running'))
ORDER BY r.id LIMIT %(limit)s
"""


class RosterUnknown(NotFound):
    code = "screening.roster_unknown"
    message = "没有这份名单，或您没有查看的权限。"


class RosterNotInUse(RuleBroken):
    code = "screening.roster_not_in_use"
    message = "名单已暂停或停用，不能筛查。请先启用。"


@transaction.atomic
def request_run(*, roster_id: int, why: str, actor: Actor, now: datetime) -> int:
    """Ask for a run: the id of the one that waits, or of a new one. It begins when none is under way.

    The caller has asked whether the actor may. Raises RosterUnknown, RosterNotInUse.
    """
    roster = Roster.objects.select_for_update().filter(pk=roster_id).first()
    if roster is None:
        raise RosterUnknown
    if roster.state != Roster.State.ACTIVE:
        raise RosterNotInUse
    run = roster.runs.filter(state=RosterRun.State.WAITING).first()
    if run is not None:
        run.asked_times += 1
        run.save(update_fields=["asked_times"])
        return run.pk
    run = RosterRun.objects.create(roster=roster, why=why, asked_by=actor.key, asked_at=now)
    fact = RosterRunAsked(roster.pk, run.pk, why)
    record(fact, about=f"screening.roster:{roster.pk}", actor=actor, now=now)
    if not roster.runs.filter(state=RosterRun.State.RUNNING).exists():
        hand_out(run, actor=actor, now=now)
    return run.pk


def hand_out(run: RosterRun, *, actor: Actor, now: datetime) -> None:
    """Open the job of a run that waits; in the caller's transaction, under the roster's lock."""
    run.job_id = open_job(task=RUN, about=f"screening.rosterrun:{run.pk}", actor=actor, now=now)
    run.save(update_fields=["job_id"])


def hand_out_next(roster_id: int, *, now: datetime) -> None:
    """After a run is over: the one that waited for it. In the caller's transaction."""
    waiting = RosterRun.objects.filter(roster_id=roster_id, state=RosterRun.State.WAITING, job_id=None).first()
    if waiting is not None:
        hand_out(waiting, actor=ACTOR, now=now)


def start_changed(*, now: datetime) -> int:
    """Every minute: ask for a run of each roster whose answers may no longer be so. How many."""
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"now": now, "day": day_of(now), "patience": PATIENCE, "limit": AT_ONCE}
        cursor.execute(CHANGED, given | {"failed_since": now - AFTER_FAILURE})
        found = [row[0] for row in cursor.fetchall()]
    return sum(_ask(roster_id, now) for roster_id in found)


def _ask(roster_id: int, now: datetime) -> bool:
    try:
        request_run(roster_id=roster_id, why=RosterRun.Why.CHANGE, actor=ACTOR, now=now)
    except RosterNotInUse:  # paused since
        return False
    except Refusal as refusal:  # the others are asked for all the same
        log.warning("roster %s was not asked for a run: %s", roster_id, refusal.code)
        return False
    return True


@transaction.atomic
def end_lost(*, run_id: int, now: datetime) -> None:
    """Its job was given up: the run has failed, and what waited for it begins. One that is over stays as it is."""
    # the roster first, as everywhere: who asks for a run meanwhile sees this one under way, or over
    Roster.objects.select_for_update(of=("self",)).filter(runs=run_id).first()
    run = RosterRun.objects.select_for_update().filter(pk=run_id).first()
    if run is not None and run.state in (RosterRun.State.WAITING, RosterRun.State.RUNNING):
        end_run(run, RosterRun.State.FAILED, failure=GIVEN_UP, now=now)


def end_run(run: RosterRun, state: RosterRun.State, *, failure: str, now: datetime) -> None:
    """Its snapshot goes, the fact tells, what waited for it begins. In the caller's transaction, under the roster's
    lock.
    """
    RosterFound.objects.filter(run_id=run.pk).delete()
    run.state, run.finished_at, run.failure = state, now, failure[:500]
    run.save(update_fields=["state", "finished_at", "failure"])
    counts = {
        name: getattr(run, name)
        for name in ("members", "hit", "clear", "could_not_check", "newly_hit", "changed", "no_longer", "doubtful")
    }
    fact = RosterRunEnded(run.roster_id, run.pk, state.value, **counts)
    record(fact, about=f"screening.roster:{run.roster_id}", actor=ACTOR, now=now)
    hand_out_next(run.roster_id, now=now)
