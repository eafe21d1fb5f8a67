"""名单时效: what every answer rests on."""

import pytest
from django.test import Client

from accounts.models import User
from kernel.actor import Role
from redblack.rules.lists import LegalStatus
from tests.factories import accounts
from tests.factories import redblack as make

pytestmark = pytest.mark.django_db


def ages(client: Client, user: User):
    client.force_login(user)
    return client.get("/lists/").context


def test_a_stopped_list_stands_among_those_that_take_no_entries(client: Client) -> None:
    made, clerk = make.list_type(code="STOPS", title="某名单"), accounts.user(Role.CLERK)
    before = ages(client, clerk)
    assert made.id in [row["type"].pk for row in before["rows"]]
    make.list_type(code="STOPS", title="某名单", legal_status=LegalStatus.STOPPED, loaded=False)
    after = ages(client, clerk)
    assert made.id not in [row["type"].pk for row in after["rows"]]
    assert made.id in [one.pk for one in after["others"]]
    assert made.id not in [row["age"].id for row in after["records"]]
