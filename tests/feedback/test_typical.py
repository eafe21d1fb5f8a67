"""Typical cases: written by one, published by another, nobody's name in them, gone when withdrawn."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback.models import Due, TypicalCase
from kernel.actor import Role
from tests.factories import accounts
from tests.factories import screening as make
from tests.factories import subjects as people
from tests.feedback.test_intake import Town, done
from toolkit import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(client: Client) -> Due:
    town = Town(clock.now())
    number, _, _ = town.check()
    town.take(done(receipt=number, measure="Y-1"))
    client.force_login(accounts.user(Role.UPLOADER, department=town.department))
    return Due.objects.get(measure_code="Y-1")


def step(client: Client, verb: str, note: str = "") -> int:
    row = TypicalCase.objects.get()
    return client.post(reverse("feedback:step_typical", args=[row.pk, verb]), {"note": note}).status_code


def test_from_the_case_to_the_public_and_back(client: Client, due: Due) -> None:
    page = reverse("feedback:new_typical", args=[due.pk])
    shown = client.get(page).context["form"]["subject_shown"].value()
    said = {"title": "一处失信处处受限", "text": "该公司申请许可时命中名单，未予受理。", "subject_shown": shown}
    assert said["subject_shown"].endswith("公司")
    person = make.citizen_id()
    for wrong in ({"title": ""}, {"text": "电话13800138000"}, {"text": f"证件{person}"}, {"subject_shown": ""}):
        assert client.post(page, said | wrong).status_code == 409, wrong
    assert client.post(page, said).status_code == 302
    assert client.post(page, said).status_code == 409  # told already
    assert step(client, "publish") == 403 and step(client, "submit") == 302
    author = accounts.user(Role.CREDIT_OFFICE)
    client.force_login(author)
    TypicalCase.objects.update(drafted_by=f"user:{author.username}")
    assert step(client, "publish") == 403  # not one's own
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    assert step(client, "refuse") == 400
    assert step(client, "publish") == 302
    row = TypicalCase.objects.get()
    client.logout()
    public = client.get(reverse("feedback:public_cases"))
    assert public.status_code == 200 and said["title"] in public.text
    assert said["text"] in client.get(reverse("feedback:public_case", args=[row.pk])).text
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    assert step(client, "withdraw") == 400 and step(client, "withdraw", "当事企业提出异议") == 302
    client.logout()
    assert client.get(reverse("feedback:public_case", args=[row.pk])).status_code == 404
    assert said["title"] not in client.get(reverse("feedback:public_cases")).text


def test_a_person_of_the_register_is_named_nowhere(client: Client, due: Due) -> None:
    people.person(name="沈建国")
    said = {"title": "案例", "text": "该公司法定代表人沈建国申请许可时命中。", "subject_shown": "某食品公司"}
    answer = client.post(reverse("feedback:new_typical", args=[due.pk]), said)
    assert answer.status_code == 409 and "自然人姓名" in answer.text and not TypicalCase.objects.exists()
    Due.objects.update(subject_id=None)
    assert (
        client.get(reverse("feedback:new_typical", args=[due.pk])).context["form"]["subject_shown"].value()
        == "某自然人"
    )
