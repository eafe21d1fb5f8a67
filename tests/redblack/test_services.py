import threading
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connections

from accounts.selectors import forget
from collection.models import Source
from kernel.actor import Role
from kernel.errors import NotFound
from redblack import services
from redblack.models import Binding, Dispute, Entry
from redblack.rules.lists import Ground, Origin, ReleaseKind
from redblack.selectors import EntryNotFound, UnknownList
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.accounts import PLATFORM
from tests.factories.screening import firm
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def revision(source_id: int) -> int:
    return Source.objects.get(pk=source_id).revision


def release(entry_id: int, *, now: datetime, actor=PLATFORM, on: date = DAY) -> None:
    services.release(
        entry_id=entry_id,
        kind=ReleaseKind.EARLY,
        released_on=on,
        document_no="移〔2026〕5号",
        reason="已改正",
        actor=actor,
        now=now,
    )


def mark(entry_id: int, *, now: datetime, ground: Ground = Ground.WRONG_SUBJECT, actor=PLATFORM) -> bool:
    return services.mark_disputed(entry_id=entry_id, ground=ground, marked_on=DAY, actor=actor, now=now)


def reviewer(department=None):
    return accounts.actor(Role.REVIEWER, department=department or accounts.department())


# --- entering -----------------------------------------------------------------------------------------------------


def test_an_entry_binds_and_is_a_fact(now: datetime) -> None:
    black, subject = make.list_type(), firm()
    before = revision(black.source_id)
    entry_id = make.entry(black.code, subject, now=now, ground="x" * 400, document_no="某文1号")
    held = Binding.objects.get(entry_id=entry_id)
    assert (held.subject_id, held.source_id, held.rev_from, held.rev_to) == (
        subject,
        black.source_id,
        before + 1,
        None,
    )
    assert revision(black.source_id) == before + 1
    assert len(held.ground) == 300 and len(Entry.objects.get(pk=entry_id).ground) == 400
    assert payload_of(f"redblack.entry:{entry_id}", "redblack.entry.entered") == {
        "entry_id": entry_id,
        "list_code": black.code,
        "subject_id": subject,
        "document_no": "某文1号",
        "effective_from": "2026-03-02",
    }


def test_missing_papers_are_all_named_with_their_articles(now: datetime) -> None:
    black = make.list_type()
    with pytest.raises(services.CannotBind) as refused:
        make.entry(black.code, firm(), now=now, notice_served_on=None, legal_basis="", effective_until=None)
    assert {r.code for r in refused.value.reasons} == {"no_notice", "no_legal_basis", "no_end"}
    assert not Entry.objects.exists() and not Binding.objects.exists()


def test_the_same_decision_again_is_refused(now: datetime) -> None:
    black, subject = make.list_type(), firm()
    make.entry(black.code, subject, now=now, document_no="某文1号")
    with pytest.raises(services.AlreadyEntered):
        make.entry(black.code, subject, now=now, document_no="某文1号")
    assert Binding.objects.count() == 1


def test_an_unknown_list(now: datetime) -> None:
    with pytest.raises(UnknownList):
        make.entry("NOWHERE", firm(), now=now)


def test_nobody_is_no_subject(now: datetime) -> None:
    with pytest.raises(NotFound):
        make.entry(make.list_type().code, 987654321, now=now)


def test_the_recognising_departments_reviewer_decides(now: datetime) -> None:
    mine = accounts.department()
    black = make.list_type(initiator_department_id=mine.pk)
    made = make.entry(black.code, firm(), now=now, authority_department_id=mine.pk, actor=reviewer(mine))
    release(made, now=now, actor=reviewer(mine))


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.REVIEWER])
def test_no_other_role_decides(role: Role, now: datetime) -> None:
    mine = accounts.department()
    black = make.list_type(initiator_department_id=mine.pk)
    other = accounts.actor(role, department=mine)
    with pytest.raises(services.CannotDecide):
        make.entry(black.code, firm(), now=now, authority_department_id=mine.pk, actor=other)


def test_another_departments_reviewer_is_refused(now: datetime) -> None:
    mine = accounts.department()
    black = make.list_type(initiator_department_id=mine.pk)
    other = reviewer()
    with pytest.raises(services.CannotDecide):
        make.entry(black.code, firm(), now=now, authority_department_id=mine.pk, actor=other)
    made = make.entry(black.code, firm(), now=now, authority_department_id=mine.pk)
    for act in (release, mark):
        with pytest.raises(EntryNotFound):
            act(made, now=now, actor=other)
    assert Binding.objects.get(entry_id=made).released_on is None


def test_a_list_takes_entries_of_its_initiator_and_below(now: datetime) -> None:
    city, stranger = accounts.department(), accounts.department()
    county = accounts.department(parent=city)
    forget()
    black = make.list_type(initiator_department_id=city.pk)
    below = make.entry(black.code, firm(), now=now, authority_department_id=county.pk, actor=reviewer(county))
    assert Entry.objects.get(pk=below).authority_department_id == county.pk
    for authority, actor in ((stranger.pk, reviewer(stranger)), (stranger.pk, PLATFORM), (None, PLATFORM)):
        with pytest.raises(services.NotTheRecogniser, match=black.name):
            make.entry(black.code, firm(), now=now, authority_department_id=authority, actor=actor)
    of_the_county = make.list_type(initiator_department_id=county.pk)
    with pytest.raises(services.NotTheRecogniser):
        make.entry(of_the_county.code, firm(), now=now, authority_department_id=city.pk, actor=reviewer(city))


def test_the_credit_office_sees_every_entry_and_decides_none(now: datetime) -> None:
    made = make.entry(make.list_type().code, firm(), now=now)
    office = accounts.actor(Role.CREDIT_OFFICE)
    for act in (release, mark):
        with pytest.raises(services.CannotDecide):
            act(made, now=now, actor=office)


# --- releasing and disputing --------------------------------------------------------------------------------------


def test_a_release_closes_the_row_and_writes_a_new_one(now: datetime) -> None:
    black = make.list_type()
    made = make.entry(black.code, firm(), now=now)
    release(made, now=now)
    old, new = Binding.objects.filter(entry_id=made).order_by("rev_from")
    assert (old.released_on, old.rev_to) == (None, new.rev_from)
    assert (new.released_on, new.rev_to) == (DAY, None)
    assert revision(black.source_id) == new.rev_from
    assert payload_of(f"redblack.entry:{made}", "redblack.entry.released")["kind"] == "提前移出"
    with pytest.raises(services.AlreadyReleased):
        release(made, now=now)
    with pytest.raises(services.AlreadyReleased):
        mark(made, now=now)


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("ground", Ground)
def test_a_dispute_is_marked_and_suspends_by_its_ground(ground: Ground, origin: Origin, now: datetime) -> None:
    made = make.entry(make.list_type(origin=origin).code, firm(), now=now)
    suspended = mark(made, now=now, ground=ground)
    held = Binding.objects.get(entry_id=made, rev_to=None)
    assert (held.disputed_on, held.suspended) == (DAY, suspended)
    assert suspended is (ground in (Ground.WRONG_SUBJECT, Ground.OVER_TERM) and origin is not Origin.COURT)


def test_an_ended_dispute_leaves_no_mark_and_the_same_again_suspends_nothing(now: datetime) -> None:
    made = make.entry(make.list_type().code, firm(), now=now)
    assert mark(made, now=now) is True
    with pytest.raises(services.AlreadyDisputed):
        mark(made, now=now, ground=Ground.FACTS)
    services.end_dispute(entry_id=made, outcome="维持", ended_on=DAY, actor=PLATFORM, now=now)
    held = Binding.objects.get(entry_id=made, rev_to=None)
    assert (held.disputed_on, held.suspended) == (None, False)
    with pytest.raises(services.NotDisputed):
        services.end_dispute(entry_id=made, outcome="维持", ended_on=DAY, actor=PLATFORM, now=now)
    assert mark(made, now=now) is False
    assert Binding.objects.get(entry_id=made, rev_to=None).disputed_on == DAY
    assert Dispute.objects.filter(entry_id=made).count() == 2


# --- two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once(now: datetime) -> None:
    made = make.entry(make.list_type().code, firm(), now=now)
    start, outcomes = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            release(made, now=now)
            outcomes.append("released")
        except services.AlreadyReleased:
            outcomes.append("refused")
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["refused", "released"]
    assert Binding.objects.filter(entry_id=made).count() == 2


def test_terms_that_overlap_are_refused_by_name_of_the_article(now: datetime) -> None:
    made, subject = make.list_type(), firm()
    make.entry(made.code, subject, now=now)
    with pytest.raises(services.TermsOverlap, match="不得重复列入") as caught:
        make.entry(made.code, subject, now=now, effective_from=date(2027, 1, 1))
    assert [reason.source.act for reason in caught.value.reasons] == ["国办发〔2020〕49号"]
    assert Entry.objects.filter(subject_id=subject).count() == 1


def test_after_a_release_the_next_term_may_begin(now: datetime) -> None:
    made, subject = make.list_type(), firm()
    release(make.entry(made.code, subject, now=now), now=now)
    make.entry(made.code, subject, now=now, decided_on=DAY, effective_from=DAY, effective_until=date(2029, 11, 19))
    assert Entry.objects.filter(subject_id=subject).count() == 2


def test_a_check_reads_grade_and_amount_of_an_entry(now: datetime) -> None:
    made, subject = make.list_type(), firm()
    entry_id = services.enter(
        list_code=made.code,
        subject_id=subject,
        papers=make.papers(),
        authority_department_id=None,
        grade="严重",
        amount=Decimal("35000.00"),
        actor=PLATFORM,
        now=now,
    )
    entry, binding = Entry.objects.get(pk=entry_id), Binding.objects.get(entry_id=entry_id)
    assert (entry.grade, entry.amount) == (binding.grade, binding.amount) == ("严重", Decimal("35000.00"))
    release(entry_id, now=now)
    assert Binding.objects.get(entry_id=entry_id, rev_to=None).amount == Decimal("35000.00")
