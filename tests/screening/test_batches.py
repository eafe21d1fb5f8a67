"""A spreadsheet of applicants as a job: every row answered once, in the same workbook, whatever happens between."""

from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from collection.rules.sheet_guard import FileRefused
from kernel.actor import Actor, Role
from office.models import Job
from office.services import ask_cancel
from screening.models import CheckBatch, CheckBatchRow, Receipt
from screening.services import batches as services
from screening.services.batch import NoColumnToCheck
from screening.services.batches import receive_batch, run_batch, take_result
from screening.services.checking import MayNotCheck, NotYourMatter
from tests.conftest import NOW
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make

pytestmark = pytest.mark.django_db


class Hall:
    """A matter that names persons, a firm that is listed, and who takes applications in."""

    def __init__(self) -> None:
        self.unit = accounts.department()
        self.black = redblack.list_type()
        self.matter = make.matter(consults=[self.black.source_id], implementing_department_id=self.unit.pk)
        measures.item(code="Y-B", matter_code=self.matter, triggers=[self.black.source_id])
        self.listed, self.clean, self.person = make.uscc(), make.uscc(), make.citizen_id()
        redblack.entry(self.black.code, make.firm(self.listed))
        self.user = accounts.user(Role.CLERK, department=self.unit)
        self.actor = accounts.actor(Role.CLERK, department=self.unit)

    def csv(self, *rows: str) -> bytes:
        return "\n".join(["单位名称,统一社会信用代码,办件号,备注", *rows, ""]).encode()

    def rows(self) -> bytes:
        return self.csv(
            f"甲公司,{self.listed},F-1,=1+1",
            f"乙公司,{self.clean},F-2,",
            "只有名字的公司,,F-3,",
            f",{self.person},F-4,有办件号",
            f",{self.person},,没有办件号",
            "丙公司,91339901MA00000000,F-6,",
        )

    def receive(self, content: bytes, *, actor: Actor | None = None, name: str = "申请人.csv") -> services.Received:
        return receive_batch(
            matter_code=self.matter, stage="before", file_name=name, stream=BytesIO(content),
            actor=actor or self.actor, now=NOW,
        )  # fmt: skip

    def run(self, batch_id: int, **fields: int) -> CheckBatch:
        batch = CheckBatch.objects.get(pk=batch_id)
        assert batch.job_id is not None
        run_batch(job_id=batch.job_id, clock=lambda: NOW, **fields)
        batch.refresh_from_db()
        return batch


@pytest.fixture
def hall() -> Hall:
    return Hall()


def workbook(hall: Hall, batch_id: int) -> list[list[str]]:
    stream, name = take_result(batch_id=batch_id, actor=hall.actor, now=NOW)
    assert name == "申请人-核查结果.xlsx"
    with stream:
        sheet = openpyxl.load_workbook(BytesIO(stream.read())).active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_every_row_is_a_check_and_the_answers_stand_beside_the_users_own_columns(hall: Hall) -> None:
    received = hall.receive(hall.rows())
    assert not received.known
    batch = hall.run(received.batch_id, chunk=2)
    assert (batch.rows, batch.checked, batch.hit, batch.clear, batch.could_not_check) == (6, 6, 1, 2, 3)
    head, *lines = workbook(hall, batch.pk)
    assert head[:5] == ["单位名称", "统一社会信用代码", "办件号", "备注", "核查结论"]
    assert lines[0][:4] == ["甲公司", hall.listed, "F-1", "=1+1"]
    receipts = {row.row_number: row.receipt for row in CheckBatchRow.objects.filter(batch=batch)}
    assert [line[-1] for line in lines[:6]] == [receipts[n] for n in range(2, 8)]
    kept = Receipt.objects.get(number=receipts[2])
    assert (kept.answer, kept.file_number, kept.actor, kept.department_id) == (
        "hit", "F-1", hall.actor.key, hall.unit.pk
    )  # fmt: skip
    assert "限制申请" in lines[0][6] and "《" in lines[0][7]
    whys = [Receipt.objects.get(number=receipts[n]).content["subjects"][0]["why"] for n in (4, 5, 6, 7)]
    assert whys == ["identify", "", "person_needs_file_number", "invalid_code"]
    assert hall.person not in str(list(Receipt.objects.values_list("content", flat=True)))

    again = hall.receive(hall.rows())
    assert again == services.Received(batch.pk, known=True)
    assert Receipt.objects.count() == 6


def test_stopped_and_taken_up_again_no_row_is_checked_twice(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = hall.receive(hall.rows()).batch_id
    batch = CheckBatch.objects.get(pk=batch_id)
    assert batch.job_id is not None
    job_id = batch.job_id
    looks = iter(range(100))

    def clock() -> object:
        if next(looks) == 4:  # within the first chunk: the next step hears of it
            ask_cancel(job_id=job_id, actor=hall.actor, now=NOW)
        return NOW

    run_batch(job_id=job_id, clock=clock, chunk=2)  # type: ignore[arg-type]
    batch.refresh_from_db()
    assert 0 < batch.checked < 6 and batch.done_at is None
    assert Job.objects.get(pk=job_id).state == Job.State.CANCELLED

    services.go_on(batch_id=batch_id, actor=hall.actor, now=NOW)
    with monkeypatch.context() as patched:  # the worker dies after the checks of a chunk, before they are noted
        patched.setattr(services, "_note", None)
        with pytest.raises(TypeError):
            run_batch(job_id=job_id, clock=lambda: NOW, chunk=2)
    Job.objects.filter(pk=job_id).update(state=Job.State.QUEUED)
    batch = hall.run(batch_id, chunk=2)
    assert (batch.checked, batch.hit, batch.clear, batch.could_not_check) == (6, 1, 2, 3)
    assert batch.done_at is not None and Receipt.objects.count() == 6


def test_a_file_that_cannot_be_checked_is_refused_with_its_reason(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content, refusal in [
        (b"", FileRefused),
        (b"%PDF-1.7 nothing", FileRefused),
        ("备注,日期\n甲,2026\n".encode(), NoColumnToCheck),
    ]:
        with pytest.raises(refusal):
            hall.receive(content)
    with pytest.raises(NotYourMatter):
        hall.receive(hall.rows(), actor=accounts.actor(Role.CLERK, department=accounts.department()))
    with pytest.raises(MayNotCheck):
        hall.receive(hall.rows(), actor=accounts.actor(Role.SYSTEM_ADMIN, department=hall.unit))
    assert not CheckBatch.objects.exists()
    empty = hall.run(hall.receive(hall.csv(), name="空.csv").batch_id)
    assert empty.job_id is not None and Job.objects.get(pk=empty.job_id).state == Job.State.FAILED
    assert "没有可核查的行" in empty.failure


def test_the_page_takes_a_workbook_and_gives_it_back(hall: Hall, client: Client, frozen: object) -> None:
    client.force_login(hall.user)
    place = reverse("screening:batches")
    assert "还没有批量核查过" in client.get(place).content.decode()
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["统一社会信用代码", "企业名称"])
        sheet.write_row(1, 0, [hall.listed, "甲公司"])
    said = {"matter": hall.matter, "stage": "before"}
    wrong = client.post(place, said | {"file": SimpleUploadedFile("x.xlsx", b"PK nothing")})
    assert wrong.status_code == 400 and "未予办理" in wrong.content.decode()
    sent = client.post(place, said | {"file": SimpleUploadedFile("名册.xlsx", made.getvalue())})
    batch = CheckBatch.objects.get()
    page = reverse("screening:batch", args=[batch.pk])
    assert sent.headers["Location"] == page
    assert "hx-trigger" in client.get(page).content.decode()
    assert client.get(reverse("screening:batch_result", args=[batch.pk])).status_code == 409
    hall.run(batch.pk)
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "核查完成" in part and "hx-trigger" not in part and "<html" not in part
    result = client.get(reverse("screening:batch_result", args=[batch.pk]))
    assert b"".join(result)[:2] == b"PK"
    again = client.post(place, said | {"file": SimpleUploadedFile("名册.xlsx", made.getvalue())})
    assert again.headers["Location"] == f"{page}?known=1"
    assert "没有重复核查" in client.get(again.headers["Location"]).content.decode()
    client.force_login(accounts.user(Role.CLERK, department=accounts.department()))
    assert client.get(page).status_code == 404
