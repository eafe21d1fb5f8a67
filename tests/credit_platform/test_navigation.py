"""The menu leads somewhere, and shows nobody what is not his."""

import pytest
from django.test import Client
from django.urls import reverse

from credit_platform.navigation import MENU, Entry
from kernel.actor import Role
from tests.factories import accounts

ADMINISTRATORS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_every_link_of_the_menu_opens_for_its_roles(client: Client, role: Role) -> None:
    client.force_login(accounts.user(role))
    mine = [entry for entry in MENU if role in entry.roles and not entry.demo_only]
    assert mine
    assert {entry.view: client.get(reverse(entry.view)).status_code for entry in mine} == {
        entry.view: 200 for entry in mine
    }


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_is_not_led_to_business(client: Client, role: Role) -> None:
    client.force_login(accounts.user(role))
    page = client.get("/").content.decode()
    assert reverse("screening:window") not in page


@pytest.mark.parametrize("entry", MENU, ids=lambda entry: entry.view)
def test_the_current_page_is_marked_once(client: Client, entry: Entry) -> None:
    client.force_login(accounts.user(sorted(entry.roles)[0]))
    if not entry.demo_only:
        assert client.get(reverse(entry.view)).content.decode().count('aria-current="page"') == 1
