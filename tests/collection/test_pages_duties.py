"""The pages of tasks, quality, returned rows, promises and records."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from catalog.selectors import current_version
from collection.models import Batch, CollectionTask, Promise, Record, RecordChange, RowProblem, Tally
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts, collection, screening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TODAY = date(2026, 11, 20)


@pytest.fixture
def home() -> Department:
    return accounts.department()


def sign_in(client: Client, home: Department, *roles: Role) -> None:
    client.force_login(accounts.user(*roles, department=home))


def task(home: Department, **fields: object) -> CollectionTask:
    version = current_version(collection.item())
    assert version is not None
    said = {"period_from": date(2026, 10, 1), "period_until": date(2026, 10, 31), "due_on": date(2026, 11, 6)}
    return CollectionTask.objects.create(item_id=version.item_id, department=home, created_at=NOW, **said | fields)


def record(home: Department, **fields: object) -> Record:
    firm = screening.firm(screening.uscc())
    made = collection.record(subject_id=firm, raised=[])
    Record.objects.filter(pk=made).update(provider=home, **fields)
    return Record.objects.get(pk=made)


def test_tasks_are_listed_narrowed_and_closed(client: Client, home: Department) -> None:
    one = task(home)
    sign_in(client, home, Role.UPLOADER)
    page = client.get(reverse("collection:tasks")).content.decode()
    assert "2026年10月" in page and "逾期" in page and "待报送 1 项，其中逾期 1 项" in page
    assert client.get(reverse("collection:tasks"), {"state": "done"}).context["rows"] == []
    place = reverse("collection:close_task", args=[one.pk])
    refused = client.post(place, {"outcome": "done"})
    assert refused.status_code == 409 and "没有报送入库的批次" in refused.content.decode()
    assert client.post(place, {"outcome": "nothing"}).status_code == 302
    page = client.get(reverse("collection:tasks"), {"state": "all"}).content.decode()
    assert "本期无数据" in page


def test_a_reviewer_sees_tasks_and_closes_none(client: Client, home: Department) -> None:
    one = task(home)
    sign_in(client, home, Role.REVIEWER)
    page = client.get(reverse("collection:tasks")).content.decode()
    assert "2026年10月" in page and "已报送完毕</button>" not in page
    assert client.post(reverse("collection:close_task", args=[one.pk]), {"outcome": "nothing"}).status_code == 403


def test_every_number_of_the_quality_table_leads_to_its_rows(client: Client, home: Department) -> None:
    row = record(home, late=True)
    Tally.objects.create(item=row.item, department=home, month=date(2026, 3, 1), reported=3, taken=1, late=1)
    sign_in(client, home, Role.UPLOADER)
    response = client.get(reverse("collection:quality"), {"since": "2026-03", "until": "2026-03", "split": "all"})
    page = response.content.decode()
    assert "33.33%" in page and "0.00%" in page
    links = response.context["rows"][0]["links"]
    assert row.document_no in client.get(links["taken"]).content.decode()
    assert row.document_no in client.get(links["late"]).content.decode()
    batch = Batch.objects.create(
        item_version=row.item_version, item=row.item, department=home, channel="file", state="done",
        sender="user:u", created_at=row.recorded_at, finished_at=NOW, total=1, returned=1, open_problems=1,
    )  # fmt: skip
    RowProblem.objects.create(batch=batch, row_number=7, cells_ct="x", problems=[{"message": "为空。请填写。"}])
    page = client.get(links["returned"]).content.decode()
    assert "为空。请填写。" in page and f">{batch.pk}</a>" in page


def test_nothing_reported_is_not_full_marks(client: Client, home: Department) -> None:
    sign_in(client, home, Role.UPLOADER)
    page = client.get(reverse("collection:quality")).content.decode()
    assert "这段时间没有报送。" in page and "100" not in page.split("<tbody")[1].split("</tbody>")[0]
    assert "月份的写法应为" in client.get(reverse("collection:quality"), {"since": "十月"}).content.decode()


def test_a_promise_is_followed_up_on_the_page(client: Client, home: Department) -> None:
    firm = screening.firm(screening.uscc())
    one = Promise.objects.create(record_id=1, subject_id=firm, department=home, promised_on=date(2026, 11, 1))
    sign_in(client, home, Role.UPLOADER)
    page = client.get(reverse("collection:promises"), {"overdue": "1"}).content.decode()
    assert "到期未履行" in page
    place = reverse("collection:close_promise", args=[one.pk])
    assert client.post(place, {"kept": "no", "note": ""}).status_code == 422
    assert client.post(place, {"kept": "no", "note": "江审核〔2026〕3号"}).status_code == 302
    page = client.get(reverse("collection:promises"), {"state": "all"}).content.decode()
    assert "未履行（违诺）" in page and "江审核〔2026〕3号" in page


def test_a_record_shows_the_labels_of_its_own_version(client: Client, home: Department) -> None:
    """Acceptance 4: a record of version 1 still shows version 1's labels after version 2."""
    fields = [{"code": "SY", "name": "违法事实", "required": False}]
    code = collection.item(code="labelled", fields=fields)
    firm = screening.firm(screening.uscc())
    made = collection.record(subject_id=firm, raised=[], item_code=code, content={"SY": "超标排放"})
    Record.objects.filter(pk=made).update(provider=home)
    collection.item(code="labelled", fields=[{"code": "SY", "name": "主要事实", "required": False}])
    sign_in(client, home, Role.UPLOADER)
    page = client.get(reverse("collection:record", args=[made])).content.decode()
    assert "<dt>违法事实</dt>" in page and "主要事实" not in page and "仍按入库时的版本保存" in page


def test_the_ledger_tells_a_records_life(client: Client, home: Department) -> None:
    row = record(home)
    sign_in(client, home, Role.REVIEWER)
    place = reverse("collection:record", args=[row.pk])
    page = client.get(place).content.decode()
    assert "平台载入" in page and "撤回</button>" in page
    for url in ("collection:withdraw", "collection:archive"):
        assert client.post(reverse(url, args=[row.pk]), {"reason": ""}).status_code == 422
    refused = client.post(reverse("collection:archive", args=[row.pk]), {"reason": "公示期满"})
    assert refused.status_code == 409 and "不能归档" in refused.content.decode()
    said = {"reason": "原决定被撤销", "document_no": "江府复决〔2026〕3号"}
    assert client.post(reverse("collection:withdraw", args=[row.pk]), said).status_code == 302
    page = client.get(place).content.decode()
    assert "已撤回" in page and "原决定被撤销" in page and "江府复决〔2026〕3号" in page
    assert "撤回</button>" not in page
    assert RecordChange.objects.filter(record_id=row.pk).count() == 1


def test_a_persons_name_is_masked_and_a_sealed_field_never_shown(client: Client, home: Department) -> None:
    fields = [
        {"code": "WHO", "name": "当事人", "required": False, "masking": "name", "sharing": "政务共享"},
        {
            "code": "ID",
            "name": "证件号码",
            "type": "id_number",
            "required": False,
            "masking": "sealed",
            "sharing": "不予共享",
        },
    ]
    made = collection.record(
        subject_id=screening.person(), raised=[], item_code=collection.item(fields=fields), content={"WHO": "赵六一"}
    )
    Record.objects.filter(pk=made).update(provider=home, sealed={"ID": "v1.x"})
    sign_in(client, home, Role.UPLOADER)
    page = client.get(reverse("collection:record", args=[made])).content.decode()
    assert "v1.x" not in page and "******" in page and "赵六一" not in page and "赵" in page


def test_another_departments_record_is_not_there(client: Client, home: Department) -> None:
    row = record(accounts.department())
    sign_in(client, home, Role.REVIEWER)
    assert client.get(reverse("collection:record", args=[row.pk])).status_code == 404
    assert client.post(reverse("collection:withdraw", args=[row.pk]), {"reason": "撤销"}).status_code == 404
    assert row.document_no not in client.get(reverse("collection:records"), {"state": "all"}).content.decode()


@pytest.mark.parametrize(
    "query", ["after=x", "since=2026-13", "batch=0", "item=没有", "provider=x", "q=%00", "state=?"]
)
def test_nonsense_in_the_address_does_no_harm(client: Client, home: Department, query: str) -> None:
    record(home)
    sign_in(client, home, Role.CREDIT_OFFICE)
    assert client.get(f"{reverse('collection:records')}?{query}").status_code == 200
    for name in ("collection:tasks", "collection:quality", "collection:returned_rows", "collection:promises"):
        assert client.get(f"{reverse(name)}?{query}").status_code == 200
