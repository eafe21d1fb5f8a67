from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from feedback.models import Case, Due
from kernel.actor import Role
from tests.factories import accounts
from toolkit.keyset import cursor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def due(frozen: object) -> Due:
    return Due.objects.create(
        number="JL-20261120-000001",
        checked_on=date(2026, 11, 20),
        subject_index=0,
        measure_code="Y-1",
        measure_text="限制申请",
        matter_code="M1",
        file_number="B-1",
        department_id=accounts.department().pk,
        due_on=date(2026, 11, 19),
    )


def fields(**changed: Any) -> dict[str, Any]:
    return {"action": "已实施", "content": "未予受理", "seen_version": 0} | changed


@pytest.fixture
def page(client: Client, due: Due) -> str:
    client.force_login(accounts.user(Role.UPLOADER, department=Department.objects.get(pk=due.department_id)))
    return reverse("feedback:report", args=[due.pk])


def test_what_is_owed_is_listed_and_narrowed(client: Client, due: Due, page: str) -> None:
    place = reverse("feedback:due_list")
    for asked, shown in (
        ({}, True),
        ({"overdue": "on"}, True),
        ({"number": due.number}, True),
        ({"file_number": "B-2"}, False),
        ({"after": cursor_of(due.due_on, due.pk)}, False),
        ({"after": "nonsense"}, True),
    ):
        response = client.get(place, asked)
        assert response.status_code == 200
        assert (due.number in [d.number for d in response.context["rows"]]) is shown, asked


def test_a_report_and_a_corrected_one(client: Client, due: Due, page: str) -> None:
    assert client.get(page).status_code == 200
    assert client.post(page, fields()).status_code == 302
    assert client.post(page, fields(seen_version=0)).status_code == 409
    assert client.post(page, fields(seen_version=1, action="未实施", reason="已履行")).status_code == 302
    assert list(Case.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"action": "已惩戒"}, 422),
        ({"amount": "很多"}, 422),
        ({"seen_version": "-1"}, 422),
        ({"content": ""}, 409),
        ({"action": "未实施"}, 409),
        ({"done_from": "2026-11-21"}, 409),
    ],
)
def test_what_cannot_stand(client: Client, due: Due, page: str, changed: dict[str, Any], status: int) -> None:
    assert client.post(page, fields(**changed)).status_code == status
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_another_department(client: Client, due: Due, role: Role) -> None:
    client.force_login(accounts.user(role))
    place = reverse("feedback:report", args=[due.pk])
    seen = role is Role.CREDIT_OFFICE
    assert client.get(place).status_code == (200 if seen else 404)
    assert client.post(place, fields()).status_code == (403 if seen else 404)
    assert not Case.objects.exists()
