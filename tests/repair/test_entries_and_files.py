"""Entries and objections beside a repair; what may be handed in."""

from datetime import date, timedelta

import pytest

from redblack import services as lists
from redblack.models import Binding, Dispute, Entry
from redblack.rules.lists import Ground, ReleaseKind
from repair.handlers import on_entry_released, on_record_over
from repair.models import Application
from repair.rules.states import Channel, State, Target
from repair.selectors import applications as reading
from repair.services import deciding, filing, handling, papers
from repair.services.filing import Upload
from tests.conftest import NOW
from tests.factories import exits, repair
from tests.facts import facts_about

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- entries, objections ------------------------------------------------------------------------------------


def of_entry(entry_id: int, **fields):
    return filing.file_application(
        target=Target.ENTRY,
        target_id=entry_id,
        channel=Channel.COUNTER,
        wish=repair.wish(),
        actor=repair.window(),
        now=NOW,
        **fields,
    )


def grant_entry(row: Application, home) -> None:
    handling.accept(application_id=row.pk, actor=home.drafter, now=NOW)
    handling.verify(application_id=row.pk, opinion="已核实履行完毕", actor=home.drafter, now=NOW)
    deciding.grant(
        application_id=row.pk, decision_no="某信修〔2026〕7号", finding="已核实履行完毕", actor=home.reviewer, now=NOW
    )


def old_entry(home) -> int:
    """On a list since more than a year."""
    entry_id = exits.black(home)
    on = date(2025, 10, 1)
    Entry.objects.filter(pk=entry_id).update(notice_served_on=on, decided_on=on, effective_from=on)
    return entry_id


def test_an_entry_leaves_its_list_with_its_papers_and_comes_back_when_it_was_deceit() -> None:
    home = exits.desk()
    entry_id = old_entry(home)
    row = of_entry(entry_id)
    assert row.grade == "严重"
    grant_entry(row, home)
    entry = Entry.objects.get(pk=entry_id)
    assert (entry.released_on, entry.release_kind) == (NOW.date(), ReleaseKind.EARLY.value)
    assert sorted(entry.papers.values_list("kind", flat=True)) == ["名单退出公告", "移出决定书"]
    deciding.revoke(
        application_id=row.pk, decision_no="撤1号", reason="材料系伪造", actor=home.reviewer, now=NOW + DAY
    )
    entry.refresh_from_db()
    assert entry.released_on is None
    assert Binding.objects.get(entry_id=entry_id, rev_to=None).released_on is None
    assert ("redblack.entry.restored", home.reviewer.key) in facts_about(f"redblack.entry:{entry_id}")


def test_a_grant_during_an_objection_ends_the_mark_with_the_entry() -> None:
    home = exits.desk()
    entry_id = old_entry(home)
    row = of_entry(entry_id)
    lists.mark_disputed(entry_id=entry_id, ground=Ground.FACTS, marked_on=NOW.date(), actor=home.reviewer, now=NOW)
    grant_entry(row, home)
    assert Dispute.objects.get(entry_id=entry_id).ended_on == NOW.date()


def test_an_application_during_an_objection_is_taken_and_closed_when_the_objection_is_upheld() -> None:
    home = exits.desk()
    entry_id = old_entry(home)
    lists.mark_disputed(
        entry_id=entry_id, ground=Ground.WRONG_SUBJECT, marked_on=NOW.date(), actor=home.reviewer, now=NOW
    )
    row = of_entry(entry_id)
    lists.release(
        entry_id=entry_id, kind=ReleaseKind.CORRECTED, released_on=NOW.date(), document_no="更1号", reason="主体错误",
        actor=home.reviewer, now=NOW,
    )  # fmt: skip
    for _ in range(2):  # delivered twice
        on_entry_released({"entry_id": entry_id, "kind": "更正"}, now=NOW)
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN and "该条目已更正" in row.closing_reason


def test_what_the_department_ends_itself_closes_the_application() -> None:
    one = repair.penalty()
    row = repair.filed(one)
    on_record_over({"record_id": one.record}, now=NOW)
    assert Application.objects.get(pk=row.pk).state == State.WITHDRAWN


# --- files --------------------------------------------------------------------------------------------------


def test_files_are_judged_together_and_none_is_kept_when_one_is_wrong() -> None:
    one = repair.penalty()
    wrong = [repair.pdf(), repair.pdf("凭证2.pdf", b"MZ\x90\x00 this program"), repair.pdf("图.png")]
    with pytest.raises(filing.FilesWrong) as refused:
        repair.filed(one, files=wrong)
    assert len(refused.value.reasons) == 2 and not Application.objects.exists()
    with pytest.raises(filing.FilesWrong, match="最多 30 份"):
        repair.filed(one, files=[repair.pdf(f"{n}.pdf") for n in range(31)])
    row = repair.filed(one, files=[repair.pdf(f"{n}.pdf") for n in range(30)])
    assert row.attachments.count() == 30
    name, stream = papers.read_file(
        application_id=row.pk,
        attachment_id=row.attachments.first().pk,
        paper_id=None,
        actor=one.desk.drafter,
        now=NOW,
    )
    with stream:
        assert stream.read() == repair.PDF and name.endswith(".pdf")
    with pytest.raises(reading.FileNotFound):
        papers.read_file(application_id=row.pk, attachment_id=10**9, paper_id=None, actor=one.desk.drafter, now=NOW)


def test_the_notice_that_is_served_with_the_decision_is_written_once() -> None:
    one = repair.penalty()
    first = papers.record_notice(record_id=one.record, actor=one.desk.drafter, now=NOW)
    assert papers.record_notice(record_id=one.record, actor=one.desk.drafter, now=NOW).pk == first.pk
    assert first.kind == "信用修复告知书" and reading.paper_by_token(first.token) == first


def test_an_unknown_kind_of_material_is_asked_for() -> None:
    one = repair.penalty()
    with pytest.raises(filing.FilesWrong):
        repair.filed(one, files=[Upload(repair.pdf().stream, "a.pdf", "护照")])
