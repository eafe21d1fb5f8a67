"""What was lifted stays lifted, by whatever way the decision comes again."""

from datetime import date

import pytest

from collection.models import Trigger
from collection.services import end_record
from tests.factories import accounts
from tests.factories import collection as sources
from tests.factories import rows as make

pytestmark = pytest.mark.django_db
LIFTED = date(2026, 11, 18)
RAISES = [{"source": "P-X", "field": "FACTS", "words": ["吊销"], "begins": "DAY", "ends": "UNTIL", "ground": "FACTS"}]
WITH, WITHOUT = "吊销许可证", "未按规定公示"


@pytest.mark.xfail(strict=True, reason="taking_sql.RAISE looks for what this very change closed, and no further back")
def test_a_limit_that_one_change_dropped_and_the_next_raises_stays_lifted(reporter, now) -> None:
    sources.source(code="P-X")
    at = reporter(raises=RAISES)
    row = make.row(有效期止="2027-11-15", 事实=WITH)
    at.send(row)
    [trigger] = Trigger.objects.all()
    end_record(
        record_id=trigger.record_id, ended_on=LIFTED, publicity_state="终止公示", reason="已修复",
        actor=accounts.PLATFORM, now=now,
    )  # fmt: skip
    at.send(row | {"事实": WITHOUT})
    assert not Trigger.objects.filter(rev_to=None).exists()
    at.send(row | {"事实": WITH})
    assert Trigger.objects.get(rev_to=None).released_on == LIFTED


def test_one_that_was_dropped_and_never_lifted_is_in_force_again(reporter) -> None:
    sources.source(code="P-X")
    at = reporter(raises=RAISES)
    row = make.row(有效期止="2027-11-15", 事实=WITH)
    for facts in (WITH, WITHOUT, WITH):
        at.send(row | {"事实": facts})
    assert Trigger.objects.get(rev_to=None).released_on is None
