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


@pytest.mark.parametrize(
    "said",
    [
        "110101-19900307-0134",
        "110101.19900307.0134",
        "110101/19900307/0134",
        "110101%2019900307%200134",  # the client encodes it a second time
        "110101%2F19900307+0134",
        "%31%31%30%31%30%31%31%39%39%30%30%33%30%37%30%31%33%34",
    ],
)
def test_nor_grouped_or_encoded_twice(client: Client, said: str) -> None:
    assert client.get("/collection/records/", {"q": said}).status_code == 400
    assert client.get(f"/collection/{quote(said, safe='')}/").status_code == (404 if "/" in said else 400)


def test_an_interface_gets_a_problem(client: Client) -> None:
    response = client.get("/api/v1/checks", {"text": NUMBER})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert NUMBER not in response.content.decode()


def test_a_fragment_gets_a_fragment(client: Client) -> None:
    response = client.get("/collection/records/", {"q": NUMBER}, headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize(
    "said",
    [
        "91330301MA2GXXXXXX",
        "江环罚〔2026〕12号",
        "110101199003070135",
        "2026 1101 1990",
        "2026-11-20T02:00:00.110101+00:00,19900307",  # a moment and an id
        "2026-11-20/2026-11-30",
        "1101011990030701340",  # nineteen digits
    ],
)
def test_other_questions_are_asked(client: Client, said: str) -> None:
    assert client.get("/collection/records/", {"q": said}).status_code == 200


def test_a_code_that_looks_like_a_number_is_a_code(client: Client) -> None:
    assert client.get("/collection/records/", {"q": both()}).status_code == 200
    assert client.get("/collection/records/", {"q": f"{both()[:8]}-{both()[8:]}"}).status_code == 200


def test_neighbours_in_a_path_are_no_number(client: Client) -> None:
    assert client.get("/no-such-page/110101/19900307/0134/").status_code == 404


def both() -> str:
    """Eighteen digits that are a valid unified code and have the form of a citizen's number."""
    for number in range(1000):
        first = f"52330119900307{number:03}"
        if (last := uscc_check_char(first)) == citizen_id_check_char(first):
            return first + last
    raise AssertionError
