"""Reading the catalogue: the list, an item, its versions, two of them side by side, the public page."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog import services
from catalog.models import ItemVersion
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts, catalog

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(accounts.user(Role.CLERK))
    return client


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


def text(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"catalog:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def second_version(code: str, **fields: object) -> ItemVersion:
    """The next version of a published item, drafted by one person and published by another."""
    drafter, reviewer = catalog.editor(), catalog.editor()
    made = services.draft_version(item_code=code, actor=drafter, now=NOW)
    content = catalog.item_content(**fields)
    seen = services.save_draft(version_id=made, content=content, seen=catalog.seen(made), actor=drafter, now=NOW)
    services.submit(version_id=made, seen=seen, actor=drafter, now=NOW)
    services.publish(version_id=made, seen=seen, actor=reviewer, now=NOW)
    return ItemVersion.objects.get(pk=made)


def test_the_list_is_searched_narrowed_and_turned(clerk: Client) -> None:
    unit = accounts.department(name="江澜市统计局")
    for number in range(52):
        catalog.item(code=f"it-{number:02}", name=f"第{number:02}种信息")
    catalog.item(code="other", name="荣誉", information_class="诚实守信相关荣誉信息", provider_units=[unit.code])
    page = text(clerk, "items")
    assert "it-00" in page and "下一页" in page and "产生该信息的部门" in page
    last = clerk.get(reverse("catalog:items")).context["rows"][-1][0].code
    assert last not in text(clerk, "items", after=last)
    assert "it-07" in text(clerk, "items", q="第07种") and "it-08" not in text(clerk, "items", q="第07种")
    honours = text(clerk, "items", information_class="诚实守信相关荣誉信息", department=unit.code)
    assert "荣誉" in honours and "江澜市统计局" in honours and "it-00" not in honours
    assert "没有符合条件" in text(clerk, "items", state="withdrawn")
    assert "<a" in text(clerk, "items", after="it-00~~", q="' OR 1", state="nonsense")


def test_the_classes_by_edition_open_their_items(clerk: Client) -> None:
    catalog.item(code="of-2022", information_class="司法裁判及执行信息", class_edition="2022")
    page = text(clerk, "classes")
    for said in (
        "2021 年版",
        "2022 年版",
        "2024 年版",
        "11 类",
        "12 类",
        "13 类",
        "地方公共信用信息补充目录",
        "未列",
    ):
        assert said in page, said
    assert "称“市场主体自愿提供的信用信息”" in page and page.count("知识产权信息") == 1
    rows = {name: (called, counts) for name, called, counts in clerk.get(reverse("catalog:classes")).context["rows"]}
    assert len(rows) == 13 and ("2022", "司法裁判及执行信息", 1) in rows["司法裁判及执行信息"][1]
    narrowed = text(clerk, "items", information_class="司法裁判及执行信息", class_edition="2022", state="published")
    assert "of-2022" in narrowed and narrowed.count('<tr><th scope="row">') == 1
    for _, _, counts in clerk.get(reverse("catalog:classes")).context["rows"]:
        for edition, name, count in counts:
            asked = {"information_class": name, "class_edition": edition, "state": "published"}
            assert len(clerk.get(reverse("catalog:items"), asked).context["rows"]) == count


def test_drafts_are_the_offices_own(clerk: Client, office: Client) -> None:
    made = catalog.draft(actor=catalog.editor(), code="drafted-1", name="尚未发布的信息")
    assert "尚未发布的信息" not in text(clerk, "items")
    assert reverse("catalog:draft", args=[made]) in text(office, "items")
    assert clerk.get(reverse("catalog:item", args=["drafted-1"])).status_code == 404
    assert clerk.get(reverse("catalog:version", args=["drafted-1", 1])).status_code == 404
    assert "编辑草稿" in text(office, "item", "drafted-1")


def test_an_item_says_everything_of_itself(clerk: Client) -> None:
    code = catalog.item(
        name="行政处罚信息",
        report_within=7,
        retention_months=60,
        fields=[
            {
                "code": "LB", "name": "处罚类别", "type": "code", "codes": ["警告", "罚款"], "codes_open": True,
                "required": {"legal_person": "R", "sole_trader": "-"}, "sharing": "政务共享", "masking": "partial",
            }
        ],
        rules=[{"kind": "not_future", "field": "DAY"}],
    )  # fmt: skip
    page = text(clerk, "item", code)
    for said in (
        "行政管理信息", "行政处罚法", "第四十八条", "法律", "7 个工作日内报送", "60 个月", "处罚类别", "警告；罚款",
        "可填其他", "必填", "不填", "保留前6位后4位", "“决定日期”不得晚于填报当日。", "系统预置", "已发布",
    ):  # fmt: skip
        assert said in page, said
    assert "变更" not in page and "撤销" not in page  # a clerk only reads


def test_an_old_version_is_read_forever_and_compared(clerk: Client) -> None:
    code = catalog.item(name="旧名", retention_months=36)
    second_version(code, name="新名", retention_months=60)
    assert "新名" in text(clerk, "item", code)
    old = text(clerk, "version", code, 1)
    assert "旧名" in old and "这是旧版本" in old and "36 个月" in old
    for query in ({}, {"a": "1", "b": "2"}, {"a": "2", "b": "1"}, {"a": "9", "b": "x"}):
        page = text(clerk, "compare", code, **query)
        assert "保存期限（月）" in page and "<del>36</del>" in page and "<ins>60</ins>" in page, query
    assert "同一个版本" in text(clerk, "compare", code, a="1", b="1")
    assert clerk.get(reverse("catalog:version", args=[code, 3])).status_code == 404


def test_the_three_administrators_see_none_of_it() -> None:
    code = catalog.item()
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        client = Client()
        client.force_login(accounts.user(role))
        for name, args in (("items", []), ("item", [code]), ("compare", [code]), ("export", [])):
            assert client.get(reverse(f"catalog:{name}", args=args)).status_code == 403


def test_the_public_page_is_open_and_says_no_more_than_the_elements() -> None:
    anybody = Client()
    open_ = catalog.item(
        name="公开信息", rules=[{"kind": "not_future", "field": "DAY"}], provider_units=[accounts.department().code]
    )
    shared = catalog.item(name="共享信息", sharing_scope="政务共享")
    closed = catalog.item(name="授权信息", sharing_scope="授权查询")
    page = text(anybody, "public_list")
    assert "公开信息" in page and "共享信息" in page and "授权信息" not in page
    assert "共享信息" not in text(anybody, "public_list", q="公开")
    assert anybody.get(reverse("catalog:public_item", args=[closed])).status_code == 404
    assert anybody.get(reverse("catalog:public_item", args=["nothing"])).status_code == 404
    one = text(anybody, "public_item", open_)
    assert "决定书文号" in one and "《行政处罚法》第四十八条" in one
    for not_said in ("系统预置", "跨项规则", "触发", "编目", "审核"):
        assert not_said not in one
    assert "共享信息" in text(anybody, "public_item", shared)
    services.withdraw(
        version_id=ItemVersion.objects.get(item__code=open_).pk, reason="依据废止", actor=catalog.editor(), now=NOW
    )
    assert anybody.get(reverse("catalog:public_item", args=[open_])).status_code == 404


def test_the_export_is_a_workbook_and_a_fact(clerk: Client) -> None:
    code = catalog.item(name="行政处罚信息")
    response = clerk.get(reverse("catalog:export"), {"code": code})
    assert response.status_code == 200 and response.content.startswith(b"PK")
    assert "filename*=utf-8''" in response["Content-Disposition"]
    assert clerk.get(reverse("catalog:export"), {"code": "nothing"}).status_code == 404
