from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO

import pytest
from django.db import connection

from feedback.models import (
    Attachment,
    Call,
    Case,
    CaseFile,
    ChangeCount,
    Dispatch,
    Due,
    Known,
    Letter,
    Supervision,
    SupervisionStep,
    Tally,
    TypicalCase,
    UpReport,
)
from office.services import store_file
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories.accounts import PLATFORM
from tests.factories.accounts import department as make_department
from tests.factories.feedback import response_task

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def due(**fields):
    given = {
        "number": "JL-20261120-000001",
        "checked_on": date(2026, 11, 20),
        "subject_index": 0,
        "measure_code": "Y1",
        "measure_text": "x",
        "matter_code": "M1",
        "department_id": 1,
        "due_on": date(2026, 12, 4),
    }
    return Due.objects.create(**given | fields)


def case(times: int = 1, **fields):
    of = due()
    for _ in range(times):
        given = {"due": of, "version": 1, "action": "已实施", "reported_by": "user:x", "reported_at": AT}
        Case.objects.create(**given | fields)


def letter(times: int = 1, **fields):
    of = due(subject_id=1)
    for _ in range(times):
        file = store_file(stream=BytesIO(b"x"), name="x", keep_until=None, limit=10, actor=PLATFORM, now=AT)
        given = {
            "due": of,
            "department": make_department(),
            "subject_id": 1,
            "measure_code": "Y1",
            "measure_text": "x",
            "document_no": "1号",
            "articles": ["第一条"],
            "reason": "x",
            "remedies": "x",
            "lifting": "x",
            "file_id": file.id,
            "written_on": AT.date(),
            "written_by": "user:x",
            "written_at": AT,
        }
        Letter.objects.create(**given | fields)


BREACHES = {
    "feedback_due_once_per_measure": lambda: [due() for _ in range(2)],
    "feedback_case_once_per_version": lambda: case(2),
    "feedback_case_not_done_has_reason": lambda: case(action="未实施"),
    "feedback_letter_follows_one_thing": lambda: letter(due=None),
    "feedback_letter_one_number": lambda: letter(2, department=make_department()),
    "feedback_letter_says_what_law_asks": lambda: letter(remedies=""),
    "feedback_letter_service_is_whole": lambda: letter(served_on=AT.date(), served_way="邮寄"),
    "feedback_case_amount_not_negative": lambda: case(amount=Decimal("-0.01")),
}


FIRST = date(2026, 11, 1)


def stored():
    return store_file(stream=BytesIO(b"x"), name="x", keep_until=None, limit=10, actor=PLATFORM, now=AT).id


def attached(times: int):
    case()
    of, file = Case.objects.get(), stored()
    for _ in range(times):
        Attachment.objects.create(case=of, file_id=file, name="x", kind="pdf", added_by="x", added_at=AT)


def call(times: int):
    for _ in range(times):
        Call.objects.create(requester="x", key="k", digest="0" * 64, answer={}, called_at=AT)


def case_file(times: int = 1, **fields):
    given = {
        "department": make_department(),
        "file_id": 1,
        "sha256": "0" * 64,
        "name": "x",
        "sent_by": "x",
        "sent_at": AT,
    }
    for _ in range(times):
        CaseFile.objects.create(**given | fields)


def known(times: int):
    for _ in range(times):
        Known.objects.create(department_id=1, trigger="entry:1", subject_id=1, since=FIRST)


def tally(times: int = 1, **fields):
    for _ in range(times):
        Tally.objects.create(**{"month": FIRST, "department_id": 1, "cases": 1, "rolled": True} | fields)


def supervision(times: int = 1, **fields):
    given = {
        "department": make_department(), "fault": "overdue", "month": FIRST, "figure": 1, "state": "opened",
        "opened_by": "x", "opened_at": AT,
    }  # fmt: skip
    made = [Supervision.objects.create(**given | fields) for _ in range(times)]
    return made[0]


def step(**fields):
    given = {"supervision": supervision(), "verb": "talk", "text": "x", "noted_by": "x", "noted_at": AT}
    SupervisionStep.objects.create(**given | fields)


def typical(times: int = 1, **fields):
    given = {
        "due": due(), "department": make_department(), "title": "x", "text": "x", "subject_shown": "某公司",
        "reward": False, "state": "drafted", "drafted_by": "a", "drafted_at": AT, "reviewed_by": "b",
        "published_on": FIRST,
    }  # fmt: skip
    for _ in range(times):
        TypicalCase.objects.create(**given | fields)


def up_report(times: int = 1, **fields):
    given = {
        "month": FIRST, "number": 1, "cases": 1, "sha256": "0" * 64, "xlsx_id": stored(), "xml_id": stored(),
        "made_by": "x", "made_at": AT,
    }  # fmt: skip
    for _ in range(times):
        UpReport.objects.create(**given | fields)


def dispatch(times: int = 1, **fields):
    given = {
        "kind": "cases", "ref_id": 1, "key": "k", "name": "x", "file_id": stored(), "rows": 1, "state": "waiting",
        "retry_at": AT, "made_by": "x", "made_at": AT,
    }  # fmt: skip
    for _ in range(times):
        Dispatch.objects.create(**given | fields)


def own(times: int):
    for place in range(times):
        due(subject_index=place, own_number="N-1")


def entry(times: int = 1, **fields):
    for _ in range(times):
        due(**{"basis": "entry", "owed": False, "trigger": "entry:1", "number": "", "due_on": None} | fields)


def of_task(times: int):
    task = response_task()
    for _ in range(times):
        due(basis="response", owed=False, response_id=task, number="", due_on=None)


BREACHES |= {
    "feedback_due_once_per_task": lambda: of_task(2),
    "feedback_due_once_per_entry": lambda: entry(2),
    "feedback_due_own_number_once": lambda: own(2),
    "feedback_due_basis_is_named": lambda: entry(trigger=""),
    "feedback_due_owed_has_a_day": lambda: due(due_on=None),
    "feedback_due_reward_is_not_owed": lambda: due(reward=True),
    "feedback_due_reported_is_whole": lambda: due(version=1),
    "feedback_case_period_in_order": lambda: case(done_from=AT.date(), done_until=FIRST),
    "feedback_attachment_once": lambda: attached(2),
    "feedback_known_once": lambda: known(2),
    "feedback_call_once": lambda: call(2),
    "feedback_casefile_same_bytes_once": lambda: case_file(2),
    "feedback_casefile_every_row_counted": lambda: case_file(rows=2, taken=1, done_at=AT),
    "feedback_tally_one_of_a_sort": lambda: tally(2),
    "feedback_tally_of_a_month": lambda: tally(month=AT.date()),
    "feedback_supervision_once": lambda: supervision(2),
    "feedback_supervision_closed_iff_dated": lambda: supervision(state="corrected"),
    "feedback_supervisionstep_says_something": lambda: step(text=""),
    "feedback_supervisionstep_notice_has_number": lambda: step(verb="notice"),
    "feedback_typical_one_live": lambda: typical(2),
    "feedback_typical_published_by_another": lambda: typical(state="published", reviewed_by="a"),
    "feedback_typical_withdrawn_says_why": lambda: typical(state="withdrawn"),
    "feedback_upreport_number_once": lambda: up_report(2),
    "feedback_upreport_of_a_month": lambda: up_report(month=AT.date()),
    "feedback_upreport_handed_is_whole": lambda: up_report(handed_at=AT),
    "feedback_dispatch_once": lambda: dispatch(2),
    "feedback_dispatch_accepted_has_receipt": lambda: dispatch(state="accepted"),
}


@pytest.mark.parametrize("fields", [{"articles": []}, {"reason": ""}, {"lifting": ""}, {"document_no": ""}])
def test_a_letter_without_a_part_of_it(fields):
    assert_refused("feedback_letter_says_what_law_asks", lambda: letter(**fields))


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("feedback", BREACHES)


def test_the_same_measure_for_another_subject_is_owed_too() -> None:
    due()
    due(subject_index=1)
    due(measure_code="Y2")


def test_cases_of_before_changes_were_numbered_get_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some at a time, after what was numbered meanwhile; what was not reported gets none."""
    migration = import_module("feedback.migrations.0007_cases_of_before_by_change")
    monkeypatch.setattr(migration, "SOME", 2)
    usual = {"version": 1, "action": "已实施", "reported_on": AT.date()}
    before = [
        due(measure_code=f"Y{n}", department_id=1 + n // 3, reported_at=AT - timedelta(hours=n), **usual)
        for n in range(4)
    ]
    new = due(measure_code="Z", reported_at=AT, change_seq=1, **usual)
    due(measure_code="W")
    ChangeCount.objects.create(department_id=1, last=1)
    for _ in range(2):
        with connection.schema_editor(atomic=False) as editor:
            migration.fill(None, editor)
    found = Due.objects.filter(change_seq__gt=0).order_by("department_id", "change_seq")
    assert list(found.values_list("pk", "change_seq")) == [
        (new.pk, 1), (before[2].pk, 2), (before[1].pk, 3), (before[0].pk, 4), (before[3].pk, 1),
    ]  # fmt: skip
    assert dict(ChangeCount.objects.values_list("department_id", "last")) == {1: 4, 2: 1}
