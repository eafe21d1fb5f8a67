"""Withdrawal, archive by hand and by age, the end of retention with its proof."""

import hashlib
from datetime import date, timedelta

import pytest

from accounts.models import Department
from audit.models import Event
from collection import tasks
from collection.models import Promise, Record, RecordChange, RecordKey, Source, Trigger
from collection.selectors import records as selectors
from collection.services import changes
from kernel.actor import Actor, Kind, Role
from tests.conftest import NOW
from tests.factories import accounts, collection, screening
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def person(department: Department, *roles: Role) -> Actor:
    return Actor(
        kind=Kind.USER,
        name="u1",
        id=1,
        department_id=department.pk,
        departments=frozenset({department.pk}),
        roles=frozenset(roles),
    )


@pytest.fixture
def home() -> Department:
    return accounts.department()


def taken(home: Department, *, item: str = "", **fields: object) -> int:
    """A record of that department with a trigger of a list's term and one of its own. Its id."""
    firm = screening.firm(screening.uscc())
    codes = [Source.objects.get(pk=collection.source()).code for _ in range(2)]
    raised = [collection.raised(codes[0], firm), collection.raised(codes[1], firm, own_term=True)]
    record_id = collection.record(subject_id=firm, raised=raised, **({"item_code": item} if item else {}), **fields)
    Record.objects.filter(pk=record_id).update(provider=home)
    return record_id


def withdraw(record_id: int, actor: Actor, **fields: str) -> int:
    said = {"reason": "原处罚决定被撤销", "document_no": "江府复决〔2026〕3号"} | fields
    return changes.withdraw_record(record_id=record_id, actor=actor, now=NOW, **said)


def test_a_withdrawal_ends_everything_the_record_raised(home: Department) -> None:
    record_id = taken(home)
    before = {t.source_id: t.source.revision for t in Trigger.objects.filter(record_id=record_id)}
    Promise.objects.create(record_id=record_id, subject_id=1, department=home, promised_on=TODAY)
    assert withdraw(record_id, person(home, Role.REVIEWER)) == 2
    current = Trigger.objects.filter(record_id=record_id, rev_to=None)
    assert {t.released_on for t in current} == {TODAY}  # the term of its own too: its ground is gone
    assert all(t.source.revision == before[t.source_id] + 1 for t in current)
    assert Trigger.objects.filter(record_id=record_id).count() == 4  # what was known stays, closed
    row = Record.objects.get(pk=record_id)
    assert (row.state, row.publicity_state, row.version) == ("withdrawn", "终止公示", 2)
    change = RecordChange.objects.get(record_id=record_id)
    assert change.kind == "withdrawn" and change.before["publicity_state"] == "公示中"
    assert Promise.objects.get(record_id=record_id).state == "void"
    fact = Event.objects.get(name="collection.record.withdrawn").payload
    assert fact["triggers"] == 2 and "原处罚决定被撤销" not in fact.values()  # free text stays out of sealed facts
    assert change.reason == "原处罚决定被撤销"


def test_who_may_withdraw_and_with_what_ground(home: Department) -> None:
    record_id = taken(home)
    with pytest.raises(selectors.RecordNotFound):
        withdraw(record_id, person(accounts.department(), Role.REVIEWER))
    with pytest.raises(changes.NotYourRecord):
        withdraw(record_id, person(home, Role.UPLOADER))
    for wrong in ({"reason": " "}, {"reason": "当事人11010519491231002X申诉"}, {"document_no": "11010519491231002X"}):
        with pytest.raises(changes.GroundMissing):
            withdraw(record_id, person(home, Role.REVIEWER), **wrong)
    assert withdraw(record_id, person(accounts.department(), Role.CREDIT_OFFICE)) == 2
    with pytest.raises(changes.RecordNotCurrent):
        withdraw(record_id, person(home, Role.REVIEWER))


def test_what_is_in_force_is_not_archived(home: Department) -> None:
    record_id, actor = taken(home), person(home, Role.REVIEWER)

    def archive() -> None:
        changes.archive_record(record_id=record_id, reason="公示期满", today=TODAY, actor=actor, now=NOW)

    with pytest.raises(changes.StillInForce):  # published until 2029
        archive()
    Record.objects.filter(pk=record_id).update(publicity_until=TODAY - timedelta(days=1))
    with pytest.raises(changes.StillInForce):  # triggers until 2031
        archive()
    Trigger.objects.filter(record_id=record_id).update(valid_until=TODAY - timedelta(days=1))
    archive()
    assert Record.objects.get(pk=record_id).state == "archived"
    with pytest.raises(changes.RecordNotCurrent):
        archive()


def test_archive_by_age_leaves_what_still_calls_for_something(home: Department) -> None:
    old, calling, young = taken(home), taken(home), taken(home)
    long_ago = {"publicity_until": date(2025, 1, 1), "decided_on": date(2024, 1, 1)}
    Record.objects.filter(pk__in=[old, calling]).update(**long_ago)
    Trigger.objects.filter(record_id=old).update(valid_from=date(2024, 1, 1), valid_until=date(2025, 1, 1))
    assert changes.archive_due(today=TODAY, actor=PLATFORM, now=NOW) == 1
    assert changes.archive_due(today=TODAY, actor=PLATFORM, now=NOW) == 0
    states = dict(Record.objects.filter(pk__in=[old, calling, young]).values_list("pk", "state"))
    assert states == {old: "archived", calling: "current", young: "current"}
    assert Event.objects.get(name="collection.records.archived").payload["records"] == 1


def test_retention_ends_with_a_proof_and_without_a_trace_of_content(home: Department) -> None:
    item = collection.item(retention_months=60)
    over, calling, young = taken(home, item=item), taken(home, item=item), taken(home, item=item)
    row = Record.objects.get(pk=over)
    Record.objects.filter(pk__in=[over, calling]).update(
        decided_on=date(2021, 11, 19), publicity_until=date(2024, 1, 1), content={"CF_SY": "事实"}
    )
    RecordKey.objects.filter(record_id=over).update(digest="d1")
    Trigger.objects.filter(record_id=over).update(valid_from=date(2021, 11, 19), valid_until=date(2024, 1, 1))
    RecordChange.objects.create(
        record_id=over, version=1, kind="changed", before={"content": {"CF_SY": "旧"}}, reason="更正",
        item_version_id=row.item_version_id, changed_by="user:u1", changed_at=NOW,
    )  # fmt: skip

    def destroy(today: date) -> int:
        return changes.destroy_due(
            item_id=row.item_id, item_version_id=row.item_version_id, today=today, actor=PLATFORM, now=NOW
        )

    assert destroy(date(2026, 11, 19)) == 0  # the last day
    assert destroy(TODAY) == 1
    assert destroy(TODAY) == 0
    assert set(Record.objects.filter(pk__in=[over, calling, young]).values_list("pk", flat=True)) == {calling, young}
    assert not RecordKey.objects.filter(record_id=over).exists()
    assert not Trigger.objects.filter(record_id=over).exists()
    life = RecordChange.objects.filter(record_id=over).order_by("id")
    assert [(c.kind, c.before, c.reason) for c in life] == [("changed", {}, ""), ("deleted", {}, "保存期满60个月")]
    fact = Event.objects.get(name="collection.records.destroyed").payload
    assert fact["ids"] == [over] and fact["digest"] == hashlib.sha256(f"{over}:d1".encode()).hexdigest()


def test_an_item_without_an_end_is_kept(home: Department) -> None:
    record_id = taken(home)
    row = Record.objects.get(pk=record_id)
    assert (
        changes.destroy_due(
            item_id=row.item_id, item_version_id=row.item_version_id, today=date(2126, 1, 1), actor=PLATFORM, now=NOW
        )
        == 0
    )


def test_the_list_shows_the_own_departments_newest_first(home: Department) -> None:
    other = accounts.department()
    ids = [taken(home) for _ in range(3)]
    theirs = taken(other)
    own = person(home, Role.UPLOADER)
    filters = selectors.RecordFilters()
    assert [r.pk for r in selectors.record_page(own, filters=filters, limit=9)] == ids[::-1]
    both = Actor(kind=Kind.USER, name="u", departments=frozenset({home.pk, other.pk}), roles=own.roles)
    assert [r.pk for r in selectors.record_page(both, filters=filters, limit=2)] == [theirs, ids[2]]
    first = selectors.record_page(own, filters=filters, limit=1)[0]
    rest = selectors.record_page(own, filters=filters, after=(first.recorded_at, first.pk), limit=9)
    assert [r.pk for r in rest] == ids[:2][::-1]
    assert selectors.record_page(person(home, Role.CLERK), filters=filters, limit=9) == []


def test_the_list_is_narrowed(home: Department) -> None:
    firm_code = screening.uscc()
    firm = screening.firm(firm_code)
    record_id = collection.record(subject_id=firm, raised=[], document_no="江环罚〔2026〕7号")
    Record.objects.filter(pk=record_id).update(provider=home)
    row = Record.objects.get(pk=record_id)
    taken(home)
    office = person(home, Role.CREDIT_OFFICE)
    for filters, found in (
        ({"q": "江环罚【2026】7号"}, True),
        ({"q": firm_code.lower()}, True),
        ({"q": "江环罚〔2026〕8号"}, False),
        ({"item_id": row.item_id}, True),
        ({"late": True}, False),
        ({"state": "withdrawn"}, False),
        ({"since": date(2026, 3, 1), "until": date(2026, 3, 1)}, True),
        ({"since": date(2026, 4, 1)}, False),
        ({"until": date(2026, 2, 1)}, False),
    ):
        ids = [r.pk for r in selectors.record_page(office, filters=selectors.RecordFilters(**filters), limit=9)]  # type: ignore[arg-type]
        assert (record_id in ids) is found, filters


def test_the_records_of_a_batch_come_in_the_order_of_its_rows(home: Department) -> None:
    ids = [taken(home) for _ in range(3)]
    for row, record_id in zip((3, 1, 2), ids, strict=True):
        Record.objects.filter(pk=record_id).update(batch_id=77, row_number=row)
    own = person(home, Role.UPLOADER)
    in_order = [ids[1], ids[2], ids[0]]
    assert [r.pk for r in selectors.records_of_batch(own, batch_id=77, limit=9)] == in_order
    rest = selectors.records_of_batch(own, batch_id=77, after=(1, ids[1]), limit=9)
    assert [r.pk for r in rest] == in_order[1:]
    other = person(accounts.department(), Role.UPLOADER)
    assert selectors.records_of_batch(other, batch_id=77, limit=9) == []
    assert selectors.records_of_batch(own, batch_id=77, state="withdrawn", limit=9) == []


def test_the_night_takes_bite_after_bite(home: Department, frozen: object) -> None:
    old = taken(home)
    Record.objects.filter(pk=old).update(publicity_until=date(2025, 1, 1), decided_on=date(2024, 1, 1))
    Trigger.objects.filter(record_id=old).update(valid_from=date(2024, 1, 1), valid_until=date(2025, 1, 1))
    assert tasks.put_aside() == 1
    assert tasks.put_aside() == 0
