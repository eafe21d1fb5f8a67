import pytest

from redblack.rules.disputes import suspends
from redblack.rules.lists import Ground, Origin

SUSPENDING = (Ground.WRONG_SUBJECT, Ground.OVER_TERM)


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("before", [False, True], ids=["first", "again"])
def test_henan_regulation_article_41(ground: Ground, origin: Origin, before: bool) -> None:
    expected = ground in SUSPENDING and origin is not Origin.COURT and not before
    assert suspends(ground, origin=origin, same_facts_before=before) is expected


def test_at_least_one_of_each() -> None:
    assert suspends(Ground.WRONG_SUBJECT, origin=Origin.COUNTY, same_facts_before=False)
    assert not suspends(Ground.WRONG_SUBJECT, origin=Origin.COURT, same_facts_before=False)
    assert not suspends(Ground.FACTS, origin=Origin.COUNTY, same_facts_before=False)
    assert not suspends(Ground.WRONG_SUBJECT, origin=Origin.COUNTY, same_facts_before=True)
