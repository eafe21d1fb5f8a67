"""列入办理 at the pages: the queue, the steps with what stands against them, decisions already made, tables."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from accounts.selectors import actor_of_user
from audit.models import Event
from kernel.actor import Actor, Role
from redblack.models import Entry, Paper, PeriodChange, Proceeding
from redblack.services import deciding, registering
from subjects.models import Subject
from subjects.selectors import subject_of
from subjects.services import register_person
from tests.factories import accounts
from tests.factories import proceedings as make
from tests.factories.accounts import PLATFORM
from tests.factories.collection import record
from tests.factories.proceedings import NOW, PDF
from tests.factories.screening import uscc
from tests.factories.subjects import citizen_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DAY = timedelta(days=1)


class Desk:
    def __init__(self, *roles: Role, department: Department) -> None:
        self.user = accounts.user(*roles, department=department)
        self.actor: Actor = actor_of_user(self.user)

    @property
    def client(self) -> Client:
        """Logged in now: a test moves the clock past the end of any session."""
        client = Client()
        client.force_login(self.user)
        return client

    def get(self, page: str, *args: object, status: int = 200, **query: object) -> str:
        response = self.client.get(reverse(f"redblack:{page}", args=args), query)
        assert response.status_code == status, response.content.decode()
        return response.content.decode()

    def post(self, page: str, *args: object, status: int = 302, **said: object) -> Any:
        response = self.client.post(reverse(f"redblack:{page}", args=args), said)
        assert response.status_code == status, re.sub(r"<[^>]+>", " ", response.content.decode())
        return response.content.decode()


@pytest.fixture
def at(db: None) -> make.Bench:
    return make.bench()


@pytest.fixture
def clerk(at: make.Bench) -> Desk:
    return Desk(Role.UPLOADER, department=at.department)


@pytest.fixture
def reviewer(at: make.Bench) -> Desk:
    return Desk(Role.REVIEWER, department=at.department)


def pdf(name: str = "决定书.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def made_fields(at: make.Bench, **said: object) -> dict[str, object]:
    content = make.made_content()
    wanted = ("ground", "facts", "legal_basis", "measures_told", "exit_route", "remedies", "decision_no")
    wanted = (*wanted, "notice_no", "served_way")
    days = ("notice_served_on", "statement_due_on", "decided_on", "effective_from", "effective_until")
    return (
        {"list_code": at.list_code, "code": subject_of(at.subject_id).uscc, "decision": pdf()}
        | {name: getattr(content, name) for name in wanted}
        | {name: getattr(content, name).isoformat() for name in days}
        | said
    )


# --- walked here --------------------------------------------------------------------------------------------------


def test_from_the_queue_to_the_entry(at: make.Bench, clerk: Desk, reviewer: Desk, frozen: Any) -> None:
    clerk.post("propose", list_code=at.list_code, code=subject_of(at.subject_id).uscc)
    row = Proceeding.objects.get()
    page = clerk.get("proceeding", row.pk)
    assert "没有写明事实" in page and "国办发〔2020〕49号" in page
    refused = clerk.post("make_notice", row.pk, notice_no="告〔2026〕1号", status=409)
    assert "没有写明事实" in refused and "国办发〔2020〕49号 列入前告知" in refused
    fields = {name: getattr(make.content(), name) for name in ("ground", "facts", "measures_told", "decision_no")}
    fields |= {name: getattr(row, name) for name in ("legal_basis", "exit_route", "remedies")}
    token = re.search(r'name="token" value="(\w+)"', clerk.get("edit_proceeding", row.pk))[1]
    clerk.post("edit_proceeding", row.pk, token=token, effective_until="2029-11-19", **fields)
    assert "瞒报事故一起" in clerk.get("proceeding", row.pk)
    clerk.post("make_notice", row.pk, notice_no="告〔2026〕1号")
    early = clerk.post("record_service", row.pk, served_on="2026-11-19", way="直接", status=409)
    assert "送达日期早于告知书的制作日期" in early
    clerk.post("record_service", row.pk, served_on="2026-11-20", way="直接", receipt=pdf("回证.pdf"))
    refused = clerk.post("submit_proceeding", row.pk, status=409)
    assert "尚未届满。自 2026-11-28 起可以提交决定" in refused and "行政处罚法" in refused
    frozen.move_to(NOW + 8 * DAY)
    clerk.post("submit_proceeding", row.pk)
    own = clerk.post("decide_proceeding", row.pk, token=make.seen(row.pk), status=409)
    assert "浙江省公共信用信息管理条例 第二十四条" in own
    assert "您是本件的提出人" in clerk.get("proceeding", row.pk)
    page = reviewer.get("proceeding", row.pk)
    assert "列入决定书" in page and "救济途径" in page and "退回经办人" in page
    reviewer.post("decide_proceeding", row.pk, token="0" * 20, status=409)
    reviewer.post("decide_proceeding", row.pk, token=make.seen(row.pk))
    assert Entry.objects.get().effective_from == date(2026, 11, 28)
    page = clerk.get("proceeding", row.pk)
    assert "已列入" in page and reverse("redblack:entry", args=[Entry.objects.get().pk]) in page
    for paper in Paper.objects.filter(proceeding=row):
        response = reviewer.client.get(reverse("redblack:paper", args=[paper.pk]))
        assert response.status_code == 200 and response.content.startswith(b"%PDF-")


def test_statements_stops_and_extensions(at: make.Bench, clerk: Desk, frozen: Any) -> None:
    made = make.served(at, now=NOW)  # due on the 27th
    said = {"received_on": "2026-11-20", "way": "书面", "text": "并未瞒报"}
    wrong = clerk.post("record_statement", made, status=422, **said | {"received_on": "20日"})
    assert "日期的写法应为" in wrong and "并未瞒报" in wrong
    clerk.post("record_statement", made, paper=pdf("申辩书.pdf"), **said)
    statement = Proceeding.objects.get(pk=made).statements.get()
    assert "待答复" in clerk.get("proceeding", made) and "并未瞒报" in clerk.get("proceeding", made)
    office = Desk(Role.CREDIT_OFFICE, department=accounts.department())
    assert "并未瞒报" not in office.get("proceeding", made)
    clerk.post("stop_period", made, from_day="2026-11-20", reason="当事人住院")
    page = clerk.get("proceeding", made)
    assert "期限正在中止" in page and "恢复" in page
    again = clerk.post("stop_period", made, from_day="2026-11-20", reason="又一次", status=409)
    assert "已经中止" in again
    frozen.move_to(NOW + 4 * DAY)
    clerk.post("resume_period", made, last_day="2026-11-24")
    assert Proceeding.objects.get(pk=made).statement_due_on == date(2026, 12, 1)
    clerk.post("extend_period", made, days="2", reason="证据较多")
    assert Proceeding.objects.get(pk=made).statement_due_on == date(2026, 12, 3)
    assert PeriodChange.objects.filter(proceeding_id=made).count() == 2
    clerk.post("extend_period", made, days="0", reason="x", status=422)
    frozen.move_to(NOW + 14 * DAY)
    assert "没有答复" in clerk.post("submit_proceeding", made, status=409)
    clerk.post("answer_statement", statement.pk, accepted="no", answer="系统无上报记录")
    clerk.post("submit_proceeding", made)


def test_a_proposal_from_a_collected_record(at: make.Bench, clerk: Desk) -> None:
    from_record = record(subject_id=at.subject_id, raised=[], document_no="某罚〔2026〕77号")
    assert "没有找到这样的记录" in clerk.get("propose", q="某罚〔2026〕77号")  # reported by the platform, not by us
    assert clerk.client.get(reverse("redblack:propose"), {"record": from_record}).status_code == 404
    type(record_row := _record(from_record)).objects.filter(pk=from_record).update(provider=at.department)
    assert record_row.document_no in clerk.get("propose", q="某罚〔2026〕77号")
    page = clerk.get("propose", record=from_record)
    assert "某罚〔2026〕77号" in page and 'name="code"' not in page
    response = clerk.client.post(f"{reverse('redblack:propose')}?record={from_record}", {"list_code": at.list_code})
    assert response.status_code == 302
    assert "某罚〔2026〕77号" in Proceeding.objects.get().ground


def _record(record_id: int) -> Any:
    from_model = Proceeding._meta.apps.get_model("collection", "Record")
    return from_model.objects.get(pk=record_id)


@pytest.mark.parametrize(
    ("code", "name", "message"),
    [
        ("91339901MA9K2D3FX5", "", "校验"),
        ("某某公司", "", "仅凭名称不能列入"),
        ("91339901MA9K2D3FX4", "", "请同时填写主体名称"),
        ("known", "另一家公司", "不一致"),
        ("person", "", "没有登记该主体"),
    ],
)
def test_whom_a_code_does_not_mean(code: str, name: str, message: str, at: make.Bench, clerk: Desk) -> None:
    text = {"known": subject_of(at.subject_id).uscc, "person": citizen_id()}.get(code, code)
    before = Subject.objects.count()
    response = clerk.client.post(reverse("redblack:propose"), {"list_code": at.list_code, "code": text, "name": name})
    assert response.status_code in (400, 404) and message in response.content.decode()
    assert Subject.objects.count() == before and not Proceeding.objects.exists()


def test_a_firm_nobody_knows_is_entered_with_its_name(at: make.Bench, clerk: Desk) -> None:
    code = uscc()
    clerk.post("propose", list_code=at.list_code, code=code, name="江澜新来公司")
    assert Subject.objects.get(uscc=code).pk == Proceeding.objects.get().subject_id


# --- decided elsewhere --------------------------------------------------------------------------------------------


def test_scene_eight_three_tries(at: make.Bench, clerk: Desk, reviewer: Desk) -> None:
    wrong = clerk.post("register_decision", status=409, **made_fields(at, decided_on="2026-11-01", effective_from=""))
    assert "决定日期 2026-11-01 早于告知送达日期 2026-11-02，不得列入" in wrong
    assert "国办发〔2020〕49号 列入前告知" in wrong and not Proceeding.objects.exists()
    clerk.post("register_decision", **made_fields(at))
    row = Proceeding.objects.get()
    second = clerk.post("decide_proceeding", row.pk, token=make.seen(row.pk), status=409)
    assert "不能由您作出决定" in second and "第二十四条" in second and not Entry.objects.exists()
    reviewer.post("decide_proceeding", row.pk, token=make.seen(row.pk))
    entry = Entry.objects.get()
    assert (entry.decided_on, entry.effective_from) == (date(2026, 11, 12), date(2026, 11, 12))
    assert entry.document_no == row.decision_no


def test_a_decision_without_its_paper_or_dates_is_not_registered(at: make.Bench, clerk: Desk) -> None:
    fields = made_fields(at)
    del fields["decision"]
    assert "列入决定书" in clerk.post("register_decision", status=422, **fields)
    assert "决定日期" in clerk.post("register_decision", status=422, **made_fields(at, decided_on=""))
    program = SimpleUploadedFile("决定书.pdf", b"MZ")
    assert "PDF" in clerk.post("register_decision", status=400, **made_fields(at, decision=program))
    assert "决定日期晚于今天" in clerk.post(
        "register_decision", status=409, **made_fields(at, decided_on="2026-11-25", effective_from="2026-11-25")
    )
    assert not Proceeding.objects.exists() and not Paper.objects.exists()


def test_what_was_sent_back_is_mended_and_submitted_again(at: make.Bench, clerk: Desk, reviewer: Desk) -> None:
    made = make.registered(at, now=NOW)
    reviewer.post("send_back_proceeding", made, reason="等级漏填")
    assert "等级漏填" in clerk.get("proceeding", made)
    content = make.made_content()
    page = clerk.get("edit_proceeding", made)
    token = re.search(r'name="token" value="(\w+)"', page)[1]
    assert 'value="2026-11-12"' in page
    fields = made_fields(at, grade="严重", decision_no=content.decision_no, exit_route="满一年", remedies="复议")
    clerk.post("edit_proceeding", made, token=token, **fields)
    clerk.post("submit_proceeding", made)
    assert Proceeding.objects.get(pk=made).grade == "严重"


# --- a table of them ----------------------------------------------------------------------------------------------


def table(*rows: dict[str, object]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    headings = list({heading: None for row in rows for heading in row})
    sheet.append(headings)
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])
    memory = BytesIO()
    book.save(memory)
    return SimpleUploadedFile("登记表.xlsx", memory.getvalue())


def line(code: str, **said: object) -> dict[str, object]:
    return {
        "主体名称": "江澜某公司",
        "统一社会信用代码": code,
        "决定书文号": "某列〔2026〕5号",
        "列入事由": "瞒报",
        "法律依据": "《安全生产法》第七十八条",
        "惩戒措施提示": "暂停审批",
        "移出条件": "满一年可以申请",
        "救济途径": "可以申请行政复议",
        "告知送达日期": "2026-11-02",
        "决定日期": "2026年11月12日",
        "列入日期": "2026-11-12",
        "截止日期": "2029-11-11",
    } | said


def test_each_row_of_a_table_is_judged_for_itself(at: make.Bench, clerk: Desk, reviewer: Desk) -> None:
    name = subject_of(at.subject_id).name
    bad_code, person, fresh = "91339901MA9K2D3FX5", citizen_id(), uscc()
    rows = [
        line(subject_of(at.subject_id).uscc, 主体名称=name),
        line(uscc(), 决定日期="2026-11-01", 列入日期="2026-11-01"),
        line(bad_code),
        line(person),
        line(fresh, 决定日期="去年"),
        line(uscc(), 主体名称="江澜好公司", 涉及金额="1万"),
        line(subject_of(at.subject_id).uscc, 主体名称="别的公司"),
    ]
    subjects = Subject.objects.count()
    page = clerk.post("register_table", status=200, list_code=at.list_code, file=table(*rows))
    assert "提交 1 件，退回 6 行" in page
    for reason in ("早于告知送达日期", "校验", "疑为公民身份号码", "去年 不是有效日期", "不是数字", "不一致"):
        assert reason in page
    assert person not in page and "国办发〔2020〕49号" in page
    assert Subject.objects.count() == subjects
    again = clerk.post("register_table", status=200, list_code=at.list_code, file=table(rows[0]))
    assert "提交 0 件，退回 1 行" in again and "正在进行" in again
    made = Proceeding.objects.get()
    assert made.papers.get().kind == "其他"
    reviewer.post("decide_proceeding", made.pk, token=make.seen(made.pk))
    assert Entry.objects.get().subject_id == at.subject_id


def test_the_empty_table_is_read_as_it_was_filled_in(at: make.Bench, clerk: Desk) -> None:
    response = clerk.client.get(reverse("redblack:decision_table"))
    book = openpyxl.load_workbook(BytesIO(response.content))
    headings = [cell.value for cell in book.active[1]]
    name = subject_of(at.subject_id).name
    said = line(subject_of(at.subject_id).uscc, 主体名称=name) | {"失信等级": "严重", "涉及金额（元）": "35000"}
    said["移出条件和程序"] = said.pop("移出条件")
    book.active.append([said.get(heading) for heading in headings])
    memory = BytesIO()
    book.save(memory)
    file = SimpleUploadedFile("登记表.xlsx", memory.getvalue())
    page = clerk.post("register_table", status=200, list_code=at.list_code, file=file)
    assert "提交 1 件，退回 0 行" in page
    assert (Proceeding.objects.get().grade, int(Proceeding.objects.get().amount)) == ("严重", 35000)


def test_a_table_that_is_too_long_is_refused_whole(
    at: make.Bench, clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "LIMITS", replace(registering.LIMITS, rows=1))
    rows = [line(uscc(), 主体名称="江澜甲公司"), line(uscc(), 主体名称="江澜乙公司")]
    said = {"list_code": at.list_code, "file": table(*rows)}
    response = clerk.client.post(reverse("redblack:register_table"), said)
    assert response.status_code == 400 and not Proceeding.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a table", b"\x89PNG\r\n"])
def test_what_is_no_table_is_refused_whole(content: bytes, at: make.Bench, clerk: Desk) -> None:
    file = SimpleUploadedFile("登记表.xlsx", content)
    response = clerk.client.post(reverse("redblack:register_table"), {"list_code": at.list_code, "file": file})
    assert response.status_code in (400, 422) and not Proceeding.objects.exists()


# --- a natural person ---------------------------------------------------------------------------------------------


def test_a_person_is_named_by_his_number_in_the_form_and_nowhere_else(at: make.Bench, clerk: Desk) -> None:
    number = citizen_id()
    person = register_person(name="沈国平", id_kind="citizen_id", id_number=number, actor=PLATFORM, now=NOW)
    clerk.post("propose", list_code=at.list_code, code=number)
    row = Proceeding.objects.get()
    assert row.subject_id == person
    page = clerk.get("proceeding", row.pk)
    assert "沈某某" in page and "沈国平" not in page and number not in page
    text = clerk.post("propose", list_code=at.list_code, code=number, status=409)  # open already
    assert "正在进行" in text
    facts = [str(event.payload) for event in Event.objects.all()]
    assert not [fact for fact in facts if number in fact or "沈国平" in fact]


# --- the queue ----------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_is_on_the_way_in_the_readers_departments(at: make.Bench, clerk: Desk) -> None:
    make.drafted(at, now=NOW)
    make.submitted(make.bench(), now=NOW)
    page = clerk.get("proceedings")
    assert "拟列入" in page and "待决定" not in page.split("<tbody")[1]
    assert "没有这样的列入办理" in clerk.get("proceedings", state="submitted")
    office = Desk(Role.CREDIT_OFFICE, department=accounts.department())
    whole = office.get("proceedings")
    assert whole.count('scope="row"') == 2 and "提出列入</a>" not in whole


def test_a_long_queue_turns_by_key(clerk: Desk, at: make.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redblack.views.proceedings.PAGE", 1)
    first = make.drafted(at, now=NOW)
    second = make.drafted(make.bench(department=at.department), now=NOW)
    page = clerk.get("proceedings")
    assert f"/proceedings/{second}/" in page and f"/proceedings/{first}/" not in page
    assert f"/proceedings/{first}/" in clerk.get("proceedings", after=second)
    assert "没有这样的列入办理" not in clerk.get("proceedings", after="x")


def test_only_periods_that_are_over(at: make.Bench, clerk: Desk) -> None:
    over = make.served(at, now=NOW - 14 * DAY)
    running = make.served(make.bench(department=at.department), now=NOW)
    page = clerk.get("proceedings", over="1")
    assert f"/proceedings/{over}/" in page and f"/proceedings/{running}/" not in page
    assert "期满" in page


def test_one_who_only_decides_sees_no_buttons_of_preparation(at: make.Bench, reviewer: Desk) -> None:
    made = make.drafted(at, now=NOW)
    page = reviewer.get("proceeding", made)
    assert "由本部门的经办人员办理" in page and "制作列入事先告知书</button>" not in page
    assert reviewer.client.get(reverse("redblack:edit_proceeding", args=[made])).status_code == 403
    assert deciding.DecidedByProposer.message  # the words that the page of the proposer shows
