"""响应任务 as a department sees it, and what of it stands on its home."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from kernel.actor import Role
from measures.models import MeasureItem
from redblack.rules.lists import Ground, ReleaseKind
from redblack.services import mark_disputed, release
from screening.models import ResponseTask
from screening.services.responses import Scope, reconcile
from tests.conftest import NOW
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
LIST = "/responses/"
ANSWER = "/responses/answer/"


@pytest.fixture
def unit(frozen: object) -> Department:
    """A department with three firms on a list and a measure that nobody applies for."""
    unit, black = accounts.department(), redblack.list_type()
    measures.item(code="R-1", kind=2, triggers=[black.source_id], department_id=unit.pk, content="提高检查频次")
    for number in range(3):
        redblack.entry(black.code, make.firm(name=f"江澜响应{number}有限公司"), ground=f"事由{number}")
    reconcile(scope=Scope(), actor=PLATFORM, now=NOW)
    return unit


@pytest.fixture
def staff(client: Client, unit: Department) -> Client:
    client.force_login(accounts.user(Role.UPLOADER, department=unit))
    return client


def ids() -> list[int]:
    return list(ResponseTask.objects.order_by("id").values_list("id", flat=True))


def post(client: Client, verb: str, tasks: list[int], text: str = "", **more: Any) -> Any:
    return client.post(ANSWER, {"verb": verb, "tasks": tasks, "text": text} | more)


def test_the_queue_is_turned_narrowed_and_answered(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.views.responses.PAGE", 2)
    page = staff.get(LIST)
    assert [row["task"].pk for row in page.context["rows"]] == ids()[:2]
    more = staff.get(f"{LIST}?{page.context['next']}")
    assert [row["task"].pk for row in more.context["rows"]] == ids()[2:]
    assert not staff.get(LIST, {"overdue": "1"}).context["rows"]
    assert not staff.get(LIST, {"item": "R-2"}).context["rows"]
    first, second, third = ids()
    refused = post(staff, "respond", [first], state="open")
    text = refused.content.decode()
    assert refused.status_code == 409 and "须写明采取了什么措施" in text and "国发〔2016〕33号" in text
    assert f'value="{first}" checked' in text
    assert post(staff, "respond", []).status_code == 400
    assert post(staff, "seen", [first]).status_code == 400
    assert post(staff, "accept", [first, second], state="open", item="R-1")["Location"].endswith(
        "?state=open&item=R-1"
    )
    assert post(staff, "respond", [first, second], "已列入重点检查").status_code == 302
    assert post(staff, "decline", [third], "企业已注销", **{"from": "task"})["Location"] == f"{LIST}{third}/"
    assert not staff.get(LIST).context["rows"]
    assert len(staff.get(LIST, {"state": "responded"}).context["rows"]) == 2
    assert len(staff.get(LIST, {"state": "all"}).context["rows"]) == 2  # and a page more


def test_one_task_says_what_why_and_what_was_done(staff: Client) -> None:
    task = ResponseTask.objects.order_by("id")[0]
    place = reverse("screening:response", args=[task.pk])
    text = staff.get(place).content.decode()
    for said in ("提高检查频次", "事由0", "江澜响应0有限公司", "2029-03-01", "某", "登记响应", "接收"):
        assert said in text, said
    entry = int(task.trigger.partition(":")[2])
    mark_disputed(entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=NOW.date(), actor=PLATFORM, now=NOW)
    assert "措施暂不执行" in staff.get(place).content.decode()
    suspended = post(staff, "respond", [task.pk], "已办", **{"from": "task"})
    assert suspended.status_code == 409 and "第四十一条" in suspended.content.decode()
    other = ResponseTask.objects.order_by("id")[1]
    post(staff, "respond", [other.pk], "已列入重点检查")
    release(
        entry_id=int(other.trigger.partition(":")[2]), kind=ReleaseKind.EARLY, released_on=NOW.date(),
        document_no="移1号", reason="已改正", actor=PLATFORM, now=NOW,
    )  # fmt: skip
    reconcile(scope=Scope(trigger=other.trigger), actor=PLATFORM, now=NOW)
    text = staff.get(reverse("screening:response", args=[other.pk])).content.decode()
    assert "待停止" in text and "确认已停止" in text and "已列入重点检查" in text
    assert [row["task"].pk for row in staff.get(LIST, {"state": "stop"}).context["rows"]] == [other.pk]
    home = staff.get("/").content.decode()
    assert "停止已采取的措施" in home and "响应联合奖惩措施" in home and "提高检查频次 · 2 项" in home
    assert post(staff, "stop", [other.pk]).status_code == 302
    assert "停止已采取的措施" not in staff.get("/").content.decode()
    MeasureItem.objects.filter(code="R-1").update(state="withdrawn", rev_to=10**9)
    assert staff.get(place).status_code == 200  # the wording that was sent stays


def test_the_credit_office_sees_all_and_answers_nothing(client: Client, unit: Department) -> None:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    page = client.get(LIST, {"department": unit.pk})
    assert len(page.context["rows"]) == 3 and "登记响应" not in page.content.decode()
    assert post(client, "accept", ids()[:1]).status_code == 403
    text = client.get(reverse("screening:response", args=ids()[:1])).content.decode()
    assert "响应任务由措施的实施部门办理" in text


def test_another_department_does_not_learn_that_it_exists(client: Client, unit: Department) -> None:
    client.force_login(accounts.user(Role.UPLOADER))
    assert not client.get(LIST, {"state": "all"}).context["rows"]
    assert client.get(reverse("screening:response", args=ids()[:1])).status_code == 404
    assert post(client, "accept", ids()[:1]).status_code == 404
