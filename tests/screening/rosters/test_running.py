"""A run of a roster: complete, counted, told once; never clear with a gap."""

from datetime import datetime, timedelta

import pytest

from redblack.rules.lists import ReleaseKind
from redblack.services import release
from screening.handlers import on_job_ended
from screening.models import Roster, RosterAnswer, RosterFinding, RosterFound, RosterMember, RosterRun
from screening.services.rosters import running
from screening.services.rosters.members import remove_members
from screening.services.rosters.starting import RosterNotInUse, request_run, start_changed
from tests.conftest import NOW
from tests.factories import collection, measures, redblack, rosters
from tests.factories import screening as make
from tests.factories.accounts import LONG_AGO, PLATFORM

pytestmark = pytest.mark.django_db


def findings(**fields: object) -> list[tuple[str, str]]:
    found = RosterFinding.objects.filter(**fields).order_by("id")
    return [(one.change, one.state) for one in found]


def test_a_roster_is_answered_and_only_changes_are_told() -> None:
    black, red = redblack.list_type(), redblack.list_type(kind="reward")
    listed, honoured, clean = make.uscc(), make.uscc(), make.uscc()
    firm, other = make.firm(listed), make.firm(honoured)
    entry = redblack.entry(black.code, firm)
    redblack.entry(red.code, other, papers=redblack.red_papers())
    matter = make.matter(consults=[black.source_id, red.source_id])
    measures.item(code="Y-7", matter_code=matter, triggers=[black.source_id])
    measures.reward(code="Z-7", matter_code=matter, triggers=[red.source_id], unless_bad=[black.source_id])
    roster = rosters.roster(
        sources=[black.source_id, red.source_id], measures_from="chosen", item_codes=["Y-7", "Z-7"]
    )
    taken = rosters.members(
        roster,
        listed,
        honoured,
        clean,
        "|只有名字的公司",
        "91339901MA00000000",
        make.citizen_id(),
        f"{listed}|又一次",
    )
    assert (taken.rows, taken.matched, taken.unknown, taken.identify) == (7, 2, 1, 1)
    assert (taken.invalid, taken.wrong_kind, taken.duplicate) == (1, 1, 1)

    first = rosters.run(roster, at=NOW)
    assert (first.state, first.members, first.hit, first.clear, first.could_not_check) == ("done", 6, 1, 2, 3)
    assert (first.unidentified, first.newly_hit, first.changed, first.gaps) == (3, 1, 1, [])
    said = rosters.answers(roster)
    assert [one.answer for one in said] == ["hit", "clear", "clear", *["could_not_check"] * 3]
    assert [one.why for one in said[3:]] == ["identify", "invalid_code", "persons_not_checked_here"]
    assert (said[0].triggers, said[0].measures) == ([f"entry:{entry}"], ["Y-7 applied"])
    assert said[1].rewards == ["Z-7 offered"] and said[1].honours is not None
    assert findings() == [("newly_hit", "open"), ("changed", "open")]
    assert not RosterFound.objects.exists()

    again = rosters.run(roster, at=NOW + timedelta(hours=1))
    assert (again.hit, again.newly_hit, again.changed, again.no_longer) == (1, 0, 0, 0)
    assert len(findings()) == 2

    release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=NOW.date(), document_no="移1号", reason="已改正",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    redblack.entry(black.code, other)
    later = rosters.run(roster, at=NOW + timedelta(hours=2))
    assert (later.hit, later.newly_hit, later.no_longer) == (1, 1, 1)
    assert findings(member_id=said[0].member_id) == [("newly_hit", "superseded"), ("no_longer", "open")]
    paused = rosters.answers(roster)[1]
    assert paused.answer == "hit" and paused.rewards == ["Z-7 paused"]


def test_a_list_that_cannot_be_relied_on_never_reads_as_clear_and_is_told_once() -> None:
    stale, other = redblack.list_type(freshness_days=3), redblack.list_type(freshness_days=400)
    one, two = make.uscc(), make.uscc()
    redblack.entry(other.code, make.firm(one))
    roster = rosters.roster(sources=[stale.source_id, other.source_id])
    rosters.members(roster, one, two)
    collection.load(stale.source_id, at=NOW)
    collection.load(other.source_id, at=NOW)
    assert [a.answer for a in _run(roster, NOW)] == ["hit", "clear"]

    old = NOW + timedelta(days=5)
    said = _run(roster, old)
    assert [(a.answer, a.complete, a.why) for a in said] == [("hit", False, ""), ("could_not_check", False, "gap")]
    run = RosterRun.objects.latest("id")
    assert [gap["state"] for gap in run.gaps] == ["stale"]
    assert (run.could_not_check, run.unidentified, run.newly_hit + run.changed + run.doubtful) == (1, 0, 0)
    assert RosterFinding.objects.count() == 1


def _run(roster: Roster, at: datetime) -> list[RosterAnswer]:
    rosters.run(roster, at=at)
    return rosters.answers(roster)


def test_who_comes_into_the_register_later_is_found_then() -> None:
    black = redblack.list_type()
    code, org = make.uscc(), make.org_code()
    roster = rosters.roster(sources=[black.source_id], persons=True, purpose="《某条例》第一条")
    number = make.citizen_id()
    rosters.members(roster, code, org, make.uscc(org), number)
    assert [m.state for m in RosterMember.objects.order_by("id")] == ["unknown", "identify", "unknown", "unknown"]
    assert rosters.run(roster, at=NOW).clear == 3

    redblack.entry(black.code, make.firm(code))
    old = make.firm(org_code=org)
    redblack.entry(black.code, old)
    redblack.entry(black.code, make.person(number))
    run = rosters.run(roster, at=NOW)
    states = [(m.state, m.index_digest) for m in RosterMember.objects.order_by("id")]
    assert states == [("matched", None), ("matched", None), ("duplicate", None), ("matched", None)]
    assert (run.members, run.hit, run.newly_hit) == (3, 3, 3)
    assert not RosterMember.objects.exclude(kind="natural_person").filter(uscc=number).exists()
    assert number not in str(list(RosterMember.objects.values_list()))


def test_chunks_count_everybody_once_and_a_stopped_run_leaves_the_next_to_finish() -> None:
    black = redblack.list_type()
    codes = [make.uscc() for _ in range(25)]
    for code in codes[:10]:
        redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, *codes)
    run = rosters.run(roster, at=NOW, chunk=4)
    assert (run.members, run.hit, run.clear, run.newly_hit) == (25, 10, 15, 10)
    assert len(findings()) == 10


def test_one_waits_and_one_is_under_way() -> None:
    black = redblack.list_type()
    roster = rosters.roster(sources=[black.source_id])
    first = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
    assert request_run(roster_id=roster.pk, why="scheduled", actor=PLATFORM, now=NOW) == first
    run = RosterRun.objects.get(pk=first)
    assert run.asked_times == 2
    RosterRun.objects.filter(pk=first).update(state="running", started_at=NOW)
    second = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
    assert RosterRun.objects.get(pk=second).job_id is None
    assert run.job_id is not None
    running.run_roster(job_id=run.job_id, clock=lambda: NOW)
    assert RosterRun.objects.get(pk=first).state == "done"
    assert RosterRun.objects.get(pk=second).job_id is not None
    roster.state = "paused"
    roster.save()
    with pytest.raises(RosterNotInUse):
        request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)


def test_a_change_of_a_list_asks_for_one_run_of_each_roster_that_consults_it() -> None:
    black, other = redblack.list_type(), redblack.list_type()
    code = make.uscc()
    firm = make.firm(code)
    here, there = (rosters.roster(sources=[one.source_id]) for one in (black, other))
    for roster in (here, there):
        rosters.members(roster, code)
        rosters.run(roster, at=NOW)
    assert start_changed(now=NOW + timedelta(minutes=1)) == 0
    redblack.entry(black.code, firm)
    assert start_changed(now=NOW + timedelta(minutes=2)) == 1
    assert start_changed(now=NOW + timedelta(minutes=3)) == 0
    waiting = RosterRun.objects.get(state="waiting")
    assert (waiting.roster_id, waiting.why) == (here.pk, "change")
    assert start_changed(now=NOW + timedelta(days=1)) == 1  # the day is another: terms may have ended


def test_who_leaves_has_no_answer_and_nothing_to_handle() -> None:
    black = redblack.list_type()
    code = make.uscc()
    redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    [answer] = rosters.answers(roster)
    assert remove_members(roster_id=roster.pk, member_ids=[answer.member_id], actor=PLATFORM, now=NOW) == 1
    assert rosters.answers(roster) == [] and findings() == [("newly_hit", "superseded")]
    assert rosters.run(roster, at=NOW).members == 0
    rosters.members(roster, code, at=LONG_AGO)
    assert rosters.run(roster, at=NOW).newly_hit == 1


def test_a_run_whose_job_was_given_up_has_failed_and_the_next_begins() -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id])
    first = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
    RosterRun.objects.filter(pk=first).update(state="running", started_at=NOW)
    second = request_run(roster_id=roster.pk, why="manual", actor=PLATFORM, now=NOW)
    ended = {"job_id": 1, "about": f"screening.rosterrun:{first}", "state": "failed", "attempts": 20}
    for _ in range(2):  # a delivery may come twice
        on_job_ended(ended, now=NOW)
    states = dict(RosterRun.objects.values_list("id", "state"))
    assert states == {first: "failed", second: "waiting"}
    assert RosterRun.objects.get(pk=second).job_id is not None
