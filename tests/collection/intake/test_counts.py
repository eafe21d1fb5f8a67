"""Whatever comes, the counts of a batch add up, and so does the month."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collection.models import Batch, Record, RecordKey, RowProblem, Tally
from tests.factories import rows as make

pytestmark = pytest.mark.django_db
KINDS = ("good", "empty", "again", "otherwise", "known", "changed", "another's")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=12), strict=st.booleans())
def test_the_counts_add_up(reporter, kinds: list[str], strict: bool) -> None:
    at = reporter()
    known, foreign, first = make.row(), make.row(), make.row()
    at.send(known)
    at.colleague().send(foreign)
    made = {
        "good": make.row,
        "empty": lambda: make.row(事实=""),
        "again": lambda: first,
        "otherwise": lambda: first | {"事实": "别的"},
        "known": lambda: known,
        "changed": lambda: known | {"事实": "别的"},
        "another's": lambda: foreign,
    }
    receipt = at.send(first, *[made[kind]() for kind in kinds], all_or_nothing=strict)
    batch = Batch.objects.get(pk=receipt.batch_id)
    problems = RowProblem.objects.filter(batch=batch).count()
    assert batch.returned == problems and batch.total == len(kinds) + 1
    if strict and problems:
        assert (batch.state, batch.taken, batch.changed, batch.open_problems) == ("refused", 0, 0, 0)
    else:
        assert batch.total == batch.taken + batch.changed + batch.same + batch.returned
        assert batch.open_problems == problems
        tally = Tally.objects.get(department=at.department)
        assert tally.reported - tally.taken == problems and tally.taken == 1 + batch.taken
    assert Record.objects.count() == RecordKey.objects.count()
