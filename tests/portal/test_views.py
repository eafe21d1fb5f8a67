"""The home of a role, the display mode, and the page that says that the database is down."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from kernel.actor import Role
from tests.factories import accounts
from toolkit.pages import DISPLAY_COOKIE

NO_RECORD = "不得据此认定为无记录"


def test_the_display_mode_is_kept_and_rendered_by_the_server(client: Client, db: None) -> None:
    answer = client.post("/display/", {"size": "huge", "next": "/accounts/login/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    client.post("/display/", {"contrast": "high", "next": "/"})
    assert client.cookies[DISPLAY_COOKIE].value == "huge.high"
    assert 'data-size="huge" data-contrast="high"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:alert(1)"])
def test_the_display_form_never_leads_elsewhere(client: Client, db: None, there: str) -> None:
    assert client.post("/display/", {"size": "big", "next": there}).headers["Location"] == "/"


def test_the_display_form_is_a_form(client: Client) -> None:
    assert client.get("/display/").status_code == 405


def test_a_clerk_finds_the_queue_and_four_numbers(client: Client, db: None) -> None:
    client.force_login(accounts.user(Role.CLERK))
    page = client.get("/").content.decode()
    assert "没有待办事项。" in page
    assert all(word in page for word in ("今日核查", "今日命中", "待反馈", "逾期未反馈"))


def test_an_uploader_finds_what_is_owed_and_what_came_back(client: Client, db: None) -> None:
    client.force_login(accounts.user(Role.UPLOADER))
    page = client.get("/").content.decode()
    assert all(word in page for word in ("待报送任务", "逾期未报送", "待修正的批次", "本月迟报记录"))
    assert "今日核查" not in page


def test_an_administrator_has_no_business_queue(client: Client, db: None) -> None:
    client.force_login(accounts.user(Role.AUDIT_ADMIN))
    page = client.get("/").content.decode()
    assert "今日核查" not in page


@pytest.mark.parametrize(("headers", "fragment"), [({}, False), ({"HX-Request": "true"}, True)])
def test_a_database_that_is_down_is_never_no_record(
    client: Client, db: None, headers: dict[str, str], fragment: bool
) -> None:
    client.force_login(accounts.user(Role.CLERK))
    client.raise_request_exception = False
    with mock.patch("portal.selectors.queue", side_effect=OperationalError("the server closed the connection")):
        answer = client.get("/", headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert NO_RECORD in page
    assert ("<html" in page) is not fragment


@pytest.mark.parametrize(("headers", "fragment"), [({}, False), ({"HX-Request": "true"}, True)])
def test_a_defect_is_never_no_record(client: Client, db: None, headers: dict[str, str], fragment: bool) -> None:
    client.force_login(accounts.user(Role.CLERK))
    client.raise_request_exception = False
    with mock.patch("portal.selectors.queue", side_effect=ZeroDivisionError):
        answer = client.get("/", headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert NO_RECORD in page
    assert ("<html" in page) is not fragment


def test_a_page_that_is_not_there_says_so_in_chinese(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有找到，或您没有查看的权限。" in answer.content.decode()
