"""The menu leads somewhere, and shows nobody what is not his."""

import pytest
from django.test import Client
from django.urls import reverse

from credit_platform.navigation import MENU, TABS, Entry
from kernel.actor import Role
from tests.factories import accounts

ADMINISTRATORS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_every_link_of_the_menu_opens_for_its_roles(client: Client, role: Role) -> None:
    client.force_login(accounts.user(role))
    every = [*MENU, *(tab for row in TABS.values() for tab in row)]
    mine = [entry for entry in every if role in entry.roles]
    assert mine
    assert sum(role in entry.roles for entry in MENU) <= 10  # the first row does not wrap at 1280 pixels
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
    assert client.get(reverse(entry.view)).content.decode().count('aria-current="page"') == 1


@pytest.mark.parametrize("row", TABS.values(), ids=TABS)
def test_a_page_of_a_row_shows_the_row_and_marks_its_entry(client: Client, row: tuple[Entry, ...]) -> None:
    """Whichever app it is of: the row is the same on each of its pages, one of them marked, and one entry above."""
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    mine = [tab for tab in row if Role.CREDIT_OFFICE in tab.roles]
    for here in mine:
        page = client.get(reverse(here.view))
        assert [tab["label"] for tab in page.context["tabs"]] == [tab.label for tab in mine]
        assert [tab["label"] for tab in page.context["tabs"] if tab["current"]] == [here.label]
        assert sum(entry["current"] for entry in page.context["menu"]) == 1
