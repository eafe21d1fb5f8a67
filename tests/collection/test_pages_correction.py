"""更正: the record stays the same record, what it said is kept, what it raised follows."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from audit.models import Event
from collection.models import Batch, Record, RecordChange, Source, Trigger
from collection.services import changes, receive_rows
from collection.services.taking import CorrectionMovesRecord
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts, collection, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def home() -> Department:
    return rows.department()


@pytest.fixture
def source() -> str:
    return Source.objects.get(pk=collection.source()).code


@pytest.fixture
def taken(home: Department, source: str) -> Record:
    raises = [{"source": source, "field": "FACTS", "words": ["严重超标"], "begins": "DAY", "ends": "UNTIL"}]
    item, good = rows.item(raises=raises), rows.row(有效期止="2027-11-15", 事实="严重超标")
    receipt = receive_rows(
        item_code=item, rows=[good], channel="page", department_id=home.pk,
        call_key=rows.key(), all_or_nothing=True, actor=rows.uploader(home), now=NOW,
    )  # fmt: skip
    return Record.objects.get(batch_id=receipt.batch_id)


def page_of(row: Record) -> str:
    return reverse("collection:correct", args=[row.pk])


def said(client: Client, row: Record, **changed: str) -> dict[str, Any]:
    """What the filled form sends."""
    form = client.get(page_of(row)).context["form"]
    return (
        {name: box.said for name, box in form.boxes.items()}
        | {"reason": "笔误", "document_no": "江更〔2026〕1号"}
        | changed
    )


def test_a_correction_keeps_the_record_and_what_it_said(client: Client, home: Department, taken: Record) -> None:
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    assert Trigger.objects.filter(record_id=taken.pk, rev_to=None).count() == 1
    response = client.post(page_of(taken), said(client, taken, FACTS="轻微超标"))
    assert response.status_code == 302, response.content.decode()
    row = Record.objects.get(pk=taken.pk)
    assert (row.content["FACTS"], row.version, row.document_no) == ("轻微超标", 2, taken.document_no)
    change = RecordChange.objects.get(record_id=taken.pk)
    assert (change.kind, change.reason, change.document_no) == ("corrected", "笔误", "江更〔2026〕1号")
    assert change.before["content"]["FACTS"] == "严重超标"
    assert not Trigger.objects.filter(record_id=taken.pk, rev_to=None).exists()  # its ground is no longer said
    assert Event.objects.filter(name="collection.rows.taken").count() == 2
    ledger = client.get(reverse("collection:record", args=[taken.pk])).content.decode()
    assert "更正" in ledger and "严重超标" in ledger and "轻微超标" in ledger


def test_what_is_wrong_is_said_beside_its_box_and_nothing_is_left(
    client: Client, home: Department, taken: Record
) -> None:
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    batches = Batch.objects.count()
    response = client.post(page_of(taken), said(client, taken, DAY="2026-02-30"))
    assert response.status_code == 422 and "没有更正" in response.content.decode()
    assert client.post(page_of(taken), said(client, taken, reason="")).status_code == 422
    assert Batch.objects.count() == batches and not RecordChange.objects.exists()


def test_a_correction_does_not_move_the_record(client: Client, home: Department, taken: Record) -> None:
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    response = client.post(page_of(taken), said(client, taken, NO="另一文号〔2026〕9号"))
    assert response.status_code == 409 and "更正不能改变主体、文号和机关" in response.content.decode()
    assert Record.objects.filter(provider=home).count() == 1
    with pytest.raises(CorrectionMovesRecord):
        changes.correct_record(
            record_id=taken.pk, cells=rows.row(), reason="笔误", document_no="", confirmed=False,
            call_key=rows.key(), actor=rows.uploader(home), now=NOW,
        )  # fmt: skip


def test_only_its_provider_corrects_and_only_what_is_current(client: Client, home: Department, taken: Record) -> None:
    client.force_login(accounts.user(Role.REVIEWER, department=home))
    assert client.get(page_of(taken)).status_code == 403
    client.force_login(accounts.user(Role.UPLOADER, department=rows.department()))
    assert client.get(page_of(taken)).status_code == 404
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    sent = said(client, taken, FACTS="轻微超标")
    Record.objects.filter(pk=taken.pk).update(state="withdrawn")
    assert client.post(page_of(taken), sent).status_code == 409
    Record.objects.filter(pk=taken.pk).update(state="current", batch_id=None)
    refused = client.post(page_of(taken), sent)
    assert refused.status_code == 409 and "不是由部门报送入库的" in refused.content.decode()


def test_what_is_sealed_is_not_shown_for_correction(client: Client, home: Department) -> None:
    item = rows.item()
    cells = rows.row(
        统一社会信用代码="", 名称="赵六一", 证件类型="身份证", 证件号码="11010519491231002X", 内部备注="密"
    )
    receipt = receive_rows(
        item_code=item, rows=[cells], channel="page", department_id=home.pk, call_key=rows.key(),
        all_or_nothing=False, actor=rows.uploader(home), now=NOW,
    )  # fmt: skip
    row = Record.objects.get(batch_id=receipt.batch_id)
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    page = client.get(page_of(row)).content.decode()
    assert (
        "赵" not in page
        and "11010519491231002X" not in page
        and "密" not in page.split('<form class="entry"')[1].split("加密保存")[0]
    )
