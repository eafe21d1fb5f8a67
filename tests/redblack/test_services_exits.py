"""Two people take an entry off its list; its term does it by itself; a wrong listing is cleared."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection

from audit.models import Event
from collection.models import Source
from kernel.actor import Role, system
from redblack import services
from redblack.handlers import on_calendar_imported
from redblack.models import Binding, Dispute, Entry, Paper, Rehabilitation, Removal
from redblack.rules.lists import Ground, Origin, ReleaseKind
from redblack.selectors import EntryNotFound
from redblack.selectors import exits as reading
from redblack.services import expiry, rehabilitation
from redblack.services.exit_papers import read_paper
from redblack.services.removals import RemovalIncomplete, RemovalOver
from tests.conftest import NOW
from tests.factories import accounts, exits
from tests.factories import redblack as make
from tests.factories.exits import TODAY
from tests.factories.screening import firm, person
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db


def bytes_of(entry_id: int, paper: Paper, actor) -> bytes:
    _, stream = read_paper(entry_id=entry_id, paper_id=paper.pk, actor=actor, now=NOW)
    with stream:
        return stream.read()


def title_of(entry_id: int, paper: Paper, actor) -> str:
    """What the file says it is: PDF/A keeps that in clear. What a letter says: test_rules_removals.py."""
    body = bytes_of(entry_id, paper, actor)
    assert body.startswith(b"%PDF")
    return re.search(r"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", body.decode("utf-8", "replace"), re.S)[1]


def mark(entry_id: int, actor, now=NOW) -> bool:
    return services.mark_disputed(
        entry_id=entry_id, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=actor, now=now
    )


# --- proposed and decided -------------------------------------------------------------------------------------------


def test_one_proposes_another_decides_and_the_papers_are_there() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    removal = exits.propose(entry_id, home.drafter, document_no="某移〔2026〕5号", reason="已改正")
    assert Entry.objects.get(pk=entry_id).released_on is None
    assert [one.pk for one in reading.waiting_removals(home.reviewer, limit=9)] == [removal]
    exits.decide(removal, home.reviewer)
    entry = Entry.objects.get(pk=entry_id)
    assert (entry.released_on, entry.release_kind, entry.release_document) == (TODAY, "提前移出", "某移〔2026〕5号")
    assert Binding.objects.get(entry_id=entry_id, rev_to=None).released_on == TODAY
    decided = Removal.objects.get(pk=removal)
    assert (decided.state, decided.decided_by) == ("decided", home.reviewer.key)
    papers = {paper.kind: paper for paper in Paper.objects.filter(entry=entry).order_by("id")}
    assert list(papers) == ["移出决定书", "名单退出公告"]
    assert {kind: title_of(entry_id, paper, home.drafter) for kind, paper in papers.items()} == {
        kind: kind for kind in papers
    }
    names = [name for name, _ in facts_about(f"redblack.entry:{entry_id}")]
    assert [name for name in names if "paper_read" not in name] == [
        "redblack.entry.entered",
        "redblack.removal.proposed",
        "redblack.entry.released",
        "redblack.removal.decided",
    ]
    assert names.count("redblack.entry.paper_read") == 2
    assert not reading.waiting_removals(home.reviewer, limit=9)


def test_nobody_decides_what_he_proposed() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    removal = exits.propose(entry_id, home.both)
    with pytest.raises(services.DecidedByAnother) as refused:
        exits.decide(removal, home.both)
    assert [str(reason.source) for reason in refused.value.reasons] == [
        "国办发〔2020〕49号 严重失信主体名单认定标准和程序"
    ]
    assert not reading.waiting_removals(home.both, limit=9)
    exits.decide(removal, home.reviewer)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_propose_and_decide(role: Role) -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    actor = accounts.actor(role, department=home.department)
    if role is Role.UPLOADER:
        exits.propose(entry_id, actor)
    else:
        with pytest.raises((services.CannotPropose, EntryNotFound)):
            exits.propose(entry_id, actor)
        exits.propose(entry_id, home.drafter)
    [removal] = Removal.objects.filter(entry_id=entry_id)
    if role is Role.REVIEWER:
        exits.decide(removal.pk, actor)
    elif role in (Role.CLERK, Role.UPLOADER, Role.CREDIT_OFFICE):
        with pytest.raises(services.CannotDecideRemoval):
            exits.decide(removal.pk, actor)
    else:
        with pytest.raises(reading.RemovalNotFound):
            exits.decide(removal.pk, actor)


def test_another_department_finds_nothing() -> None:
    home, other = exits.desk(), exits.desk()
    entry_id = exits.black(home)
    removal = exits.propose(entry_id, home.drafter)
    with pytest.raises(reading.RemovalNotFound):
        services.drop_removal(removal_id=removal, reason="不予移出", actor=other.reviewer, now=NOW)
    exits.decide(removal, home.reviewer)
    [paper, _] = Paper.objects.filter(entry_id=entry_id).order_by("id")
    with pytest.raises(reading.PaperNotFound):
        read_paper(entry_id=entry_id, paper_id=paper.pk, actor=other.drafter, now=NOW)
    with pytest.raises(reading.PaperNotFound):
        read_paper(entry_id=exits.black(other), paper_id=paper.pk, actor=other.drafter, now=NOW)


def test_what_was_decided_elsewhere_leaves_elsewhere() -> None:
    home = exits.desk()
    made = make.list_type(origin=Origin.PROVINCE, initiator_department_id=home.department.pk)
    entry_id = make.entry(made.code, firm(), authority_department_id=home.department.pk)
    with pytest.raises(services.CannotRelease, match="函告认定部门"):
        exits.propose(entry_id, home.drafter)


def test_what_has_left_cannot_leave_again() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    exits.decide(exits.propose(entry_id, home.drafter), home.reviewer)
    with pytest.raises(services.AlreadyReleased) as refused:
        exits.propose(entry_id, home.drafter)
    assert [str(reason.source) for reason in refused.value.reasons] == ["河南省社会信用条例 第三十七条"]
    with pytest.raises(services.AlreadyReleased) as refused:
        services.release(
            entry_id=entry_id, kind=ReleaseKind.EARLY, released_on=TODAY, document_no="x", reason="x",
            actor=home.reviewer, now=NOW,
        )  # fmt: skip
    assert "移出只有一次" in str(refused.value) and refused.value.reasons


def test_a_proposal_is_whole_and_one_at_a_time() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    for fields in (
        {"document_no": " "},
        {"reason": "x"},
        {"reason": "沈某 11010519491231002X"},
    ):
        with pytest.raises(RemovalIncomplete):
            exits.propose(entry_id, home.drafter, **fields)
    first = exits.propose(entry_id, home.drafter)
    with pytest.raises(services.RemovalOpen):
        exits.propose(entry_id, home.drafter)
    services.drop_removal(removal_id=first, reason="材料不全", actor=home.drafter, now=NOW)  # he takes it back
    second = exits.propose(entry_id, home.drafter)
    services.drop_removal(removal_id=second, reason="未满期限", actor=home.reviewer, now=NOW)
    assert Removal.objects.get(pk=second).outcome_reason == "未满期限"
    with pytest.raises(RemovalOver):
        exits.decide(second, home.reviewer)
    assert Entry.objects.get(pk=entry_id).released_on is None


def test_a_natural_person_is_not_announced() -> None:
    home = exits.desk()
    entry_id = exits.black(home, subject_id=person())
    exits.decide(exits.propose(entry_id, home.drafter), home.reviewer)
    [paper] = Paper.objects.filter(entry_id=entry_id)
    assert paper.kind == "移出决定书" and title_of(entry_id, paper, home.drafter) == "移出决定书"


def test_the_decider_is_told_of_a_dispute_that_he_has_not_seen() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    removal = exits.propose(entry_id, home.drafter)
    before = exits.seen(entry_id, home.reviewer)
    mark(entry_id, home.reviewer)
    with pytest.raises(services.EntryMoved):
        exits.decide(removal, home.reviewer, seen=before)
    exits.decide(removal, home.reviewer)
    ended = Dispute.objects.get(entry_id=entry_id)
    assert (ended.ended_on, ended.outcome) == (TODAY, "移出")
    assert Binding.objects.get(entry_id=entry_id, rev_to=None).disputed_on == TODAY  # as it was before the exit


# --- races ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_decide_once() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    removal = exits.propose(entry_id, home.drafter)
    other = accounts.actor(Role.REVIEWER, department=home.department)
    hands = iter([home.reviewer, other])
    seen = exits.seen(entry_id, home.reviewer)
    outcomes = at_once(lambda: exits.decide(removal, next(hands), seen=seen))
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "RemovalOver"]
    assert Paper.objects.filter(entry_id=entry_id).count() == 2
    assert Event.objects.filter(name="redblack.entry.released").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_proposers_propose_once() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    outcomes = at_once(lambda: exits.propose(entry_id, home.drafter))
    assert sorted(type(one).__name__ for one in outcomes) == ["RemovalOpen", "int"]


@pytest.mark.django_db(transaction=True)
def test_release_against_dispute_one_wins_and_the_other_is_told() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    removal = exits.propose(entry_id, home.drafter)
    seen = exits.seen(entry_id, home.reviewer)
    works = iter([lambda: exits.decide(removal, home.reviewer, seen=seen), lambda: mark(entry_id, home.reviewer)])
    outcomes = at_once(lambda: next(works)())
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert len(refused) == 1 and isinstance(refused[0], services.EntryMoved | services.AlreadyReleased), outcomes
    released = Entry.objects.get(pk=entry_id).released_on is not None
    assert released is isinstance(refused[0], services.AlreadyReleased)
    assert Dispute.objects.filter(entry_id=entry_id, ended_on=None).exists() is not released


# --- by its term ----------------------------------------------------------------------------------------------------


def in_force(entry_id: int, on: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT collection_pub_in_force(valid_from, valid_until, released_on, %s)
            FROM redblack_pub_binding WHERE entry_id = %s AND rev_to IS NULL""",
            [on, entry_id],
        )
        return bool(cursor.fetchone()[0])


def test_a_term_that_is_over_is_written_down_the_day_after_and_changes_no_answer() -> None:
    home = exits.desk()
    last = TODAY - timedelta(days=1)
    over, today = exits.black(home, effective_until=last), exits.black(home, effective_until=TODAY)
    other = make.list_type(origin=Origin.COURT)
    received = make.entry(other.code, firm(), effective_until=last)
    mark(over, home.reviewer)
    days = [last - timedelta(days=1), last, TODAY, TODAY + timedelta(days=1)]
    before = [in_force(over, day) for day in days]
    source = Entry.objects.get(pk=over).list_type.source_id
    revision = Source.objects.get(pk=source).revision
    assert expiry.expire(today=TODAY, actor=system("expire"), now=NOW) == 1
    assert [in_force(over, day) for day in days] == before == [True, True, False, False]
    entry = Entry.objects.get(pk=over)
    assert (entry.released_on, entry.release_kind) == (TODAY, "期满移出")
    assert Source.objects.get(pk=source).revision == revision + 1
    assert payload_of(f"redblack.entry:{over}", "redblack.entry.released")["kind"] == "期满移出"
    assert Dispute.objects.get(entry_id=over).ended_on == TODAY
    held = Binding.objects.get(entry_id=over, rev_to=None)
    assert (held.released_on, held.disputed_on, held.suspended) == (TODAY, TODAY, True)
    assert Entry.objects.filter(pk__in=[today, received], released_on=None).count() == 2
    assert expiry.expire(today=TODAY, actor=system("expire"), now=NOW) == 0


def test_what_was_proposed_about_an_entry_that_left_otherwise_is_over() -> None:
    home = exits.desk()
    for leave in (
        lambda entry_id: services.release(
            entry_id=entry_id,
            kind=ReleaseKind.REVOKED,
            released_on=TODAY,
            document_no="撤1号",
            reason="判决撤销",
            actor=home.reviewer,
            now=NOW,
        ),
        lambda _: expiry.expire(today=date(2029, 3, 2), actor=system("expire"), now=NOW),
    ):
        entry_id = exits.black(home)
        removal = exits.propose(entry_id, home.drafter)
        leave(entry_id)
        assert Removal.objects.get(pk=removal).state == "dropped"
        with pytest.raises(RemovalOver):
            exits.decide(removal, home.reviewer)


def test_a_night_takes_bites() -> None:
    home = exits.desk()
    made = make.list_type(initiator_department_id=home.department.pk)
    said = {"authority_department_id": home.department.pk, "effective_until": date(2026, 11, 1)}
    entries = [make.entry(made.code, firm(), **said) for _ in range(3)]
    assert [expiry.expire(today=TODAY, actor=system("expire"), now=NOW, limit=2) for _ in range(3)] == [2, 1, 0]
    assert Binding.objects.filter(entry_id__in=entries, rev_to=None, released_on=date(2026, 11, 2)).count() == 3


# --- wrongly listed -------------------------------------------------------------------------------------------------


def clear(entry_id: int, actor, **fields):
    said = {"document_no": "某声〔2026〕1号", "text": "该条目系错误列入，已更正。", "now": NOW} | fields
    return rehabilitation.clear_name(entry_id=entry_id, actor=actor, **said)


def test_a_wrong_listing_is_cleared_once() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    with pytest.raises(rehabilitation.NothingToClear) as refused:
        clear(entry_id, home.reviewer)
    assert refused.value.reasons
    exits.decide(exits.propose(entry_id, home.drafter, kind=ReleaseKind.CORRECTED), home.reviewer)
    with pytest.raises(rehabilitation.CannotClear):
        clear(entry_id, home.drafter)
    with pytest.raises(rehabilitation.StatementIncomplete):
        clear(entry_id, home.reviewer, text="沈某 11010519491231002X")
    clear(entry_id, home.reviewer)
    assert Rehabilitation.objects.get(entry_id=entry_id).published_on == TODAY
    paper = Paper.objects.get(entry_id=entry_id, kind="消除影响声明")
    assert title_of(entry_id, paper, home.reviewer) == "消除影响声明"
    assert payload_of(f"redblack.entry:{entry_id}", "redblack.entry.name_cleared")["document_no"] == "某声〔2026〕1号"
    with pytest.raises(rehabilitation.ClearedAlready):
        clear(entry_id, home.reviewer)


def test_a_corrected_entry_never_bound_and_the_right_one_takes_its_place() -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    entry = Entry.objects.get(pk=entry_id)
    again = {"authority_department_id": home.department.pk, "actor": home.reviewer, "now": NOW}
    with pytest.raises(services.TermsOverlap):
        make.entry(entry.list_type.code, entry.subject_id, **again)
    removal = exits.propose(entry_id, home.drafter, kind=ReleaseKind.CORRECTED, released_on=entry.effective_from)
    exits.decide(removal, home.reviewer)
    assert make.entry(entry.list_type.code, entry.subject_id, **again) != entry_id
    assert not in_force(entry_id, entry.effective_from)


def test_the_calendar_is_imported_and_nothing_is_open() -> None:
    on_calendar_imported({"year": 2026}, now=NOW)
    assert payload_of("office.calendar:2026", "redblack.recogniser.recomputed")["changed"] == 0
