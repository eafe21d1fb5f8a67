"""What goes wrong around a run: it fails, its job is given up, a hold comes between, its roster is closed."""

import csv
import threading
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.db import connection, connections, transaction

from audit.models import Event
from office.models import Job
from redblack.models import Doubt
from redblack.rules.lists import ReleaseKind
from redblack.services import release
from screening.handlers import on_job_ended
from screening.models import Roster, RosterFinding, RosterFound, RosterMember, RosterRun
from screening.services.rosters import running
from screening.services.rosters.members import remove_members
from screening.services.rosters.starting import end_lost, request_run, start_changed
from screening.services.rosters.uploading import receive_members, take_file
from tests.conftest import NOW
from tests.factories import received, redblack, rosters
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.django_db
def test_what_has_just_failed_is_not_asked_for_every_minute() -> None:
    black, code = redblack.list_type(), make.uscc()
    firm = make.firm(code)
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    redblack.entry(black.code, firm)
    at = NOW + MINUTE
    assert start_changed(now=at) == 1
    RosterRun.objects.filter(state="waiting").update(state="failed", started_at=at, finished_at=at)
    assert start_changed(now=at + MINUTE) == 0
    assert start_changed(now=at + HOUR) == 1


@pytest.mark.django_db
def test_that_a_hold_came_between_does_not_lose_that_it_is_over() -> None:
    black, code = redblack.list_type(), make.uscc()
    firm = make.firm(code)
    entry = redblack.entry(black.code, firm)
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    version = received.held(roster.department, at=NOW)
    Doubt.objects.create(source_id=black.source_id, subject_id=firm, list_version=version, rev_from=1)
    release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=NOW.date(), document_no="移1号", reason="已改正",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    rosters.run(roster, at=NOW + HOUR)
    Doubt.objects.update(rev_to=2)
    run = rosters.run(roster, at=NOW + 2 * HOUR)
    assert (run.clear, run.no_longer) == (1, 1)
    told = list(RosterFinding.objects.order_by("id").values_list("change", "state"))
    assert told == [("newly_hit", "superseded"), ("doubtful", "superseded"), ("no_longer", "open")]
    assert rosters.run(roster, at=NOW + 3 * HOUR).no_longer == 0


@pytest.mark.django_db
def test_who_is_not_known_any_more_is_not_said_to_be_off_the_list() -> None:
    black, code = redblack.list_type(), make.uscc()
    redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE screening_rostermember SET state = 'identify', subject_id = NULL, uscc = ''")
    run = rosters.run(roster, at=NOW + HOUR)
    assert (run.could_not_check, run.doubtful, run.no_longer) == (1, 1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["paused", "closed"])
def test_the_run_of_a_roster_that_is_not_in_use_any_more_ends(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    black, code = redblack.list_type(), make.uscc()
    redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, code)
    run = RosterRun.objects.get(pk=request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW))
    assert run.job_id is not None
    with monkeypatch.context() as patched:
        patched.setattr(running, "_chunk_end", None)  # the worker dies after the snapshot
        with pytest.raises(TypeError):
            running.run_roster(job_id=run.job_id, clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == "running" and RosterFound.objects.exists()
    Roster.objects.update(state=state)
    hold = running._Hold(run.job_id, 1, lambda: NOW)  # another one that has begun already
    assert running._answer(run, run.plan["last"], hold) is False  # type: ignore[index]
    Job.objects.update(state=Job.State.QUEUED)
    running.run_roster(job_id=run.job_id, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, Job.objects.get(pk=run.job_id).state) == ("cancelled", "cancelled")
    assert not RosterFound.objects.exists() and not RosterFinding.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_asks_while_a_lost_run_is_ended_is_served() -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id])
    first = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
    RosterRun.objects.filter(pk=first).update(state="running", started_at=NOW)
    RosterFound.objects.create(run_id=first, member_id=1, answer="clear", complete=True)

    def ends() -> None:
        end_lost(run_id=first, now=NOW)
        connections.close_all()

    ending = threading.Thread(target=ends)
    with transaction.atomic():  # asks, has not committed: the run is still under way for it
        second = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
        ending.start()
        ending.join(1)
        assert ending.is_alive()  # it waits for the roster
    ending.join(20)
    assert RosterRun.objects.get(pk=first).state == "failed"
    assert RosterRun.objects.get(pk=second).job_id is not None
    assert not RosterFound.objects.exists()
    assert Event.objects.filter(name="screening.roster.run_ended", about=f"screening.roster:{roster.pk}").count() == 1


def handed_in(roster: Roster, codes: list[str], *, at: timedelta = timedelta()) -> int:
    text = StringIO()
    csv.writer(text).writerows([("统一社会信用代码",), *((code,) for code in codes)])
    return receive_members(
        roster_id=roster.pk, file_name="名单.csv", stream=BytesIO(text.getvalue().encode()), replaces=False,
        actor=PLATFORM, now=NOW + at,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_file_whose_job_was_stopped_may_come_again(state: str) -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id])
    codes = [make.uscc(), make.uscc()]
    first = handed_in(roster, codes)
    assert handed_in(roster, codes) == first
    on_job_ended({"job_id": 1, "about": f"screening.rosterupload:{first}", "state": state, "attempts": 20}, now=NOW)
    assert roster.uploads.get(pk=first).failure
    second = handed_in(roster, codes, at=MINUTE)
    assert second != first
    take_file(job_id=roster.uploads.get(pk=second).job_id or 0, clock=lambda: NOW + MINUTE)
    assert handed_in(roster, codes, at=HOUR) == second
    member = RosterMember.objects.latest("id").pk
    remove_members(roster_id=roster.pk, member_ids=[member], actor=PLATFORM, now=NOW + HOUR)
    assert handed_in(roster, codes, at=HOUR) not in (first, second)  # it would bring back who has left
