import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from audit.models import Delivery, Event
from kernel.actor import Actor, Kind, Role
from kernel.law import Rank
from measures.services import Article, withdraw_item
from redblack.rules.lists import Ground, LegalStatus, ReleaseKind
from redblack.services import mark_disputed, release
from screening import selectors
from screening.models import Receipt, ReceiptKey
from screening.selectors import UnknownMatter
from screening.services import checking, recording
from screening.services.checking import Applicant, check
from subjects.models import Subject
from tests.factories import accounts, collection, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.conftest import City

pytestmark = pytest.mark.django_db


def entered(city: City, **fields) -> int:
    return redblack.entry(city.black.code, city.firm, **fields)


# --- the answers --------------------------------------------------------------------------------------------------


def test_clear(city: City, now: datetime) -> None:
    checked = make.ask(city.matter, city.uscc, now=now)
    assert (checked.answer, checked.complete, checked.no_measure, checked.repeated) == ("clear", True, False, False)
    assert city.only(checked)["id"] == city.firm
    assert Receipt.objects.get(number=checked.number).subject_ids == [city.firm]


def test_hit_with_its_measure_and_article(city: City, now: datetime) -> None:
    entry = entered(city)
    checked = make.ask(city.matter, city.uscc, now=now)
    subject = city.only(checked)
    assert (checked.answer, subject["headline"], subject["no_measure"]) == ("hit", "命中", False)
    [applied] = subject["measures"]
    assert (applied["code"], applied["until"], applied["because"]) == ("Y-1", "2029-03-01", [f"entry:{entry}"])
    assert applied["articles"][0].endswith("》第一条")


def test_hit_without_a_measure(city: City, now: datetime) -> None:
    entered(city)
    withdraw_item(code="Y-1", reason="x", actor=PLATFORM, now=now)
    checked = make.ask(city.matter, city.uscc, now=now)
    assert (checked.answer, checked.no_measure) == ("hit", True)
    assert not city.only(checked)["measures"]


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-02", "2029-03-01", "2029-03-02"])
def test_the_term_is_inclusive(city: City, day: str, now: datetime) -> None:
    entered(city)
    collection.load(city.black.source_id, at=now + timedelta(days=900))
    collection.load(city.red.source_id, at=now + timedelta(days=900))
    checked = make.ask(city.matter, city.uscc, now=now, as_of=date.fromisoformat(day))
    assert checked.answer == ("hit" if "2026-03-02" <= day <= "2029-03-01" else "clear")


@pytest.mark.parametrize("gap", ["never", "stale", "held"])
def test_a_gap_is_could_not_check(city: City, gap: str, now: datetime) -> None:
    other = redblack.list_type(loaded=gap != "never", freshness_days=7)
    if gap == "held":
        collection.load(other.source_id, at=now, held=True)
    matter = make.matter(consults=[city.black.source_id, other.source_id])
    checked = make.ask(matter, city.uscc, now=now)
    assert (checked.answer, checked.complete) == ("could_not_check", False)
    assert [g["code"] for g in city.only(checked)["gaps"]] == [other.code]
    assert other.name in city.only(checked)["verdict"]
    entered(city)
    both = make.ask(matter, city.uscc, now=now)
    assert (both.answer, both.complete) == ("hit", False)
    assert [g["code"] for g in city.only(both)["gaps"]] == [other.code]
    assert make.ask(city.matter, city.uscc, now=now).complete  # this matter does not ask that list


def test_a_valid_code_that_nobody_holds_is_clear_if_all_is_complete(city: City, now: datetime) -> None:
    checked = make.ask(city.matter, make.uscc(), now=now)
    assert (checked.answer, city.only(checked)["id"]) == ("clear", None)
    collection.load(city.black.source_id, at=now, held=True)
    assert make.ask(city.matter, make.uscc(), now=now).answer == "could_not_check"


def test_a_name_alone_yields_candidates_and_no_measure(city: City, now: datetime) -> None:
    entered(city)
    name = Subject.objects.get(pk=city.firm).name
    checked = make.ask(city.matter, name, now=now)
    subject = city.only(checked)
    assert (checked.answer, subject["why"], subject["headline"]) == ("could_not_check", "identify", "需核实身份")
    assert city.uscc in [c["code"] for c in subject["candidates"]]
    assert not subject["measures"] and not subject["triggers"] and subject["id"] is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("91339901MA9K3H5T3Z", "invalid_code"),
        ("9I339901MA9K3H5T3Y", "invalid_code"),
        ("00000000000000000X", "missing_code"),
        ("123456789012346", "invalid_code"),
        ("123456789012345", "legacy_number_unknown"),
    ],
)
def test_a_wrong_code_is_never_clear(city: City, text: str, why: str, now: datetime) -> None:
    checked = make.ask(city.matter, text, now=now)
    assert (checked.answer, city.only(checked)["why"]) == ("could_not_check", why)


def test_full_width_and_lower_case_are_read(city: City, now: datetime) -> None:
    entered(city)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in city.uscc)
    for text in (wide, city.uscc.lower(), " ".join((city.uscc[:8], city.uscc[8:])), f"代码：{city.uscc}"):
        assert make.ask(city.matter, text, now=now).answer == "hit"


def test_a_dispute_suspends_the_measure_and_is_not_owed(city: City, now: datetime) -> None:
    entry = entered(city)
    mark_disputed(entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=date(2026, 11, 18), actor=PLATFORM, now=now)
    checked = make.ask(city.matter, city.uscc, now=now)
    subject = city.only(checked)
    assert (checked.answer, subject["disputed"], subject["measures"][0]["suspended"]) == ("hit", True, True)
    assert subject["headline"] == "命中（存在异议，措施暂不执行）"
    assert subject["triggers"][0]["disputed"] == "存在异议 · 措施暂不执行（自 2026-11-18）"
    assert Event.objects.get(about=f"screening.receipt:{checked.number}").name == "screening.check.made"
    before = make.ask(city.matter, city.uscc, now=now, as_of=date(2026, 11, 17))
    assert city.only(before)["disputed"] is False and city.only(before)["measures"][0]["suspended"] is False


def test_a_release_ends_it_at_once_and_a_term_of_its_own_stays(city: City, now: datetime) -> None:
    entry = entered(city)
    own = collection.source(code="P-OWN")
    matter = make.matter(consults=[city.black.source_id, own])
    measures.item(code="Y-5", matter_code=matter, triggers=[own])
    collection.record(subject_id=city.firm, raised=[collection.raised("P-OWN", city.firm, own_term=True)])
    assert len(city.only(make.ask(matter, city.uscc, now=now))["triggers"]) == 2
    release(
        entry_id=entry,
        kind=ReleaseKind.EARLY,
        released_on=date(2026, 11, 20),
        document_no="x",
        reason="x",
        actor=PLATFORM,
        now=now,
    )
    assert make.ask(city.matter, city.uscc, now=now).answer == "clear"
    [applied] = city.only(make.ask(matter, city.uscc, now=now))["measures"]
    assert applied["code"] == "Y-5" and "不因名单移出而终止" in applied["own_term"]


@pytest.mark.parametrize(
    ("bad", "held", "state"), [(False, False, "offered"), (True, False, "paused"), (False, True, "unconfirmed")]
)
def test_a_reward(city: City, bad: bool, held: bool, state: str, now: datetime) -> None:
    redblack.entry(city.red.code, city.firm, papers=redblack.red_papers())
    if bad:
        entered(city)
    if held:
        collection.load(city.black.source_id, at=now, held=True)
    matter = make.matter(consults=[city.red.source_id])
    measures.reward(matter_code=matter, triggers=[city.red.source_id], unless_bad=[city.black.source_id])
    checked = make.ask(matter, city.uscc, now=now)
    subject = city.only(checked)
    assert (checked.answer, checked.complete) == ("clear", True)  # the black list is only the reward's condition
    assert [r["state"] for r in subject["rewards"]] == [state]


def test_several_subjects_the_strongest_speaks(city: City, now: datetime) -> None:
    entered(city)
    other = make.uscc()
    checked = make.ask(city.matter, f"{other}\n{city.uscc}", now=now)
    assert checked.answer == "hit"
    assert [s["answer"] for s in checked.content["subjects"]] == ["clear", "hit"]


# --- what is applied ----------------------------------------------------------------------------------------------


def test_a_replaced_measure_is_told_as_it_now_reads(city: City, now: datetime) -> None:
    entered(city)
    make.ask(city.matter, city.uscc, now=now)  # the plan is kept by the process from here on
    measures.item(code="Y-1", matter_code=city.matter, triggers=[city.black.source_id], content="新内容")
    [applied] = city.only(make.ask(city.matter, city.uscc, now=now))["measures"]
    assert applied["content"] == "新内容"


def test_a_change_of_the_application_list_counts_at_once(city: City, now: datetime) -> None:
    entered(city)
    assert make.ask(city.matter, city.uscc, now=now).answer == "hit"
    make.matter(code=city.matter, consults=[city.red.source_id])
    assert make.ask(city.matter, city.uscc, now=now).answer == "clear"


def test_a_list_that_is_no_longer_current_yields_no_hit_and_no_measure(city: City, now: datetime) -> None:
    entered(city)
    redblack.entry(city.red.code, city.firm, papers=redblack.red_papers())
    told = city.only(make.ask(city.matter, city.uscc, now=now))
    assert (told["answer"], [r["state"] for r in told["rewards"]]) == ("hit", ["paused"])
    black = {"code": city.black.code, "title": city.black.name, "freshness_days": 400, "loaded": False}
    redblack.list_type(**black, legal_status=LegalStatus.STOPPED)
    checked = make.ask(city.matter, city.uscc, now=now)  # the plan was kept by the process until now
    told = city.only(checked)
    assert (checked.answer, checked.complete, told["measures"], told["triggers"]) == ("clear", True, [], [])
    assert [r["state"] for r in told["rewards"]] == ["offered"]  # its condition no longer asks the list either
    assert f"source:{city.black.source_id}" not in Receipt.objects.get(number=checked.number).vector
    redblack.list_type(**black)
    told = city.only(make.ask(city.matter, city.uscc, now=now))
    assert (told["answer"], [m["code"] for m in told["measures"]]) == ("hit", ["Y-1"])


def test_a_check_before_the_list_was_stopped_can_be_replayed(city: City, now: datetime) -> None:
    entered(city)
    vector = Receipt.objects.get(number=make.ask(city.matter, city.uscc, now=now).number).vector
    redblack.list_type(code=city.black.code, title=city.black.name, legal_status=LegalStatus.STOPPED, loaded=False)
    day = date(2026, 11, 20)
    today = selectors.make_plan(matter_code=city.matter, stage="before", as_of=day).plan
    then = selectors.make_plan(matter_code=city.matter, stage="before", as_of=day, at=vector).plan
    assert today.consulted == {city.red.source_id} and then.consulted == {city.red.source_id, city.black.source_id}
    assert [m.code for m in today.measures] == ["Z-1"] and [m.code for m in then.measures] == ["Y-1", "Z-1"]


def test_a_repealed_law_carries_no_measure(city: City, now: datetime) -> None:
    entered(city)
    law = measures.document(code="D-OLD", title="旧法", short="旧法", effective_until=date(2026, 11, 19))
    measures.item(
        code="Y-1",
        matter_code=city.matter,
        triggers=[city.black.source_id],
        articles=[Article(document_code=law, article="第一条")],
    )
    checked = make.ask(city.matter, city.uscc, now=now)
    assert (checked.answer, checked.no_measure) == ("hit", True)
    assert not make.ask(city.matter, city.uscc, now=now, as_of=date(2026, 11, 19)).no_measure


def test_a_law_repealed_while_the_plan_is_kept(city: City, now: datetime) -> None:
    entered(city)
    law = measures.document(code="D-OLD", title="旧法", short="旧法")
    basis = [Article(document_code=law, article="第一条")]
    measures.item(code="Y-1", matter_code=city.matter, triggers=[city.black.source_id], articles=basis)
    assert not make.ask(city.matter, city.uscc, now=now).no_measure
    measures.document(code="D-OLD", title="旧法", short="旧法", effective_until=date(2026, 11, 19))
    assert make.ask(city.matter, city.uscc, now=now).no_measure


def test_a_rank_that_was_lowered_carries_no_measure_of_kind_1(city: City, now: datetime) -> None:
    entered(city)
    law = measures.document(code="D-LOW", title="某文", short="某文")
    measures.item(
        code="Y-1",
        matter_code=city.matter,
        triggers=[city.black.source_id],
        articles=[Article(document_code=law, article="第一条")],
    )
    measures.document(code="D-LOW", title="某文", short="某文", rank=Rank.NORMATIVE_DOCUMENT)
    assert make.ask(city.matter, city.uscc, now=now).no_measure


# --- who may, and what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_administrators_do_not_check(city: City, role: Role, now: datetime) -> None:
    actor = accounts.actor(role, department=make.general_window())
    if role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        with pytest.raises(checking.MayNotCheck):
            make.ask(city.matter, city.uscc, now=now, actor=actor)
    else:
        assert make.ask(city.matter, city.uscc, now=now, actor=actor).number


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"matter_code": "NOWHERE"}, UnknownMatter),
        ({"stage": "after"}, UnknownMatter),
        ({"applicants": []}, checking.NothingAsked),
        ({"applicants": [Applicant(" \n")]}, checking.NothingAsked),
        ({"applicants": [Applicant("某公司", "stranger")]}, checking.UnknownRole),
        ({"applicants": [Applicant("某公司")] * 51}, checking.TooManyAsked),
        ({"actor": Actor(kind=Kind.CLIENT, name="hall")}, checking.MayNotCheck),
        ({"actor": Actor(kind=Kind.ANONYMOUS, name="anonymous")}, checking.MayNotCheck),
    ],
)
def test_what_is_refused_leaves_no_receipt(city: City, fields, refusal, now: datetime) -> None:
    given = {
        "matter_code": city.matter,
        "stage": "before",
        "file_number": "",
        "applicants": [Applicant(city.uscc)],
        "key": "key-1",
        "actor": PLATFORM,
        "now": now,
    }
    with pytest.raises(refusal):
        check(**given | fields)
    assert not Receipt.objects.exists() and not ReceiptKey.objects.exists()


# --- receipt, fact, key -------------------------------------------------------------------------------------------


def test_receipt_and_fact_are_one(city: City, now: datetime) -> None:
    entered(city)
    clerk = accounts.actor(Role.CLERK, department=make.general_window())
    checked = make.ask(city.matter, city.uscc, now=now, actor=clerk, file_number="B-7")
    receipt = Receipt.objects.get(number=checked.number)
    fact = Event.objects.get(about=f"screening.receipt:{checked.number}")
    assert checked.number.startswith("JL-20261120-")
    assert (fact.name, fact.actor, fact.department_id) == ("screening.check.called", clerk.key, clerk.department_id)
    assert fact.payload["subject_ids"] == [city.firm] and fact.payload["answer"] == "hit"
    assert (receipt.actor, receipt.file_number, receipt.content) == (clerk.key, "B-7", checked.content)
    assert {
        "registry",
        "measures",
        "lists",
        "documents",
        "subjects",
        f"source:{city.black.source_id}",
    } <= receipt.vector.keys()
    [delivery] = Delivery.objects.filter(event_id=fact.pk)
    assert delivery.handler == "feedback.handlers.on_check_called"


def test_if_the_fact_cannot_be_written_there_is_no_receipt(
    city: City, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "CHECK_MADE", None)  # the log takes no fact without a name
    with pytest.raises(IntegrityError), transaction.atomic():
        make.ask(city.matter, city.uscc, now=now)
    assert not Receipt.objects.exists() and not ReceiptKey.objects.exists()


def test_the_same_key_gets_the_same_receipt(city: City, now: datetime) -> None:
    first = make.ask(city.matter, city.uscc, now=now, key="key-1")
    entered(city)
    later = make.ask(city.matter, city.uscc, now=now + timedelta(hours=1), key="key-1")
    assert (later.number, later.answer, later.repeated) == (first.number, "clear", True)
    assert later.content == first.content and later.checked_at == first.checked_at
    assert Receipt.objects.count() == 1
    assert Event.objects.filter(about=f"screening.receipt:{first.number}").count() == 1


def test_the_same_key_for_another_question_is_refused(city: City, now: datetime) -> None:
    make.ask(city.matter, city.uscc, now=now, key="key-1")
    for changed in ({"file_number": "B-2"}, {"role": "applicant"}):
        with pytest.raises(checking.KeyUsedForAnother):
            make.ask(city.matter, city.uscc, now=now, key="key-1", **changed)
    with pytest.raises(checking.KeyUsedForAnother):
        make.ask(city.matter, make.uscc(), now=now, key="key-1")
    other = accounts.actor(Role.CLERK, department=make.general_window())
    assert make.ask(city.matter, city.uscc, now=now, key="key-1", actor=other).repeated is False


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_one_key_get_one_receipt(city: City, now: datetime) -> None:
    start, numbers = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            numbers.append(make.ask(city.matter, city.uscc, now=now, key="key-1").number)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(numbers) == 2 and len(set(numbers)) == 1
    assert Receipt.objects.count() == 1
