"""From a draft to a version that stands, and on to the next: two people, and what each of them may not do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.selectors import actor_of_user
from catalog import selectors
from catalog.models import ItemVersion
from kernel.actor import Role
from tests.factories import accounts, catalog
from tests.facts import facts_about

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


class Desk:
    """Somebody of the credit office, at the pages."""

    def __init__(self) -> None:
        self.user: User = accounts.user(Role.CREDIT_OFFICE)
        self.actor = actor_of_user(self.user)
        self.client = Client()
        self.client.force_login(self.user)

    def get(self, page: str, *args: object) -> str:
        response = self.client.get(reverse(f"catalog:{page}", args=args))
        assert response.status_code == 200, response.content.decode()
        return response.content.decode()

    def post(self, page: str, *args: object, **said: object) -> Any:
        return self.client.post(reverse(f"catalog:{page}", args=args), said)


@pytest.fixture
def drafter(db: None) -> Desk:
    return Desk()


@pytest.fixture
def reviewer(db: None) -> Desk:
    return Desk()


def test_one_drafts_another_publishes(drafter: Desk, reviewer: Desk) -> None:
    made = catalog.draft(actor=drafter.actor, code="new-item", name="新条目")
    assert "已具备发布条件" in drafter.get("draft", made)
    old = drafter.post("submit", made, token="0" * 20)
    assert old.status_code == 409
    assert drafter.post("submit", made, token=catalog.seen(made)).status_code == 302
    own = drafter.get("review", made)
    assert "编目人不能审核自己编写的版本" in own and "撤回修改" in own and "发布第 1 版" not in own
    refused = drafter.post("publish", made, token=catalog.seen(made))
    assert refused.status_code == 403 and "另一名工作人员" in refused.content.decode()
    page = reviewer.get("review", made)
    assert "这是新条目" in page and "发布第 1 版" in page
    assert reviewer.post("publish", made, token="0" * 20).status_code == 409  # not what was read
    assert reviewer.post("publish", made, token=catalog.seen(made)).status_code == 302
    page = reviewer.get("item", "new-item")
    assert "已发布" in page and drafter.user.display_name in page and reviewer.user.display_name in page
    assert reviewer.client.get(reverse("catalog:review", args=[made])).status_code == 409
    item_id = ItemVersion.objects.get(pk=made).item_id
    assert "catalog.item.published" in [name for name, _ in facts_about(f"catalog.item:{item_id}")]


def test_what_could_not_be_published_is_not_submitted(drafter: Desk) -> None:
    made = catalog.draft(actor=drafter.actor, legal_basis="", information_class="宗教信仰")
    page = drafter.post("submit", made, token=catalog.seen(made))
    said = page.content.decode()
    assert page.status_code == 409 and ItemVersion.objects.get(pk=made).state == "draft"
    assert "没有法律依据" in said and "宗教信仰" in said and "依据：国办发〔2020〕49号" in said


def test_sent_back_with_a_note_and_submitted_again(drafter: Desk, reviewer: Desk) -> None:
    made = catalog.in_review(actor=drafter.actor, code="sent-back")
    assert reviewer.post("send_back", made, note="").status_code == 422
    assert reviewer.post("send_back", made, note="提供单位不全").status_code == 302
    assert "审核退回：提供单位不全" in drafter.get("draft", made)
    assert "已退回" in drafter.get("items")
    assert drafter.post("submit", made, token=catalog.seen(made)).status_code == 302
    assert reviewer.post("publish", made, token=catalog.seen(made)).status_code == 302


def test_a_change_is_version_two_beside_version_one(drafter: Desk, reviewer: Desk) -> None:
    code = catalog.item(name="行政处罚信息")
    assert "变更" in drafter.get("item", code)
    begun = drafter.post("change", code)
    assert begun.status_code == 302
    second = ItemVersion.objects.get(item__code=code, number=2).pk
    again = drafter.post("change", code)
    assert again.status_code == 409 and "已有一个" in again.content.decode()
    assert "继续编辑第 2 版" in drafter.get("item", code) and "变更中" in drafter.get("items")
    unchanged = drafter.post("submit", second, token=catalog.seen(second))
    assert unchanged.status_code == 409 and "完全相同" in unchanged.content.decode()
    rows = drafter.client.get(reverse("catalog:field", args=[second, "NO"])).context["form"]
    said = {bound.html_name: bound.value() for bound in rows if bound.value() not in (None, False)}
    seen = drafter.client.get(reverse("catalog:field", args=[second, "NO"])).context["seen"]
    assert drafter.post("field", second, "NO", **said | {"name": "处罚决定书文号", "seen": seen}).status_code == 302
    assert drafter.post("submit", second, token=catalog.seen(second)).status_code == 302
    page = reviewer.get("review", second)
    assert "与现行第 1 版的差异" in page and "<ins>处罚</ins>" in page
    assert reviewer.post("publish", second, token=catalog.seen(second)).status_code == 302
    assert "处罚决定书文号" in reviewer.get("item", code)
    first = reviewer.get("version", code, 1)
    assert "处罚决定书文号" not in first and "决定书文号" in first and "这是旧版本" in first
    current = selectors.current_version(code)
    assert current is not None and current.version_id == second


def test_withdrawn_with_a_reason(drafter: Desk) -> None:
    code = catalog.item()
    assert "撤销现行的第 1 版" in drafter.get("withdraw", code)
    assert drafter.post("withdraw", code, reason=" ").status_code == 422
    assert drafter.post("withdraw", code, reason="依据废止").status_code == 302
    page = drafter.get("item", code)
    assert "不再接收报送。理由：依据废止" in page and "变更" in page
    assert drafter.post("withdraw", code, reason="再次").status_code == 409
    assert drafter.client.get(reverse("catalog:withdraw", args=["nothing"])).status_code == 404


def test_filed_above(drafter: Desk) -> None:
    code = catalog.item()
    version = ItemVersion.objects.get(item__code=code)
    assert "登记备案" in drafter.get("item", code)
    for wrong, status in (
        ({"filed_on": "2026-11-20", "filing_no": ""}, 422),
        ({"filed_on": "x", "filing_no": "备〔2026〕1号"}, 422),
        ({"filed_on": "2020-01-01", "filing_no": "备〔2026〕1号"}, 400),
    ):
        assert drafter.post("filing", version.pk, **wrong).status_code == status
    assert drafter.post("filing", version.pk, filed_on="2026-11-20", filing_no="备〔2026〕1号").status_code == 302
    assert "备〔2026〕1号" in drafter.get("item", code) and "更正备案" in drafter.get("item", code)


def test_nobody_else_takes_a_step(drafter: Desk) -> None:
    code = catalog.item()
    waiting = catalog.in_review(actor=drafter.actor)
    made = catalog.draft(actor=drafter.actor)
    other = Client()
    other.force_login(accounts.user(Role.CLERK, Role.UPLOADER, Role.REVIEWER))
    steps = [("change", code), ("withdraw", code), ("submit", made), ("publish", waiting), ("send_back", waiting)]
    for name, about in steps:
        response = other.post(reverse(f"catalog:{name}", args=[about]), {"note": "x", "reason": "x"})
        assert response.status_code == 403, name
    assert list(
        ItemVersion.objects.filter(pk__in=[made, waiting]).order_by("pk").values_list("state", flat=True)
    ) == [
        "in_review",
        "draft",
    ]
