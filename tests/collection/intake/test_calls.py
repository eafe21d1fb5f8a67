from datetime import date, datetime, timedelta

import pytest

from collection.models import Batch, Promise, Record, RecordChange, RecordKey, RowProblem, Tally, Trigger
from collection.rules.states import BatchState, ProblemState, RecordState
from collection.selectors import cells_of
from collection.services import Correction
from collection.services.calls import CallKeyUsed, NoRows, TooManyRows
from collection.services.receiving import MayNotReport, NotAProvider
from collection.services.taking import CorrectionMovesRecord
from subjects.models import Conflict, Subject
from tests.factories import collection as sources
from tests.factories import rows as make
from tests.factories.screening import firm
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)
OLD_CODE = "129334554"


def numbers(batch_id: int) -> tuple[int, ...]:
    b = Batch.objects.get(pk=batch_id)
    assert b.total == b.taken + b.changed + b.same + b.returned
    assert b.open_problems == RowProblem.objects.filter(batch=b, state=ProblemState.OPEN).count()
    return b.taken, b.changed, b.same, b.returned


def test_good_rows_become_records(reporter, now) -> None:
    at = reporter()
    one, other = make.row(), make.row()
    receipt = at.send(one, other)
    assert (receipt.state, receipt.total, receipt.taken, receipt.returned) == ("done", 2, 2, ())
    record = Record.objects.get(document_no=one["文号"])
    assert record.content["FACTS"] == "未按规定公示" and record.batch_id == receipt.batch_id
    assert not record.late and record.recorded_at == now and record.provider_id == at.department.pk
    key = RecordKey.objects.get(record_id=record.pk)
    assert (key.subject_id, key.provider_id) == (record.subject_id, at.department.pk) and len(key.digest) == 64
    assert Subject.objects.get(pk=record.subject_id).uscc == one["统一社会信用代码"]
    tally = Tally.objects.get()
    assert (tally.reported, tally.taken, tally.late, tally.month) == (2, 2, 0, date(2026, 11, 1))
    taken = payload_of(f"collection.batch:{receipt.batch_id}", "collection.rows.taken")
    assert (taken["taken"], taken["changed"], taken["same"]) == (2, 0, 0) and len(taken["digest"]) == 64
    assert {name for name, _ in facts_about(f"collection.batch:{receipt.batch_id}")} == {
        "collection.batch.received", "collection.rows.taken", "collection.batch.done",
    }  # fmt: skip


def test_good_rows_are_taken_and_bad_ones_listed_with_every_error(reporter) -> None:
    at = reporter()
    bad = make.row(事实="", 决定日期="昨天")
    receipt = at.send(make.row(), bad)
    assert numbers(receipt.batch_id) == (1, 0, 0, 1)
    [returned] = receipt.returned
    assert returned.row == 2 and {p["field"] for p in returned.problems} == {"FACTS", "DAY"}
    problem = RowProblem.objects.get()
    assert bad["名称"] not in problem.cells_ct and cells_of(problem) == bad
    assert Batch.objects.get().problem_counts["required"]["count"] == 1
    assert (Tally.objects.get().reported, Tally.objects.get().taken) == (2, 1)


def test_the_same_again_changes_nothing(reporter) -> None:
    at = reporter()
    row = make.row()
    first, second = at.send(row), at.send(row | {"文号": row["文号"].replace("〔", "[").replace("〕", "]")})
    assert numbers(first.batch_id) == (1, 0, 0, 0) and numbers(second.batch_id) == (0, 1, 0, 0)
    again = at.send(row | {"文号": row["文号"].replace("〔", "[").replace("〕", "]")})
    assert numbers(again.batch_id) == (0, 0, 1, 0)
    assert Record.objects.count() == 1 == RecordChange.objects.count()
    assert Tally.objects.get().reported == 1


def test_other_content_is_a_change_with_its_history(reporter, now) -> None:
    at = reporter()
    row = make.row()
    first = at.send(row)
    later = now + timedelta(days=1)
    second = at.send(row | {"事实": "另一事实"}, now=later)
    assert (second.changed, second.taken) == (1, 0)
    record, change = Record.objects.get(), RecordChange.objects.get()
    assert (record.content["FACTS"], record.version, record.changed_at) == ("另一事实", 2, later)
    assert (record.batch_id, record.recorded_at) == (second.batch_id, now)
    assert change.before["content"]["FACTS"] == "未按规定公示" and change.before["decided_on"] == "2026-11-16"
    assert (change.version, change.batch_id, change.kind) == (1, first.batch_id, "changed")


def test_the_same_call_has_the_same_receipt_and_other_rows_are_refused(reporter) -> None:
    at = reporter()
    row, key = make.row(), make.key()
    first = at.send(row, make.row(事实=""), call_key=key)
    assert at.send(row, call_key=make.key()).same == 1
    with pytest.raises(CallKeyUsed):
        at.send(row, call_key=key)
    batch = Batch.objects.get(pk=first.batch_id)
    with pytest.raises(CallKeyUsed):
        at.send(row, make.row(事实=""), call_key=key)
    assert Batch.objects.get(pk=first.batch_id).taken == batch.taken


def test_a_repeated_call_is_answered_alike(reporter) -> None:
    at = reporter()
    rows, key = [make.row(), make.row(事实="")], make.key()
    assert at.send(*rows, call_key=key) == at.send(*rows, call_key=key)
    assert Batch.objects.count() == 1 and Record.objects.count() == 1


def test_who_may_not_report(reporter) -> None:
    at = reporter()
    with pytest.raises(MayNotReport):
        at.send(make.row(), department_id=make.department().pk)
    with pytest.raises(NoRows):
        at.send()
    with pytest.raises(TooManyRows):
        at.send(*[make.row()] * 5001)
    with pytest.raises(NotAProvider):
        at.send(make.row(), item_code=make.item(provider_units=[make.department().code]))
    assert not Batch.objects.exists()


def test_all_or_nothing(reporter) -> None:
    at = reporter()
    receipt = at.send(make.row(), make.row(事实=""), all_or_nothing=True)
    assert receipt.state == BatchState.REFUSED and "整批退回" in receipt.refusal
    batch = Batch.objects.get()
    assert not Record.objects.exists() and not Tally.objects.exists() and batch.open_problems == 0
    assert (batch.taken, batch.returned, RowProblem.objects.count()) == (0, 1, 1)
    assert payload_of(f"collection.batch:{batch.pk}", "collection.batch.refused")["returned"] == 1
    assert at.send(make.row(), make.row(), all_or_nothing=True).taken == 2


def test_rows_repeated_in_one_file(reporter) -> None:
    at = reporter()
    row = make.row()
    receipt = at.send(row, row, row | {"事实": "别的"})
    assert numbers(receipt.batch_id) == (1, 0, 1, 1)
    [returned] = receipt.returned
    assert "第 1 行" in returned.problems[0]["message"] and returned.problems[0]["code"] == "duplicate"


def test_a_decision_of_another_department_is_returned_without_its_data(reporter) -> None:
    at = reporter()
    row = make.row()
    at.send(row)
    receipt = at.colleague().send(row | {"事实": "别的"})
    [problem] = receipt.returned[0].problems
    assert at.department.name in problem["message"] and "未按规定公示" not in problem["message"]
    assert Record.objects.get().content["FACTS"] == "未按规定公示" and not RecordChange.objects.exists()


def test_withdrawn_stays_withdrawn_and_archived_comes_back(reporter) -> None:
    at = reporter()
    row = make.row()
    at.send(row)
    Record.objects.update(state=RecordState.WITHDRAWN)
    assert at.send(row).returned[0].problems[0]["code"] == "record_withdrawn"
    Record.objects.update(state=RecordState.ARCHIVED)
    assert at.send(row).same == 1 and Record.objects.get().state == RecordState.ARCHIVED
    assert at.send(row | {"事实": "别的"}).changed == 1 and Record.objects.get().state == RecordState.CURRENT


def test_a_known_code_under_another_name_is_taken_and_the_name_waits(reporter) -> None:
    at = reporter()
    code = make.uscc()
    known = firm(code, name="江澜恒泰食品有限公司")
    receipt = at.send(make.row(统一社会信用代码=code, 名称="江澜恒泰食品厂"))
    assert receipt.taken == 1 and "不一致" in str(receipt.warnings[0]["message"])
    assert Record.objects.get().subject_id == known and Conflict.objects.get().other_name == "江澜恒泰食品厂"
    assert Subject.objects.get(pk=known).name == "江澜恒泰食品有限公司"


def test_a_name_never_identifies_but_helps_to_find_the_code(reporter) -> None:
    at = reporter()
    code = make.uscc()
    firm(code, name="江澜恒泰食品有限公司")
    receipt = at.send(make.row(统一社会信用代码="", 名称="江澜恒泰食品 有限公司"))
    messages = "".join(p["message"] for p in receipt.returned[0].problems)
    assert code in messages and not Record.objects.exists()


def test_late_by_the_clock_of_seven_working_days(reporter) -> None:
    at = reporter()
    at.send(make.row(文号="甲1号", 决定日期="2026-11-11"), make.row(文号="乙2号", 决定日期="2026-11-10"))
    by_number = {r.document_no: r for r in Record.objects.order_by("id")}
    assert by_number["甲1号"].due_on == date(2026, 11, 20) and not by_number["甲1号"].late
    assert by_number["乙2号"].late and Tally.objects.get().late == 1


def test_triggers_are_raised_closed_and_written_anew(reporter) -> None:
    source = sources.source(code="P-X")
    at = reporter(raises=[{"source": "P-X", "begins": "DAY", "ends": "UNTIL", "ground": "FACTS"}])
    row = make.row(有效期止="2027-11-15")
    at.send(row, make.row(有效期止="2027-11-15"))
    one, other = Trigger.objects.order_by("id")
    assert one.rev_from == other.rev_from and (one.valid_from, one.valid_until) == (DAY, date(2027, 11, 15))
    Trigger.objects.filter(pk=one.pk).update(released_on=date(2026, 11, 18))
    at.send(row | {"事实": "改正"})
    old, new = Trigger.objects.filter(record_id=one.record_id).order_by("id")
    assert old.rev_to == new.rev_from > one.rev_from and new.ground == "改正"
    assert new.released_on == date(2026, 11, 18), "a limit that was lifted stays lifted"
    assert Trigger.objects.filter(source_id=source, rev_to=None).count() == 2


def test_a_promise_is_followed_up(reporter) -> None:
    at = reporter()
    row = make.row(承诺期限="2026-12-31")
    at.send(row)
    at.send(row | {"承诺期限": "2027-01-31"})
    promise = Promise.objects.get()
    assert (promise.promised_on, promise.department_id) == (date(2027, 1, 31), at.department.pk)


def test_a_correction_keeps_the_key(reporter) -> None:
    at = reporter()
    row = make.row()
    at.send(row)
    record = Record.objects.get()
    said = Correction(record_id=record.pk, reason="笔误", document_no="江测更〔2026〕1号")
    assert at.send(row | {"事实": "更正后"}, correction=said).changed == 1
    change = RecordChange.objects.get()
    assert (change.kind, change.reason, change.document_no) == ("corrected", "笔误", "江测更〔2026〕1号")
    with pytest.raises(CorrectionMovesRecord):
        at.send(make.row(), correction=said)
    assert Record.objects.count() == 1


def test_old_codes_serve_where_they_have_one_holder(reporter) -> None:
    at = reporter()
    first = firm(org_code=OLD_CODE, name="江澜老厂")
    assert (
        at.send(make.row(统一社会信用代码="", 组织机构代码=f"{OLD_CODE[:8]}-{OLD_CODE[8]}", 名称="江澜老厂")).taken
        == 1
    )
    assert Record.objects.get().subject_id == first


@pytest.mark.django_db(transaction=True)
def test_two_at_once_report_the_same_decisions(reporter, now: datetime) -> None:
    at = reporter()
    rows = [make.row() for _ in range(40)]
    orders = iter([rows, rows[::-1]])
    done = at_once(lambda: at.send(*next(orders)))
    assert sorted((r.taken, r.same) for r in done) == [(0, 40), (40, 0)]
    assert Record.objects.count() == 40 == RecordKey.objects.count()


@pytest.mark.django_db(transaction=True)
def test_the_same_call_twice_at_once(reporter) -> None:
    at = reporter()
    rows, key = [make.row(), make.row(事实="")], make.key()
    one, other = at_once(lambda: at.send(*rows, call_key=key))
    assert one == other and Batch.objects.count() == 1


def test_a_row_whose_old_number_the_register_refuses_goes_back_alone(reporter) -> None:
    at = reporter()
    receipt = at.send(make.row(), make.row(统一社会信用代码="", 注册号="3399010000012"))
    assert (receipt.taken, [r.row for r in receipt.returned]) == (1, [2])
    assert "注册号" in receipt.returned[0].problems[0]["message"]
