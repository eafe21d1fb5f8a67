"""名单时效: what every answer rests on."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from kernel.actor import Role
from redblack.rules.lists import LegalStatus, Origin
from tests.factories import accounts, collection, screening
from tests.factories import redblack as make
from tests.facts import payload_of

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


def test_what_is_registered_here_is_relied_on_once_it_is_said_to_be_complete(client: Client) -> None:
    """Until then 未接入, however many rows it holds; a list that comes by versions, or is open, is not opened so."""
    here, other = make.list_type(loaded=False), make.list_type(loaded=False, freshness_days=7, origin=Origin.PROVINCE)
    record, firm = collection.source(code="P-NEW", loaded=False), screening.firm()
    make.entry(here.code, firm)
    collection.record(subject_id=firm, raised=[collection.raised("P-NEW", firm)])
    office = accounts.user(Role.CREDIT_OFFICE, Role.REVIEWER)
    waits = {one.id for one in ages(client, office)["waiting"]}
    assert {here.source_id, record} <= waits and other.source_id not in waits
    assert not ages(client, accounts.user(Role.CREDIT_OFFICE))["waiting"]
    client.force_login(office)

    def said(source_id: int, **form: str) -> tuple[int, str]:
        answer = client.post(reverse("redblack:open_source", args=[source_id]), form, follow=True)
        return answer.status_code, answer.content.decode()

    assert said(here.source_id)[0] == 400
    for source in (here.source_id, record):
        status, page = said(source, complete="1")
        assert status == 200 and "（在期 1 条）" in page
    rows = ages(client, office)
    opened = {row["age"].id: row for row in [*rows["rows"], *rows["records"]]}
    assert opened[here.source_id]["usable"] and opened[record]["usable"]
    assert {one.id for one in rows["waiting"]} == waits - {here.source_id, record}
    client.force_login(office)
    assert said(here.source_id, complete="1")[0] == said(other.source_id, complete="1")[0] == 409
    assert payload_of(f"collection.source:{record}", "collection.source.loaded")["rows"] == 1
