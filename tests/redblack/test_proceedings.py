"""A listing from proposal to decision, by the services: each step in its turn, by whom it belongs to."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest

from kernel.actor import Role
from kernel.errors import NotFound
from office.rules.holidays import DayRow
from office.services import import_year, open_file
from redblack.handlers import on_calendar_imported
from redblack.models import Binding, Entry, Paper, Proceeding, Statement
from redblack.rules.lists import LegalStatus
from redblack.rules.states import ProceedingState
from redblack.selectors import proceedings as reading
from redblack.services import deciding, hearing, proceedings
from redblack.services.entries import CannotBind, CannotDecide
from redblack.services.hearing import NotYetAllowed
from redblack.services.proceedings import CannotPrepare, Upload, WrongStep
from tests.factories import accounts
from tests.factories import proceedings as make
from tests.factories.proceedings import decide
from tests.facts import facts_about, payload_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def state(proceeding_id: int) -> str:
    return Proceeding.objects.get(pk=proceeding_id).state


def text_of(paper: Paper) -> str:
    with open_file(file_id=paper.file_id) as stream:
        pages = pypdf.PdfReader(BytesIO(stream.read())).pages
        return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def why(refused) -> str:
    return "".join(reason.message for reason in refused.value.reasons)


# --- the whole way ------------------------------------------------------------------------------------------------


def test_from_proposal_to_an_entry_that_binds_from_the_day_of_the_decision(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now, grade="严重", amount=Decimal("12000.00"), effective_until=date(2029, 11, 19))
    entry = Entry.objects.get(pk=decide(made, at, now=now))
    row = Proceeding.objects.get(pk=made)
    assert (row.state, row.entry_id, row.decided_on) == ("decided", entry.pk, date(2026, 11, 20))
    assert (entry.decided_on, entry.effective_from) == (date(2026, 11, 20), date(2026, 11, 20))
    assert (entry.notice_served_on, entry.grade, entry.amount) == (date(2026, 11, 6), "严重", Decimal("12000.00"))
    assert entry.authority == at.department.name and entry.authority_department_id == at.department.pk
    assert Binding.objects.get(entry=entry).valid_from == date(2026, 11, 20)
    names = [name for name, _ in facts_about(f"redblack.proceeding:{made}")]
    assert names == [
        "redblack.proceeding.drafted",
        "redblack.paper.attached",
        "redblack.proceeding.noticed",
        "redblack.proceeding.served",
        "redblack.proceeding.submitted",
        "redblack.paper.attached",
        "redblack.proceeding.decided",
    ]
    assert payload_of(f"redblack.entry:{entry.pk}", "redblack.entry.entered")["subject_id"] == at.subject_id


def test_the_notice_tells_facts_basis_measures_and_rights(now: datetime) -> None:
    at = make.bench()
    made = make.noticed(at, now=now)
    told = text_of(Paper.objects.get(proceeding_id=made, kind="列入事先告知书"))
    for words in (
        at.department.name,
        f"某失信告〔2026〕{made}号",
        "2026年9月3日瞒报事故一起。",
        "《安全生产法》第七十八条",
        "（1）暂停项目审批",
        "5个工作日内",
        "陈述、申辩",
        "满一年可以申请",
    ):
        assert words.replace(" ", "") in told


def test_the_decision_states_ground_basis_measures_exit_and_remedies(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now, effective_until=date(2029, 11, 19))
    decide(made, at, now=now)
    said = text_of(Paper.objects.get(proceeding_id=made, kind="列入决定书"))
    for words in (
        "列入事由",
        "瞒报生产安全事故",
        "列入依据",
        "失信惩戒措施提示",
        "移出条件和程序",
        "救济途径",
        "行政复议",
        "2026年11月6日以直接方式",
        "2029年11月19日止",
        "未提出陈述、申辩",
    ):
        assert words in said


@pytest.mark.parametrize("months", [36, None])
def test_the_last_day_comes_from_the_lists_term_where_nothing_else_is_said(months: int | None, now: datetime) -> None:
    at = make.bench()
    reading.ListType.objects.filter(code=at.list_code).update(term_months=months)
    entry = Entry.objects.get(pk=decide(make.submitted(at, now=now), at, now=now))
    assert entry.effective_until == (date(2029, 11, 19) if months else None)


# --- too early, out of turn ---------------------------------------------------------------------------------------


def test_each_step_out_of_its_turn_is_refused(now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now)
    served = {"served_on": now.date(), "way": "直接", "receipt": None, "actor": at.clerk, "now": now}
    for attempt in (
        lambda: hearing.record_service(proceeding_id=made, **served),
        lambda: deciding.submit(proceeding_id=made, actor=at.clerk, now=now),
        lambda: decide(made, at, now=now),
    ):
        with pytest.raises(WrongStep, match="拟列入") as refused:
            attempt()
        assert [str(reason.source) for reason in refused.value.reasons] == ["国办发〔2020〕49号 列入前告知"]
    with pytest.raises(WrongStep, match="不能登记陈述"):
        hearing.record_statement(
            proceeding_id=made,
            received_on=now.date(),
            way="书面",
            text="不是我",
            upload=None,
            actor=at.clerk,
            now=now,
        )
    assert state(made) == ProceedingState.DRAFTED


def test_a_notice_without_facts_or_measures_is_refused_with_the_article(now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now, facts="", measures_told="")
    with pytest.raises(NotYetAllowed) as refused:
        hearing.make_notice(proceeding_id=made, notice_no="1号", actor=at.clerk, now=now)
    assert [reason.code for reason in refused.value.reasons] == ["no_facts", "no_measures_told"]
    assert not Paper.objects.filter(proceeding_id=made).exists()


def test_nothing_is_submitted_while_the_party_may_still_speak(now: datetime) -> None:
    at = make.bench()
    made = make.served(at, now=now - 7 * DAY)  # 13 November: the period runs to the 20th
    with pytest.raises(NotYetAllowed) as refused:
        deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    assert "2026-11-21" in why(refused)
    assert "行政处罚法" in str(refused.value.reasons[0].source)
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now + DAY)
    assert state(made) == ProceedingState.SUBMITTED


def test_a_decision_that_nobody_asked_for_is_refused_with_the_article(now: datetime) -> None:
    at = make.bench()
    made = make.served(at, now=now - 14 * DAY)
    with pytest.raises(WrongStep) as refused:
        decide(made, at, now=now)
    assert [reason.code for reason in refused.value.reasons] == ["not_submitted"]


def test_what_was_told_stays_as_it_was_told(now: datetime) -> None:
    at = make.bench()
    made = make.noticed(at, now=now)
    for name in ("ground", "facts", "legal_basis", "measures_told", "exit_route", "remedies"):
        with pytest.raises(proceedings.ToldAlready):
            make.saved(made, at, now=now, **{name: "另一件事"})
    assert make.saved(made, at, now=now, decision_no="另一文号") == ["decision_no"]


TOLD = {"grade": "一般", "amount": Decimal("100.00"), "effective_until": date(2027, 11, 1)}


@pytest.mark.parametrize(
    ("name", "graver", "milder"),
    [
        ("grade", "严重", "轻微"),
        ("amount", Decimal("100.01"), Decimal("99.00")),
        ("effective_until", date(2027, 11, 2), date(2027, 10, 31)),
        ("effective_until", None, date(2027, 1, 1)),
    ],
)
def test_after_the_notice_only_something_milder_is_written(
    name: str, graver: object, milder: object, now: datetime
) -> None:
    at = make.bench()
    made = make.served(at, now=now, **TOLD)
    with pytest.raises(proceedings.GraverThanTold):
        make.saved(made, at, now=now, **{name: graver})
    assert make.saved(made, at, now=now, **{name: milder}) == [name]


def test_what_was_told_by_the_term_of_the_list_or_not_at_all_is_not_exceeded(now: datetime) -> None:
    at = make.bench(term_months=12)
    made = make.served(at, now=now)
    for name, graver in {"grade": "轻微", "amount": Decimal("1.00"), "effective_until": date(2027, 11, 20)}.items():
        with pytest.raises(proceedings.GraverThanTold):
            make.saved(made, at, now=now, **{name: graver})
    assert make.saved(made, at, now=now, effective_until=date(2027, 11, 19)) == ["effective_until"]


def test_a_submitted_one_is_not_written_any_more(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now, grade="严重")
    with pytest.raises(WrongStep):
        make.saved(made, at, now=now, grade="轻微")
    deciding.send_back(proceeding_id=made, reason="等级有误", actor=at.reviewer, now=now)
    assert state(made) == ProceedingState.SERVED
    assert make.saved(made, at, now=now, grade="轻微") == ["grade"]


def test_two_who_write_at_once_are_told(now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now)
    before = reading.content_of(reading.get_proceeding(at.clerk, made))
    make.saved(made, at, now=now, ground="第一人")
    with pytest.raises(proceedings.ProceedingMoved):
        proceedings.save(
            proceeding_id=made,
            content=replace(before, ground="第二人"),
            seen=before.seen,
            actor=at.clerk,
            now=now,
        )


# --- the second person --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["drafter", "submitter"])
def test_who_proposed_does_not_decide_whatever_his_roles(who: str, now: datetime) -> None:
    at = make.bench()
    both = accounts.actor(Role.UPLOADER, Role.REVIEWER, department=at.department)
    made = make.served(replace(at, clerk=both) if who == "drafter" else at, now=now - 14 * DAY)
    deciding.submit(proceeding_id=made, actor=both if who == "submitter" else at.clerk, now=now)
    with pytest.raises(deciding.DecidedByProposer) as refused:
        decide(made, at, now=now, actor=both)
    assert "第二十四条" in refused.value.reasons[0].source.article
    assert not Entry.objects.filter(subject_id=at.subject_id).exists()


def test_a_colleague_without_the_role_does_not_decide(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    with pytest.raises(CannotDecide):
        decide(made, at, now=now, actor=accounts.actor(Role.UPLOADER, department=at.department))


def test_a_reviewer_prepares_nothing_and_another_department_finds_nothing(now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now)
    with pytest.raises(CannotPrepare):
        hearing.make_notice(proceeding_id=made, notice_no="1号", actor=at.reviewer, now=now)
    other = accounts.actor(Role.UPLOADER, Role.REVIEWER)
    for call in (
        lambda: decide(made, at, now=now, actor=other),
        lambda: proceedings.drop(proceeding_id=made, reason="没有了", actor=other, now=now),
        lambda: reading.get_proceeding(other, made),
    ):
        with pytest.raises(NotFound):
            call()


def test_what_was_read_is_what_is_decided(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    read = make.seen(made)
    deciding.send_back(proceeding_id=made, reason="文号有误", actor=at.clerk, now=now)
    make.saved(made, at, now=now, decision_no="另一文号")
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    with pytest.raises(proceedings.ProceedingMoved):
        deciding.decide(proceeding_id=made, seen=read, actor=at.reviewer, now=now)


def test_the_decision_itself_is_checked_again_when_it_is_made(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now, effective_until=date(2026, 11, 25))
    with pytest.raises(NotYetAllowed) as refused:
        decide(made, at, now=now + 6 * DAY)
    assert "截止日期早于今天" in why(refused)


def test_a_list_that_stopped_meanwhile_takes_nobody(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    reading.ListType.objects.filter(code=at.list_code).update(legal_status=LegalStatus.STOPPED)
    with pytest.raises(CannotBind, match="停用"):
        decide(made, at, now=now)
    assert state(made) == ProceedingState.SUBMITTED


# --- giving up ----------------------------------------------------------------------------------------------------


def test_once_submitted_only_the_second_person_ends_it_without_an_entry(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    with pytest.raises(CannotDecide):
        proceedings.drop(proceeding_id=made, reason="不列了", actor=at.clerk, now=now)
    with pytest.raises(proceedings.ReasonMissing):
        proceedings.drop(proceeding_id=made, reason=" ", actor=at.reviewer, now=now)
    proceedings.drop(proceeding_id=made, reason="陈述成立", actor=at.reviewer, now=now)
    row = Proceeding.objects.get(pk=made)
    assert (row.state, row.outcome_reason, row.decided_by) == ("dropped", "陈述成立", at.reviewer.key)
    with pytest.raises(WrongStep):
        decide(made, at, now=now)


def test_who_submitted_may_take_it_back(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    with pytest.raises(CannotDecide):
        colleague = accounts.actor(Role.UPLOADER, department=at.department)
        deciding.send_back(proceeding_id=made, reason="我来改", actor=colleague, now=now)
    deciding.send_back(proceeding_id=made, reason="金额有误", actor=at.clerk, now=now)
    assert state(made) == ProceedingState.SERVED


# --- the whole file ------------------------------------------------------------------------------------------------


def test_statements_and_uploads_are_used(now: datetime) -> None:
    """The whole file is there for whoever decides: notice, receipt, statement with its paper, decision."""
    at = make.bench()
    made = make.noticed(at, now=now - 14 * DAY)
    hearing.record_service(
        proceeding_id=made,
        served_on=(now - 14 * DAY).date(),
        way="留置",
        receipt=Upload(BytesIO(make.PDF), "送达回证.pdf"),
        actor=at.clerk,
        now=now - 14 * DAY,
    )
    statement_id = hearing.record_statement(
        proceeding_id=made,
        received_on=(now - 10 * DAY).date(),
        way="书面",
        text="事故已按时上报。",
        upload=make.paper("申辩书.pdf"),
        actor=at.clerk,
        now=now - 10 * DAY,
    )
    statement = Statement.objects.get(pk=statement_id)
    assert "事故" not in statement.text_ct and reading.said_in(statement) == "事故已按时上报。"
    with pytest.raises(NotYetAllowed) as refused:
        deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    assert "没有答复" in why(refused)
    answer = {
        "statement_id": statement_id,
        "accepted": False,
        "answer": "系统无上报记录",
        "actor": at.clerk,
        "now": now,
    }
    hearing.answer_statement(**answer)
    with pytest.raises(hearing.AnsweredAlready):
        hearing.answer_statement(**answer)
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    decide(made, at, now=now)
    kinds = [paper.kind for paper in reading.papers_of(reading.get_proceeding(at.clerk, made))]
    assert kinds == ["列入事先告知书", "送达回证", "其他", "列入决定书"]
    assert "陈述、申辩1份" in text_of(Paper.objects.get(proceeding_id=made, kind="列入决定书"))


def test_a_new_calendar_moves_running_periods_once(now: datetime) -> None:
    at = make.bench()
    served = datetime(2026, 12, 28, 2, 0, tzinfo=now.tzinfo)
    running = Proceeding.objects.get(pk=make.served(at, now=served))
    over = make.served(make.bench(), now=now)
    assert running.statement_due_on == date(2027, 1, 5) and running.due_provisional
    days = [DayRow(date(2027, 1, day), False, "元旦") for day in (1, 2, 3, 4)]
    import_year(
        year=2027,
        notice="国办发明电〔2026〕9号",
        source="录入",
        provisional=False,
        days=days,
        actor=accounts.actor(Role.CREDIT_OFFICE),
        now=now,
    )
    for _ in range(2):
        on_calendar_imported({"year": 2027}, now=now)
    running.refresh_from_db()
    assert (running.statement_due_on, running.due_provisional) == (date(2027, 1, 6), False)
    about = f"redblack.proceeding:{running.pk}"
    assert [name for name, _ in facts_about(about)].count("redblack.proceeding.period_changed") == 1
    assert payload_of(about, "redblack.proceeding.period_changed")["due_on"] == "2027-01-06"
    assert Proceeding.objects.get(pk=over).statement_due_on == date(2026, 11, 27)
