"""Whoever had a hand in a proceeding does not decide it, whatever his roles."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kernel.actor import Role
from redblack.models import Entry
from redblack.selectors import proceedings as reading
from redblack.services import deciding, hearing, proceedings
from tests.factories import accounts
from tests.factories import proceedings as make
from tests.factories.proceedings import decide

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("step", ["write", "serve", "extend", "hear", "answer", "attach"])
def test_who_took_any_step_of_it_does_not_decide_it(step: str, now: datetime) -> None:
    at = make.bench()
    both = accounts.actor(Role.UPLOADER, Role.REVIEWER, department=at.department)
    before = now - 20 * DAY
    by = replace(at, clerk=both)
    made = make.noticed(at, now=before)
    served = {"proceeding_id": made, "served_on": before.date(), "way": "直接", "receipt": None}
    hearing.record_service(**served, actor=both if step == "serve" else at.clerk, now=before)
    said = {"received_on": before.date(), "way": "书面", "text": "情况不实", "upload": None}
    hears = both if step == "hear" else at.clerk
    statement = hearing.record_statement(proceeding_id=made, **said, actor=hears, now=before)
    answers = both if step == "answer" else at.clerk
    hearing.answer_statement(statement_id=statement, accepted=False, answer="不成立", actor=answers, now=before)
    if step == "write":
        assert make.saved(made, by, now=now, decision_no="另一文号") == ["decision_no"]
    elif step == "extend":
        hearing.extend_period(proceeding_id=made, days=1, reason="案情复杂", actor=both, now=before)
    elif step == "attach":
        proceedings.attach_paper(proceeding_id=made, kind="其他", upload=make.paper(), actor=both, now=before)
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    assert made not in {one.pk for one in reading.to_decide(both, limit=9)}
    assert made in {one.pk for one in reading.to_decide(at.reviewer, limit=9)}
    with pytest.raises(deciding.DecidedByProposer):
        decide(made, at, now=now, actor=both)
    assert Entry.objects.filter(pk=decide(made, at, now=now)).exists()


def test_who_changed_nothing_may_decide(now: datetime) -> None:
    at = make.bench()
    both = accounts.actor(Role.UPLOADER, Role.REVIEWER, department=at.department)
    made = make.served(at, now=now - 14 * DAY)
    assert make.saved(made, replace(at, clerk=both), now=now) == []
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    assert decide(made, at, now=now, actor=both)
