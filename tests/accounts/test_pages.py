"""Log in, stay in, be sent out: through the front door."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp

from accounts.models import Authenticator, User
from audit.models import Event
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


def test_the_log_in_page_works_without_anything(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert "<h1" in page and 'lang="zh-CN"' in page and "用户名" in page and "csrfmiddlewaretoken" in page


def test_log_in_and_out(client: Client) -> None:
    user = make.user(Role.SYSTEM_ADMIN)
    response = log_in(client, user, next="/accounts/users/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/users/")
    assert client.get("/accounts/users/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert client.get("/accounts/users/").status_code == 302
    names = list(Event.objects.filter(about=f"accounts.user:{user.pk}").order_by("id").values_list("name", flat=True))
    assert names == ["accounts.login.succeeded", "accounts.login.ended"]


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_only_our_own_pages_come_next(client: Client, wish: str) -> None:
    assert log_in(client, make.user(Role.CLERK), next=wish)["Location"] == "/"


def test_a_get_does_not_log_out(client: Client) -> None:
    client.force_login(make.user(Role.CLERK))
    assert client.get("/accounts/logout/").status_code == 405


@pytest.mark.parametrize("known", [True, False])
def test_a_failed_log_in_says_the_same_and_keeps_no_password(client: Client, known: bool) -> None:
    user = make.user()
    name = user.username if known else "my-Pass-Word-1"
    response = client.post(LOGIN, {"username": name, "password": "wrong-Secret-1"})
    assert response.status_code == 401
    assert "用户名或口令不正确" in response.content.decode()
    fact = Event.objects.filter(name="accounts.login.failed").latest("id")
    assert fact.payload["username"] == (user.username if known else "")
    assert "wrong-Secret-1" not in str(fact.payload)


def test_a_disabled_user_does_not_get_in(client: Client) -> None:
    assert log_in(client, make.user(is_active=False)).status_code == 401


def test_five_failures_lock_name_and_address_for_a_quarter(client: Client, clock: time_machine.Traveller) -> None:
    user, colleague = make.user(Role.CLERK), make.user(Role.CLERK)
    for _ in range(4):
        assert log_in(client, user, "wrong").status_code == 401
    locked = log_in(client, user, "wrong")
    assert locked.status_code == 429 and "账号已锁定" in locked.content.decode()
    assert log_in(client, user).status_code == 429  # the right password does not help now
    assert log_in(client, colleague).status_code == 302  # the next window has the same address
    assert log_in(Client(REMOTE_ADDR="10.9.9.9"), user).status_code == 302
    assert Event.objects.filter(name="accounts.login.locked", payload__username=user.username).exists()
    clock.shift(timedelta(minutes=16))
    assert log_in(client, user).status_code == 302


def test_a_session_ends_after_half_an_hour_of_nothing(client: Client, clock: time_machine.Traveller) -> None:
    log_in(client, make.user(Role.SYSTEM_ADMIN))
    for _ in range(3):
        clock.shift(timedelta(minutes=29))
        assert client.get("/accounts/users/").status_code == 200
    clock.shift(timedelta(minutes=31))
    response = client.get("/accounts/users/?q=a")
    assert response["Location"] == f"{LOGIN}?next=/accounts/users/%3Fq%3Da"


def test_a_session_ends_after_twelve_hours_however_busy(client: Client, clock: time_machine.Traveller) -> None:
    log_in(client, make.user(Role.SYSTEM_ADMIN))
    for _ in range(35):
        clock.shift(timedelta(minutes=20))
        assert client.get("/accounts/users/").status_code == 200
    clock.shift(timedelta(minutes=21))
    assert client.get("/accounts/users/").status_code == 302


def test_an_expired_session_answers_htmx_with_401_and_the_way_back(client: Client) -> None:
    for method in (client.get, client.post):
        response = method("/accounts/users/new/", headers=HTMX)
        assert response.status_code == 401 and not response.content
        assert response["HX-Redirect"] == f"{LOGIN}?next=/accounts/users/%3Fq%3Da"


def test_an_expired_post_comes_back_to_the_page_not_to_the_action(client: Client) -> None:
    response = client.post("/accounts/users/5/roles/", headers={"Referer": "http://testserver/accounts/users/5/"})
    assert response["Location"] == f"{LOGIN}?next=/accounts/users/5/"


def test_a_one_time_password_opens_only_the_password_page(client: Client) -> None:
    user = make.user(Role.SYSTEM_ADMIN, must_change_password=True)
    log_in(client, user)
    assert client.get("/accounts/users/")["Location"] == "/accounts/password/?next=/accounts/users/"
    page = client.get("/accounts/password/?next=/accounts/users/")
    assert "一次性口令" in page.content.decode()
    weak = client.post("/accounts/password/", {"old": make.PASSWORD, "new": "x", "again": "x"})
    assert weak.status_code == 400 and "口令至少 10 位" in weak.content.decode()
    other = Client()
    other.force_login(user)
    answer = client.post(
        "/accounts/password/?next=/accounts/users/",
        {"old": make.PASSWORD, "new": "Other-Kou-2026", "again": "Other-Kou-2026"},
    )
    assert answer["Location"] == "/accounts/users/"
    assert client.get("/accounts/users/").status_code == 200  # this session goes on
    assert other.get("/accounts/users/")["Location"].startswith(LOGIN)  # the others do not


def test_an_old_password_must_be_changed(client: Client, settings: Any, clock: time_machine.Traveller) -> None:
    settings.PASSWORD_POLICY = type(settings.PASSWORD_POLICY)(max_age_days=90)
    log_in(client, make.user(Role.SYSTEM_ADMIN))
    assert client.get("/accounts/users/")["Location"].startswith("/accounts/password/")


# --- the second factor ----------------------------------------------------------------------------------------------


@pytest.fixture
def demanded(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"system_admin"})


def bound(user: User) -> Authenticator:
    """An authenticator that the user has."""
    key_ct = Authenticator.sealed(b"01234567890123456789", user_id=user.pk)
    return Authenticator.objects.create(user=user, name="x", confirmed=True, key_ct=key_ct)


def code_for(device: Authenticator) -> str:
    return f"{totp(device.bin_key, t0=device.t0, step=device.step, digits=device.digits):06}"


def test_a_role_may_have_to_show_a_second_factor(
    client: Client, demanded: None, clock: time_machine.Traveller
) -> None:
    user = make.user(Role.SYSTEM_ADMIN)
    log_in(client, user)
    door = client.get("/accounts/users/")
    assert door["Location"] == "/accounts/second-factor/?next=/accounts/users/"
    assert client.get("/accounts/users/", headers=HTMX).status_code == 401
    page = client.get(door["Location"]).content.decode()
    assert "data:image/svg+xml" in page
    device = Authenticator.objects.get(user=user)
    assert not device.confirmed
    wrong = client.post(door["Location"], {"code": "000000", "next": "/accounts/users/"})
    assert wrong.status_code == 400 and client.get("/accounts/users/").status_code == 302
    clock.shift(timedelta(seconds=60))
    right = client.post(door["Location"], {"code": code_for(device), "next": "/accounts/users/"})
    assert right["Location"] == "/accounts/users/"
    assert client.get("/accounts/users/").status_code == 200
    names = set(Event.objects.filter(about=f"accounts.user:{user.pk}").values_list("name", flat=True))
    assert {"accounts.second_factor.failed", "accounts.second_factor.enrolled"} <= names


def test_a_code_is_good_once_and_the_picture_is_not_shown_again(
    client: Client, demanded: None, clock: time_machine.Traveller
) -> None:
    user = make.user(Role.SYSTEM_ADMIN)
    device = bound(user)
    log_in(client, user)
    assert "data:image" not in client.get("/accounts/second-factor/").content.decode()
    code = code_for(device)
    assert client.post("/accounts/second-factor/", {"code": code}).status_code == 302
    again = Client()
    log_in(again, user)
    assert again.post("/accounts/second-factor/", {"code": code}).status_code == 400


def test_whoever_has_bound_one_of_their_own_will_must_show_it(client: Client) -> None:
    user = make.user(Role.CLERK)
    bound(user)
    log_in(client, user)
    assert client.get("/accounts/users/")["Location"].startswith("/accounts/second-factor/")


def test_a_second_factor_is_demanded_on_interfaces_too(client: Client, settings: Any, demanded: None) -> None:
    settings.ROOT_URLCONF = "tests.accounts.interfaces"
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    assert client.get("/api/v1/echo").json()["type"] == "/problems/accounts.second_factor_needed"
