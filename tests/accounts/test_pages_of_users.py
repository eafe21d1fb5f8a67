"""Users, client systems, forms that work once, and pages that no computer of the hall keeps."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from accounts import selectors
from accounts.models import FormKey, User
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/users/?q=a"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def log_in(client: Client, user: User, password: str = make.PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"username": user.username, "password": password} | more)


def key_in(page: Any) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_the_administrators_pages(client: Client) -> None:
    system, security = Client(), Client()
    system.force_login(make.user(Role.SYSTEM_ADMIN))
    security.force_login(make.user(Role.SECURITY_ADMIN))
    department = make.department()
    page = system.get(reverse("accounts:new_user"))
    form = {"username": "page01", "display_name": "新人", "department_id": department.pk}
    made = system.post(reverse("accounts:new_user"), form | {"idempotency_key": key_in(page)})
    assert "仅显示这一次" in made.content.decode() and "no-store" in made["Cache-Control"]
    user = User.objects.get(username="page01")
    assert user.department_id == department.pk and user.must_change_password
    assert security.get(reverse("accounts:new_user")).status_code == 403
    own = reverse("accounts:user", args=[user.pk])
    assert security.post(reverse("accounts:set_roles", args=[user.pk]), {"roles": ["clerk"]})["Location"] == own
    user.refresh_from_db()
    assert user.roles == ["clerk"]
    assert "窗口人员" in security.get(own).content.decode()
    assert system.post(reverse("accounts:set_roles", args=[user.pk]), {"roles": ["clerk"]}).status_code == 403
    assert system.post(reverse("accounts:disable_user", args=[user.pk]))["Location"] == own
    assert "已停用" in system.get(own).content.decode()
    assert system.post(reverse("accounts:enable_user", args=[user.pk])).status_code == 302
    assert "仅显示这一次" in system.post(reverse("accounts:reset_password", args=[user.pk])).content.decode()
    assert security.post(reverse("accounts:reset_second_factor", args=[user.pk])).status_code == 302
    assert "page01" in system.get(reverse("accounts:users"), {"q": "page"}).content.decode()
    assert system.get(reverse("accounts:user", args=[10**9])).status_code == 404


def test_client_systems_pages() -> None:
    """From the credit office's form to the secret on the security administrator's page, and to the end."""
    office, security = Client(), Client()
    office.force_login(make.user(Role.CREDIT_OFFICE))
    security.force_login(make.user(Role.SECURITY_ADMIN))
    form = {"code": "hall", "name": "大厅", "department_id": make.department().pk, "scopes": ["checks:create"]}
    form |= {
        "purpose": "受理许可时核查",
        "contact": "王某 88001234",
        "addresses": "10.20.0.0/16",
        "per_minute": "600",
    }
    assert security.post(reverse("accounts:new_client"), form).status_code == 403
    wrong = office.post(reverse("accounts:new_client"), form | {"addresses": "10.20.3.4/16"})
    assert wrong.status_code == 400 and "10.20.3.4/16" in wrong.content.decode()
    proposal = office.post(reverse("accounts:new_client"), form)["Location"]
    assert selectors.client_by_code("hall") is None
    asked = office.get(proposal).content.decode()
    assert "10.20.0.0/16" in asked and "由安全管理员审批" in asked
    assert proposal in security.get(reverse("accounts:clients")).content.decode()
    assert office.post(f"{proposal}approve/").status_code == 403
    made = security.post(f"{proposal}approve/")
    client = selectors.client_by_code("hall")
    assert client is not None and client.secrets[0].decode() in made.content.decode()
    assert security.post(f"{proposal}approve/").status_code == 409

    own = reverse("accounts:client", args=[client.id])
    page = security.get(own).content.decode()
    assert client.secrets[0].decode() not in page and "还没有调用过" in page
    assert "暂停" not in office.get(own).content.decode() and "申请变更" in office.get(own).content.decode()
    change = reverse("accounts:change_client", args=[client.id])
    assert "10.20.0.0/16" in office.get(change).content.decode()
    assert "与现在的相同" in office.post(change, form).content.decode()
    changed = office.post(change, form | {"per_minute": "", "scopes": ["checks:create", "records:create"]})[
        "Location"
    ]
    assert "改为：不限" in security.get(changed).content.decode()
    assert "提交信用核查" in security.get(changed).content.decode()
    assert security.post(f"{changed}approve/")["Location"] == own
    client = selectors.client_by_code("hall")
    assert client is not None and client.per_minute is None and "records:create" in client.actor.scopes

    another = office.post(change, form)["Location"]
    assert security.post(f"{another}decline/", {"reason": ""}).status_code == 400
    assert security.post(f"{another}decline/", {"reason": "配额过小，会拒绝办件"})["Location"] == another
    assert "会拒绝办件" in office.get(another).content.decode()

    assert "新的签名密钥" in security.post(reverse("accounts:rotate_secret", args=[client.id])).content.decode()
    assert security.post(f"{own}suspend/", {"reason": "x"}).status_code == 400
    assert security.post(f"{own}suspend/", {"reason": "对方服务器失陷"})["Location"] == own
    assert selectors.client_by_code("hall") is None and "对方服务器失陷" in security.get(own).content.decode()
    assert security.post(f"{own}resume/").status_code == 302
    assert selectors.client_by_code("hall") is not None
    assert security.post(f"{own}deactivate/").status_code == 302
    assert selectors.client_by_code("hall") is None
    assert security.post(f"{own}resume/").status_code == 409
    assert office.post(change, form).status_code == 400
    assert office.post(reverse("accounts:new_client"), form).status_code == 400
    assert "hall" in security.get(reverse("accounts:clients")).content.decode()


# --- forms work once ------------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_done_once_and_leads_to_the_same_place(client: Client) -> None:
    client.force_login(make.user(Role.SECURITY_ADMIN))
    user = make.user()
    url = reverse("accounts:set_roles", args=[user.pk])
    first = client.post(url, {"roles": ["clerk"], "idempotency_key": "key-1"})
    client.post(url, {"roles": ["reviewer"], "idempotency_key": "key-2"})
    again = client.post(url, {"roles": ["clerk"], "idempotency_key": "key-1"})
    assert again.status_code == 302 and again["Location"] == first["Location"]
    by_htmx = client.post(url, {"roles": ["clerk"]}, headers={"Idempotency-Key": "key-1", "HX-Request": "true"})
    assert by_htmx["HX-Redirect"] == first["Location"]
    user.refresh_from_db()
    assert user.roles == ["reviewer"]


def test_a_secret_is_not_shown_by_sending_again(client: Client) -> None:
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    form = {"username": "twice", "display_name": "x", "idempotency_key": "key-3"}
    assert client.post(reverse("accounts:new_user"), form).status_code == 200
    again = client.post(reverse("accounts:new_user"), form)
    assert again.status_code == 409 and "已经提交过" in again.content.decode()
    assert User.objects.filter(username="twice").count() == 1


def test_a_refused_form_may_be_mended_under_its_key(client: Client) -> None:
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    make.user(username="taken")
    form = {"username": "taken", "display_name": "x", "idempotency_key": "key-4"}
    assert client.post(reverse("accounts:new_user"), form).status_code == 400
    assert client.post(reverse("accounts:new_user"), form | {"username": "free"}).status_code == 200


def test_another_user_s_key_is_another_key(client: Client) -> None:
    for name in ("one", "two"):
        client.force_login(make.user(Role.SYSTEM_ADMIN))
        form = {"username": f"by-{name}", "display_name": "x", "idempotency_key": "key-5"}
        assert client.post(reverse("accounts:new_user"), form).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_send_one_form() -> None:
    admin = make.user(Role.SYSTEM_ADMIN)
    start, statuses = threading.Barrier(2), []

    def send() -> None:
        browser = Client()
        browser.force_login(admin)
        start.wait()
        form = {"username": "racing", "display_name": "x", "idempotency_key": "key-6"}
        statuses.append(browser.post(reverse("accounts:new_user"), form).status_code)
        connections.close_all()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(statuses) == [200, 409]
    assert FormKey.objects.filter(key="key-6").count() == 1


def test_what_fails_leaves_no_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    client.raise_request_exception = False

    def broken(**_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("accounts.services.create_user", broken)
        form = {"username": "later", "display_name": "x", "idempotency_key": "key-7"}
        assert client.post(reverse("accounts:new_user"), form).status_code == 500
    assert not FormKey.objects.filter(key="key-7").exists()
    assert client.post(reverse("accounts:new_user"), form).status_code == 200


# --- a database that is down ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_page_says_so_when_the_database_is_down(
    client: Client, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    client.force_login(make.user(Role.SYSTEM_ADMIN))

    def down(**_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(selectors, "users", down)
    response = client.get("/accounts/users/", headers=headers)
    assert response.status_code == 503
    assert "未能核查，不得据此认定为无记录" in response.content.decode()
    assert "connection refused" not in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/accounts/password/", "/check/", "/healthz"])
def test_no_computer_of_the_hall_keeps_a_page(client: Client, path: str) -> None:
    client.force_login(make.user(Role.CLERK))
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("query", ["after=%00", "q=%00", "q=a%00b"])
def test_a_search_that_no_text_can_hold_is_no_defect(client: Client, query: str) -> None:
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    assert client.get(f"/accounts/users/?{query}").status_code == 200


def test_a_key_that_no_text_can_hold_is_no_defect(client: Client) -> None:
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    assert client.post("/accounts/users/new/", {"idempotency_key": "a\x00b"}).status_code == 400
