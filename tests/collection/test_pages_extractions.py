"""Pages of the credit office for scheduled extraction."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Item
from collection.models import Extraction
from kernel.actor import Role
from tests.collection.items import published_penalty
from tests.conftest import NOW
from tests.factories import accounts, handing
from tests.facts import facts_about
from toolkit import crypto

pytestmark = pytest.mark.django_db
LIST = "/collection/extractions/"


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


def said(**changed: Any) -> dict[str, Any]:
    return {
        "name": "处罚视图",
        "department": accounts.department().pk,
        "item": published_penalty("penalty-page"),
        "kind": "postgresql",
        "host": "127.0.0.1",
        "port": "5432",
        "database": "dept",
        "username": "reader",
        "password": "Mi-Ma-2026",
        "relation": "penalty_v",
        "order_column": "id",
        "every_minutes": "60",
        "active": "on",
    } | changed


def row(**fields: Any) -> Extraction:
    item = Item.objects.get(code=published_penalty("penalty-row"))
    return handing.extraction(accounts.department(), item.pk, at=NOW, **fields)


def test_an_empty_list_says_what_to_do(office: Client) -> None:
    page = office.get(LIST).content.decode()
    assert "尚未设置自动抽取" in page and reverse("collection:new_extraction") in page


def test_saving_seals_the_password_and_never_shows_it(office: Client) -> None:
    response = office.post(reverse("collection:new_extraction"), said())
    made = Extraction.objects.get()
    assert response.status_code == 302 and response["Location"] == reverse("collection:extraction", args=[made.pk])
    place = f"collection.extraction:{made.pk}:secret"
    assert crypto.decrypt(made.secret_ct, aad=place) == "Mi-Ma-2026"
    page = office.get(response["Location"]).content.decode()
    assert "Mi-Ma-2026" not in page and "密码已加密保存" in page and "连接测试" in page


def test_an_empty_password_keeps_the_one_there_is(office: Client) -> None:
    form = said()
    office.post(reverse("collection:new_extraction"), form)
    before = Extraction.objects.get()
    office.post(reverse("collection:extraction", args=[before.pk]), form | {"password": "", "every_minutes": "5"})
    after = Extraction.objects.get()
    assert (after.secret_ct, after.every_minutes) == (before.secret_ct, 5)


def test_another_view_is_read_from_its_beginning(office: Client) -> None:
    form = said()
    office.post(reverse("collection:new_extraction"), form)
    made = Extraction.objects.get()
    Extraction.objects.update(last_value='{"kind": "int", "value": "5", "seen": []}')
    office.post(reverse("collection:extraction", args=[made.pk]), form | {"name": "改名"})
    assert Extraction.objects.get().last_value
    office.post(reverse("collection:extraction", args=[made.pk]), form | {"relation": "other_v"})
    assert Extraction.objects.get().last_value == ""


@pytest.mark.parametrize(
    ("changed", "status", "text"),
    [
        ({"host": "10.0.0.8"}, 409, "不在允许抽取的范围内"),
        ({"port": ""}, 400, "请填写主机、端口"),
        ({"relation": "a; b"}, 400, "视图名不正确"),
        ({"every_minutes": "0"}, 422, "every_minutes"),
        ({"department": ""}, 422, "department"),
        ({"kind": "oracle"}, 422, "kind"),
    ],
)
def test_what_is_wrong_stays_in_the_form(office: Client, changed: dict[str, str], status: int, text: str) -> None:
    response = office.post(reverse("collection:new_extraction"), said(**changed))
    page = response.content.decode()
    assert response.status_code == status and text in page and 'value="处罚视图"' in page
    assert "Mi-Ma-2026" not in page
    assert not Extraction.objects.exists()


def test_a_name_that_is_taken(office: Client) -> None:
    form = said()
    office.post(reverse("collection:new_extraction"), form)
    response = office.post(reverse("collection:new_extraction"), form)
    assert response.status_code == 400 and "已有同名的自动抽取" in response.content.decode()


def test_the_trial_is_a_page_and_a_fragment(office: Client) -> None:
    one = row()
    url = reverse("collection:try_extraction", args=[one.pk])
    whole, fragment = office.post(url), office.post(url, headers={"HX-Request": "true"})
    for response in (whole, fragment):
        assert response.status_code == 200 and "主机无法连接" in response.content.decode()
    assert b"<html" in whole.content and b"<html" not in fragment.content
    names = [name for name, _ in facts_about(f"collection.extraction:{one.pk}")]
    assert names == ["collection.extraction.tried"] * 2


def test_a_run_at_once(office: Client) -> None:
    one = row(last_run_at=NOW)
    response = office.post(reverse("collection:run_extraction", args=[one.pk]), follow=True)
    assert "已安排立即抽取" in response.content.decode()
    assert Extraction.objects.get(pk=one.pk).last_run_at is None
    assert [name for name, _ in facts_about(f"collection.extraction:{one.pk}")] == ["collection.extraction.asked"]


def test_the_list_tells_failures(office: Client) -> None:
    row(failures=3, last_outcome="登录被拒绝，请核对用户名和密码。", last_value='{"kind": "int", "value": "88"}')
    page = office.get(LIST).content.decode()
    assert "连续失败 3 次" in page and "登录被拒绝" in page and ">88<" in page


def test_a_folder_tells_where_it_is(office: Client, tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    response = office.post(reverse("collection:new_extraction"), said(kind="folder"), follow=True)
    made = Extraction.objects.get()
    folder = tmp_path / "drop" / made.department.code / "penalty-page"
    assert (folder / "done").is_dir() and (folder / "refused").is_dir()
    page = response.content.decode()
    assert str(folder) in page and "连接测试" not in page
    assert (made.host, made.port, made.secret_ct) == ("", None, "")


@pytest.mark.parametrize("role", [Role.UPLOADER, Role.REVIEWER, Role.SYSTEM_ADMIN])
def test_nobody_else(client: Client, role: Role) -> None:
    one = row()
    client.force_login(accounts.user(role))
    assert client.get(LIST).status_code == 403
    for name in ("try_extraction", "run_extraction"):
        assert client.post(reverse(f"collection:{name}", args=[one.pk])).status_code == 403
