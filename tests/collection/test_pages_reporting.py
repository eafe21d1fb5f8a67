"""The uploader's pages as the server sends them: who sees what, what is refused, what stays hidden."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from collection.models import Batch, RowProblem
from kernel.actor import Role
from tests.collection.definitions import GOOD, PERSON
from tests.conftest import NOW
from tests.factories import accounts, intake, screening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
KNOWN = {code: text for code, text in GOOD.items() if code in intake.NAMES}
OF_PERSON = {code: text for code, text in PERSON.items() if code in intake.NAMES}
WRONG_CODE = "第9位是字母“O”，代码中不使用字母I、O、S、V、Z。请核对该位，如为数字0，改为“0”。"
SLIP = "120000 疑为元，本项单位为万元，请改为 12"


@pytest.fixture
def home(frozen: object) -> Department:
    return accounts.department(name="江澜市生态环境局", short_name="市生态环境局")


@pytest.fixture
def item(home: Department) -> str:
    return intake.penalty_item("penalty-of-tests")


@pytest.fixture
def uploader(client: Client, home: Department) -> Client:
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    return client


@pytest.fixture
def batch(home: Department, item: str) -> Batch:
    """Nineteen taken, one returned: a wrong code, and an amount that somebody may confirm."""
    made = intake.batch(home, item, at=NOW, taken=17, total=17)
    cells = intake.by_name(KNOWN | {"CF_XDR_SHXYM": "91339902OA9K5L6Y29", "CF_NR_FK": "120000"})
    problems = [
        intake.problem("CF_XDR_SHXYM", "uscc_wrong", WRONG_CODE),
        intake.problem("CF_NR_FK", "unit_slip", SLIP, "suspect"),
    ]
    intake.returned_row(made, 8, cells, problems)
    return made


def page(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"collection:{name}", args=args), query)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def test_the_home_shows_items_and_what_is_to_be_mended_first(uploader: Client, batch: Batch, item: str) -> None:
    shown = page(uploader, "reporting")
    assert "行政处罚信息" in shown and "决定后 7 个工作日内" in shown
    assert reverse("collection:upload", args=[item]) in shown
    assert shown.index("待修正") < shown.index("报送条目") < shown.index("最近批次")


def test_a_reviewer_reads_and_does_not_report(client: Client, home: Department, batch: Batch, item: str) -> None:
    client.force_login(accounts.user(Role.REVIEWER, department=home))
    shown = page(client, "reporting")
    assert reverse("collection:upload", args=[item]) not in shown
    assert "下载退回工作簿" not in page(client, "batch", batch.pk)
    assert client.get(reverse("collection:mend", args=[batch.pk])).status_code == 403


def test_the_list_of_batches_is_narrowed_and_turned(uploader: Client, home: Department, item: str) -> None:
    for number in range(32):
        intake.batch(home, item, at=NOW, file_name=f"第{number}份.xlsx")
    intake.batch(home, item, at=NOW, state="failed", file_name="坏的.xlsx", refusal="磁盘已满")
    shown = page(uploader, "batches")
    assert "坏的.xlsx" in shown and "第0份.xlsx" not in shown
    turned = re.search(r'rel="next" href="[^?]*\?([^"]+)"', shown)
    assert turned
    follow = uploader.get(reverse("collection:batches") + "?" + turned[1].replace("&amp;", "&")).content.decode()
    assert "第0份.xlsx" in follow and "坏的.xlsx" not in follow
    assert "第1份.xlsx" not in page(uploader, "batches", state="failed")
    assert "没有符合条件的批次" in page(uploader, "batches", channel="page")
    assert page(uploader, "batches", after="nonsense", item="x", state="y")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.xlsx", b"", "文件是空的"),
        ("说明.docx", b"PK\x03\x04", "只能报送 .xlsx、.xls 或 .csv"),
        ("没有扩展名", b"abc", "没有扩展名"),
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页格式"),
        ("图.csv", b"%PDF-1.7 ", "不是表格文件"),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    uploader: Client, item: str, name: str, content: bytes, said: str
) -> None:
    place = reverse("collection:upload", args=[item])
    for headers in ({}, {"HX-Request": "true"}):
        response = uploader.post(place, {"file": SimpleUploadedFile(name, content)}, headers=headers)
        assert response.status_code == 422
        assert said in response.content.decode()
        assert ("<html" in response.content.decode()) is not headers
    assert not Batch.objects.exists()


def test_no_file_is_said_at_once(uploader: Client, item: str) -> None:
    response = uploader.post(reverse("collection:upload", args=[item]), {})
    assert response.status_code == 422 and "请先选择要报送的文件" in response.content.decode()


def test_an_item_of_another_department_is_not_there(uploader: Client, home: Department) -> None:
    other = intake.penalty_item("of-others", provider_units=[accounts.department().code])
    for name in ("upload", "entry", "template"):
        assert uploader.get(reverse(f"collection:{name}", args=[other])).status_code == 404


def test_somebody_reports_for_a_department_below(client: Client, home: Department, item: str) -> None:
    county = accounts.department(name="望川县生态环境局", parent=home)
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    assert "望川县生态环境局" in page(client, "reporting")
    assert f"department={county.pk}" in page(client, "reporting", department=county.pk)
    stranger = accounts.department()
    assert client.get(reverse("collection:reporting"), {"department": stranger.pk}).status_code == 404


def test_the_batch_page_says_what_was_taken_and_why_the_rest_was_not(uploader: Client, batch: Batch) -> None:
    shown = page(uploader, "batch", batch.pk)
    assert "17 入库，1 退回修正" in shown
    assert f"第 8 行“行政相对人代码_1(统一社会信用代码)”：{WRONG_CODE}" in shown
    assert f"第 8 行“{intake.NAMES['CF_NR_FK']}”：{SLIP}" in shown
    assert "下载退回工作簿" in shown and "核对无误可确认" in shown


def test_another_department_does_not_learn_of_a_batch(client: Client, batch: Batch) -> None:
    client.force_login(accounts.user(Role.UPLOADER))
    for name in ("batch", "batch_progress", "mend", "returned_workbook"):
        assert client.get(reverse(f"collection:{name}", args=[batch.pk])).status_code == 404
    for name in ("cancel_batch", "resume_batch", "drop_rows"):
        assert client.post(reverse(f"collection:{name}", args=[batch.pk])).status_code == 404


def test_progress_is_a_fragment_until_it_is_over(uploader: Client, home: Department, item: str) -> None:
    running = intake.job(at=NOW, done=500, total=2000, stage="逐行校验")
    batch = intake.batch(home, item, at=NOW, state="checking", job=running)
    shown = page(uploader, "batch", batch.pk)
    part = uploader.get(reverse("collection:batch_progress", args=[batch.pk]))
    assert 'value="25"' in shown and "500 / 2000 行" in shown and "停止办理" in shown
    assert "<html" not in part.content.decode() and "HX-Retarget" not in part.headers
    Batch.objects.filter(pk=batch.pk).update(state="done", finished_at=NOW, taken=2000, total=2000)
    over = uploader.get(reverse("collection:batch_progress", args=[batch.pk]))
    assert over.headers["HX-Retarget"] == "#batch" and "2000 入库，0 退回修正" in over.content.decode()


def test_the_grid_shows_bad_cells_with_their_reasons(uploader: Client, batch: Batch) -> None:
    shown = page(uploader, "mend", batch.pk)
    assert 'value="91339902OA9K5L6Y29"' in shown and WRONG_CODE in shown
    assert 'aria-describedby="id_8:CF_XDR_SHXYM_why"' in shown
    assert 'data-value="12"' in shown  # the suggestion of the message
    assert 'name="confirm" value="8"' in shown


def test_the_grid_never_shows_a_persons_number(uploader: Client, home: Department, item: str) -> None:
    batch = intake.batch(home, item, at=NOW)
    problems = [intake.problem("CF_JDRQ", "date_unreadable", "“去年”不是日期。请改为 2026-11-20 这样的日期。")]
    intake.returned_row(batch, 3, intake.by_name(OF_PERSON | {"CF_JDRQ": "去年"}), problems)
    for name in ("mend", "batch"):
        shown = page(uploader, name, batch.pk)
        assert PERSON["CF_XDR_ZJHM"] not in shown and PERSON["CF_XDR_MC"] not in shown
        assert "欧阳某某" in shown


def test_a_suggestion_is_put_in_without_javascript(uploader: Client, batch: Batch) -> None:
    place = reverse("collection:mend", args=[batch.pk])
    shown = uploader.post(place, {"adopt": "8:CF_NR_FK", "8:CF_XDR_SHXYM": "91339902MA9K5L6Y29"}).content.decode()
    assert 'id="id_8:CF_NR_FK" name="8:CF_NR_FK" value="12"' in shown
    assert 'value="91339902MA9K5L6Y29"' in shown  # what was typed is still there


def test_nothing_changed_is_not_checked_again(uploader: Client, batch: Batch) -> None:
    response = uploader.post(reverse("collection:mend", args=[batch.pk]), {})
    assert response.status_code == 409 and "没有改动任何一行" in response.content.decode()


def test_giving_rows_up_needs_rows_and_a_reason(uploader: Client, batch: Batch) -> None:
    place = reverse("collection:drop_rows", args=[batch.pk])
    for sent, said in (
        ({"note": "不属于归集范围"}, "请先勾选不再报送的行"),
        ({"rows": "8", "note": ""}, "请写明不再报送的理由"),
    ):
        shown = uploader.post(place, sent, follow=True).content.decode()
        assert said in shown
    assert RowProblem.objects.get(batch=batch).state == "open"


def test_the_form_follows_the_catalogue(uploader: Client, item: str, home: Department) -> None:
    shown = page(uploader, "entry", item)
    assert '<input class="form-control" id="id_CF_JDRQ"' in shown and 'type="date"' in shown
    assert "<option>简易程序</option>" in shown
    assert '<input type="checkbox" name="CF_CFLB" value="罚款">' in shown
    assert f'value="{home.name}"' in shown and f'value="{home.code}"' in shown  # itself, already filled in
    assert "自然人必填" in shown and 'data-natural_person="R"' in shown


def test_what_waits_is_on_the_first_page(uploader: Client, batch: Batch, home: Department, item: str) -> None:
    intake.batch(home, item, at=NOW, state="failed", file_name="坏的.xlsx")
    running = intake.job(at=NOW)
    intake.batch(home, item, at=NOW, state="taking", job=running)
    shown = uploader.get("/").content.decode()
    assert "修正退回的行" in shown and "待修正 1 行" in shown
    assert "继续处理失败的批次" in shown and "查看报送进度（入库中）" in shown


def test_who_does_not_report_has_none_of_it(client: Client, batch: Batch, home: Department) -> None:
    client.force_login(accounts.user(Role.REVIEWER, department=home))
    assert "修正退回的行" not in client.get("/").content.decode()


def test_a_firm_is_offered_and_a_person_never_looked_up(uploader: Client, item: str) -> None:
    firm = screening.firm(uscc := screening.uscc())
    place = reverse("collection:suggest", args=[item])

    def offered(**said: str) -> str:
        return uploader.post(place, said).content.decode()

    assert uscc in offered(CF_XDR_SHXYM=uscc)
    assert f'value="{firm}"' in offered(CF_XDR_SHXYM=uscc)
    assert "校验码不符" in offered(CF_XDR_SHXYM=uscc[:-1] + ("0" if uscc[-1] != "0" else "1"))
    assert offered(CF_XDR_SHXYM=uscc[:10]).strip() == ""  # still being typed
    for said in (
        {"CF_XDR_SHXYM": uscc, "CF_XDR_LB": "自然人"},
        {"CF_XDR_SHXYM": PERSON["CF_XDR_ZJHM"]},
        {"CF_XDR_MC": PERSON["CF_XDR_ZJHM"]},
    ):
        assert offered(**said).strip() == ""
    assert uploader.get(place).status_code == 405


def test_the_form_takes_a_candidate_without_javascript(uploader: Client, item: str) -> None:
    firm = screening.firm(uscc := screening.uscc())
    place = reverse("collection:entry", args=[item])
    looked = uploader.post(place, {"look": "1", "CF_XDR_SHXYM": uscc, "CF_WSH": "甲1号"}).content.decode()
    assert f'name="adopt" value="{firm}"' in looked and 'value="甲1号"' in looked
    taken = uploader.post(place, {"adopt": str(firm), "CF_WSH": "甲1号"}).content.decode()
    assert f'id="id_CF_XDR_SHXYM" name="CF_XDR_SHXYM" value="{uscc}"' in taken and 'value="甲1号"' in taken
    for wrong in ("x", "9" * 30, "0"):
        assert uploader.post(place, {"adopt": wrong}).status_code == 200
