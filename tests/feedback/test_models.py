from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from feedback.models import Case, Due
from tests.constraints import assert_each_is_broken, assert_refused, cases

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


BREACHES = {
    "feedback_due_once_per_measure": lambda: [due() for _ in range(2)],
    "feedback_case_once_per_version": lambda: case(2),
    "feedback_case_not_done_has_reason": lambda: case(action="未实施"),
    "feedback_case_amount_not_negative": lambda: case(amount=Decimal("-0.01")),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("feedback", BREACHES)


def test_the_same_measure_for_another_subject_is_owed_too() -> None:
    due()
    due(subject_index=1)
    due(measure_code="Y2")
