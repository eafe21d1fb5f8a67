"""No database, no answer: nothing reads as clear, and nothing is written."""

from datetime import datetime

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests import database
from tests.factories.screening import ask
from tests.signing import send


@pytest.fixture
def away(django_db_setup: None, django_db_blocker: DjangoDbBlocker):
    with django_db_blocker.unblock(), database.pointed_at("no_such_database"):
        yield


def test_a_check_raises(away: None, now: datetime) -> None:
    with pytest.raises(OperationalError):
        ask("M1", "91339901MA9K3H5T3Y", now=now)


def test_the_interface_says_so(away: None, client: Client) -> None:
    response = send(client, "hall", "/api/v1/checks", body=b"{}")
    assert response.status_code == 503
    assert "不得据此认定为无记录" in response.content.decode()


def test_the_page_says_so(away: None, client: Client) -> None:
    client.cookies["sessionid"] = "x" * 32
    response = client.post("/check/", {"text": "91339901MA9K3H5T3Y"}, headers={"HX-Request": "true"})
    assert response.status_code in (302, 401, 503)
    assert "未命中" not in response.content.decode()
