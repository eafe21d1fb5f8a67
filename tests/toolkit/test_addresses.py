"""No page answers, links or logs an address with a citizen's number in it."""

import logging
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from kernel.actor import Role
from kernel.identifiers import citizen_id_check_char, uscc_check_char
from tests.factories import accounts as make

NUMBER = "110101199003070134"
pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make.user(Role.CREDIT_OFFICE))
    return client


@pytest.mark.parametrize("path", ["/collection/records/", "/catalog/public/", "/collection/tasks/", "/no-such-page/"])
@pytest.mark.parametrize(
    "said", [NUMBER, f"查 {NUMBER} 的", "１１０１０１１９９００３０７０１３４", "110101 19900307 0134"]
)
def test_a_number_in_a_query_is_refused_and_not_repeated(client: Client, path: str, said: str, caplog: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        response = client.get(path, {"q": said})
    page = response.content.decode()
    assert response.status_code == 400
    assert "未予查询" in page and "统一社会信用代码" in page
    assert NUMBER not in page and said not in page and quote(said) not in page
    assert NUMBER not in caplog.text
    assert response["Referrer-Policy"] == "no-referrer"


def test_nor_in_any_other_parameter_or_in_the_path(client: Client) -> None:
    assert client.get("/collection/records/", {"after": NUMBER}).status_code == 400
    assert client.get(f"/collection/records/?{NUMBER}").status_code == 400
    assert client.get("/accounts/login/", {"next": f"/collection/records/?q={NUMBER}"}).status_code == 400
    response = client.get(f"/collection/{NUMBER}/")
    assert response.status_code == 400
    assert NUMBER not in response.content.decode()


def test_an_interface_gets_a_problem(client: Client) -> None:
    response = client.get("/api/v1/checks", {"text": NUMBER})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert NUMBER not in response.content.decode()


def test_a_fragment_gets_a_fragment(client: Client) -> None:
    response = client.get("/collection/records/", {"q": NUMBER}, headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("said", ["91330301MA2GXXXXXX", "江环罚〔2026〕12号", "110101199003070135", "2026 1101 1990"])
def test_other_questions_are_asked(client: Client, said: str) -> None:
    assert client.get("/collection/records/", {"q": said}).status_code == 200


def test_a_code_that_looks_like_a_number_is_a_code(client: Client) -> None:
    assert client.get("/collection/records/", {"q": both()}).status_code == 200


def both() -> str:
    """Eighteen digits that are a valid unified code and have the form of a citizen's number."""
    for number in range(1000):
        first = f"52330119900307{number:03}"
        if (last := uscc_check_char(first)) == citizen_id_check_char(first):
            return first + last
    raise AssertionError
