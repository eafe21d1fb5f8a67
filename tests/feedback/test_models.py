from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest

from feedback.models import Case, Due, Letter
from office.services import store_file
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories.accounts import PLATFORM
from tests.factories.accounts import department as make_department

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
