"""From the application to the decision, and back: every step, who may take it, and what follows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from collection.models import Record, Trigger
from kernel.actor import Role
from repair.handlers import on_calendar_imported
from repair.models import Application, Paper
from repair.rules.states import Channel, State, Target
from repair.selectors import applications as reading
from repair.selectors.standing import NothingThere, held, held_against
from repair.services import deciding, filing, handling, lifting, nightly
from tests.conftest import NOW
from tests.factories import accounts, collection, exits, repair, screening
from tests.factories.accounts import PLATFORM
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = [("罚款尚未缴清，法定义务没有履行完毕", "国办发〔2025〕22号")]


def codes(refused: pytest.ExceptionInfo) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


# --- from when ----------------------------------------------------------------------------------------------


def test_a_day_too_early_is_refused_with_the_article_and_on_the_day_it_is_taken() -> None:
    one = repair.penalty(decided_on=date(2026, 10, 9))
    early, first = NOW.replace(year=2027, month=1, day=9), NOW.replace(year=2027, month=1, day=10)
    with pytest.raises(filing.NotYet) as refused:
        repair.filed(one, now=early)
    [reason] = refused.value.reasons
    assert reason.code == "too_early" and "信用修复管理办法 第四条" in str(reason.source)
    assert reason.message == (
        "未到最短公示期（一般失信信息最短 3 个月，自 2026-10-09 起算）。自 2027-01-10 起可以申请。"
    )
    assert not Application.objects.exists()
    assert repair.filed(one, now=first).state == State.FILED


def test_what_is_over_or_still_runs_on_its_own_is_not_repaired() -> None:
    home = exits.desk()
    over = repair.penalty(home, publicity_until=date(2026, 11, 19))
    with pytest.raises(filing.NotYet) as refused:
        repair.filed(over)
    assert codes(refused) == ["over"]
    collection.source(kind="record", code="BAN")
    firm = screening.firm()
    ban = collection.raised("BAN", firm, own_term=True, valid_until=date(2027, 6, 7), ground="取消投标资格")
    own = repair.penalty(home, firm=firm, more=[ban])
    with pytest.raises(filing.NotYet) as refused:
        repair.filed(own)
    assert codes(refused) == ["own_term_runs"] and "至 2027-06-07" in str(refused.value)
    assert held(Target.RECORD, own.record, on=NOW.date()).outlook.earliest == date(2027, 6, 8)


def test_only_who_is_or_represents_the_subject_applies_and_another_finds_nothing() -> None:
    one, stranger = repair.penalty(), repair.of_firm(screening.firm())
    with pytest.raises(filing.CannotApply):
        repair.filed(one, actor=stranger)
    with pytest.raises(filing.CannotApply):
        repair.filed(one, actor=replace(stranger, subjects=frozenset()))
    row = repair.filed(one, actor=repair.of_firm(one.firm))
    assert row.channel == Channel.PORTAL
    with pytest.raises(reading.ApplicationNotFound):
        filing.withdraw(application_id=row.pk, reason="不是我的", actor=stranger, now=NOW)
    with pytest.raises(NothingThere):
        held(Target.RECORD, 10**12, on=NOW.date())


def test_commitment_statement_and_the_number_of_a_person() -> None:
    one = repair.penalty()
    with pytest.raises(filing.CommitmentMissing):
        repair.filed(one, committed=False)
    for text in ("好", "缴款人 339901197508164711 已缴清"):
        with pytest.raises(filing.StatementMissing):
            repair.filed(one, statement=text)
    row = repair.filed(one, contact="13900000001")
    assert "缴纳" not in row.statement_ct and filing.statement_of(row).startswith("罚款已缴纳")
    assert filing.contact_of(row) == "13900000001"
    assert "13900000001" not in str(facts_about(f"repair.application:{row.pk}"))


def test_twice_is_refused_and_after_a_withdrawal_it_may_be_asked_again() -> None:
    one = repair.penalty()
    firm = repair.of_firm(one.firm)
    row = repair.filed(one, actor=firm)
    with pytest.raises(filing.AlreadyApplied):
        repair.filed(one, actor=firm)
    filing.withdraw(application_id=row.pk, reason="材料重新整理", actor=firm, now=NOW)
    with pytest.raises(filing.WrongStep):
        filing.withdraw(application_id=row.pk, reason="再撤一次", actor=firm, now=NOW)
    assert repair.filed(one, actor=firm).pk != row.pk


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_taken() -> None:
    one = repair.penalty()
    firm = repair.of_firm(one.firm)
    outcomes = at_once(lambda: repair.filed(one, actor=firm).pk)
    assert sorted(type(o).__name__ for o in outcomes) == ["AlreadyApplied", "int"]
    assert Application.objects.count() == 1


# --- the steps ----------------------------------------------------------------------------------------------


def test_asked_once_for_more_the_clock_rests_and_goes_on() -> None:
    """Filed on Friday 11-20: accept by 11-25. Notified on 11-23, supplemented on 12-01."""
    one = repair.penalty()
    firm = repair.of_firm(one.firm)
    row = repair.filed(one, actor=firm)
    assert (row.accept_due_on, row.whole_due_on) == (date(2026, 11, 25), date(2026, 12, 4))
    handling.notify(application_id=row.pk, missing="请补充缴款凭证", actor=one.desk.drafter, now=NOW + 3 * DAY)
    row.refresh_from_db()
    assert (row.state, row.due_on) == (State.NOTIFIED, None)
    with pytest.raises(filing.WrongStep):
        handling.accept(application_id=row.pk, actor=one.desk.drafter, now=NOW + 3 * DAY)
    filing.supplement(
        application_id=row.pk, wish=repair.wish(repair.pdf(), statement="补交凭证"), actor=firm, now=NOW + 11 * DAY
    )
    row.refresh_from_db()
    # 11-24 to 12-01 are six working days that do not count
    assert (row.state, row.due_on, row.whole_due_on) == (State.FILED, date(2026, 12, 3), date(2026, 12, 14))
    assert row.attachments.count() == 1 and "补正（2026-12-01）" in filing.statement_of(row)
    with pytest.raises(handling.NotifiedAlready):
        handling.notify(application_id=row.pk, missing="还缺一份材料", actor=one.desk.drafter, now=NOW + 11 * DAY)
    handling.accept(application_id=row.pk, actor=one.desk.drafter, now=NOW + 12 * DAY)
    assert [paper.kind for paper in Paper.objects.order_by("id")] == ["信用修复补正告知书", "信用修复受理通知书"]


def test_a_grant_ends_everything_together() -> None:
    one = repair.penalty()
    row = repair.granted(one)
    record = Record.objects.get(pk=one.record)
    assert (record.publicity_state, record.ended_on) == ("终止公示", NOW.date())
    assert Trigger.objects.get(record_id=one.record, rev_to=None).released_on == NOW.date()
    assert (row.state, row.due_on, row.before) == (State.GRANTED, None, {"publicity_state": "公示中"})
    assert payload_of(f"collection.record:{one.record}", "collection.record.ended")["publicity_state"] == "终止公示"
    names = [name for name, _ in facts_about(f"repair.application:{row.pk}")]
    assert names[0] == "repair.application.filed" and names[-1] == "repair.application.granted"
    assert [held.display for held in held_against(one.firm, on=NOW.date())] == ["终止公示"]
    with pytest.raises(filing.WrongStep):
        deciding.grant(application_id=row.pk, decision_no="x号", finding="再准一次", actor=one.desk.reviewer, now=NOW)
    with pytest.raises(filing.NotYet):
        repair.filed(one)


def test_a_term_of_its_own_stands_after_a_grant() -> None:
    """It runs out between application and decision: then the repair may be granted; before, it may not be asked."""
    home, firm = exits.desk(), screening.firm()
    collection.source(kind="record", code="BAN")
    ban = collection.raised("BAN", firm, own_term=True, valid_until=date(2026, 11, 19), ground="取消投标资格")
    one = repair.penalty(home, firm=firm, more=[ban])
    repair.granted(one)
    own = Trigger.objects.get(record_id=one.record, rev_to=None, own_term=True)
    assert own.released_on is None


def test_a_serious_case_is_decided_by_another_and_only_after_an_opinion() -> None:
    one = repair.penalty(grade="严重", decided_on=date(2025, 11, 10))
    row = repair.filed(one)
    handling.accept(application_id=row.pk, actor=one.desk.both, now=NOW)
    said = {"application_id": row.pk, "decision_no": "某信修〔2026〕9号", "finding": "已核实履行完毕", "now": NOW}
    with pytest.raises(deciding.OpinionMissing):
        deciding.grant(actor=one.desk.reviewer, **said)
    handling.verify(application_id=row.pk, opinion="已核实履行完毕", actor=one.desk.both, now=NOW)
    with pytest.raises(deciding.DecidedByAnother):
        deciding.grant(actor=one.desk.both, **said)
    assert not reading.waiting(one.desk.both, limit=9) and len(reading.waiting(one.desk.reviewer, limit=9)) == 1
    with pytest.raises(IntegrityError, match="repair_application_serious_decided_by_another"), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(
            state="granted", decided_by=one.desk.both.key, decided_at=NOW, decision_no="x", reasons=[["a", "b"]]
        )
    deciding.grant(actor=one.desk.reviewer, **said)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_handle_and_decide(role: Role) -> None:
    """谁认定、谁修复: not the credit office, not a window, not another department."""
    one = repair.penalty()
    row = repair.accepted(one)
    said = {"application_id": row.pk, "decision_no": "某信修〔2026〕9号", "finding": "已核实履行完毕", "now": NOW}
    with pytest.raises((deciding.CannotDecide, reading.ApplicationNotFound)):
        deciding.grant(actor=accounts.actor(role), **said)
    own = accounts.actor(role, department=one.desk.department)
    if role is Role.REVIEWER:
        deciding.grant(actor=own, **said)
    else:
        with pytest.raises((deciding.CannotDecide, reading.ApplicationNotFound)):
            deciding.grant(actor=own, **said)


def test_a_refusal_names_each_reason_with_its_article() -> None:
    one = repair.penalty()
    row = repair.accepted(one)
    said = {"application_id": row.pk, "decision_no": "某信修〔2026〕3号", "actor": one.desk.reviewer, "now": NOW}
    for reasons in ([], [("缺少依据的理由", "")], [("短", "某法")]):
        with pytest.raises(handling.ReasonMissing):
            deciding.refuse(reasons=reasons, **said)
    deciding.refuse(reasons=WHY, **said)
    row.refresh_from_db()
    assert row.state == State.REFUSED and row.reasons == [list(WHY[0])]
    assert Record.objects.get(pk=one.record).publicity_state == "公示中"
    assert repair.filed(one).state == State.FILED  # he may ask anew


def test_extended_once_with_a_reason_and_within_the_rule() -> None:
    one = repair.penalty()
    row = repair.accepted(one)
    assert row.due_on == date(2026, 12, 1)
    said = {"application_id": row.pk, "reason": "需要现场核查", "now": NOW}
    with pytest.raises(handling.CannotHandle):
        handling.extend(days=5, actor=one.desk.drafter, **said)
    with pytest.raises(handling.ExtensionWrong):
        handling.extend(days=11, actor=one.desk.reviewer, **said)
    with pytest.raises(handling.ExtensionWrong, match="届满"):
        handling.extend(days=5, actor=one.desk.reviewer, **said | {"now": NOW + 14 * DAY})
    handling.extend(days=5, actor=one.desk.reviewer, **said)
    row.refresh_from_db()
    assert (row.handle_due_on, row.due_on) == (date(2026, 12, 8), date(2026, 12, 8))
    with pytest.raises(handling.ExtensionWrong, match="只能延长一次"):
        handling.extend(days=1, actor=one.desk.reviewer, **said)


def test_deceit_is_revoked_and_everything_stands_again() -> None:
    one = repair.penalty()
    row = repair.granted(one)
    said = {"application_id": row.pk, "decision_no": "某信修撤〔2026〕1号", "reason": "提交的缴款凭证系伪造"}
    with pytest.raises(deciding.CannotDecide):
        deciding.revoke(actor=one.desk.drafter, now=NOW + DAY, **said)
    deciding.revoke(actor=one.desk.reviewer, now=NOW + DAY, **said)
    record = Record.objects.get(pk=one.record)
    assert (record.publicity_state, record.ended_on) == ("公示中", None)
    assert Trigger.objects.get(record_id=one.record, rev_to=None).released_on is None
    assert Trigger.objects.filter(record_id=one.record).count() == 3  # as it stood, ended, stands again
    assert Application.objects.get(pk=row.pk).state == State.REVOKED


# --- time ---------------------------------------------------------------------------------------------------


def test_the_longest_publicity_ends_by_itself_and_is_no_repair() -> None:
    one = repair.penalty(publicity_until=date(2026, 11, 20))
    other = repair.penalty(one.desk)
    row = repair.filed(one)
    assert nightly.end_publicity(today=date(2026, 11, 20), actor=PLATFORM, now=NOW) == 0
    assert nightly.end_publicity(today=date(2026, 11, 21), actor=PLATFORM, now=NOW + DAY) == 1
    assert Record.objects.get(pk=one.record).publicity_state == "期满停止公示"
    assert Record.objects.get(pk=other.record).publicity_state == "公示中"
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN and "期满停止公示" in row.closing_reason
    assert nightly.end_publicity(today=date(2026, 11, 21), actor=PLATFORM, now=NOW + DAY) == 0


def test_the_rules_of_the_day_of_application_govern_to_the_end() -> None:
    """A serious penalty of 2025-10-15: by Order 58 three months, by Order 36 a year. Applied for on 2026-03-31."""
    one = repair.penalty(grade="严重", decided_on=date(2025, 10, 15))
    before, after = NOW.replace(month=3, day=31), NOW.replace(month=4, day=1)
    with pytest.raises(filing.NotYet, match="1 年"):
        repair.filed(one, now=after)
    row = repair.filed(one, now=before)
    assert row.rules["code"] == "order58"
    handling.accept(application_id=row.pk, actor=one.desk.drafter, now=after)
    handling.verify(application_id=row.pk, opinion="已核实履行完毕", actor=one.desk.drafter, now=after)
    deciding.grant(
        application_id=row.pk,
        decision_no="某信修〔2026〕1号",
        finding="已核实履行完毕",
        actor=one.desk.reviewer,
        now=after,
    )
    row.refresh_from_db()
    assert row.state == State.GRANTED


def test_a_year_that_is_not_loaded_is_provisional_and_mends_itself() -> None:
    one = repair.penalty(decided_on=date(2027, 9, 1), publicity_until=date(2028, 8, 31))
    row = repair.filed(one, now=NOW.replace(year=2027, month=12, day=27))
    assert row.due_provisional and row.due_on == date(2027, 12, 30)
    on_calendar_imported({"year": 2028}, now=NOW)
    assert Application.objects.get(pk=row.pk).due_on == date(2027, 12, 30)


def test_lifted_during_a_reorganisation_and_back_when_the_plan_fails() -> None:
    one = repair.penalty()
    said = {"subject_id": one.firm, "court": "江澜市中级人民法院", "ruling_no": "（2026）江01破3号"}
    with pytest.raises(lifting.CannotLift):
        lifting.lift(ruled_on=NOW.date(), actor=one.desk.drafter, now=NOW, **said)
    made = lifting.lift(ruled_on=NOW.date(), actor=one.desk.reviewer, now=NOW, **said)
    record = Record.objects.get(pk=one.record)
    assert (record.publicity_state, record.ended_on) == ("不予公示", NOW.date())
    with pytest.raises((lifting.LiftedAlready, lifting.NothingToLift)):
        lifting.lift(ruled_on=NOW.date(), actor=one.desk.reviewer, now=NOW, **said)
    lifting.close_lifting(
        lifting_id=made, executed=False, reason="计划未能执行", actor=one.desk.reviewer, now=NOW + DAY
    )
    record.refresh_from_db()
    assert (record.publicity_state, record.ended_on) == ("公示中", None)
    assert Trigger.objects.get(record_id=one.record, rev_to=None).released_on is None
    with pytest.raises(lifting.LiftingNotFound):
        lifting.close_lifting(lifting_id=made, executed=True, reason="执行完毕", actor=one.desk.reviewer, now=NOW)


def test_all_that_is_held_is_read_in_as_many_questions_as_one() -> None:
    one = repair.penalty()

    def questions() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            found = held_against(one.firm, on=NOW.date())
        return len(found), len(asked)

    _, before = questions()
    for _ in range(3):
        repair.penalty(firm=one.firm)
    found, after = questions()
    assert found == 4 and after <= before
