"""守信激励对象公示: what anybody reads without a log-in."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from redblack.models import Proceeding
from redblack.selectors import public
from tests.factories import exits
from tests.factories.exits import TODAY
from tests.factories.screening import firm, uscc

pytestmark = pytest.mark.django_db


def test_anybody_reads_who_is_publicised_while_he_is(client: Client) -> None:
    """Organisations of lists that are public, between the first and the last day; no trader, no person, no draft."""
    home = exits.desk()
    shown, trader = firm(uscc(), name="江澜晴川公司"), firm(uscc(), name="江澜何记小店", kind="sole_trader")
    candidate = exits.publicised(home, subject_id=shown)
    exits.publicised(home, subject_id=trader)
    waits = exits.nominated(home, subject_id=firm(uscc(), name="江澜未公示公司"))
    page = client.get(reverse("redblack:public_candidates"))
    assert page.status_code == 200 and "江澜晴川公司" in page.content.decode()
    assert (
        [one.pk for one, _ in page.context["rows"]]
        == [candidate]
        == [one.pk for one in public.candidates(on=date(2026, 11, 30), limit=9)]
    )
    assert not public.candidates(on=date(2026, 12, 1), limit=9) and waits
    assert not public.candidates(on=TODAY - timedelta(days=1), limit=9)
    kept = Proceeding.objects.get(pk=candidate).list_type
    kept.publicity_scopes = {"legal_person": "政务共享"}
    kept.save()
    assert not public.candidates(on=TODAY, limit=9)
