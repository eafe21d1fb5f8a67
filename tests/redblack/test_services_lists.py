"""List types, and the versions of received lists as rows in memory."""

from datetime import date, datetime

import pytest

from collection.models import Source, SourceLoad
from kernel.actor import Role
from redblack import services
from redblack.models import Binding, Entry
from redblack.rules.lists import Ground, LegalStatus, Origin, ReleaseKind
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.accounts import PLATFORM
from tests.factories.screening import firm
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def row(subject_id: int, number: int) -> services.ReceivedRow:
    papers = make.papers(document_no=f"案{number}", notice_served_on=None, decided_on=None)
    return services.ReceivedRow(subject_id=subject_id, papers=papers)


def receive(code: str, version: str, rows, at: datetime, **fields):
    given = {"actor": PLATFORM, "now": at}
    return services.receive(list_code=code, version=version, rows=rows, loaded_at=at, **given | fields)


# --- list types ---------------------------------------------------------------------------------------------------


def test_a_current_list_becomes_a_source_and_the_same_again_changes_nothing() -> None:
    made = make.list_type(code="SAME")
    again = make.list_type(code="SAME", title=made.name, loaded=False)
    assert (again.id, again.source_id) == (made.id, made.source_id)
    assert [name for name, _ in facts_about(f"redblack.list_type:{made.id}")] == ["redblack.list_type.registered"]


@pytest.mark.parametrize("status", [s for s in LegalStatus if s is not LegalStatus.CURRENT])
def test_a_list_that_is_not_current_takes_no_entries(status: LegalStatus, now: datetime) -> None:
    stopped = make.list_type(legal_status=status)
    assert stopped.source_id == 0
    with pytest.raises(services.CannotBind, match=status.value):
        make.entry(stopped.code, firm(), now=now)


def test_only_the_credit_office_registers_list_types() -> None:
    with pytest.raises(services.CannotRegister):
        services.register_list_type(
            **{f: "" for f in ("title", "initiator", "memorandum", "legal_basis", "term_rule", "exit_rule")},
            code="x",
            publicity="",
            number=None,
            kind="serious",
            origin=Origin.CITY,
            legal_status=LegalStatus.CURRENT,
            initiator_department_id=None,
            basis_rank=None,
            freshness_days=None,
            confidence={},
            actor=accounts.actor(Role.REVIEWER),
            now=accounts.LONG_AGO,
        )


def test_a_list_that_stops_being_current_is_retired_and_can_be_taken_up_again(now: datetime) -> None:
    made = make.list_type(code="STOPS", title="某名单")
    entry = make.entry(made.code, firm(), now=now)
    stopped = make.list_type(code="STOPS", title="某名单", legal_status=LegalStatus.STOPPED, loaded=False)
    assert (stopped.id, stopped.source_id) == (made.id, made.source_id)
    assert Source.objects.get(pk=made.source_id).retired_from is not None
    assert (
        LegalStatus.STOPPED.value
        in payload_of(f"collection.source:{made.source_id}", "collection.source.retired")["reason"]
    )
    with pytest.raises(services.CannotBind, match=LegalStatus.STOPPED.value):
        receive("STOPS", "2", [], now)
    assert Entry.objects.get(pk=entry).released_on is None
    make.list_type(code="STOPS", title="某名单", loaded=False)
    assert Source.objects.get(pk=made.source_id).retired_from is None
    assert receive("STOPS", "2", [], now).removed == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [LegalStatus.CURRENT, LegalStatus.STOPPED])
def test_two_who_register_one_list_at_once(status: LegalStatus) -> None:
    first, second = at_once(lambda: make.list_type(code="TWICE", title="某名单", legal_status=status, loaded=False))
    assert first == second
    assert len(facts_about(f"redblack.list_type:{first.id}")) == 1  # the second saw that nothing was left to do


# --- received lists -----------------------------------------------------------------------------------------------


def test_a_received_list_is_replaced_by_its_next_version(now: datetime) -> None:
    court = make.list_type(origin=Origin.COURT, loaded=False, freshness_days=1)
    stays, leaves, comes = firm(), firm(), firm()
    first = receive(court.code, "1", [row(stays, 1), row(leaves, 2)], now)
    assert (first.added, first.kept, first.removed) == (2, 0, 0)
    kept = Binding.objects.get(subject_id=stays)
    second = receive(court.code, "2", [row(stays, 1), row(comes, 3)], now)
    assert (second.added, second.kept, second.removed) == (1, 1, 1)
    assert Binding.objects.get(subject_id=stays, rev_to=None).pk == kept.pk
    gone = Binding.objects.get(subject_id=leaves, rev_to=None)
    assert gone.released_on == DAY
    assert Entry.objects.get(pk=gone.entry_id).release_kind == ReleaseKind.EARLY.value  # its term was not over
    load = SourceLoad.objects.get(source_id=court.source_id, rev_to=None)
    assert (load.version, load.rows, load.held) == ("2", 2, False)


def test_a_row_that_was_changed_upstream_is_corrected(now: datetime) -> None:
    court = make.list_type(origin=Origin.COURT, loaded=False)
    subject, other = firm(), firm()
    receive(court.code, "1", [row(subject, 1), row(other, 2)], now)
    entry = Entry.objects.get(subject_id=subject)
    services.mark_disputed(entry_id=entry.pk, ground=Ground.WRONG_SUBJECT, marked_on=DAY, actor=PLATFORM, now=now)
    longer = make.papers(
        document_no="案1",
        notice_served_on=None,
        decided_on=None,
        effective_until=date(2031, 3, 1),
        ground="另一事由",
        authority="高院",
    )
    moved = services.ReceivedRow(subject_id=subject, papers=longer, performance="部分履行")
    fact = receive(court.code, "2", [moved, row(other, 2)], now)
    assert (fact.added, fact.kept, fact.changed, fact.removed) == (0, 1, 1, 0)
    held = Binding.objects.get(entry=entry, rev_to=None)
    assert (held.valid_until, held.ground, held.authority) == (date(2031, 3, 1), "另一事由", "高院")
    assert held.disputed_on == DAY  # an objection stands until it is decided
    before = Binding.objects.filter(entry=entry).order_by("rev_from")[1]
    assert (before.valid_until, before.rev_to) == (date(2029, 3, 1), held.rev_from)
    entry.refresh_from_db()
    assert (entry.effective_until, entry.performance) == (date(2031, 3, 1), "部分履行")
    told = payload_of(f"redblack.listversion:{fact.version_id}", "redblack.list.rows_applied")
    assert (told["entered"], told["corrected"], told["released"]) == ([], [entry.pk], [])
    assert receive(court.code, "2", [moved, row(other, 2)], now).changed == 0


def test_a_list_type_that_changes_corrects_no_entry(now: datetime) -> None:
    court = make.list_type(code="COURT", origin=Origin.COURT, loaded=False, exit_rule="依执行法院通知")
    silent = services.ReceivedRow(
        subject_id=firm(),
        papers=make.papers(notice_served_on=None, legal_basis="", effective_until=None, document_no="案1"),
    )
    receive(court.code, "1", [silent], now)
    make.list_type(code="COURT", origin=Origin.COURT, loaded=False, exit_rule="另一规定", title=court.name)
    assert receive(court.code, "2", [silent], now).changed == 0


def test_a_correction_without_papers_takes_nothing_of_the_version(now: datetime) -> None:
    court = make.list_type(origin=Origin.COURT, loaded=False)
    subject = firm()
    receive(court.code, "1", [row(subject, 1)], now)
    bad = make.papers(document_no="案1", authority="")
    with pytest.raises(services.CannotBind):
        receive(court.code, "2", [services.ReceivedRow(subject_id=subject, papers=bad)], now)
    assert Entry.objects.get(subject_id=subject).authority != ""


def test_the_same_version_again_changes_nothing_but_its_age(now: datetime) -> None:
    court = make.list_type(origin=Origin.COURT, loaded=False)
    rows = [row(firm(), n) for n in range(3)]
    receive(court.code, "1", rows, now)
    before = list(Binding.objects.order_by("id").values())
    again = receive(court.code, "1", [*rows, rows[0]], now)
    assert (again.added, again.kept, again.removed) == (0, 3, 0)
    assert list(Binding.objects.order_by("id").values()) == before
    assert SourceLoad.objects.get(source_id=court.source_id, rev_to=None).rows == 3


def test_an_empty_version_takes_everybody_off(now: datetime) -> None:
    court = make.list_type(origin=Origin.COURT, loaded=False)
    receive(court.code, "1", [row(firm(), 1)], now)
    assert receive(court.code, "2", [], now).removed == 1


def test_one_row_without_papers_and_nothing_of_the_version_is_taken(now: datetime) -> None:
    court = make.list_type(origin=Origin.COURT, loaded=False)
    bad = services.ReceivedRow(subject_id=firm(), papers=make.papers(document_no=""))
    with pytest.raises(services.CannotBind):
        receive(court.code, "1", [row(firm(), 1), bad], now)
    assert not Entry.objects.exists() and not SourceLoad.objects.filter(source_id=court.source_id).exists()


def test_another_departments_reviewer_cannot_receive(now: datetime) -> None:
    mine = accounts.department()
    court = make.list_type(origin=Origin.COURT, initiator_department_id=mine.pk)
    with pytest.raises(services.CannotDecide):
        receive(court.code, "1", [row(firm(), 1)], now, actor=accounts.actor(Role.REVIEWER))
    with pytest.raises(services.CannotDecide):
        receive(court.code, "1", [], now, actor=accounts.actor(Role.REVIEWER))
