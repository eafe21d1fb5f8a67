"""Drafting on the pages: attributes, grid, sheet of one item, rules as sentences, spreadsheet, two editors."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog import selectors
from catalog.models import ItemVersion
from catalog.rules.content import Content
from catalog.rules.field_list import read_list
from kernel.actor import Role
from tests.factories import accounts, catalog, collection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
Post = Callable[..., Any]


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


@pytest.fixture
def made() -> int:
    """A draft that somebody else began."""
    return catalog.draft(actor=catalog.editor())


def content(version_id: int) -> Content:
    return selectors.content_of(ItemVersion.objects.get(pk=version_id))


def form_of(client: Client, path: str, at: int = 0) -> dict[str, Any]:
    """What a browser would send of the form that a view put into its context."""
    context = client.get(path).context
    said: dict[str, Any] = {"seen": context["seen"]}
    for form in [context[name] for name in ("form",) if name in context]:
        said |= {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    for name in ("bases", "rows"):
        if name in context:
            said |= {bound.html_name: bound.value() for bound in context[name].management_form}
            for row in context[name]:
                said |= {bound.html_name: bound.value() for bound in row if bound.value() not in (None, False)}
    return said


def test_a_new_item_begins_as_a_draft(office: Client) -> None:
    path = reverse("catalog:new_item")
    assert office.get(path).status_code == 200
    said = {"code": "wage-list", "name": "欠薪名单", "information_class": "2024|严重失信主体名单信息"}
    begun = office.post(path, said)
    assert begun.status_code == 302
    page = office.get(begun["Location"]).content.decode()
    assert "发布前还须解决" in page and "没有法律依据" in page and "依据：国办发〔2020〕49号" in page
    again = office.post(path, said)
    assert again.status_code == 409 and "已有这个编码" in again.content.decode()
    wrong = office.post(path, said | {"code": "1 x"})
    assert wrong.status_code == 422 and "以字母开头" in wrong.content.decode()


def test_attributes(office: Client, made: int) -> None:
    path = reverse("catalog:draft", args=[made])
    unit = accounts.department()
    said = form_of(office, path) | {
        "name": "改过的名称",
        "report_within": "7",
        "subject_kinds": ["legal_person", "natural_person"],
        "provider_units": [unit.code],
        "sharing_scope": "政务共享",
        "basis-1-document": "penalty-law",
        "basis-1-article": "第四十九条",
    }
    assert office.post(path, said).status_code == 302
    after = content(made)
    assert (after.name, after.report_within, after.sharing_scope) == ("改过的名称", 7, "政务共享")
    assert after.subject_kinds == ("legal_person", "natural_person") and after.provider_units == (unit.code,)
    assert [b.article for b in after.bases] == ["第四十八条", "第四十九条"]
    assert len(after.fields) == 4  # the other parts are as they were
    refused = office.post(path, form_of(office, path) | {"report_within": "0", "name": ""})
    assert refused.status_code == 422 and content(made) == after


def test_the_grid_adds_moves_renames_and_removes(office: Client, made: int) -> None:
    path = reverse("catalog:fields", args=[made])
    said = form_of(office, path)
    assert said["f-TOTAL_FORMS"] == 5  # four and a spare one
    changed = said | {
        "f-4-name": "处罚类别", "f-4-code": "LB", "f-4-type": "code", "f-4-codes": "警告；罚款;", "f-4-place": "1.5",
        "f-4-need_legal_person": "R",
        "f-2-code": "WSH",
        "f-1-gone": "on",
    }  # fmt: skip
    assert office.post(path, changed).status_code == 302
    after = content(made)
    assert [f.code for f in after.fields] == ["NAME", "LB", "WSH", "DAY"]
    assert after.by_code["LB"].codes == ("警告", "罚款") and after.by_code["LB"].need("legal_person") == "R"
    assert after.roles.document_no == "WSH"  # what named it follows
    assert after.roles.uscc == "USCC"  # what is gone stays named, and stands among the reasons
    assert "USCC" in office.get(path).content.decode()


def test_the_grid_asks_for_more_rows_and_keeps_what_is_wrong(office: Client, made: int) -> None:
    path = reverse("catalog:fields", args=[made])
    more = office.post(path, form_of(office, path) | {"do": "more"})
    assert more["Location"].endswith("?spare=5#spare")
    said = form_of(office, path + "?spare=5")
    assert said["f-TOTAL_FORMS"] == 9
    before = content(made)
    for wrong, message in (
        ({"f-4-name": "没有代码"}, "请填写代码"),
        ({"f-4-name": "重复", "f-4-code": "NO"}, "代码“NO”出现了不止一次"),
        ({"f-4-name": "决定书文号", "f-4-code": "NEW"}, "名称“决定书文号”出现了不止一次"),
        ({"f-4-name": "短横", "f-4-code": "A-B"}, "只用字母、数字和下划线"),
        ({"f-0-length": "很长"}, "请填写整数"),
    ):
        page = office.post(path, said | wrong)
        assert page.status_code == 422 and message in page.content.decode(), message
        assert next(iter(wrong.values())) in page.content.decode()
    assert content(made) == before


def test_the_sheet_of_one_item(office: Client, made: int) -> None:
    path = reverse("catalog:field", args=[made, "NO"])
    said = form_of(office, path) | {"unit": "", "synonyms": "文号；决定文号", "note": "写全称", "codes": "甲\n乙\n"}
    assert office.post(path, said | {"code": "WSH", "masking": "partial", "need_sole_trader": "O"}).status_code == 302
    after = content(made)
    field = after.by_code["WSH"]
    assert (field.synonyms, field.note, field.codes) == (("文号", "决定文号"), "写全称", ("甲", "乙"))
    assert field.masking == "partial" and field.need("sole_trader") == "O" and after.roles.document_no == "WSH"
    assert office.get(path).status_code == 404  # it has another code now
    path = reverse("catalog:field", args=[made, "WSH"])
    twice = office.post(path, form_of(office, path) | {"code": "DAY"})
    assert twice.status_code == 422 and "已有另一个信息项" in twice.content.decode()


def test_rules_and_what_is_raised_are_typed_as_sentences(office: Client, made: int) -> None:
    collection.source(kind="record", code="P-X")
    path = reverse("catalog:rules", args=[made])

    def post(part: str, **said: Any) -> Any:
        return office.post(path, {"seen": office.get(path).context["seen"][part], **said})

    assert post("rules", do="add-not_future", field="DAY").status_code == 302
    assert post("rules", do="add-required_if", other="NAME", words="甲；乙", field="DAY").status_code == 302
    assert post("rules", do="add-one_of", fields_=["NO", "USCC"]).status_code == 302
    raised = {"do": "add-raise", "source": "P-X", "field": "NO", "words": "吊销", "begins": "DAY", "years": "5"}
    assert post("raises", **raised, own_term="on").status_code == 302
    page = office.get(path).content.decode()
    for said in ("“决定日期”不得晚于填报当日。", "“主体名称”填写“甲”或“乙”时", "至少填写一项", "满 5 年止"):
        assert said in page
    assert post("rules", do="drop-rule", at="0").status_code == 302
    assert post("raises", do="drop-raise", at="0").status_code == 302
    assert [r.kind for r in content(made).rules] == ["required_if", "one_of"] and content(made).raises == ()
    for wrong in (
        {"do": "add-one_of", "fields_": ["NO"]},
        {"do": "add-required_if", "other": "NO", "words": "x", "field": "NO"},
        {"do": "add-in_order", "field": "NAME", "other": "DAY"},
        {"do": "add-required_if", "other": "NO", "field": "DAY"},
    ):
        assert post("rules", **wrong).status_code == 422, wrong
    for wrong in (raised | {"words": ""}, raised | {"source": "nothing"}):
        assert post("raises", **wrong).status_code == 422, wrong
    assert post("rules", do="").status_code == post("rules", do="add-nothing").status_code == 400
    roles = {"do": "roles", "name": "NAME", "uscc": "USCC", "document_no": "NO", "document_no_2": "DAY"}
    assert post("roles", **roles).status_code == 302
    assert content(made).roles.document_no == "NO+DAY" and content(made).roles.decided_on == ""


def test_the_field_list_goes_out_and_comes_back(office: Client, made: int) -> None:
    out = office.get(reverse("catalog:field_list", args=[made]))
    assert out.status_code == 200 and [f.code for f in read_list(out.content)] == ["NAME", "USCC", "NO", "DAY"]
    path, seen = (
        reverse("catalog:take_field_list", args=[made]),
        form_of(office, reverse("catalog:fields", args=[made])),
    )
    same = SimpleUploadedFile("清单.xlsx", out.content)
    before = content(made)
    assert office.post(path, {"seen": seen["seen"], "file": same}).status_code == 302
    assert content(made) == before  # the same list changes nothing
    listed = "信息项代码,信息项名称,类型,法人\nNAME,主体名称,文本,必填\nDAY,决定日期,日期,必填\n".encode("gb18030")
    assert office.post(path, {"seen": seen["seen"], "file": SimpleUploadedFile("a.csv", listed)}).status_code == 302
    assert [f.code for f in content(made).fields] == ["NAME", "DAY"]
    for data, said, status in (
        (b"<html>", "网页", 400),
        ("信息项代码,信息项名称,类型\nA,甲,数".encode(), "第 2 行“类型”：数", 400),
        (listed, "他人已经保存", 409),
    ):
        page = office.post(path, {"seen": seen["seen"], "file": SimpleUploadedFile("b.csv", data)})
        assert page.status_code == status and said in page.content.decode()
    assert office.post(path, {"seen": seen["seen"]}).status_code == 422


def test_the_second_editor_is_told_and_loses_nothing(office: Client, made: int) -> None:
    other = Client()
    other.force_login(accounts.user(Role.CREDIT_OFFICE))
    path, grid = reverse("catalog:draft", args=[made]), reverse("catalog:fields", args=[made])
    mine, theirs, rows = form_of(office, path), form_of(other, path), form_of(office, grid)
    assert other.post(path, theirs | {"name": "对方的名称"}).status_code == 302
    assert office.post(grid, rows | {"f-2-name": "决定文号"}).status_code == 302  # another part: nothing in the way
    told = office.post(path, mine | {"name": "我的名称", "legal_basis": "我写的依据"})
    page = told.content.decode()
    assert told.status_code == 409 and "他人已经保存" in page and "我的名称" in page and "我写的依据" in page
    assert content(made).name == "对方的名称" and "对方的名称" in page
    again = mine | {"name": "我的名称", "seen": told.context["seen"]}
    assert office.post(path, again).status_code == 302  # having been told, one may insist
    after = content(made)
    assert after.name == "我的名称" and after.by_code["NO"].name == "决定文号"
    wrong = other.post(path, theirs | {"name": ""})  # a form that is wrong as well stays old until it is right
    assert wrong.status_code == 422
    assert other.post(path, theirs | {"seen": wrong.context["seen"]}).status_code == 409


def test_a_form_works_once(office: Client, made: int) -> None:
    path = reverse("catalog:rules", args=[made])
    said = {"seen": office.get(path).context["seen"]["rules"], "do": "add-not_future", "field": "DAY"}
    key = {"idempotency_key": "a" * 22}
    assert office.post(path, said | key)["Location"] == office.post(path, said | key)["Location"]
    assert len(content(made).rules) == 1


def test_who_does_not_edit_and_what_is_no_draft() -> None:
    version = catalog.in_review(actor=catalog.editor())
    made = catalog.draft(actor=catalog.editor())
    clerk, office = Client(), Client()
    clerk.force_login(accounts.user(Role.CLERK, Role.UPLOADER, Role.REVIEWER))
    office.force_login(accounts.user(Role.CREDIT_OFFICE))
    for name in ("draft", "fields", "rules", "field_list", "discard"):
        assert clerk.get(reverse(f"catalog:{name}", args=[made])).status_code == 403
        page = office.get(reverse(f"catalog:{name}", args=[version]))
        assert page.status_code == 409 and "不能编辑" in page.content.decode()
        assert office.get(reverse(f"catalog:{name}", args=[0])).status_code == 404


def test_a_draft_is_thrown_away_only_after_a_box_was_ticked(office: Client, made: int) -> None:
    path = reverse("catalog:discard", args=[made])
    assert office.get(path).status_code == 200
    assert office.post(path, {}).status_code == 422 and ItemVersion.objects.filter(pk=made).exists()
    assert office.post(path, {"sure": "on"}).status_code == 302 and not ItemVersion.objects.filter(pk=made).exists()


def test_a_record_puts_nobody_on_a_list(office: Client) -> None:
    """I2: only the list's own procedure binds; an item that would raise a list is neither offered nor published."""
    collection.source(kind="serious", code="L-X")
    collection.source(kind="record", code="P-X")
    made = catalog.draft(actor=catalog.editor(), raises=[{"source": "L-X", "begins": "DAY"}])
    page = office.get(reverse("catalog:rules", args=[made]))
    assert 'value="P-X"' in page.content.decode() and 'value="L-X"' not in page.content.decode()
    said = {"seen": page.context["seen"]["raises"], "do": "add-raise", "source": "L-X", "begins": "DAY"}
    assert office.post(reverse("catalog:rules", args=[made]), said).status_code == 422
    refused = office.post(reverse("catalog:submit", args=[made]), {"token": catalog.seen(made)})
    assert refused.status_code == 409 and "L-X" in refused.content.decode()
