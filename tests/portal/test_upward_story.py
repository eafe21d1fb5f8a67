"""The demo's files for the platform above: made of what the story holds, receipted by a real process, compared."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from collection.models import Handover
from feedback.models import Dispatch, Due, UpReport
from portal.services.demo_city import load_story
from portal.services.upward_story import hand_up
from tests.feedback.test_upward import above

__all__ = ["above"]
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_the_storys_records_and_cases_are_handed_up(
    above: Path, settings: Any, client: Client, frozen: object
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load_story(today=date(2026, 11, 20), now=NOW, firms=150)
    reported = Due.objects.filter(reported_on__lt=date(2026, 11, 1)).exists()
    done = hand_up(clock=lambda: NOW)
    assert done.made == done.receipted == Handover.objects.count() + UpReport.objects.count() and not done.unequal
    assert Handover.objects.exists() and UpReport.objects.exists() is reported
    assert all(row.receipt and row.above == row.rows for row in Dispatch.objects.order_by("id"))
    assert hand_up(clock=lambda: NOW).made == 0, "again makes nothing"
    client.force_login(User.objects.get(username="xyb01"))
    page = client.get(reverse("feedback:upward")).text
    assert page.count("对账一致") == done.made and "未上报" not in page
