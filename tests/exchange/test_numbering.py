"""The ledger says what the lists say: every change once, in order, and what was told is taken back."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import ClientSystem
from audit.models import Event
from collection.models import Source
from collection.services import retire_source
from exchange.models import Holding, LedgerRow, Recall, Subscription
from exchange.rules.scopes import KINDS, Wish
from exchange.services import subscribing
from exchange.services.numbering import behind as behind_on
from exchange.services.numbering import number_changes
from kernel.actor import Role
from redblack import services as lists
from redblack.models import Binding
from redblack.rules.lists import Ground, Origin, ReleaseKind
from tests.conftest import NOW
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM
from tests.together import at_once

TODAY = NOW.date()


def behind() -> list[int]:
    return behind_on(as_of=TODAY)


def number(row: Subscription, now: datetime = NOW) -> int:
    return number_changes(subscription_id=row.pk, actor=PLATFORM, now=now)


def told(row: Subscription) -> list[tuple[int, str, int]]:
    rows = LedgerRow.objects.filter(subscription_id=row.pk).order_by("seq")
    return [(one.seq, one.change, one.entry_id) for one in rows]


def release(entry: int, on: date = TODAY, now: datetime = NOW) -> None:
    lists.release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=on, document_no="移〔2026〕1号", reason="已履行",
        actor=PLATFORM, now=now,
    )  # fmt: skip


def test_what_stands_is_told_once_and_what_leaves_is_recalled(db: None) -> None:
    one, other = redblack.list_type(), redblack.list_type()
    stays, leaves = (redblack.entry(one.code, screening.firm()) for _ in range(2))
    redblack.entry(other.code, screening.firm())
    gone = redblack.entry(one.code, screening.firm())
    release(gone)
    row = exchange.opened(one.code)
    assert behind() == [row.pk] and number(row) == 2 and behind() == [] and number(row) == 0
    assert told(row) == [(1, "upsert", stays), (2, "upsert", leaves)]
    release(leaves)
    come = redblack.entry(one.code, screening.firm())
    assert number(row) == 2
    assert told(row)[2:] == [(3, "remove", leaves), (4, "upsert", come)]
    row.refresh_from_db()
    assert (row.last_seq, row.standing) == (4, 2)
    assert [r.standing for r in LedgerRow.objects.order_by("seq")] == [1, 2, 1, 2]
    assert list(Recall.objects.values_list("seq", "entry_id", "why")) == [(3, leaves, "left")]
    fact = Event.objects.filter(name="exchange.ledger.written").order_by("-id")[0]
    assert fact.payload == {"subscription_id": row.pk, "rows": 2, "last_seq": 4, "recalled": 1}


def test_what_is_told_names_the_firm_its_paper_and_its_term(db: None) -> None:
    one, uscc = redblack.list_type(), screening.uscc()
    redblack.entry(one.code, screening.firm(uscc), document_no="某失信列〔2026〕7号")
    number(row := exchange.opened(one.code))
    content = LedgerRow.objects.get(subscription_id=row.pk).content
    assert content["code"] == uscc and content["list"] == one.code and content["document_no"] == "某失信列〔2026〕7号"
    assert (content["from"], content["until"]) == ("2026-03-02", "2029-03-01")
    assert content["suspended"] is False and content["disputed_on"] is None


def test_a_suspending_objection_is_recalled_once_and_told_again_when_it_ends(db: None) -> None:
    one = redblack.list_type()
    entry = redblack.entry(one.code, screening.firm())
    number(row := exchange.opened(one.code))
    lists.mark_disputed(entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=PLATFORM, now=NOW)
    number(row)
    assert list(Recall.objects.values_list("seq", "why")) == [(2, "suspended")]
    assert LedgerRow.objects.get(seq=2).content["suspended"] is True
    lists.end_dispute(entry_id=entry, outcome="维持", ended_on=TODAY, actor=PLATFORM, now=NOW)
    number(row)
    assert told(row)[2] == (3, "upsert", entry) and Recall.objects.count() == 1
    assert LedgerRow.objects.get(seq=3).content["suspended"] is False


def test_a_correction_is_recalled_but_not_another_name(db: None) -> None:
    one, firm = redblack.list_type(), screening.firm()
    entry = redblack.entry(one.code, firm, document_no="某失信列〔2026〕8号")
    row, office = exchange.opened(one.code), accounts.actor(Role.CREDIT_OFFICE)
    number(row)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET name = '江澜新名有限公司' WHERE id = %s", [firm])
    tomorrow = NOW + timedelta(days=1)
    assert number(row, tomorrow) == 1 and not Recall.objects.exists()
    subscribing.step(subscription_id=row.pk, name="pause", actor=office, now=NOW)
    papers = redblack.papers(document_no="某失信列〔2026〕8号", ground="更正后的事实")
    assert lists.correct(entry_id=entry, papers=papers, performance="", version="2", actor=PLATFORM, now=NOW)
    assert number(row, tomorrow) == 1  # who holds what was wrong is told of it, paused or not
    assert list(Recall.objects.values_list("seq", "why")) == [(3, "corrected")]
    assert LedgerRow.objects.get(seq=3).content["ground"] == "更正后的事实"


def test_only_the_kinds_and_the_area_that_were_asked_for(db: None) -> None:
    one = redblack.list_type()
    here, there = screening.firm(), screening.firm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET division_code = '339902' WHERE id = %s", [there])
    person = screening.person()
    entries = [redblack.entry(one.code, subject) for subject in (here, there, person)]
    city, district = exchange.opened(one.code), exchange.opened(one.code, area="339901")
    others = exchange.opened(one.code, kinds=frozenset({"other_organisation"}))
    assert [number(row) for row in (city, district, others)] == [2, 1, 0]
    assert told(district) == [(1, "upsert", entries[0])]
    assert not LedgerRow.objects.filter(entry_id=entries[2]).exists()


def test_the_end_takes_everything_back(db: None) -> None:
    one = redblack.list_type()
    entries = [redblack.entry(one.code, screening.firm()) for _ in range(3)]
    number(row := exchange.opened(one.code))
    office = accounts.actor(Role.CREDIT_OFFICE)
    subscribing.step(subscription_id=row.pk, name="end", actor=office, now=NOW)
    assert behind() == [row.pk] and number(row) == 3 and behind() == [] and number(row) == 0
    assert told(row)[3:] == [(4 + place, "remove", entry) for place, entry in enumerate(entries)]
    redblack.entry(one.code, screening.firm())
    assert behind() == [] and number(row) == 0
    assert Recall.objects.count() == 3 and not Holding.objects.filter(present=True).exists()


def test_a_paused_one_is_told_what_it_must_take_back_and_the_rest_when_it_goes_on(db: None) -> None:
    one = redblack.list_type()
    gone = redblack.entry(one.code, screening.firm())
    row, office = exchange.opened(one.code), accounts.actor(Role.CREDIT_OFFICE)
    number(row)
    subscribing.step(subscription_id=row.pk, name="pause", actor=office, now=NOW)
    come = redblack.entry(one.code, screening.firm())
    release(gone)
    assert behind() == [row.pk] and number(row) == 1 and told(row)[-1] == (2, "remove", gone)
    assert Recall.objects.filter(entry_id=gone).exists()
    subscribing.step(subscription_id=row.pk, name="resume", actor=office, now=NOW)
    assert number(row) == 1 and told(row)[-1] == (3, "upsert", come)


def test_a_term_that_begins_or_ends_is_told_on_its_day(db: None) -> None:
    """A received row leaves by the next version, which may never come: what the day ended is taken back then."""
    one = redblack.list_type(origin=Origin.COURT, exit_rule="履行完毕")
    given: dict[str, Any] = {"notice_served_on": None, "decided_on": None}
    ends = redblack.entry(one.code, screening.firm(), effective_until=TODAY, **given)
    over = redblack.entry(one.code, screening.firm(), effective_until=TODAY - timedelta(days=1), **given)
    begins = redblack.entry(one.code, screening.firm(), effective_from=TODAY + timedelta(days=1), **given)
    row = exchange.opened(one.code)
    assert number(row) == 1 and told(row) == [(1, "upsert", ends)]
    tomorrow = NOW + timedelta(days=1)
    assert behind() == [] and behind_on(as_of=tomorrow.date()) == [row.pk]
    assert number(row, tomorrow) == 2
    assert {(change, entry) for _, change, entry in told(row)[1:]} == {("remove", ends), ("upsert", begins)}
    assert not LedgerRow.objects.filter(entry_id=over).exists()


def test_another_name_or_code_is_told_on_the_next_day(db: None) -> None:
    one, firm = redblack.list_type(), screening.firm()
    redblack.entry(one.code, firm)
    number(row := exchange.opened(one.code))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET name = '新名称' WHERE id = %s", [firm])
    assert number(row) == 0
    assert number(row, NOW + timedelta(days=1)) == 1
    assert LedgerRow.objects.get(seq=2).content["name"] == "新名称"
    assert number(row, NOW + timedelta(days=2)) == 0


@pytest.mark.parametrize(
    ("area", "rows"), [("339901", 1), ("339900", 2), ("330000", 2), ("339902", 1), ("110000", 0)]
)
def test_an_area_takes_in_what_lies_in_it(db: None, area: str, rows: int) -> None:
    one, there = redblack.list_type(), screening.firm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET division_code = '339902' WHERE id = %s", [there])
    redblack.entry(one.code, screening.firm())
    redblack.entry(one.code, there)
    row = exchange.opened(one.code)
    Subscription.objects.filter(pk=row.pk).update(area=area)
    assert number(row) == rows


def test_a_list_that_is_no_longer_current_is_taken_back_and_told_again_when_it_is(db: None) -> None:
    one = redblack.list_type()
    redblack.entry(one.code, screening.firm())
    number(row := exchange.opened(one.code))
    retire_source(source_id=one.source_id, reason="停用", actor=PLATFORM, now=NOW)
    assert behind() == [row.pk] and number(row) == 1 and told(row)[-1][1] == "remove"
    Source.objects.filter(pk=one.source_id).update(retired_from=None)  # as register_source takes it up again
    assert behind() == [row.pk] and number(row) == 1 and told(row)[-1][1] == "upsert"


def truth(codes: list[str]) -> set[int]:
    rows = Binding.objects.filter(rev_to=None, released_on=None, entry__list_type__code__in=codes).order_by("pk")
    return set(rows.values_list("entry_id", flat=True))


def applied(row: Subscription) -> set[int]:
    """What a receiver holds that applies the rows one by one and knows nothing else."""
    held: set[int] = set()
    for seq, change, entry in told(row):
        held = held | {entry} if change == "upsert" else held - {entry}
        assert len(held) == LedgerRow.objects.get(subscription_id=row.pk, seq=seq).standing
    return held


@pytest.mark.parametrize("seed", range(6))
def test_any_history_leaves_the_receiver_with_the_truth(db: None, seed: int) -> None:
    """Random changes, numbered at random moments: no gap in the numbers, nothing lost, nothing told in vain."""
    chance, office = random.Random(seed), accounts.actor(Role.CREDIT_OFFICE)
    codes = [redblack.list_type().code for _ in range(2)]
    rows = [exchange.opened(*codes), exchange.opened(codes[0])]
    standing: list[int] = []
    for _ in range(25):
        match chance.choice(["enter", "enter", "release", "dispute", "end", "number", "pause"]):
            case "enter":
                standing.append(redblack.entry(chance.choice(codes), screening.firm()))
            case "release" if standing:
                release(standing.pop(chance.randrange(len(standing))))
            case "dispute" if standing:
                try:
                    lists.mark_disputed(
                        entry_id=chance.choice(standing), ground=Ground.OVER_TERM, marked_on=TODAY, actor=PLATFORM,
                        now=NOW,
                    )  # fmt: skip
                except lists.AlreadyDisputed:
                    continue
            case "number":
                number(chance.choice(rows))
            case "pause":
                state = chance.choice(["pause", "resume"])
                if Subscription.objects.get(pk=rows[1].pk).state == {"pause": "active", "resume": "paused"}[state]:
                    subscribing.step(subscription_id=rows[1].pk, name=state, actor=office, now=NOW)
    if Subscription.objects.get(pk=rows[1].pk).state == "paused":
        subscribing.step(subscription_id=rows[1].pk, name="resume", actor=office, now=NOW)
    for row, wanted in ((rows[0], codes), (rows[1], codes[:1])):
        number(row)
        assert [seq for seq, _, _ in told(row)] == list(range(1, len(told(row)) + 1))
        assert (
            applied(row)
            == truth(wanted)
            == set(
                Holding.objects.filter(subscription=row, present=True)
                .order_by("pk")
                .values_list("entry_id", flat=True)
            )
        )
    assert behind() == []


def test_two_workers_number_a_change_once(transactional_db: None) -> None:
    one = redblack.list_type()
    for _ in range(20):
        redblack.entry(one.code, screening.firm())
    row = exchange.opened(one.code)
    assert sorted(at_once(lambda: number(row))) == [0, 20]
    assert [seq for seq, _, _ in told(row)] == list(range(1, 21))


def test_the_ledger_is_never_rewritten(db: None) -> None:
    one = redblack.list_type()
    redblack.entry(one.code, screening.firm())
    number(exchange.opened(one.code))
    for statement in ("UPDATE exchange_ledgerrow SET seq = 9", "DELETE FROM exchange_ledgerrow"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_last_day_to_confirm_is_counted_in_working_days(db: None) -> None:
    one = redblack.list_type()
    entry = redblack.entry(one.code, screening.firm())
    number(row := exchange.opened(one.code))
    release(entry)
    number(row)  # NOW is a Friday
    assert Recall.objects.get().due_on == TODAY + timedelta(days=4)


def test_a_system_of_another_department_cannot_be_named(db: None) -> None:
    one, foreign = redblack.list_type(), exchange.system()
    blind = ClientSystem.objects.create(
        code="blind", name="无权限", department=foreign.department, scopes=[], created_at=NOW
    )
    wish = Wish(frozenset({one.code}), frozenset(KINDS), "", "招标投标资格审查")
    for client in (foreign, blind):
        with pytest.raises(subscribing.NotTheirSystem):
            subscribing.propose(
                department_id=accounts.department().pk if client is foreign else foreign.department_id,
                client_id=client.pk, name="甲", wish=wish,
                actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW,
            )  # fmt: skip
