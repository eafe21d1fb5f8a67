"""From filing to answer: what is marked, what rests, what ends together, and what nobody may do alone."""

import io
from datetime import date, timedelta

import pytest

from collection.selectors.records import open_dispute_of, triggers_of
from kernel.actor import Role, visitor
from kernel.errors import Refusal
from objections import selectors, services
from objections.models import Clock, Objection
from objections.rules.conclusions import Conclusion
from objections.rules.kinds import Channel, Kind, Outcome
from objections.rules.rulesets import What
from objections.selectors import PLATFORM
from redblack.models import Binding, Entry, Paper, Rehabilitation
from redblack.rules.lists import Origin, ReleaseKind
from redblack.services import release
from tests.conftest import NOW
from tests.factories import accounts, collection, exits, objections
from tests.factories import redblack as lists
from tests.factories.screening import firm
from tests.facts import facts_about
from toolkit.keyset import after_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TODAY = NOW.date()


def binding(entry: int) -> Binding:
    return Binding.objects.get(entry_id=entry, rev_to=None)


def test_scene_seven_from_filing_to_answer() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    filed = NOW - timedelta(days=2)
    made = objections.file(here.office, entry_id=entry, now=filed)
    assert binding(entry).disputed_on is None  # nothing before acceptance
    assert services.accept(objection_id=made, actor=here.office, now=filed)
    assert binding(entry).suspended and binding(entry).disputed_on == date(2026, 11, 18)
    services.forward(objection_id=made, actor=here.office, now=filed)
    due = {one.what: one.due_on for one in Clock.objects.filter(objection_id=made, met_on=None)}
    assert due == {"provider": date(2026, 11, 23), "whole": date(2026, 11, 27)}
    services.begin_verification(objection_id=made, actor=here.at.drafter, now=NOW)
    said = Conclusion(
        outcome=Outcome.CORRECT,
        finding="决定书载明的是另一家企业。",
        document_no="某移1号",
        statement="登记错误，已更正。",
    )
    assert services.propose(objection_id=made, conclusion=said, actor=here.at.drafter, now=NOW)
    objections.conclude(here, made)
    kept = Entry.objects.get(pk=entry)
    assert (kept.release_kind, kept.released_on) == ("更正", TODAY)
    assert not binding(entry).suspended or binding(entry).released_on == TODAY
    assert Rehabilitation.objects.filter(entry_id=entry).exists()
    assert {"移出决定书", "名单退出公告", "消除影响声明"} <= set(
        Paper.objects.filter(entry_id=entry).values_list("kind", flat=True)
    )
    paper = services.answer(objection_id=made, answer_no="某异答〔2026〕1号", actor=here.at.drafter, now=NOW)
    row = selectors.get_visible(here.office, made)
    assert (row.state, row.due_on, row.rests) == ("answered", None, False)
    name, stream = services.read_paper(objection_id=made, attachment_id=paper, actor=here.office, now=NOW)
    with stream:
        assert name.startswith("异议处理答复书") and stream.read(5) == b"%PDF-"
    assert selectors.answered_with(row.answer_code) == row and selectors.answered_with("") is None
    said_of_it = [name for name, _ in facts_about(f"objections.objection:{made}")]
    steps = ("filed", "accepted", "moved", "concluded", "answered")
    assert {f"objections.objection.{step}" for step in steps} <= set(said_of_it)


@pytest.mark.parametrize(
    ("kind", "rests"),
    [
        (Kind.WRONG_SUBJECT, True), (Kind.OVER_TERM, True), (Kind.DATA, False), (Kind.CONDITIONS, False),
        (Kind.PROCESS, False),
    ],
)  # fmt: skip
def test_measures_rest_by_the_ground_and_once(kind: Kind, rests: bool) -> None:
    here = objections.town()
    entry = exits.black(here.at)
    first = objections.accepted(here, entry, kind=kind)
    assert binding(entry).suspended is rests and binding(entry).disputed_on == TODAY
    if not rests:  # the authority decides, nobody else
        with pytest.raises(Refusal, match="认定"):
            services.decide_rest(objection_id=first, rest=True, reason="事实需要核实", actor=here.office, now=NOW)
        assert services.decide_rest(
            objection_id=first, rest=True, reason="事实需要核实", actor=here.at.reviewer, now=NOW
        )
        assert binding(entry).suspended
    objections.proposed(here, first, outcome=Outcome.KEEP, document_no="", statement="")
    objections.conclude(here, first)
    assert binding(entry).disputed_on is None and not binding(entry).suspended
    services.answer(objection_id=first, answer_no="答1号", actor=here.office, now=NOW)
    again = objections.accepted(here, entry, kind=kind, claim="换一种说法，同一件事")
    row = selectors.get_visible(here.office, again)
    assert row.same_again and not row.rests and binding(entry).disputed_on == TODAY and not binding(entry).suspended
    with pytest.raises(Refusal, match="同一事由"):
        services.decide_rest(objection_id=again, rest=True, reason="再看看", actor=here.at.reviewer, now=NOW)


def test_a_court_list_is_marked_only_and_goes_to_the_court() -> None:
    here = objections.town()
    made = lists.list_type(origin=Origin.COURT)
    entry = lists.entry(made.code, firm(), authority_department_id=None)
    objection = objections.accepted(here, entry)
    assert binding(entry).disputed_on == TODAY and not binding(entry).suspended
    services.forward(objection_id=objection, actor=here.office, now=NOW)
    row = selectors.get_visible(here.office, objection)
    assert row.forwarded_to == Entry.objects.get(pk=entry).authority and row.provider_id == row.department_id
    reviewer = accounts.actor(Role.REVIEWER, department=accounts.Department.objects.get(pk=row.department_id))
    services.begin_verification(objection_id=objection, actor=here.office, now=NOW)
    said = Conclusion(outcome=Outcome.REMOVE, finding="执行法院复函，将予屏蔽。", document_no="（2026）函1号")
    services.propose(objection_id=objection, conclusion=said, actor=here.office, now=NOW)
    objections.conclude(here, objection, by=reviewer)
    assert Entry.objects.get(pk=entry).released_on is None and binding(entry).disputed_on == TODAY  # its list decides


def test_two_persons_and_nobody_from_elsewhere() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    made = objections.accepted(here, entry)
    with pytest.raises(Refusal, match="转办"):
        services.begin_verification(objection_id=made, actor=here.office, now=NOW)
    objections.proposed(here, made, by=here.at.both)
    for who, said in ((here.at.both, "不能审定自己"), (here.office, "认定")):
        with pytest.raises(Refusal, match=said):
            objections.conclude(here, made, by=who)
    with pytest.raises(Refusal, match="没有找到"):
        objections.conclude(here, made, by=accounts.actor(Role.REVIEWER))
    services.send_back(objection_id=made, reason="请补充决定书", actor=here.at.reviewer, now=NOW)
    assert selectors.get_visible(here.office, made).state == "verifying"
    assert Entry.objects.get(pk=entry).released_on is None


def test_a_correction_in_place_and_one_that_leaves_the_list() -> None:
    here = objections.town()
    first, second = exits.black(here.at), exits.black(here.at)
    made = objections.accepted(here, first, kind=Kind.DATA)
    objections.proposed(
        here, made, outcome=Outcome.CORRECT, changes={"ground": "更正后的事由"}, document_no="", statement=""
    )
    objections.conclude(here, made)
    assert Entry.objects.get(pk=first).ground == "更正后的事由" and binding(first).ground == "更正后的事由"
    assert binding(first).disputed_on is None and Entry.objects.get(pk=first).released_on is None
    made = objections.accepted(here, second, kind=Kind.CONDITIONS)
    objections.proposed(here, made, outcome=Outcome.REMOVE)
    objections.conclude(here, made)
    assert Entry.objects.get(pk=second).release_kind == "撤销列入"


def test_a_record_is_marked_with_all_it_raised_and_a_term_of_its_own_never_rests() -> None:
    here, subject = objections.town(), firm()
    collection.source(code="OBJ-A"), collection.source(code="OBJ-B")
    raised = [collection.raised("OBJ-A", subject), collection.raised("OBJ-B", subject, own_term=True)]
    record = collection.record(subject_id=subject, raised=raised, authority_department_id=here.at.department.pk)
    made = objections.file(here.office, record_id=record)
    assert services.accept(objection_id=made, actor=here.office, now=NOW)
    marks = {one.own_term: (one.disputed_on, one.suspended) for one in triggers_of(record)}
    assert marks == {False: (TODAY, True), True: (TODAY, False)}
    objections.proposed(here, made, outcome=Outcome.STOP_PUBLICITY)
    objections.conclude(here, made)
    after = {one.own_term: (one.disputed_on, one.released_on) for one in triggers_of(record)}
    assert after == {False: (None, TODAY), True: (None, None)}  # I5: what stands on its own stays
    assert open_dispute_of(record) is None
    services.answer(objection_id=made, answer_no="答5号", actor=here.office, now=NOW)
    again = objections.file(here.office, record_id=record, kind=Kind.DATA)
    services.accept(objection_id=again, actor=here.office, now=NOW)
    objections.proposed(here, again, outcome=Outcome.DELETE)
    objections.conclude(here, again)
    assert all(one.released_on == TODAY for one in triggers_of(record)) and open_dispute_of(record) is None


def test_who_may_object_to_what() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    own = Entry.objects.get(pk=entry).subject_id
    himself, other = visitor(7, subjects=frozenset({own})), visitor(8, subjects=frozenset({firm()}))
    portal = {"entry_id": entry, "channel": Channel.PORTAL}
    for actor, fields in ((other, portal), (himself, portal | {"subject_id": firm()})):
        with pytest.raises(Refusal):
            objections.file(actor, **fields)
    with pytest.raises(Refusal, match="身份号码"):
        objections.file(himself, **portal, claim="我的号码是 11010519491231002X，请核对")
    made = objections.file(himself, **portal, files=[("决定书.pdf", objections.pdf())])
    with pytest.raises(Refusal, match="正在办理"):
        objections.file(here.office, entry_id=entry)
    assert [one.pk for one in selectors.of_subjects(himself)] == [made] and not selectors.of_subjects(other)
    for name, body in (
        ("坏.pdf", b"MZ program"),
        ("图.png", objections.PDF),
        ("包.zip", b"PK\x03\x04"),
    ):
        with pytest.raises(Refusal, match="PDF"):
            services.add_paper(objection_id=made, name=name, stream=io.BytesIO(body), actor=himself, now=NOW)
    with pytest.raises(Refusal, match="上传过"):
        services.add_paper(objection_id=made, name="再.pdf", stream=objections.pdf(), actor=himself, now=NOW)
    text, _ = services.read_claim(objection_id=made, actor=himself, now=NOW)
    assert text.startswith("所附决定书") and text not in str(Objection.objects.values().get(pk=made))
    with pytest.raises(Refusal):
        services.withdraw(objection_id=made, reason="不再坚持", actor=other, now=NOW)
    services.accept(objection_id=made, actor=here.office, now=NOW)
    services.withdraw(objection_id=made, reason="不再坚持", actor=himself, now=NOW)
    assert binding(entry).disputed_on is None
    release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=TODAY, document_no="移2号", reason="已改正",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    with pytest.raises(Refusal, match="已经移出"):
        objections.file(himself, **portal)


def test_refused_with_reasons_and_reviewed_once() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    made = objections.file(here.office, entry_id=entry)
    services.refuse(
        objection_id=made, why="no_facts", reason="经告知未补正", document_no="不受1号", actor=here.office, now=NOW
    )
    assert "没有说明事实" in selectors.get_visible(here.office, made).ended_reason
    assert [one.kind for one in selectors.attachments_of(made)] == ["不予受理通知书"]
    made = objections.accepted(here, entry, kind=Kind.DATA)
    with pytest.raises(Refusal, match="尚未答复"):
        services.ask_review(objection_id=made, claim="请再看一次", actor=here.office, now=NOW)
    objections.proposed(here, made, outcome=Outcome.KEEP, document_no="", statement="")
    objections.conclude(here, made)
    services.answer(objection_id=made, answer_no="答3号", actor=here.office, now=NOW)
    with pytest.raises(Refusal, match="六十日"):
        services.ask_review(objection_id=made, claim="请再看一次", actor=here.office, now=NOW + timedelta(days=61))
    review = services.ask_review(objection_id=made, claim="请再看一次", actor=here.office, now=NOW)
    assert services.accept(objection_id=review, actor=here.office, now=NOW) is False  # marks, suspends nothing
    objections.proposed(here, review, outcome=Outcome.KEEP, document_no="", statement="")
    with pytest.raises(Refusal, match="原异议的经办人员"):
        objections.conclude(here, review)
    objections.conclude(here, review, by=accounts.actor(Role.REVIEWER, department=here.at.department))
    services.answer(objection_id=review, answer_no="答4号", actor=here.office, now=NOW)
    for one in (made, review):
        with pytest.raises(Refusal, match="只有一次"):
            services.ask_review(objection_id=one, claim="请再看一次", actor=here.office, now=NOW)


def test_days_of_expertise_do_not_count_and_what_is_late_is_told() -> None:
    here = objections.town()
    made = objections.accepted(here, exits.black(here.at))
    services.forward(objection_id=made, actor=here.office, now=NOW)
    later = NOW + timedelta(days=5)
    before = Clock.objects.get(objection_id=made, what="provider").due_on
    with pytest.raises(Refusal, match="结束以后"):
        services.pause(
            objection_id=made, begins=TODAY, until=TODAY + timedelta(days=9), why="鉴定", reason="送检",
            actor=here.office, now=later,
        )  # fmt: skip
    services.pause(
        objection_id=made, begins=date(2026, 11, 23), until=date(2026, 11, 24), why="鉴定", reason="送检",
        actor=here.office, now=later,
    )  # fmt: skip
    clock = Clock.objects.get(objection_id=made, what="provider")
    assert (before, clock.due_on) == (date(2026, 11, 25), date(2026, 11, 27))
    with pytest.raises(Refusal, match="不能延长"):
        services.extend(objection_id=made, what=What.PROVIDER, days=1, reason="来不及", actor=here.office, now=later)
    assert services.escalate(today=date(2026, 11, 27), actor=PLATFORM, now=NOW) == 0
    assert services.escalate(today=date(2026, 11, 28), actor=PLATFORM, now=NOW) == 1
    assert services.escalate(today=date(2026, 11, 28), actor=PLATFORM, now=NOW) == 0
    assert services.recompute_clocks(year=2026, actor=PLATFORM, now=NOW) == 0


def test_the_rule_set_of_the_day_of_filing_stays(settings: object) -> None:
    here = objections.town()
    settings.OBJECTION_RULES = "zhejiang"  # type: ignore[attr-defined]
    made = objections.file(here.office, entry_id=exits.black(here.at))
    settings.OBJECTION_RULES = "henan"  # type: ignore[attr-defined]
    services.accept(objection_id=made, actor=here.office, now=NOW)
    row = selectors.get_visible(here.office, made)
    assert (row.rules, row.due_on) == ("zhejiang", date(2026, 11, 27))
    services.extend(objection_id=made, what=What.OWN, days=15, reason="案情复杂", actor=here.office, now=NOW)
    with pytest.raises(Refusal, match="最多延长"):
        services.extend(objection_id=made, what=What.OWN, days=1, reason="再延", actor=here.office, now=NOW)
    settings.OBJECTION_RULES = "county_plan"  # type: ignore[attr-defined]
    entry = exits.black(here.at)
    objections.accepted(here, entry, kind=Kind.DATA)
    assert binding(entry).suspended  # its rule lets every measure rest


def test_an_open_objection_without_a_day_stands_behind_all_that_have_one(settings: object) -> None:
    here, made = objections.town(), []
    for rules in ("ningjin", "henan", "ningjin", "henan"):  # 宁津 names no days
        settings.OBJECTION_RULES = rules  # type: ignore[attr-defined]
        made.append(objections.file(here.office, entry_id=exits.black(here.at)))
    seen: list[int] = []
    after = None
    while rows := selectors.page(here.office, after=after, limit=1):
        seen += [one.pk for one in rows]
        after = after_day(selectors.cursor(rows[-1], "open"))
    assert seen == [made[1], made[3], made[0], made[2]]
