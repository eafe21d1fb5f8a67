"""Measure items on the pages: begun, written, given a condition, handed in, sent back, read by anybody."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.selectors import actor_of_user
from kernel.actor import Role
from measures import selectors
from measures.models import MeasureItem
from measures.rules.conditions import read_condition
from measures.rules.sheet import read_rows, workbook
from tests.factories import accounts
from tests.factories import measures as make
from tests.measures.test_rules_sheet import row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


def of(department: Any) -> Client:
    client = Client()
    client.force_login(accounts.user(Role.UPLOADER, department=department))
    return client


def html(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"measures:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(client: Client, name: str, item_id: int) -> dict[str, Any]:
    """What a browser would send of the form on that page."""
    context = client.get(reverse(f"measures:{name}", args=[item_id])).context
    said: dict[str, Any] = {"seen": context["seen"]}
    if "form" in context:
        said |= {b.html_name: b.value() for b in context["form"] if b.value() not in (None, False)}
    said |= {b.html_name: b.value() for b in context["rows"].management_form}
    for line in context["rows"]:
        said |= {b.html_name: b.value() for b in line if b.value() not in (None, False)}
    return said


def post(client: Client, name: str, item_id: int, said: dict[str, Any]) -> Any:
    return client.post(reverse(f"measures:{name}", args=[item_id]), said)


def value(item_id: int) -> Any:
    return selectors.value_of(MeasureItem.objects.get(pk=item_id))


def test_a_department_begins_an_item_and_hands_it_in() -> None:
    department = accounts.department()
    client = of(department)
    begun = client.post(
        reverse("measures:new_item"), {"department": department.pk, "reward": "", "content": "限制申请专项资金"}
    )
    assert begun.status_code == 302
    item = MeasureItem.objects.get(department=department)
    page = client.get(begun["Location"]).content.decode()
    assert "发布前还须解决" in page and "惩戒措施须对应全国失信惩戒措施基础清单" in page
    refused = client.post(reverse("measures:submit", args=[item.pk]), {"token": value(item.pk).seen})
    assert refused.status_code == 409 and "依据：国办发〔2020〕49号" in refused.content.decode()
    said = form_of(client, "draft", item.pk)
    whole = value(make.draft(department_id=department.pk))
    said |= {
        "responsible_office": "技改科",
        "basis_text": "某办法第九条",
        "target_text": "失信主体",
        "stages": ["before"],
        "organisation": "受理时核查",
        "term_text": "列入期间",
        "verb": "may",
        "basic": whole.content.basic_id,
        "triggers": [str(one) for one in whole.triggers],
        "basis-0-document": whole.articles[0].document_code,
        "basis-0-article": "第九条",
    }
    assert post(client, "draft", item.pk, said).status_code == 302
    assert "已具备发布条件" in html(client, "draft", item.pk)
    assert value(item.pk).content.wording == "依法可以" and value(item.pk).content.kind == 2
    handed = client.post(reverse("measures:submit", args=[item.pk]), {"token": value(item.pk).seen})
    assert handed.status_code == 302 and MeasureItem.objects.get(pk=item.pk).state == "in_review"


def test_another_department_does_not_even_learn_that_it_exists(office: Client) -> None:
    item, stranger = make.draft(), of(accounts.department())
    for name in ("draft", "condition", "condition_sentence", "discard"):
        assert stranger.get(reverse(f"measures:{name}", args=[item])).status_code == 404
    code = MeasureItem.objects.get(pk=item).code
    assert stranger.get(reverse("measures:item", args=[code])).status_code == 404
    assert code not in html(stranger, "items") and code in html(office, "items")


def test_a_condition_is_written_line_by_line(office: Client) -> None:
    item = make.draft()
    said = form_of(office, "condition", item)
    lines = [("0", "grade", "is", "严重"), ("0", "stage", "is", "事前"), ("0", "months_left", ">", "3")]
    for n, line in enumerate(lines):
        said |= {f"c-{n}-{key}": text for key, text in zip(("level", "what", "operator", "value"), line, strict=True)}
    live = office.get(reverse("measures:condition_sentence", args=[item]), said).content.decode()
    sentence = "仅当失信程度为严重，且管理阶段为事前，且剩余期限超过 3 个月时适用"
    assert sentence in live and "<form" not in live and value(item).content.condition is None
    assert post(office, "condition", item, said).status_code == 302
    assert sentence in html(office, "condition", item) and sentence in html(office, "draft", item)
    assert read_condition(value(item).content.condition) is not None
    said = form_of(office, "condition", item)
    assert [said[f"c-{n}-value"] for n in range(3)] == ["严重", "事前", "3"]
    more = post(office, "condition", item, said | {"do": "more"})
    assert more["Location"].endswith("?spare=6")
    empty = {key: "" if key.endswith("-what") else text for key, text in said.items()}
    assert post(office, "condition", item, empty).status_code == 302
    assert value(item).content.condition is None


def test_what_is_wrong_with_a_condition_is_told_and_what_was_typed_stays(office: Client) -> None:
    item = make.draft()
    said = form_of(office, "condition", item) | {"c-0-what": "grade", "c-0-operator": "is", "c-0-value": "较重"}
    answer = post(office, "condition", item, said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "第 1 行" in page and "没有“较重”" in page and 'value="较重"' in page
    never = said | {"c-0-value": "严重", "c-1-what": "grade", "c-1-operator": "is", "c-1-value": "一般"}
    live = office.get(reverse("measures:condition_sentence", args=[item]), never).content.decode()
    assert "永远不会成立" in live


def test_who_comes_second_is_told_and_loses_nothing(office: Client) -> None:
    item = make.draft()
    first, second = form_of(office, "draft", item), form_of(office, "draft", item)
    assert post(office, "draft", item, first | {"term_text": "一年"}).status_code == 302
    told = post(office, "draft", item, second | {"term_text": "两年"})
    assert told.status_code == 409
    page = told.content.decode()
    assert "刚刚已被他人修改" in page and 'value="两年"' in page and value(item).content.term_text == "一年"
    again = second | {"term_text": "两年", "seen": told.context["seen"]}
    assert post(office, "draft", item, again).status_code == 302 and value(item).content.term_text == "两年"


def test_going_on_after_a_release_is_refused_on_the_page_with_its_article() -> None:
    """Scene 9."""
    department = accounts.department()
    client = of(department)
    item = make.draft(department_id=department.pk)
    said = form_of(client, "draft", item) | {"content": "移出后 12 个月内继续取消参评资格"}
    assert post(client, "draft", item, said).status_code == 302
    refused = client.post(reverse("measures:submit", args=[item]), {"token": value(item).seen})
    page = refused.content.decode()
    assert (
        refused.status_code == 409
        and "河南省社会信用条例 第三十七条" in page
        and "本部门的文件、条款和截止日期" in page
    )


def test_the_reviewer_reads_what_changed_and_sends_it_back(office: Client) -> None:
    done = make.published(code="YX")
    other = accounts.user(Role.CREDIT_OFFICE)
    drafter = Client()
    drafter.force_login(other)
    change = drafter.post(reverse("measures:change", args=[done]))
    item = MeasureItem.objects.get(code="YX", state="draft")
    assert change["Location"] == reverse("measures:draft", args=[item.pk])
    said = form_of(drafter, "draft", item.pk) | {"term_text": "名单有效期内，最长三年"}
    post(drafter, "draft", item.pk, said)
    drafter.post(reverse("measures:submit", args=[item.pk]), {"token": value(item.pk).seen})
    page = html(office, "review", item.pk)
    assert "<ins>，最长三年</ins>" in page and reverse("screening:rehearse", args=[item.pk]) in page
    assert "起草人不能审核" in html(drafter, "review", item.pk)
    assert office.post(reverse("measures:send_back", args=[item.pk]), {"note": ""}).status_code == 422
    sent = office.post(reverse("measures:send_back", args=[item.pk]), {"note": "期限过长"})
    assert sent.status_code == 302 and "审核退回：期限过长" in html(drafter, "draft", item.pk)
    assert office.get(reverse("measures:review", args=[item.pk])).status_code == 409
    done_with = drafter.post(reverse("measures:discard", args=[item.pk]), {"sure": "on"})
    assert done_with.status_code == 302 and "第 2 版" not in html(office, "item", "YX")


def test_an_item_from_a_memorandum_shows_what_it_made_of_it() -> None:
    department = accounts.department()
    client, original = of(department), make.original()
    begun = client.post(reverse("measures:from_original", args=[original]))
    item = MeasureItem.objects.get(department=department)
    said = form_of(client, "draft", item.pk) | {"content": "限制申请财政性资金项目"}
    post(client, "draft", item.pk, said)
    page = client.get(begun["Location"]).content.decode()
    assert "与原始措施的差异" in page and "限制申请财政性资金<ins>项目</ins>" in page


def test_anybody_reads_what_is_published_and_nothing_else() -> None:
    make.published(code="YX", content="限制参加某活动")
    draft = make.draft(content="还在起草的措施")
    anybody = Client()
    page = html(anybody, "public_list")
    assert "限制参加某活动" in page and "还在起草的措施" not in page
    assert "限制参加某活动" in html(anybody, "public_item", "YX")
    code = MeasureItem.objects.get(pk=draft).code
    answer = anybody.get(reverse("measures:public_item", args=[code]))
    assert answer.status_code == 404 and "未发布的措施不得实施" in answer.content.decode()


def test_a_withdrawn_item_is_gone_from_the_public_list(office: Client) -> None:
    make.published(code="YX", content="限制参加某活动")
    path = reverse("measures:withdraw", args=["YX"])
    assert "撤回后" in html(office, "withdraw", "YX")
    assert office.post(path, {"reason": ""}).status_code == 422
    assert office.post(path, {"reason": "依据废止"}).status_code == 302
    assert "该措施已撤回" in html(office, "item", "YX")
    assert "限制参加某活动" not in html(Client(), "public_list")
    assert office.get(path).status_code == 404


def test_the_list_turns_by_key_and_is_filtered(office: Client) -> None:
    department = accounts.department()
    made = [make.draft(code=f"PG{n:03d}", department_id=department.pk) for n in range(53)]
    page = office.get(reverse("measures:items"), {"department": department.pk})
    text = page.content.decode()
    assert len(made) == 53 and "PG049" in text and "PG050" not in text.partition("data-rows")[2]
    rest = office.get(reverse("measures:items") + "?" + page.context["next"]).content.decode()
    assert "PG050" in rest and "PG049" not in rest.partition("data-rows")[2]
    assert "没有符合条件" in html(office, "items", q="没有这样的措施")
    assert "没有符合条件" in html(office, "items", department=str(department.pk), kind="1")
    assert office.get(reverse("measures:items"), {"after": "x~\x00", "kind": "9"}).status_code == 200


def test_a_departments_spreadsheet_in_and_out() -> None:
    department = accounts.department()
    client = of(department)
    rows = (row(), row(content="失信的限制参加", reward=False, means="强制应用"))
    path = reverse("measures:import")

    def upload(data: bytes) -> Any:
        file = SimpleUploadedFile("清单.xlsx", data)
        return client.post(path, {"department": department.pk, "nature": "", "file": file}, follow=True)

    page = upload(workbook(rows)).content.decode()
    assert "已导入 2 条" in page and "失信的限制参加" in page
    assert "2 条与已有的内容相同" in upload(workbook(rows)).content.decode()
    wrong = upload(workbook([row(content="x", stages=(), means="酌情")]))
    assert wrong.status_code == 400 and "“应用手段”：酌情" in wrong.content.decode()
    assert upload(b"").status_code == 400
    out = client.get(reverse("measures:export"), {"department": department.pk, "state": "draft"})
    assert read_rows(out.content).rows == rows
    strangers = of(accounts.department()).get(
        reverse("measures:export"), {"department": department.pk, "state": "draft"}
    )
    assert b"sheet1" in strangers.content  # the headings, and no draft of others
    assert client.get(reverse("measures:export")).status_code == 302


def test_what_waits_for_whom_stands_on_the_home_page(office: Client) -> None:
    drafter = accounts.user(Role.UPLOADER)
    client = Client()
    client.force_login(drafter)
    item = make.in_review(actor=actor_of_user(drafter), department_id=drafter.department_id)
    waiting, home = reverse("measures:review", args=[item]), reverse("portal:home")
    assert waiting in office.get(home).content.decode() and waiting not in client.get(home).content.decode()
    office.post(reverse("measures:send_back", args=[item]), {"note": "请写明期限"})
    page = client.get(home).content.decode()
    assert "修改退回的措施" in page and reverse("measures:draft", args=[item]) in page
