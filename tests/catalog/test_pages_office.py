"""The lists beside the catalogue: powers and duties with what is derived, changes that the catalogue must follow."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import ItemVersion, Power, Upkeep
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts, catalog

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TODAY = date(2026, 11, 20)


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


def text(client: Client, name: str, **query: object) -> str:
    response = client.get(reverse(f"catalog:{name}"), query)
    assert response.status_code == 200
    return response.content.decode()


def upload(data: bytes, name: str = "清单.csv") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, data)}


def test_a_list_of_powers_is_taken_row_by_row(office: Client) -> None:
    unit = accounts.department(name="江澜市水利局")
    listed = (
        "事项编码,事项名称,事项类型,实施部门代码,设定依据\n"
        f"A001,取水许可,行政许可,{unit.code},水法第四十八条\n"
        f"A002,违法取水处罚,行政处罚,{unit.code},水法第六十九条\n"
        "A003,没有部门的,行政处罚,123,某法\n"
    ).encode("gb18030")
    path = reverse("catalog:import_powers")
    page = office.post(path, upload(listed)).content.decode()
    assert '新增 <b class="num">2</b> 项' in page and "第 4 行" in page and Power.objects.count() == 2
    again = office.post(path, upload(listed)).content.decode()
    assert '已有且相同 <b class="num">2</b> 项' in again and Power.objects.count() == 2
    shown = text(office, "powers", q="取水", department=str(unit.pk), underived="on")
    assert "取水许可" in shown and "江澜市水利局" in shown and "派生目录条目" in shown
    assert "没有符合条件" in text(office, "powers", q="不存在")
    for data, status, said in (
        (b"", 422, ""),
        (b"<html>", 400, "网页"),
        ("编码,名\n1,2".encode(), 400, "没有找到表头"),
    ):
        refused = office.post(path, upload(data))
        assert refused.status_code == status and said in refused.content.decode()


def test_an_item_is_derived_from_a_power_once(office: Client) -> None:
    power = catalog.power(department=accounts.department(), kind="行政处罚", name="违法取水处罚")
    begun = office.post(reverse("catalog:derive", args=[power]))
    assert begun.status_code == 302
    page = office.get(begun["Location"]).content.decode()
    assert "违法取水处罚" in page
    assert ItemVersion.objects.get(item__powers__pk=power).fields  # the standard's items came with it
    assert office.post(reverse("catalog:derive", args=[power])).status_code == 409
    other = catalog.power(department=accounts.department(), kind="行政奖励")
    assert office.post(reverse("catalog:derive", args=[other])).status_code == 409
    assert office.post(reverse("catalog:derive", args=[0])).status_code == 404


def test_the_list_of_powers_turns_by_code(office: Client) -> None:
    unit = accounts.department()
    for number in range(52):
        catalog.power(department=unit, code=f"Q{number:03}", name=f"第{number}项")
    assert "after=Q049" in text(office, "powers") and "Q049" not in text(office, "powers", after="Q049")


def test_a_change_is_noted_due_and_closed(office: Client) -> None:
    code = catalog.item(name="行政处罚信息")
    said = {
        "what": "law",
        "title": "行政处罚法修订施行",
        "happened_on": "2026-11-02",
        "item_code": code,
        "department": "",
    }
    assert office.post(reverse("catalog:upkeep"), said).status_code == 302
    noted = Upkeep.objects.get()
    assert noted.due_on == date(2026, 11, 23)  # fifteen working days
    page = text(office, "upkeep")
    assert "行政处罚法修订施行" in page and "2026-11-23" in page and "逾期</span>" not in page
    close = reverse("catalog:close_upkeep", args=[noted.pk])
    assert office.post(close, {"outcome": ""}).status_code == 422
    assert office.post(close, {"outcome": "第 2 版已发布"}).status_code == 302
    assert "第 2 版已发布" in text(office, "upkeep", show="closed") and "没有待办的变化" in text(office, "upkeep")
    assert office.post(close, {"outcome": "再次"}).status_code == 404
    for wrong, status in (
        ({"title": ""}, 422),
        ({"happened_on": "2026-11-21"}, 400),
        ({"item_code": "nothing"}, 400),
    ):
        assert office.post(reverse("catalog:upkeep"), said | wrong).status_code == status, wrong


def test_what_is_overdue_is_marked_and_comes_first(office: Client) -> None:
    catalog.upkeep(title="将到期", due_on=TODAY + timedelta(days=3))
    catalog.upkeep(title="已逾期", due_on=TODAY - timedelta(days=1))
    page = text(office, "upkeep")
    assert page.index("已逾期") < page.index("将到期") and "▲ 逾期" in page and "其中逾期 1" in page
    assert "将到期" not in text(office, "upkeep", show="overdue")


def test_what_waits_stands_on_the_home_of_the_credit_office(office: Client) -> None:
    catalog.in_review(actor=catalog.editor(), code="waits", name="等待审核的条目", now=NOW)
    catalog.upkeep(title="要跟上的变化", due_on=TODAY - timedelta(days=1))
    page = office.get(reverse("portal:home")).content.decode()
    assert "审核目录条目" in page and "等待审核的条目" in page and "要跟上的变化" in page
    clerk = Client()
    clerk.force_login(accounts.user(Role.CLERK))
    assert "等待审核的条目" not in clerk.get(reverse("portal:home")).content.decode()
