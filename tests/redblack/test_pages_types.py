"""名单类型 at the pages: found, changed by one and published by another, compared, confirmed; refused elsewhere."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.selectors import actor_of_user
from kernel.actor import Role
from redblack.models import ListType, ListTypeEdition
from redblack.rules.editions import fact_token
from redblack.rules.lists import LegalStatus
from redblack.selectors import editions as selectors
from tests.factories import accounts, redblack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


class Desk:
    def __init__(self, role: Role = Role.CREDIT_OFFICE) -> None:
        self.user: User = accounts.user(role)
        self.actor = actor_of_user(self.user)
        self.client = Client()
        self.client.force_login(self.user)

    def get(self, page: str, *args: object, query: str = "", status: int = 200) -> str:
        response = self.client.get(reverse(f"redblack:{page}", args=args) + query)
        assert response.status_code == status, response.content.decode()
        return response.content.decode()

    def post(self, page: str, *args: object, **said: object) -> Any:
        return self.client.post(reverse(f"redblack:{page}", args=args), said)


@pytest.fixture
def drafter(db: None) -> Desk:
    return Desk()


@pytest.fixture
def reviewer(db: None) -> Desk:
    return Desk()


def form_of(edition_id: int, **said: object) -> dict[str, Any]:
    """What the page would send back, with changes."""
    content = selectors.content_of(ListTypeEdition.objects.get(pk=edition_id))
    whole = {
        "title": content.title, "number": "", "kind": content.kind, "legal_status": content.legal_status,
        "merged_into": content.merged_into, "level": content.level, "origin": content.origin,
        "initiator": content.initiator, "department": content.department, "memorandum": content.memorandum,
        "legal_basis": content.legal_basis, "conduct": content.conduct, "term_rule": content.term_rule,
        "term_months": "", "exit_rule": content.exit_rule, "publicity": content.publicity,
        "freshness_days": "", "fuse_percent": content.fuse_percent, "fuse_rows": content.fuse_rows,
        "scope_legal_person": "社会公开", "scope_natural_person": "政务共享", "scope_sole_trader": "",
        "scope_other_organisation": "", "seen": content.seen,
    }  # fmt: skip
    return whole | said


def test_the_register_is_found_by_name_status_and_what_waits(drafter: Desk) -> None:
    redblack.list_type(title="甲名单", confidence={"title": "L", "term": "G"})
    redblack.list_type(title="乙名单", legal_status=LegalStatus.UNDER_LEGAL_REVIEW, legal_basis="")
    page = drafter.get("list_types")
    assert "甲名单" in page and "乙名单" in page and "新增名单类型" in page
    assert "乙名单" not in drafter.get("list_types", query="?q=甲名")
    assert "甲名单" not in drafter.get("list_types", query="?status=待法制审核")
    assert "甲名单" in drafter.get("list_types", query="?waiting=on")
    assert "没有符合条件" in drafter.get("list_types", query="?kind=abnormal&q=甲名")


def test_one_drafts_a_new_list_and_another_publishes_it(drafter: Desk, reviewer: Desk) -> None:
    wrong = drafter.post("new_type", code="1", title="新", kind="reward", initiator="市某局")
    assert wrong.status_code == 422 and "名单代码以字母开头" in wrong.content.decode()
    answer = drafter.post("new_type", code="new-list", title="新名单", kind="reward", initiator="市某局")
    made = ListTypeEdition.objects.get(code="new-list").pk
    assert answer.status_code == 302 and answer["Location"] == reverse("redblack:edition", args=[made])
    again = drafter.post("new_type", code="new-list", title="新名单", kind="reward", initiator="市某局")
    assert again.status_code == 409 and "已有一个起草中" in again.content.decode()
    page = drafter.post("edition", made, **form_of(made, legal_status="现行"))
    assert page.status_code == 302
    page = drafter.get("edition", made)
    assert "没有依据" in page and "依据：国办发〔2020〕49号" in page
    seen = selectors.content_of(ListTypeEdition.objects.get(pk=made)).seen
    refused = drafter.post("submit_edition", made, token=seen)
    assert refused.status_code == 409 and "请写明移出条件和程序" in refused.content.decode()
    said = form_of(made, legal_status="待法制审核", term_rule="两年")
    assert drafter.post("edition", made, **said).status_code == 302
    stale = drafter.post("edition", made, **said | {"seen": "0" * 20, "term_rule": "五年"})
    assert stale.status_code == 409 and "他人修改" in stale.content.decode() and "五年" in stale.content.decode()
    assert drafter.post("edition", made, **said | {"title": ""}).status_code == 422
    seen = selectors.content_of(ListTypeEdition.objects.get(pk=made)).seen
    assert drafter.post("submit_edition", made, token=seen).status_code == 302
    assert drafter.get("edition", made, status=409)
    own = drafter.get("review_edition", made)
    assert "起草人不能审核" in own and "发布第 1 版" not in own
    assert drafter.post("publish_edition", made, token=seen).status_code == 403
    assert "新的名单类型" in reviewer.get("review_edition", made)
    home = reverse("portal:home")
    assert "审核名单类型" in reviewer.client.get(home).content.decode()
    assert "审核名单类型" not in drafter.client.get(home).content.decode()
    assert reviewer.post("send_back_edition", made, note="").status_code == 422
    assert reviewer.post("publish_edition", made, token=seen).status_code == 302
    page = reviewer.get("list_type", "new-list")
    assert drafter.user.display_name in page and reviewer.user.display_name in page and "不得列入条目" in page
    assert ListType.objects.get(code="new-list").edition == 1
    assert drafter.get("review_edition", made, status=409)


def test_a_change_is_compared_with_what_stands(drafter: Desk, reviewer: Desk) -> None:
    code = redblack.list_type(legal_status=LegalStatus.UNDER_LEGAL_REVIEW, term_rule="三年").code
    assert drafter.post("change_type", code).status_code == 302
    made = ListTypeEdition.objects.get(code=code, state="draft").pk
    assert drafter.post("edition", made, **form_of(made, term_rule="三年六个月")).status_code == 302
    seen = selectors.content_of(ListTypeEdition.objects.get(pk=made)).seen
    drafter.post("submit_edition", made, token=seen)
    page = reviewer.get("review_edition", made)
    assert "与初始版本的差异" in page and "<ins>六个月</ins>" in page
    assert reviewer.post("send_back_edition", made, note="请核对期限").status_code == 302
    assert "请核对期限" in drafter.get("edition", made)
    drafter.post("submit_edition", made, token=seen)
    reviewer.post("publish_edition", made, token=seen)
    assert "六个月" in drafter.get("compare_types", code, query="?a=0&b=1")
    assert "完全相同" in drafter.get("compare_types", code, query="?a=1&b=1")
    assert "三年六个月" in drafter.get("list_type", code)


def test_a_draft_is_given_up(drafter: Desk) -> None:
    drafter.post("new_type", code="given-up", title="新名单", kind="reward", initiator="市某局")
    made = ListTypeEdition.objects.get(code="given-up").pk
    assert drafter.post("discard_edition", made)["Location"] == reverse("redblack:list_types")
    assert ListTypeEdition.objects.get(pk=made).state == "discarded"


def test_a_fact_is_confirmed_at_the_page(drafter: Desk) -> None:
    code = redblack.list_type(confidence={"term": "G"}).code
    page = drafter.get("list_type", code)
    assert "一般了解，待确认" in page and "确认<span" in page
    content = selectors.content_of(selectors.standing(code))  # type: ignore[arg-type]
    said = {"fact": "term", "token": fact_token(content, "term")}
    assert drafter.post("confirm_fact", code, **said).status_code == 302
    assert drafter.user.display_name in drafter.get("list_type", code)
    assert drafter.post("confirm_fact", code, **said).status_code == 409


def test_others_read_what_stands_and_no_draft(drafter: Desk) -> None:
    code = redblack.list_type(confidence={"term": "G"}).code
    drafter.post("change_type", code)
    made = ListTypeEdition.objects.get(code=code, state="draft").pk
    clerk = Desk(Role.CLERK)
    page = clerk.get("list_type", code)
    assert "待信用办确认" in page and "起草中" not in page and "变更" not in page
    assert "新增名单类型" not in clerk.get("list_types")
    for name in ("edition", "review_edition"):
        clerk.get(name, made, status=403)
    assert clerk.post("publish_edition", made).status_code == 403
    assert Desk(Role.SYSTEM_ADMIN).get("list_types", status=403)
    clerk.get("list_type", "not-there", status=404)


def test_list_types_go_out_and_come_in_as_a_spreadsheet(drafter: Desk) -> None:
    page = drafter.get("list_types")
    assert reverse("redblack:export_types") in page and reverse("redblack:import_types") in page
    out = drafter.client.get(reverse("redblack:export_types"))
    assert out["Content-Type"].endswith("spreadsheetml.sheet") and ".xlsx" in out["Content-Disposition"]
    assert "联合奖惩对象" in drafter.get("import_types")
    answer = drafter.post("import_types", file=SimpleUploadedFile("types.xlsx", out.content))
    assert answer.status_code == 302 and "没有需要变更的名单类型" in drafter.get("list_types")
    rows = "名单编码,名单名称,性质,发起部门\nnew-list,新来的名单,{},市某局\n"
    bad = drafter.post("import_types", file=SimpleUploadedFile("types.csv", rows.format("不明").encode()))
    assert bad.status_code == 400 and "第 2 行“性质”：“不明”不对" in bad.content.decode()
    drafter.post("import_types", file=SimpleUploadedFile("types.csv", rows.format("激励").encode()))
    page = drafter.get("list_types")
    assert "已起草新增 1 个、变更 0 个" in page and "新来的名单" in page
    assert drafter.post("import_types").status_code == 422
    refused = drafter.post("import_types", file=SimpleUploadedFile("types.csv", b"a,b\n1,2\n"))
    assert "没有找到这些列" in refused.content.decode()


def test_files_of_list_types_are_the_credit_offices() -> None:
    clerk = Desk(Role.CLERK)
    assert reverse("redblack:export_types") not in clerk.get("list_types")
    clerk.get("export_types", status=403)
    clerk.get("import_types", status=403)
