"""What a lower floor's page shows of an upper one leads there, with the same thing in view."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from credit_platform.panels import PANELS
from kernel.actor import Role
from tests.factories import accounts, redblack, screening


def places(name: str) -> list[str]:
    space, _, view = name.partition(":")
    (_, wanted), *_ = get_resolver().namespace_dict[space][1].reverse_dict.getlist(view)[0][0]
    return list(wanted)


@pytest.mark.parametrize("page", PANELS)
def test_a_panel_takes_the_places_of_its_page(page: str) -> None:
    assert all(places(panel.view) == places(page) for panel in PANELS[page])


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "shown"), [(Role.CREDIT_OFFICE, True), (Role.CLERK, False)])
def test_an_entry_leads_to_its_holders(client: Client, role: Role, shown: bool) -> None:
    home = accounts.department()
    entry = redblack.entry(redblack.list_type().code, screening.firm(), authority_department_id=home.pk)
    client.force_login(accounts.user(role, department=home))
    page = client.get(reverse("redblack:entry", args=[entry])).content.decode()
    assert (reverse("exchange:holders", args=[entry]) in page) is shown
