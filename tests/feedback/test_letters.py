"""措施实施告知书: when it may be written, what it says, and that it is sealed, numbered and read on record (D10)."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import Department
from feedback import selectors, services
from feedback.models import Due, Letter
from feedback.rules.cases import Action, Report
from feedback.rules.letters import Called, Carried, LetterText, letter_of, may_be_served, may_write, proposed
from feedback.services import letters
from kernel.actor import Actor, Role
from redblack.rules.lists import Ground, ReleaseKind
from redblack.services import mark_disputed, release
from screening.models import Matter, ResponseTask
from screening.rules.responses import Verb
from screening.selectors.responses import marks_of
from screening.services.responses import Scope, answer, reconcile
from tests.conftest import NOW
from tests.factories import accounts, collection, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.facts import facts_about, payload_of
from tests.together import at_once

TODAY = NOW.date()
CALLED = Called(
    source="严重违法失信名单", document_no="江市监失信列〔2026〕4号", authority="江澜市市场监督管理局",
    ground="严重违法", since=date(2026, 3, 2), until=date(2029, 3, 1), own_term=False,
)  # fmt: skip
CARRIED = Carried(
    department_id=1, subject_id=1, name="江澜恒泰食品有限公司", code="91339901MA9K3H5T3Y", person=False,
    measure_code="Y2", measure="提高检查频次", term="列入期间", articles=("《某法》第一条",), called=(CALLED,),
    reward=False, done=True, suspended=False, ended=False,
)  # fmt: skip
TEXT = LetterText(
    document_no="江市监告〔2026〕1号", reason="列入名单", remedies="可以申请行政复议", lifting="移出即停"
)


# --- rules ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("carried", "text", "codes"),
    [
        ({}, {}, []),
        ({"reward": True}, {}, ["reward"]),
        ({"done": False}, {}, ["not_done"]),
        ({"suspended": True}, {}, ["suspended"]),
        ({"ended": True, "done": False}, {}, ["ended"]),
        ({"articles": ()}, {}, ["no_basis"]),
        ({}, {"document_no": " "}, ["document_no_missing"]),
        (
            {},
            {"reason": "", "remedies": "", "lifting": ""},
            ["reason_missing", "remedies_missing", "lifting_missing"],
        ),
    ],
)
def test_when_a_letter_may_be_written(carried: dict[str, Any], text: dict[str, Any], codes: list[str]) -> None:
    verdict = may_write(replace(CARRIED, **carried), replace(TEXT, **text))
    assert [reason.code for reason in verdict.against] == codes


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (3, True), (4, False)])
def test_when_it_may_have_been_served(days: int, may: bool) -> None:
    written = date(2026, 11, 16)
    served = written + timedelta(days=days)
    assert bool(may_be_served(written_on=written, served_on=served, today=date(2026, 11, 19))) is may


def test_the_wording_that_the_form_begins_with() -> None:
    own = replace(CALLED, own_term=True, document_no="江市监处罚〔2026〕31号", until=date(2031, 2, 25))
    text = proposed(replace(CARRIED, called=(CALLED, own, CALLED)), department="江澜市市场监督管理局")
    assert "江市监失信列〔2026〕4号" in text.reason and "自 2026-03-02 至 2029-03-01" in text.reason
    assert "移出之日起停止" in text.lifting and "至 2031-02-25 期满解除，不因名单移出而终止" in text.lifting
    assert "行政复议" in text.remedies and text.remedies.count("江澜市市场监督管理局") == 2
    person = letter_of(replace(CARRIED, person=True, name="沈某某"), TEXT, agency="某局", on=TODAY)
    assert person["to"] == "沈某某" and person["notes"] and "91339901" not in str(person)


# --- services -------------------------------------------------------------------------------------------------------
class Case:
    """A firm met by a measure at a window, and the department that implements the matter."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.black = redblack.list_type()
        self.matter = make.matter(consults=[self.black.source_id])
        measures.item(code="Y-1", matter_code=self.matter, triggers=[self.black.source_id], content="限制申请")
        uscc = make.uscc()
        self.firm = make.firm(uscc, name="江澜告知有限公司")
        self.entry = redblack.entry(self.black.code, self.firm)
        number = make.ask(self.matter, uscc, now=now).number
        services.open_dues(number=number, actor=PLATFORM, now=now)
        self.due = Due.objects.get(number=number)
        self.unit: Department = Matter.objects.get(code=self.matter).implementing_department
        self.staff = accounts.actor(Role.UPLOADER, department=self.unit)

    def report(self, action: Action = Action.DONE) -> None:
        content = Report(
            action=action,
            reason="已说明",
            content="未予受理",
            amount=None,
            done_from=None,
            done_until=None,
            effect="",
        )
        services.report(
            due_id=self.due.pk, seen_version=self.due.cases.count(), content=content, actor=self.staff, now=self.now
        )

    def write(self, *, actor: Actor | None = None, **fields: Any) -> int:
        text = replace(TEXT, **fields)
        return letters.write_for_due(due_id=self.due.pk, text=text, actor=actor or self.staff, now=self.now)


@pytest.fixture
def case(db: None, now: datetime) -> Case:
    return Case(now)


def words(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")


@pytest.mark.django_db
def test_a_letter_follows_a_report_and_says_what_the_law_asks(case: Case) -> None:
    with pytest.raises(letters.LetterRefused, match="尚未登记措施已实施"):
        case.write()
    case.report(Action.NOT_DONE)
    with pytest.raises(letters.LetterRefused):
        case.write()
    case.report()
    letter_id = case.write()
    letter = Letter.objects.get()
    assert (letter.subject_id, letter.department_id, letter.written_on) == (case.firm, case.unit.pk, TODAY)
    assert payload_of(f"feedback.letter:{letter_id}", "feedback.letter.written")["file_id"] == letter.file_id
    name, stream = letters.open_letter(letter_id=letter_id, actor=case.staff, now=case.now)
    with stream:
        said = words(stream.read())
    assert name == "措施实施告知书 江市监告〔2026〕1号.pdf"
    for part in (
        "措施实施告知书",
        "江市监告〔2026〕1号",
        "江澜告知有限公司",
        "限制申请",
        "理由",
        "依据",
        "救济途径",
        "解除条件",
        *letter.articles,
    ):
        assert part in said, part
    assert [fact for fact, _ in facts_about(f"feedback.letter:{letter_id}")][-1] == "feedback.letter.opened"
    with pytest.raises(letters.NumberTaken):
        case.write()
    assert case.write(document_no="江市监告〔2026〕2号")
    assert len(selectors.letters_of(due_id=case.due.pk)) == 2


@pytest.mark.django_db
def test_no_letter_while_it_is_suspended_or_when_it_has_ended(case: Case) -> None:
    case.report()
    mark_disputed(entry_id=case.entry, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=PLATFORM, now=case.now)
    with pytest.raises(letters.LetterRefused, match="存在异议"):
        case.write()
    release(
        entry_id=case.entry, kind=ReleaseKind.CORRECTED, released_on=TODAY, document_no="移1号", reason="更正",
        actor=PLATFORM, now=case.now,
    )  # fmt: skip
    with pytest.raises(letters.LetterRefused, match="已移出或终止"):
        case.write()
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_who_writes_and_who_reads(case: Case) -> None:
    case.report()
    with pytest.raises(letters.CannotWrite):
        case.write(actor=accounts.actor(Role.CREDIT_OFFICE))
    with pytest.raises(selectors.DueNotFound):
        case.write(actor=accounts.actor(Role.UPLOADER))
    with pytest.raises(letters.LetterTellsAPerson):
        case.write(reason=f"负责人 {make.citizen_id()}")
    letter_id = case.write()
    with pytest.raises(selectors.LetterNotFound):
        letters.open_letter(letter_id=letter_id, actor=accounts.actor(Role.UPLOADER), now=case.now)
    said: dict[str, Any] = {"letter_id": letter_id, "actor": case.staff, "now": case.now}
    with pytest.raises(letters.WayUnknown):
        letters.serve(served_on=TODAY, way="飞鸽", **said)
    with pytest.raises(letters.LetterRefused):
        letters.serve(served_on=TODAY + timedelta(days=1), way="邮寄", **said)
    letters.serve(served_on=TODAY, way="邮寄", **said)
    with pytest.raises(letters.AlreadyServed):
        letters.serve(served_on=TODAY, way="直接", **said)
    letter = Letter.objects.get()
    assert (letter.served_on, letter.served_way, letter.served_by) == (TODAY, "邮寄", case.staff.key)
    assert payload_of(f"feedback.letter:{letter_id}", "feedback.letter.served")["way"] == "邮寄"


@pytest.mark.django_db
def test_a_letter_cites_only_what_calls_for_its_measure_and_concerns_its_addressee(now: datetime) -> None:
    calls, other = collection.source(code="P-CALLS"), collection.source(code="P-OTHER")
    matter, uscc = make.matter(consults=[calls, other]), make.uscc()
    measures.item(code="Y-9", matter_code=matter, triggers=[calls], content="限制申请")
    firm, person = make.firm(uscc), make.person()
    record = collection.record(
        subject_id=firm,
        raised=[
            collection.raised("P-CALLS", firm, own_term=True),
            collection.raised("P-OTHER", firm),
            collection.raised("P-CALLS", person, responsible=True),
        ],
    )
    number = make.ask(matter, uscc, now=now).number
    services.open_dues(number=number, actor=PLATFORM, now=now)
    due = Due.objects.get(number=number)
    [called] = selectors.carried_by_due(due, today=TODAY).called
    marks = marks_of([f"record:{record}"], as_of=TODAY)
    assert {(who, on) for _, who, on in marks} == {(firm, calls), (firm, other), (person, calls)}
    assert (called.source, called.own_term) == (marks[f"record:{record}", firm, calls].source, True)


@pytest.mark.django_db(transaction=True)
def test_a_response_that_a_letter_is_written_about_waits_for_it(now: datetime) -> None:
    unit, black = accounts.department(), redblack.list_type()
    measures.item(code="R-8", kind=2, triggers=[black.source_id], department_id=unit.pk)
    redblack.entry(black.code, make.firm())
    reconcile(scope=Scope(), actor=PLATFORM, now=now)
    task, staff = ResponseTask.objects.get(), accounts.actor(Role.REVIEWER, department=unit)
    answer(task_ids=[task.pk], verb=Verb.RESPOND, text="已列入", actor=staff, now=now)

    def change() -> None:
        with transaction.atomic():  # a foreign key alone would let it through
            ResponseTask.objects.select_for_update(nowait=True, no_key=True).get(pk=task.pk)

    with transaction.atomic():
        letters.write_for_response(response_id=task.pk, text=TEXT, actor=staff, now=now)
        [refused] = at_once(change, hands=1)
    assert isinstance(refused, OperationalError)
    assert at_once(change, hands=1) == [None]


@pytest.mark.django_db
def test_a_letter_after_a_response_reaches_a_person_under_a_masked_name(now: datetime) -> None:
    unit, person = accounts.department(), make.person(name="沈建国")
    source = collection.source(code="P-BAN")
    measures.item(
        code="R-9", kind=2, triggers=[source], department_id=unit.pk, extends_to_responsible=True, content="重点监管"
    )
    collection.record(
        subject_id=make.firm(), raised=[collection.raised("P-BAN", person, responsible=True, own_term=True)]
    )
    reconcile(scope=Scope(), actor=PLATFORM, now=now)
    task = ResponseTask.objects.get()
    staff = accounts.actor(Role.REVIEWER, department=unit)
    with pytest.raises(letters.LetterRefused, match="登记响应"):
        letters.write_for_response(response_id=task.pk, text=TEXT, actor=staff, now=now)
    answer(task_ids=[task.pk], verb=Verb.RESPOND, text="已列入", actor=staff, now=now)
    letter_id = letters.write_for_response(response_id=task.pk, text=TEXT, actor=staff, now=now)
    _, stream = letters.open_letter(letter_id=letter_id, actor=staff, now=now)
    with stream:
        said = words(stream.read())
    assert "沈建国" not in said and "姓名以送达时核对的身份证件为准" in said and "重点监管" in said


# --- pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_from_the_report_to_the_served_letter(client: Client, case: Case) -> None:
    client.force_login(accounts.user(Role.UPLOADER, department=case.unit))
    case.report()
    place = reverse("feedback:due_letter", args=[case.due.pk])
    assert place in client.get(reverse("feedback:report", args=[case.due.pk])).content.decode()
    page = client.get(place)
    said = {field.name: field.value() for field in page.context["form"]}
    assert "至 2029-03-01" in said["reason"]
    refused = client.post(place, said)
    assert refused.status_code == 409 and "文号为空" in refused.content.decode()
    assert "第二十八条" in refused.content.decode()
    made = client.post(place, said | {"document_no": "江市监告〔2026〕9号"})
    assert made.status_code == 302
    shown = client.get(made["Location"]).content.decode()
    assert "江市监告〔2026〕9号" in shown and "未送达" in shown
    letter = Letter.objects.get()
    file = client.get(reverse("feedback:letter_file", args=[letter.pk]))
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")
    served = reverse("feedback:serve_letter", args=[letter.pk])
    assert client.post(served, {"served_on": "去年", "way": "直接"}).status_code == 400
    assert client.post(served, {"served_on": "2020-01-01", "way": "直接"}).status_code == 409
    assert len(client.get(reverse("feedback:letters"), {"unserved": "1"}).context["rows"]) == 1
    assert client.post(served, {"served_on": TODAY.isoformat(), "way": "直接"}).status_code == 302
    assert not client.get(reverse("feedback:letters"), {"unserved": "1"}).context["rows"]
    assert "江市监告〔2026〕9号" in client.get(reverse("feedback:letters")).content.decode()
    client.force_login(accounts.user(Role.UPLOADER))
    assert client.get(place).status_code == 404
    assert client.get(reverse("feedback:letter_file", args=[letter.pk])).status_code == 404
