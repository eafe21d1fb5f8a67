from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from feedback.rules.cases import Action, Report, may_close

ON = date(2026, 11, 20)


def codes(**changed: Any) -> set[str]:
    said: dict[str, Any] = {
        "action": Action.DONE,
        "reason": "",
        "content": "不予受理",
        "amount": None,
        "done_from": None,
        "done_until": None,
        "effect": "",
    }
    verdict = may_close(Report(**said | changed), on=ON)
    assert all(r.message and str(r.source) for r in verdict.against)
    return {r.code for r in verdict.against}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, set(), id="done"),
        pytest.param({"content": " "}, {"content_missing"}, id="done-but-what"),
        pytest.param({"action": Action.PARTLY}, {"reason_missing"}, id="partly-without-reason"),
        pytest.param({"action": Action.PARTLY, "reason": "时间"}, set(), id="partly"),
        pytest.param({"action": Action.NOT_DONE, "content": ""}, {"reason_missing"}, id="not-done-without-reason"),
        pytest.param({"action": Action.NOT_DONE, "content": "", "reason": "已履行"}, set(), id="not-done"),
        pytest.param({"action": Action.NOT_APPLICABLE, "content": "", "reason": " "}, {"reason_missing"}, id="n-a"),
        pytest.param({"amount": Decimal("-0.01")}, {"negative_amount"}, id="negative"),
        pytest.param({"amount": Decimal(0)}, set(), id="zero-yuan"),
        pytest.param({"done_from": ON, "done_until": date(2026, 11, 19)}, {"end_before_start"}, id="end-first"),
        pytest.param({"done_from": ON, "done_until": ON}, set(), id="one-day"),
        pytest.param({"done_from": date(2026, 11, 21)}, {"in_future"}, id="tomorrow"),
    ],
)
def test_guofa_2016_33_feedback(changed: dict[str, Any], expected: set[str]) -> None:
    assert codes(**changed) == expected
