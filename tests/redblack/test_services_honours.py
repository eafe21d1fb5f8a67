"""Onto a red list: compared, publicised, objections answered, decided by another; asked again on new bad conduct."""

from datetime import date, timedelta

import pytest

from audit.models import Event
from collection.services import receive_rows
from kernel.actor import Actor, Role
from redblack import handlers, services
from redblack.models import Entry, Paper, Proceeding, RecogniserTask, Statement
from redblack.rules.lists import LegalStatus, Origin
from redblack.selectors import exits as reading
from redblack.selectors import honours as asked
from redblack.services import honours, recognising
from tests.conftest import NOW
from tests.factories import accounts, collection, exits, rows
from tests.factories import redblack as make
from tests.factories.accounts import PLATFORM
from tests.factories.exits import TODAY
from tests.factories.received import received, received_list, row
from tests.factories.screening import firm, uscc
from tests.facts import facts_about, payload_of
from tests.together import at_once
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=11)  # the publicity of exits.publicised is over


def submit(candidate: int, at: exits.Desk, *, now=LATER, **fields) -> None:
    said = {"decision_no": "江诚示〔2026〕9号", "effective_until": date(2028, 11, 30)} | fields
    honours.submit_honour(proceeding_id=candidate, actor=at.drafter, now=now, **said)


def read_by(candidate: int, *, now=LATER) -> str:
    """What the reviewer's page showed at that moment."""
    one = Proceeding.objects.get(pk=candidate)
    return asked.seen_of(one, asked.compared(one.subject_id, on=day_of(now)))


def recognise(candidate: int, actor: Actor, *, now=LATER, **said) -> int:
    given = {"seen": read_by(candidate, now=now)} | said
    return honours.decide_honour(proceeding_id=candidate, actor=actor, now=now, **given)


def penalty(subject_id: int, **fields) -> int:
    """A record that speaks against whoever it is about, on a source of its own."""
    code = f"P{subject_id}"
    collection.source(code=code)
    return collection.record(subject_id=subject_id, raised=[collection.raised(code, subject_id)], **fields)


# --- candidates -----------------------------------------------------------------------------------------------------


def test_from_the_nomination_to_the_recognition() -> None:
    home, subject = exits.desk(), firm()
    candidate = exits.publicised(home, subject_id=subject)
    objection = exits.object_to(candidate, home.drafter)
    held = Statement.objects.get(pk=objection)
    assert "货款" not in held.text_ct
    [shown] = asked.objections_of(Proceeding.objects.get(pk=candidate))
    assert shown.text == "该企业拖欠货款" and shown.accepted is None
    with pytest.raises(honours.HonourRefused) as refused:
        submit(candidate, home)
    assert {r.code for r in refused.value.reasons} == {"objections_open"}
    said = {"proceeding_id": candidate, "statement_id": objection, "accepted": False, "answer": "查无此事"}
    honours.answer_objection(actor=home.drafter, now=LATER, **said)
    with pytest.raises(honours.ObjectionNotFound):
        honours.answer_objection(actor=home.drafter, now=LATER, **said)
    submit(candidate, home)
    assert [one.pk for one in asked.waiting_honours(home.reviewer, limit=9)] == [candidate]
    entry_id = recognise(candidate, home.reviewer)
    entry = Entry.objects.get(pk=entry_id)
    assert (entry.reward, entry.subject_id, entry.document_no) == (True, subject, "江诚示〔2026〕9号")
    assert (entry.publicised_from, entry.publicised_until) == (TODAY, date(2026, 11, 30))
    assert (entry.decided_on, entry.effective_until) == (date(2026, 12, 1), date(2028, 11, 30))
    one = Proceeding.objects.get(pk=candidate)
    assert (one.state, one.entry_id, one.comparison["bad"]) == ("decided", entry_id, [])
    assert Paper.objects.get(entry=entry).kind == "列入决定书"
    steps = [payload for name, payload in facts_about(f"redblack.proceeding:{candidate}")]
    assert len(steps) == 6


def test_a_bad_record_anywhere_refuses_the_publicity_and_the_recognition() -> None:
    home, listed, fined, good = exits.desk(), firm(), firm(), firm()
    exits.black(exits.desk(), subject_id=listed)
    penalty(fined)
    for subject in (listed, fined):
        with pytest.raises(honours.HonourRefused) as refused:
            exits.publicised(home, subject_id=subject)
        [reason] = [r for r in refused.value.reasons if r.code == "bad_record"]
        assert str(reason.source).endswith("第十四条")
    candidate = exits.publicised(home, subject_id=good)
    submit(candidate, home)
    penalty(good, decided_on=date(2026, 11, 25))
    with pytest.raises(honours.HonourRefused, match="在期失信信息"):
        recognise(candidate, home.reviewer, now=LATER)
    assert not Entry.objects.filter(subject_id=good).exists()


def test_what_could_not_be_asked_wants_a_note() -> None:
    home = exits.desk()
    collection.source(loaded=False, name="从未到达的名单")
    candidate = exits.nominated(home)
    with pytest.raises(honours.HonourRefused, match="从未到达的名单（未接入）"):
        honours.publicise(
            proceeding_id=candidate, begins=TODAY, ends=date(2026, 11, 30), note="", actor=home.drafter, now=NOW
        )
    kept = honours.publicise(
        proceeding_id=candidate,
        begins=TODAY,
        ends=date(2026, 11, 30),
        note="已电话核实",
        actor=home.drafter,
        now=NOW,
    ).comparison
    assert kept["note"] == "已电话核实" and "从未到达的名单（未接入）" in kept["gaps"]


def test_a_source_that_fails_after_the_publicity_wants_a_note_of_its_own() -> None:
    home = exits.desk()
    collection.source(loaded=False, name="从未到达的名单")
    candidate = exits.publicised(home)
    submit(candidate, home)
    collection.source(loaded=False, name="后来才有的名单")
    with pytest.raises(honours.HonourRefused) as refused:
        recognise(candidate, home.reviewer)
    [reason] = refused.value.reasons
    assert "后来才有的名单" in reason.message and "从未到达的名单" not in reason.message
    recognise(candidate, home.reviewer, note="已向主管部门核实")
    kept = Proceeding.objects.get(pk=candidate).comparison
    assert kept["note"].endswith("已向主管部门核实") and "后来才有的名单（未接入）" in kept["gaps"]


def test_what_the_reviewer_read_is_what_he_recognises() -> None:
    home = exits.desk()
    candidate = exits.publicised(home)
    submit(candidate, home)
    read = read_by(candidate)
    honours.send_back_honour(proceeding_id=candidate, reason="请更正文号", actor=home.reviewer, now=LATER)
    submit(candidate, home, decision_no="江诚示〔2026〕10号")
    with pytest.raises(honours.HonourMoved):
        recognise(candidate, home.reviewer, seen=read)
    assert recognise(candidate, home.reviewer)


@pytest.mark.django_db(transaction=True)
def test_who_may_stand_on_a_version_that_is_held_is_not_compared_as_clean() -> None:
    listed = received_list(fuse_rows=1)
    kept, came = uscc(), uscc()
    subject = firm(came, name="江澜乙公司")
    first = row(kept, 1, name="江澜甲公司")
    received(listed.code, [first], at=NOW)
    clean = asked.compared(subject, on=TODAY)
    version = received(listed.code, [first, row(came, 2, name="江澜乙公司")], at=NOW + timedelta(hours=1))
    assert version.state == "held"
    held = asked.compared(subject, on=TODAY)
    [doubt] = set(held.gaps) - set(clean.gaps)
    assert doubt.endswith("（待确认）") and held.bad == ()


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (TODAY, date(2026, 11, 26), "publicity_too_short"),
        (date(2026, 11, 19), date(2026, 11, 30), "publicised_in_past"),
    ],
)
def test_a_publicity_of_five_working_days(begins: date, ends: date, code: str) -> None:
    home = exits.desk()
    candidate = exits.nominated(home)
    with pytest.raises(honours.HonourRefused) as refused:
        honours.publicise(
            proceeding_id=candidate, begins=begins, ends=ends, note="已核实", actor=home.drafter, now=NOW
        )
    assert [r.code for r in refused.value.reasons] == [code]


def test_nobody_is_recognised_before_the_publicity_is_over_or_by_who_prepared_it() -> None:
    home = exits.desk()
    candidate = exits.publicised(home)
    last = NOW + timedelta(days=10)
    with pytest.raises(honours.HonourRefused, match="公示期满次日"):
        submit(candidate, home, now=last)
    submit(candidate, home)
    with pytest.raises(honours.CannotRecognise):
        recognise(candidate, home.drafter, now=LATER)
    with pytest.raises(honours.RecognisedByAnother):
        recognise(candidate, exits.also(home.drafter, Role.REVIEWER), now=LATER)
    honours.send_back_honour(proceeding_id=candidate, reason="请补充材料", actor=home.reviewer, now=LATER)
    assert Proceeding.objects.get(pk=candidate).state == "publicised"
    with pytest.raises(honours.HonourWrongState):
        recognise(candidate, home.reviewer, now=LATER)


def test_who_took_down_or_answered_an_objection_does_not_recognise() -> None:
    home = exits.desk()
    candidate = exits.publicised(home)
    heard, answered = (exits.also(exits.desk(department=home.department).drafter, Role.REVIEWER) for _ in range(2))
    objection = exits.object_to(candidate, heard)
    said = {"statement_id": objection, "accepted": False, "answer": "查无此事"}
    honours.answer_objection(proceeding_id=candidate, actor=answered, now=LATER, **said)
    submit(candidate, home)
    for one in (heard, answered):
        assert asked.waiting_honours(one, limit=9) == []
        with pytest.raises(honours.RecognisedByAnother):
            recognise(candidate, one, now=LATER)


def test_an_upheld_objection_ends_it() -> None:
    home = exits.desk()
    candidate = exits.publicised(home)
    objection = exits.object_to(candidate, home.drafter)
    honours.answer_objection(
        proceeding_id=candidate, statement_id=objection, accepted=True, answer="属实", actor=home.drafter, now=LATER
    )
    with pytest.raises(honours.HonourRefused, match="异议成立"):
        submit(candidate, home)
    honours.drop_honour(proceeding_id=candidate, reason="异议成立", actor=home.reviewer, now=LATER)
    assert Proceeding.objects.get(pk=candidate).state == "dropped"
    with pytest.raises(honours.HonourWrongState):
        exits.object_to(candidate, home.drafter)


def test_who_and_what_may_be_nominated() -> None:
    home, subject = exits.desk(), firm()
    exits.nominated(home, subject_id=subject)
    red = make.list_type(kind="reward")
    said = {"subject_id": subject, "ground": "诚信经营", "facts": "", "now": NOW}
    honours.draft_honour(list_code=red.code, actor=home.drafter, **said)
    with pytest.raises(honours.CandidateOpen):
        honours.draft_honour(list_code=red.code, actor=home.drafter, **said)
    with pytest.raises(honours.CannotPrepare):
        honours.draft_honour(list_code=red.code, actor=home.reviewer, **said)
    with pytest.raises(services.UnknownSubject):
        honours.draft_honour(list_code=red.code, actor=home.drafter, **said | {"subject_id": 0})
    with pytest.raises(honours.HonourIncomplete):
        honours.draft_honour(list_code=red.code, actor=home.drafter, **said | {"ground": "11010519491231002X"})
    for other in (make.list_type(), make.list_type(kind="reward", origin=Origin.PROVINCE)):
        with pytest.raises(honours.NotARedList):
            honours.draft_honour(list_code=other.code, actor=home.drafter, **said)
    stopped = make.list_type(kind="reward", legal_status=LegalStatus.STOPPED)
    with pytest.raises(honours.HonourRefused):
        honours.draft_honour(list_code=stopped.code, actor=home.drafter, **said)
    theirs = make.list_type(kind="reward", initiator_department_id=accounts.department().pk)
    with pytest.raises(honours.CannotPrepare):
        honours.draft_honour(list_code=theirs.code, actor=home.drafter, **said)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_recognise_once() -> None:
    home = exits.desk()
    candidate = exits.publicised(home)
    submit(candidate, home)
    outcomes = at_once(lambda: recognise(candidate, home.reviewer, now=LATER))
    assert sorted(type(one).__name__ for one in outcomes) == ["HonourWrongState", "int"]
    assert Entry.objects.filter(reward=True, document_no="江诚示〔2026〕9号").count() == 1


# --- new bad conduct ------------------------------------------------------------------------------------------------


def tasks_of(entry_id: int) -> list[RecogniserTask]:
    return list(RecogniserTask.objects.filter(entry_id=entry_id).order_by("id"))


def test_a_new_black_entry_asks_the_recognisers_of_every_honour_in_force() -> None:
    home, subject = exits.desk(), firm()
    honour = exits.red(home, subject_id=subject)
    over = exits.red(home, subject_id=subject, effective_until=date(2026, 11, 1))
    other = exits.red(home)
    made = make.list_type()
    entry_id = make.entry(made.code, subject, now=NOW, document_no="失信1号")
    [task] = tasks_of(honour)
    assert (task.cause, task.due_on) == (f"entry:{entry_id}", date(2026, 11, 27))
    assert "失信1号" in task.cause_text
    assert not tasks_of(over) and not tasks_of(other)
    told = payload_of(f"redblack.entry:{honour}", "redblack.recogniser.asked")
    assert (told["task_id"], told["due_on"]) == (task.pk, "2026-11-27")
    assert services.raise_for_entries(entry_ids=[entry_id], actor=PLATFORM, now=NOW) == 0
    assert Entry.objects.get(pk=honour).released_on is None  # a task, never an exit


def test_an_entry_that_is_no_serious_breach_asks_nobody() -> None:
    home, subject = exits.desk(), firm()
    honour = exits.red(home, subject_id=subject)
    make.entry(make.list_type(kind="abnormal").code, subject, now=NOW)
    assert not tasks_of(honour)


def test_a_grave_record_asks_once_however_often_its_fact_is_delivered() -> None:
    home, subject = exits.desk(), firm()
    honour = exits.red(home, subject_id=subject)
    record = penalty(subject)
    light = penalty(subject, grade="一般")
    for _ in range(2):
        for one in (record, light):
            handlers.on_record_taken({"record_id": one, "subject_id": subject}, now=NOW)
    assert [task.cause for task in tasks_of(honour)] == [f"record:{record}"]
    ban = collection.record(
        subject_id=subject,
        grade="一般",
        raised=[collection.raised(f"P{subject}", subject, own_term=True)],
    )
    handlers.on_record_taken({"record_id": ban, "subject_id": subject}, now=NOW)
    assert [task.cause for task in tasks_of(honour)] == [f"record:{record}", f"record:{ban}"]


def test_a_chunk_of_a_batch_asks_for_what_it_took() -> None:
    department = rows.department()
    collection.source(code="BAN")
    raises = [{"source": "BAN", "begins": "DAY", "ends": "UNTIL", "own_term": True}]
    item, good = rows.item(raises=raises), rows.row(有效期止="2027-11-15")
    subject = firm(good["统一社会信用代码"])
    honour = exits.red(exits.desk(), subject_id=subject)
    receive_rows(
        item_code=item, rows=[good], channel="page", department_id=department.pk, call_key=rows.key(),
        all_or_nothing=True, actor=rows.uploader(department), now=NOW,
    )  # fmt: skip
    [payload] = Event.objects.filter(name="collection.rows.taken").values_list("payload", flat=True)
    handlers.on_rows_taken(payload, now=NOW)
    assert [task.cause for task in tasks_of(honour)] == [f"record:{payload['first_record']}"]
    RecogniserTask.objects.all().delete()
    handlers.on_rows_taken(payload | {"first_record": 0, "last_record": 0, "changed": 1}, now=NOW)
    assert not tasks_of(honour)  # nothing was changed: the record is in its first version


def asked_about(at: exits.Desk, **fields) -> tuple[int, RecogniserTask]:
    subject = firm()
    honour = exits.red(at, subject_id=subject, **fields)
    make.entry(make.list_type().code, subject, now=NOW)
    [task] = tasks_of(honour)
    return honour, task


def test_the_exit_of_the_honour_answers_the_task() -> None:
    home = exits.desk()
    honour, task = asked_about(home)
    assert [one.pk for one in reading.open_tasks(home.drafter)] == [task.pk]
    exits.decide(exits.propose(honour, home.drafter, document_no="移1号", released_on=TODAY), home.reviewer)
    task.refresh_from_db()
    assert (task.outcome, task.answer, task.answered_by) == ("removed", "移1号", home.reviewer.key)
    assert not reading.open_tasks(home.drafter)
    with pytest.raises(recognising.TaskAnswered):
        recognising.keep(task_id=task.pk, reason="予以保留", actor=home.reviewer, now=NOW)


def test_the_recogniser_may_keep_it_with_a_reason() -> None:
    home = exits.desk()
    honour, task = asked_about(home)
    for actor, refusal in ((home.drafter, recognising.CannotAnswer), (exits.desk().reviewer, reading.TaskNotFound)):
        with pytest.raises(refusal):
            recognising.keep(task_id=task.pk, reason="处罚已撤销", actor=actor, now=NOW)
    with pytest.raises(recognising.AnswerIncomplete):
        recognising.keep(task_id=task.pk, reason=" ", actor=home.reviewer, now=NOW)
    with pytest.raises(recognising.DecidedHere):
        office = accounts.actor(Role.CREDIT_OFFICE)
        recognising.tell(task_id=task.pk, document_no="函1号", text="请复核", actor=office, now=NOW)
    recognising.keep(task_id=task.pk, reason="处罚已撤销", actor=home.reviewer, now=NOW)
    task.refresh_from_db()
    assert (task.outcome, task.answer) == ("kept", "处罚已撤销")
    assert Entry.objects.get(pk=honour).released_on is None


def test_a_recogniser_elsewhere_is_written_to_and_the_entry_stays() -> None:
    home, office = exits.desk(), accounts.actor(Role.CREDIT_OFFICE)
    honour, task = asked_about(home, origin=Origin.PROVINCE)
    said = {"task_id": task.pk, "document_no": "江信函〔2026〕3号", "text": "请依法复核"}
    with pytest.raises(recognising.DecidedElsewhere):
        recognising.keep(task_id=task.pk, reason="予以保留", actor=home.reviewer, now=NOW)
    with pytest.raises(recognising.CannotTell):
        recognising.tell(actor=home.reviewer, now=NOW, **said)
    recognising.tell(actor=office, now=NOW, **said)
    task.refresh_from_db()
    assert task.outcome == "told" and "江信函〔2026〕3号" in task.answer
    assert Paper.objects.get(entry_id=honour).kind == "告知函"
    assert Entry.objects.get(pk=honour).released_on is None
    with pytest.raises(recognising.TaskAnswered):
        recognising.tell(actor=office, now=NOW, **said)


def test_the_last_day_follows_the_calendar() -> None:
    _, task = asked_about(exits.desk())
    RecogniserTask.objects.filter(pk=task.pk).update(due_on=date(2026, 12, 31))
    handlers.on_calendar_imported({"year": 2026}, now=NOW)
    task.refresh_from_db()
    assert task.due_on == date(2026, 11, 27)
