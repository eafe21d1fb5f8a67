"""Who may be proposed for which list, what a proposal says, and the papers in its file."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.selectors import forget
from kernel.actor import Role
from kernel.errors import NotFound
from redblack.models import Entry, Proceeding
from redblack.rules.lists import LegalStatus, Origin, ReleaseKind
from redblack.rules.states import ProceedingState, Track
from redblack.services import proceedings, release
from redblack.services.entries import CannotBind, NotTheRecogniser, TermsOverlap
from redblack.services.hearing import NotYetAllowed
from redblack.services.proceedings import ContentWrong, WrongStep
from tests.factories import accounts
from tests.factories import proceedings as make
from tests.factories import redblack as lists
from tests.factories.accounts import PLATFORM
from tests.factories.collection import record
from tests.factories.proceedings import decide
from tests.factories.screening import firm
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def state(proceeding_id: int) -> str:
    return Proceeding.objects.get(pk=proceeding_id).state


# --- who may be proposed for what ---------------------------------------------------------------------------------


def test_only_a_list_decided_here_by_this_department_takes_a_proposal(now: datetime) -> None:
    at = make.bench()
    received = lists.list_type(origin=Origin.PROVINCE, exit_rule="到期")
    red = lists.list_type(kind="reward")
    stopped = lists.list_type(legal_status=LegalStatus.UNDER_LEGAL_REVIEW)
    foreign = make.bench()
    for code, refusal in (
        (received.code, proceedings.ListNotDecidedHere),
        (red.code, proceedings.ListNotDecidedHere),
        (stopped.code, CannotBind),
        (foreign.list_code, NotTheRecogniser),
    ):
        with pytest.raises(refusal):
            make.drafted(replace(at, list_code=code), now=now)


def test_a_county_below_the_initiator_proposes_for_its_list(now: datetime) -> None:
    city = make.bench()
    county = accounts.department(parent=city.department)
    forget()
    at = replace(
        city,
        department=county,
        clerk=accounts.actor(Role.UPLOADER, department=county),
        reviewer=accounts.actor(Role.REVIEWER, department=county),
    )
    entry = Entry.objects.get(pk=decide(make.submitted(at, now=now), at, now=now))
    assert entry.authority_department_id == county.pk


def test_who_stands_on_the_list_already_is_not_proposed_again(now: datetime) -> None:
    at = make.bench()
    lists.entry(at.list_code, at.subject_id, now=now, authority_department_id=at.department.pk)
    with pytest.raises(TermsOverlap) as refused:
        make.drafted(at, now=now)
    assert refused.value.reasons[0].source.act == "国办发〔2020〕49号"


def test_one_open_proceeding_of_a_subject_on_a_list(now: datetime) -> None:
    at = make.bench()
    first = make.drafted(at, now=now)
    with pytest.raises(proceedings.ProceedingOpen):
        make.drafted(at, now=now)
    proceedings.drop(proceeding_id=first, reason="事实不清", actor=at.clerk, now=now)
    assert state(make.drafted(at, now=now)) == ProceedingState.DRAFTED


def test_a_proposal_takes_ground_and_grade_from_the_record_it_rests_on(now: datetime) -> None:
    at = make.bench()
    record_id = record(subject_id=at.subject_id, raised=[], document_no="某罚〔2026〕9号", grade="严重")
    said = {
        "track": Track.LISTING,
        "list_code": at.list_code,
        "department_id": at.department.pk,
        "content": make.content(ground="", facts=""),
        "record_id": record_id,
        "actor": PLATFORM,
        "now": now,
    }
    with pytest.raises(ContentWrong, match="不是该主体"):
        proceedings.draft(subject_id=firm(), **said)
    row = Proceeding.objects.get(pk=proceedings.draft(subject_id=at.subject_id, **said))
    assert "某罚〔2026〕9号" in row.ground and "某罚〔2026〕9号" in row.facts
    assert (row.grade, row.record_id) == ("严重", record_id)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"ground": "身份证 11010519491231002X 的人"}, "公民身份号码"),
        ({"grade": "特别严重"}, "失信等级"),
        ({"amount": Decimal(-1)}, "负数"),
        ({"responsible_persons": (999_999,)}, "责任人员"),
    ],
)
def test_bad_content_is_refused(said: dict, message: str, now: datetime) -> None:
    with pytest.raises(ContentWrong, match=message):
        make.drafted(make.bench(), now=now, **said)


def test_a_released_entry_makes_room_for_a_new_proposal(now: datetime) -> None:
    at = make.bench()
    entry_id = decide(make.submitted(at, now=now), at, now=now)
    release(
        entry_id=entry_id,
        kind=ReleaseKind.REVOKED,
        released_on=now.date(),
        document_no="撤〔2026〕1号",
        reason="列入有误",
        actor=PLATFORM,
        now=now,
    )
    again = make.submitted(at, now=now + 30 * DAY)
    assert decide(again, at, now=now + 30 * DAY) != entry_id


# --- papers -------------------------------------------------------------------------------------------------------


def test_papers_are_kept_sealed_and_each_look_is_recorded(now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now)
    paper_id = proceedings.attach_paper(
        proceeding_id=made, kind="事实材料", upload=make.paper("材料.pdf"), actor=at.clerk, now=now
    )
    name, stream = proceedings.open_paper(paper_id=paper_id, actor=at.reviewer, now=now)
    with stream:
        assert (name, stream.read()) == ("材料.pdf", make.PDF)
    assert payload_of(f"redblack.proceeding:{made}", "redblack.paper.opened")["paper_id"] == paper_id
    with pytest.raises(NotFound):
        proceedings.open_paper(paper_id=paper_id, actor=accounts.actor(Role.REVIEWER), now=now)


@pytest.mark.parametrize(("content", "kind"), [(b"MZ program", "事实材料"), (b"", "事实材料"), (make.PDF, "情书")])
def test_what_is_no_paper_is_not_taken(content: bytes, kind: str, now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now)
    with pytest.raises(proceedings.PaperWrong):
        proceedings.attach_paper(
            proceeding_id=made, kind=kind, upload=make.paper(content=content), actor=at.clerk, now=now
        )


def test_a_closed_file_takes_no_papers(now: datetime) -> None:
    at = make.bench()
    made = make.drafted(at, now=now)
    proceedings.drop(proceeding_id=made, reason="撤案", actor=at.clerk, now=now)
    with pytest.raises(WrongStep):
        proceedings.attach_paper(proceeding_id=made, kind="其他", upload=make.paper(), actor=at.clerk, now=now)


@pytest.mark.parametrize(("decided_on", "holds"), [(date(2026, 11, 9), False), (date(2026, 11, 10), True)])
def test_a_decision_that_states_no_last_day_leaves_the_period_by_law(
    decided_on: date, holds: bool, now: datetime
) -> None:
    at = make.bench()
    said = {"statement_due_on": None, "notice_served_on": date(2026, 11, 2), "effective_from": None}
    if holds:
        assert make.registered(at, now=now, decided_on=decided_on, **said)
        return
    with pytest.raises(NotYetAllowed) as refused:
        make.registered(at, now=now, decided_on=decided_on, **said)
    [reason] = refused.value.reasons
    assert reason.code == "decided_within_period" and "2026-11-09" in reason.message
    assert "行政处罚法" in reason.source.act
