"""Replays through the service: any receipt of a random history, and any moment of it, gives its answer (I8)."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from collection.services import register_source
from kernel.actor import Role
from kernel.errors import Refusal
from redblack.rules.lists import Origin, ReleaseKind
from redblack.services import release
from screening import selectors
from screening.models import Receipt, RevisionMark
from screening.rules.answer import Answer
from screening.rules.replay import Comparison
from screening.selectors import replaying as past
from screening.services.checking import Applicant, check
from screening.services.replaying import (
    KnownInFuture,
    KnownTooEarly,
    PastRetention,
    Replayed,
    UnknownPurpose,
    mark_revisions,
    replay,
)
from subjects.services.persons import erase_person
from subjects.services.registration import add_name
from tests.factories import accounts, collection, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.test_lookup import Town
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def again(number: str, *, now: datetime, **asked: Any) -> Replayed:
    said: dict[str, Any] = {"purpose": "review", "as_of": None, "known_at": None, "actor": PLATFORM}
    return replay(number=number, now=now, **said | asked)


def told(compared: Comparison) -> set[tuple[str, str, str]]:
    """Every difference: group, move, what it is about."""
    return {(c.group, c.move.value, c.label) for s in compared.subjects for c in s.changes}


def mark(at: datetime) -> int:
    return mark_revisions(clock=lambda: at)


@dataclass
class Checked:
    number: str
    at: datetime


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(2026, 30), pytest.param(11, 600, marks=pytest.mark.soak), pytest.param(12, 600, marks=pytest.mark.soak)],
)
def test_a_replay_of_any_receipt_is_the_receipt(seed: int, steps: int, now: datetime) -> None:
    """At every step something happens and somebody checks; then each check is replayed, by vector and by time."""
    dice = random.Random(seed)
    town = Town.built(dice, now)
    numbers = [make.citizen_id() for _ in range(2)]
    town.people = [make.person(number) for number in numbers]
    unknown = [make.uscc(), make.citizen_id()]  # registered half-way, after which they are found
    made: list[Checked] = []
    for step in range(steps):
        moment = now + HOUR * step
        if step == steps // 2:
            town.firms.append(make.firm(unknown[0]))
            town.people.append(make.person(unknown[1]))
        town.happen(day_of(moment), moment)
        mark(moment + MINUTE)
        applicants = [Applicant(text) for text in (*town.codes, *numbers, *unknown, "食品有限公司")]
        said = check(
            matter_code=town.matter,
            stage="before",
            file_number=f"F{step}",
            applicants=applicants,
            key=f"key-{step:08d}",
            actor=PLATFORM,
            now=moment + 2 * MINUTE,
        )
        made.append(Checked(said.number, moment))
    last = now + HOUR * steps
    receipts = {r.number: r for r in Receipt.objects.all()}
    assert {s["answer"] for r in receipts.values() for s in r.content["subjects"]} == set(Answer)
    moved = 0
    for one in made:
        own = again(one.number, now=last)
        assert own.own and own.against_receipt.same, (one, own.against_receipt)
        by_time = again(one.number, now=last, known_at=one.at + 3 * MINUTE)
        assert by_time.against_receipt.same and not by_time.own
        assert (
            own.content["subjects"][-1] == receipts[one.number].content["subjects"][-1]
        )  # the name stays a question
        moved += not own.against_today.same
    assert moved > steps // 2  # most differ from what would be answered now


@dataclass
class Place:
    """A list, a reward for whoever is on another, a matter with a measure of each, a firm; marked from the start."""

    now: datetime
    matter: str
    black: redblack.List
    code: str
    firm: int
    entry: int = 0

    def ask(self, at: datetime, **fields: Any) -> str:
        return make.ask(self.matter, self.code, now=at, **fields).number


@pytest.fixture
def place(now: datetime) -> Place:
    black = redblack.list_type(origin=Origin.PROVINCE, freshness_days=7, exit_rule="x", loaded=False)
    collection.load(black.source_id, at=now - timedelta(days=1), version="V1")
    matter = make.matter(consults=[black.source_id])
    measures.item(code="Y-P", matter_code=matter, triggers=[black.source_id], content="限制参加")
    code = make.uscc()
    made = Place(now, matter, black, code, make.firm(code))
    mark(now - HOUR)
    return made


def test_what_came_and_went_since_is_told(place: Place, now: datetime) -> None:
    number = place.ask(now)
    entry = redblack.entry(place.black.code, place.firm, now=now + HOUR)
    collection.load(place.black.source_id, at=now + HOUR, version="V2")
    since = again(number, now=now + 2 * HOUR)
    assert since.against_receipt.same and not since.cautions
    [moved] = since.against_today.sources
    assert (moved.before[:2], moved.after[:2]) == ("V1", "V2")
    [subject] = since.against_today.subjects
    assert (subject.before, subject.after) == ("未命中", "命中")
    groups = {(c.group, c.move.value) for c in subject.changes}
    assert groups == {("结论", "changed"), ("名单和信息", "came"), ("措施", "came")}
    hit = place.ask(now + 3 * HOUR)
    release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=day_of(now), document_no="", reason="x",
        actor=PLATFORM, now=now + 4 * HOUR,
    )  # fmt: skip
    gone = again(hit, now=now + 5 * HOUR)
    assert gone.against_receipt.same
    assert {("名单和信息", "went"), ("措施", "went")} <= {(g, m) for g, m, _ in told(gone.against_today)}


def test_as_known_at_a_moment_and_as_of_a_day_are_two_questions(place: Place, now: datetime) -> None:
    """An entry that begins on Monday was registered on Friday afternoon."""
    number = place.ask(now)
    monday = day_of(now) + timedelta(days=3)
    papers = redblack.papers(effective_from=monday, effective_until=None)
    redblack.entry(place.black.code, place.firm, papers=papers, now=now + HOUR)
    mark(now + 2 * HOUR)
    later = now + 3 * HOUR
    words = {
        (as_of, known): again(number, now=later, as_of=as_of, known_at=known).against_receipt.subjects[0].after
        for as_of in (day_of(now), monday)
        for known in (None, now + HOUR, later)
    }
    assert [key for key, word in words.items() if word == "命中"] == [(monday, later)]


def test_a_mark_is_written_where_something_has_moved(place: Place, now: datetime) -> None:
    assert mark(now) == 0
    collection.load(place.black.source_id, at=now, version="V2")
    assert mark(now + MINUTE) == 1
    [last] = RevisionMark.objects.filter(at=now + MINUTE)
    assert (last.name, last.since) == (f"source:{place.black.source_id}", now)


def test_a_limit_is_that_of_then(place: Place, now: datetime) -> None:
    """The register allows a list no days any more, where it allowed seven: at the check it was current."""
    number = place.ask(now)
    source = past.facts_at([place.black.source_id], 10**9)[place.black.source_id]
    said = {"name": "改名后的名单", "kind": source.kind.value, "authority": source.authority}
    register_source(code=source.code, freshness_days=0, actor=PLATFORM, now=now + HOUR, **said)
    since = again(number, now=now + 2 * HOUR)
    assert since.against_receipt.same
    assert since.content["consulted"][0]["name"] == source.name
    [subject] = since.against_today.subjects
    assert (subject.before, subject.after) == ("未命中", "未能核查")


def test_a_name_is_that_of_then(place: Place, now: datetime) -> None:
    number = place.ask(now)
    old = Receipt.objects.get(number=number).content["subjects"][0]["name"]
    add_name(subject_id=place.firm, name="江澜更名食品有限公司", kind="current", actor=PLATFORM, now=now + HOUR)
    since = again(number, now=now + 2 * HOUR)
    assert since.content["subjects"][0]["name"] == old
    assert again(number, now=now + 2 * HOUR, known_at=now + 2 * HOUR).content["subjects"][0]["name"] != old


def test_a_person_who_was_erased_is_replayed_by_his_id(now: datetime) -> None:
    listed = collection.source(code="P-ERASED")
    matter = make.matter(consults=[listed])
    measures.item(code="Y-E", matter_code=matter, triggers=[listed], extends_to_responsible=True)
    number = make.citizen_id()
    person = make.person(number)
    collection.record(
        subject_id=make.firm(), raised=[collection.raised("P-ERASED", person, responsible=True)], now=now
    )
    receipt = make.ask(matter, number, file_number="F1", now=now).number
    office = accounts.actor(Role.CREDIT_OFFICE)
    erase_person(subject_id=person, ground="个人信息保护法 第四十七条", actor=office, now=now + HOUR)
    since = again(receipt, now=now + 2 * HOUR)
    assert since.against_receipt.same and since.receipt.answer == "hit"
    assert any("依法删除" in caution for caution in since.cautions)
    assert since.content["subjects"][0]["name"] == "（已删除）"


def test_a_person_registered_since_is_found_by_his_index_while_its_key_lives(now: datetime, settings: Any) -> None:
    listed = collection.source(code="P-LATER")
    matter = make.matter(consults=[listed])
    measures.item(code="Y-L", matter_code=matter, triggers=[listed], extends_to_responsible=True)
    number = make.citizen_id()
    receipt = make.ask(matter, number, file_number="F1", now=now).number
    raised = [collection.raised("P-LATER", make.person(number), responsible=True)]
    collection.record(subject_id=make.firm(), raised=raised, now=now + HOUR)
    since = again(receipt, now=now + 2 * HOUR)
    assert since.against_receipt.same and not since.cautions
    assert since.against_today.subjects[0].after == "命中"
    settings.INDEX_KEYS = f"later:{'D' * 43}="
    [caution] = again(receipt, now=now + 2 * HOUR).cautions
    assert "无法与现在的登记对应" in caution


def test_documents_that_moved_are_said(place: Place, now: datetime) -> None:
    number = place.ask(now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE office_legalregister SET revision = revision + 1")
    assert any("法律文件" in caution for caution in again(number, now=now + HOUR).cautions)


def test_a_stage_that_was_given_up_is_still_replayed(place: Place, now: datetime) -> None:
    number = place.ask(now)
    make.matter(code=place.matter, consults=[], stages=["after"])
    since = again(number, now=now + HOUR)
    assert since.against_receipt.same
    assert since.against_today.subjects[0].after == "未能核查"


def test_the_look_is_recorded_with_who_and_why(place: Place, now: datetime) -> None:
    unit = accounts.department()
    clerk = accounts.actor(Role.CLERK, department=unit)
    matter = make.matter(consults=[place.black.source_id], implementing_department_id=unit.pk)
    number = make.ask(matter, place.code, actor=clerk, now=now).number
    again(number, now=now + HOUR, actor=clerk, purpose="litigation")
    again(number, now=now + HOUR, actor=clerk, as_of=day_of(now) - timedelta(days=2))
    events = list(Event.objects.filter(name="screening.receipt.replayed").order_by("id"))
    assert {e.actor for e in events} == {clerk.key}
    assert [(e.payload["purpose"], e.payload["as_of"], e.payload["same"]) for e in events] == [
        ("行政复议、行政诉讼", "2026-11-20", True),
        ("业务复核", "2026-11-18", None),
    ]


def refused(refusal: type[Refusal], number: str, **asked: Any) -> str:
    with pytest.raises(refusal) as raised:
        again(number, **asked)
    assert not Event.objects.filter(name="screening.receipt.replayed").exists()
    return str(raised.value)


def test_what_is_refused(place: Place, now: datetime) -> None:
    number = place.ask(now)
    stranger = accounts.actor(Role.CLERK)
    auditor = accounts.actor(Role.AUDIT_ADMIN)
    refused(selectors.ReceiptNotFound, number, now=now, actor=stranger)
    refused(selectors.ReceiptNotFound, number, now=now, actor=auditor)
    refused(selectors.ReceiptNotFound, "JL-20261120-999999", now=now)
    refused(selectors.ReceiptNotFound, "nonsense", now=now)
    refused(UnknownPurpose, number, now=now, purpose="curiosity")
    refused(KnownInFuture, number, now=now, known_at=now + MINUTE)
    assert "2026-11-20 09:00" in refused(KnownTooEarly, number, now=now, known_at=now - 2 * HOUR)


def test_past_its_time_it_says_so_whether_it_is_there_or_not(place: Place, now: datetime, settings: Any) -> None:
    number = place.ask(now)
    last_day = datetime(2036, 11, 20, 2, 0, tzinfo=now.tzinfo)
    assert again(number, now=last_day).against_receipt.same
    for asked in (number, "JL-20261120-999999"):
        with pytest.raises(PastRetention, match="已超过保存期限（10 年）"):
            again(asked, now=last_day + timedelta(days=1))
    with pytest.raises(selectors.ReceiptNotFound):  # nobody without receipts is told anything
        again(number, now=last_day + timedelta(days=1), actor=accounts.actor(Role.AUDIT_ADMIN))
    settings.RECEIPT_YEARS = 5
    with pytest.raises(PastRetention, match="5 年"):
        again(number, now=last_day)
    with pytest.raises(PastRetention):
        again(number, now=now, as_of=date(2021, 11, 19))
