"""名单接收 as the server sends it: what is shown to whom, what opens rows, what is refused."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kernel.actor import Role
from redblack.models import ListType, ListVersion
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories.received import as_csv, department_actor, handed_in, received, received_list, row, worked_off
from tests.factories.redblack import List
from tests.factories.screening import uscc

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]
EARLIER = NOW - timedelta(hours=2)


@pytest.fixture
def court(frozen: object) -> List:
    made = received_list(title="失信被执行人名单")
    ListType.objects.filter(pk=made.id).update(fuse_rows=5)
    return made


@pytest.fixture
def office(client: Client, court: List) -> Client:
    """Somebody of the credit office who hands in."""
    user = accounts.user(Role.CREDIT_OFFICE, Role.UPLOADER, display_name="信用办经办")
    client.force_login(user)
    return client


@pytest.fixture
def second(court: List) -> Client:
    client = Client()
    client.force_login(accounts.user(Role.CREDIT_OFFICE, Role.REVIEWER, display_name="信用办审核"))
    return client


def page(client: Client, name: str, *args: object, status: int = 200, **query: object) -> str:
    response = client.get(reverse(f"redblack:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def held(court: List) -> ListVersion:
    """Of twenty rows eight are missing."""
    rows = [row(uscc(), n, name=f"江澜第{n}公司") for n in range(20)]
    received(court.code, rows, at=EARLIER)
    return received(court.code, rows[8:], at=EARLIER + timedelta(minutes=5))


def form(**said: object) -> dict[str, object]:
    file = SimpleUploadedFile("名单.csv", as_csv([row(uscc())]))
    return {"list": "", "version": "第47周", "stated_on": "2026-11-20", "file": file} | said


def test_a_file_is_handed_in_and_worked_off(office: Client, court: List) -> None:
    shown = page(office, "deliver")
    assert "失信被执行人名单" in shown and 'value="2026-11-20"' in shown
    response = office.post(reverse("redblack:deliver"), form(list=court.code))
    version = ListVersion.objects.get()
    assert response.status_code == 302 and response["Location"] == reverse("redblack:version", args=[version.pk])
    assert (version.stated_at, version.sender_name) == (NOW, "信用办经办")
    shown = page(office, "version", version.pk)
    assert "比对中" in shown and "hx-trigger" in shown
    assert "hx-trigger" in page(office, "version_progress", version.pk)
    worked_off(version, at=NOW)
    fragment = office.get(reverse("redblack:version_progress", args=[version.pk]), headers={"HX-Request": "true"})
    assert fragment["HX-Retarget"] == "#version"
    assert fragment.content.decode().strip() in page(office, "version", version.pk)
    assert "已生效" in fragment.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"list": "L-NONE"}, "不接收整版名单"),
        ({"version": ""}, "请填写版本号"),
        ({"stated_on": "2026-11-21"}, "数据日期晚于今天"),
        ({"stated_on": "昨天"}, "数据日期应如"),
        ({"file": ""}, "请先选择名单文件"),
        ({"file": SimpleUploadedFile("名单.pdf", b"%PDF")}, "只能提交"),
        ({"file": SimpleUploadedFile("名单.xlsx", b"%PDF")}, "没有提交"),
    ],
)
def test_a_form_that_is_wrong_says_so(office: Client, court: List, said: dict[str, object], words: str) -> None:
    response = office.post(reverse("redblack:deliver"), form(**{"list": court.code} | said))
    assert response.status_code == 422 and words in response.content.decode()
    assert not ListVersion.objects.exists()


def test_with_htmx_only_what_is_wrong_comes_back(office: Client, court: List) -> None:
    handed_in(court.code, [row(uscc())], at=EARLIER)
    response = office.post(reverse("redblack:deliver"), form(list=court.code), headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "上一版本还在比对" in response.content.decode() and "<html" not in response.content.decode()


def test_the_list_shows_what_waits_first(second: Client, held: ListVersion) -> None:
    shown = text_of(page(second, "received"))
    assert shown.index("待人工确认 1") < shown.index("接收时间")
    assert "占 40%" in shown
    assert page(second, "received", state="applied").count("已生效</span>") == 1
    assert "没有符合条件的版本" in page(second, "received", list="NONE")


def test_whoever_may_decide_finds_it_in_his_queue(office: Client, second: Client, held: ListVersion) -> None:
    assert "确认名单版本" in text_of(second.get(reverse("portal:home")).content.decode())
    assert "确认名单版本" not in text_of(office.get(reverse("portal:home")).content.decode())


def test_long_lists_turn_by_key(second: Client, court: List, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redblack.views.received.PAGE", 2)
    for n in range(3):
        received(court.code, [row(uscc(), n)], at=EARLIER + timedelta(minutes=n))
    [after] = re.findall(r'rel="next" href="\?([^"]+)"', page(second, "received"))
    rest = second.get(reverse("redblack:received") + "?" + after.replace("&amp;", "&")).content.decode()
    assert rest.count("<tr>") == 2 and 'rel="next"' not in rest


def test_numbers_open_their_rows(second: Client, held: ListVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = text_of(page(second, "version", held.pk))
    assert "20 上一版本在期" in shown and "12 新版本行数" in shown and "8 新版本中没有" in shown
    assert "江澜第0公司" in shown and "江澜第8公司" not in shown
    assert "江澜第8公司" in text_of(page(second, "version", held.pk, what="kept"))
    monkeypatch.setattr("redblack.views.received.ROWS", 5)
    first = page(second, "version", held.pk, what="removed")
    [after] = re.findall(r"after=(\d+)#rows", first)
    rest = text_of(page(second, "version", held.pk, what="removed", after=after))
    assert "江澜第7公司" in rest and "江澜第4公司" not in rest
    assert "江澜第0公司" in text_of(page(second, "version", held.pk, what="bogus", after="9" * 40))


def test_a_second_person_releases_it(office: Client, second: Client, held: ListVersion) -> None:
    decide = reverse("redblack:decide_version", args=[held.pk])
    assert office.post(decide, {"verb": "release", "note": "已核实"}).status_code == 403
    assert "由信用办或者认定部门的审核人员确认" in page(office, "version", held.pk)
    wrong = second.post(decide, {"verb": "release", "note": ""})
    assert wrong.status_code == 422 and "请写明确认的理由" in wrong.content.decode()
    assert second.post(decide, {"verb": "release", "note": "已向税务局核实"}).status_code == 302
    assert "已确认采用，正在更新" in page(second, "version", held.pk)
    worked_off(held, at=NOW)
    shown = text_of(page(second, "version", held.pk))
    assert "已生效" in shown and "已向税务局核实" in shown and "信用办审核" in shown
    assert "江澜第0公司" in shown  # what it took off opens for ever
    again = second.post(decide, {"verb": "discard", "note": "再想想"})
    assert again.status_code == 409 and "可能已由他人处理" in again.content.decode()


def test_whoever_handed_it_in_is_told_that_another_decides(client: Client, court: List) -> None:
    home = accounts.department()
    ListType.objects.filter(pk=court.id).update(initiator_department=home)
    both = accounts.user(Role.UPLOADER, Role.REVIEWER, department=home)
    rows = [row(uscc(), n) for n in range(9)]
    sender = department_actor(home, Role.UPLOADER, name=both.username)
    received(court.code, rows, at=EARLIER, actor=sender)
    held = received(court.code, rows[:2], at=NOW, actor=sender)
    client.force_login(both)
    assert "提交和确认应由两人办理" in page(client, "version", held.pk)
    refused = client.post(reverse("redblack:decide_version", args=[held.pk]), {"verb": "release", "note": "可以"})
    assert refused.status_code == 409 and "提交和确认应由两人办理" in refused.content.decode()


def test_discarded_the_last_version_stands(second: Client, held: ListVersion) -> None:
    decide = reverse("redblack:decide_version", args=[held.pk])
    assert second.post(decide, {"verb": "discard", "note": "发布单位漏传"}).status_code == 302
    shown = page(second, "version", held.pk)
    assert "该版本不予采用" in shown and "发布单位漏传" in shown


def test_a_file_that_could_not_be_read_says_why(office: Client, court: List) -> None:
    version = received(court.code, as_csv([row(uscc())], ["企业名称"]), at=EARLIER)
    shown = page(office, "version", version.pk)
    assert "未能接收" in shown and "没有找到“" in shown


def test_rows_that_were_not_taken_are_listed_with_their_reasons(office: Client, court: List) -> None:
    version = received(court.code, [row(uscc(), 1), row("", 2, name="江澜无代码公司")], at=EARLIER)
    shown = text_of(page(office, "version", version.pk, what="lost"))
    assert "江澜无代码公司" in shown and "没有代码" in shown
