"""Application lists: whom a matter checks, and two who register one matter at once."""

from datetime import datetime

import pytest

from screening.models import Matter
from screening.services.lists import RolesUnclear
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("roles", [(), (make.APPLICANT, make.LEGAL, make.APPLICANT)])
def test_a_matter_says_whom_it_checks(roles) -> None:
    with pytest.raises(RolesUnclear, match="角色"):
        make.matter(code="NOBODY", consults=[], roles=roles)
    assert not Matter.objects.filter(code="NOBODY").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_register_one_matter_at_once(now: datetime) -> None:
    office, black = accounts.department().pk, redblack.list_type()
    said = {"code": "TWICE", "consults": [black.source_id], "implementing_department_id": office}
    assert at_once(lambda: make.matter(**said)) == ["TWICE", "TWICE"]


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_one_measure_at_once(now: datetime) -> None:
    black, law, office = redblack.list_type(), measures.document(), accounts.department().pk
    said = {
        "code": "Y-TWICE",
        "department_id": office,
        "triggers": [black.source_id],
        "articles": [measures.Article(document_code=law, article="第一条")],
    }
    first, second = at_once(lambda: measures.item(**said))
    assert first == second
