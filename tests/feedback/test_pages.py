"""Pages of feedback: the report with its files, spreadsheets, statistics whose numbers open their rows."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from feedback.models import Attachment, Case, CaseFile, Due
from feedback.services.case_files import receive_case_file, run_case_file
from feedback.services.tallying import fold_tallies
from kernel.actor import Role
from office.models import Job
from tests.factories import accounts
from tests.factories.accounts import PLATFORM
from tests.feedback.test_intake import Town, done
from toolkit import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town(clock.now())


@pytest.fixture
def clerk(client: Client, town: Town) -> Client:
    client.force_login(accounts.user(Role.UPLOADER, department=town.department))
    return client


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


def test_a_report_with_its_proofs(clerk: Client, town: Town) -> None:
    number, _, _ = town.check()
    due = Due.objects.get(number=number, measure_code="Y-1")
    page = reverse("feedback:report", args=[due.pk])
    fields: dict[str, Any] = {"action": "已实施", "content": "未予受理", "seen_version": 0}
    bad = {
        "a.pdf": b"MZ",
        "a.docx": packed("x"),
        "m.xlsx": packed("xl/workbook.xml", "xl/vbaProject.bin"),
        "z.docx": b"PK\3\4broken",
    }
    for name, content in bad.items():
        assert clerk.post(page, fields | {"proofs": SimpleUploadedFile(name, content)}).status_code == 400, name
    files = [SimpleUploadedFile("决定.pdf", b"%PDF-1.7 x"), SimpleUploadedFile("表.bin", packed("xl/workbook.xml"))]
    assert clerk.post(page, fields | {"proofs": files}).status_code == 302
    assert list(Attachment.objects.order_by("pk").values_list("name", "kind")) == [
        ("决定.pdf", "pdf"),
        ("表.bin", "xlsx"),
    ]
    first = Attachment.objects.order_by("pk")[0]
    shown = clerk.get(page)
    assert "决定.pdf" in shown.text and shown.context["form"]["content"].value() == "未予受理"
    read = clerk.get(reverse("feedback:attachment", args=[first.pk]))
    assert read.content == b"%PDF-1.7 x" and read["Content-Disposition"].startswith("attachment")
    kept = fields | {"seen_version": 1, "drop": [first.pk]}
    assert clerk.post(page, kept).status_code == 302
    assert list(Case.objects.get(version=2).attachments.values_list("name", flat=True)) == ["表.bin"]
    assert Case.objects.get(version=1).attachments.count() == 2
    town.take(done(case=due.case_number))
    assert Case.objects.get(version=3).attachments.count() == 1  # an interface keeps what proves the case
    clerk.force_login(accounts.user(Role.UPLOADER))
    assert clerk.get(reverse("feedback:attachment", args=[first.pk])).status_code == 404


def test_from_the_receipt_with_one_key(clerk: Client, town: Town) -> None:
    number, _, _ = town.check(honoured=True)
    receipt = clerk.get(reverse("screening:receipt", args=[number])).text
    place = reverse("feedback:of_receipt", args=[number])
    assert place in receipt
    listed = clerk.get(place).text
    assert 'data-key="3"' in listed and "激励" in listed
    Due.objects.exclude(measure_code="Y-2").delete()
    only = Due.objects.get()
    assert clerk.get(place)["Location"] == reverse("feedback:report", args=[only.pk])


def worked(file_id: int) -> CaseFile:
    [job] = Job.objects.filter(about=f"feedback.casefile:{file_id}")
    run_case_file(job_id=job.pk, clock=clock.now)
    return CaseFile.objects.get(pk=file_id)


def test_a_spreadsheet_goes_round(clerk: Client, town: Town) -> None:
    _, _, uscc = town.check()
    book = load_workbook(io.BytesIO(clerk.get(reverse("feedback:sheet_form")).content))
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    assert [row[headings.index("措施编码")].value for row in sheet.iter_rows(min_row=2)] == ["Y-1", "Y-2"]
    assert sheet.cell(2, headings.index("统一社会信用代码") + 1).value == uscc
    for row in (2, 3):
        sheet.cell(row, headings.index("实施情况") + 1).value = "已实施" if row == 2 else "未实施"
        sheet.cell(row, headings.index("实施内容") + 1).value = "=1+1" if row == 2 else ""
    sheet.cell(2, headings.index("实施内容") + 1).value = "未予受理"
    out = io.BytesIO()
    book.save(out)
    sent = SimpleUploadedFile("反馈.xlsx", out.getvalue())
    answer = clerk.post(reverse("feedback:sheets"), {"file": sent})
    file = worked(CaseFile.objects.get().pk)
    assert (file.rows, file.taken, file.refused, file.failure) == (2, 1, 1, "")
    assert answer["Location"] == reverse("feedback:sheet", args=[file.pk])
    assert "退回 1" in clerk.get(answer["Location"]).text
    result = clerk.get(reverse("feedback:sheet_result", args=[file.pk])).content
    back = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(result)).active.iter_rows()]
    assert [row[0] for row in back] == ["处理结果", "已录入", "退回"] and "理由" in back[2][1]
    assert back[1][3:5][0] == Due.objects.get(measure_code="Y-1").case_number
    sent.seek(0)
    assert clerk.post(reverse("feedback:sheets"), {"file": sent})["Location"].endswith("?known=1")
    again = load_workbook(io.BytesIO(result))
    again.active.cell(3, back[0].index("理由") + 1).value = "该企业在核查前已注销登记"
    mended = io.BytesIO()
    again.save(mended)
    made = receive_case_file(
        name="结果.xlsx", stream=io.BytesIO(mended.getvalue()), actor=town.clerk, now=clock.now()
    )
    file = worked(made.file_id)
    assert (file.taken, file.same, file.refused) == (1, 1, 0)


def test_a_file_that_is_none(clerk: Client, town: Town) -> None:
    book = Workbook()
    book.active.append(["甲", "乙"])
    book.active.append(["1", "2"])
    out = io.BytesIO()
    book.save(out)
    for name, content in {"a.xlsx": b"", "b.xlsx": b"nothing of the kind\0", "c.xlsx": out.getvalue()}.items():
        answer = clerk.post(reverse("feedback:sheets"), {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 400 and "。" in answer.text, name
    assert clerk.post(reverse("feedback:sheets")).status_code == 422
    assert not CaseFile.objects.exists()


def test_numbers_open_their_rows(clerk: Client, town: Town) -> None:
    number, entry, _ = town.check(honoured=True)
    town.check()
    town.take(
        done(receipt=number, measure="Y-1"),
        done(
            receipt=number, measure="Y-2", action="未实施", reason="该企业已经注销，无从实施", content="", amount=""
        ),
        done(receipt=number, measure="Z-1", amount="7.50"),
        done(trigger=f"entry:{entry}", own_number="N-1"),
    )
    Due.objects.filter(reported_at=None).update(due_on=clock.today() - timedelta(days=1))
    for fold in (False, True):
        if fold:
            fold_tallies(actor=PLATFORM, now=clock.now())
        for by in ("department", "list", "measure", "area", "month"):
            shown = clerk.get(reverse("feedback:effects"), {"by": by})
            assert shown.status_code == 200 and 'id="chart-data"' in shown.text
            assert shown.context["total"].total == 4 and str(shown.context["total"].amount) == "240007.50"
            for line in shown.context["lines"]:
                for _, cases, query in line["cells"]:
                    rows = clerk.get(f"{reverse('feedback:effect_rows')}?{query}").context["rows"]
                    assert len(rows) == cases, (by, query)
    [mine] = clerk.get(reverse("feedback:effects")).context["lines"]
    assert (mine["line"].owed, mine["line"].open, mine["line"].overdue) == (4, 2, 2)
    owed = clerk.get(f"{reverse('feedback:effect_rows')}?{mine['owed']}")
    assert len(owed.context["rows"]) == 4 and owed.text.count("待反馈</span>") == 2
    assert clerk.get(f"{reverse('feedback:export_effect_rows')}?{mine['owed']}").status_code == 200
    rewards = clerk.get(reverse("feedback:effects"), {"by": "measure", "reward": "1"}).context["lines"]
    assert [(one["line"].label != "", one["line"].total) for one in rewards] == [(True, 1)]
    for name in ("feedback:export_effects", "feedback:export_effect_rows"):
        book = load_workbook(io.BytesIO(clerk.get(reverse(name)).content))
        assert book.worksheets[0].max_row >= 3
    clerk.force_login(accounts.user(Role.UPLOADER))
    assert clerk.get(reverse("feedback:effects")).context["lines"] == []
    assert clerk.get(reverse("feedback:effect_rows")).context["rows"] == []


@pytest.mark.parametrize(
    "query", ["since=x", "list=-1", "measure=%00", "after=zzz", "department=9999999999", "by=nothing"]
)
def test_a_strange_address_is_a_page_all_the_same(clerk: Client, query: str) -> None:
    for name in ("feedback:effects", "feedback:effect_rows"):
        assert clerk.get(f"{reverse(name)}?{query}").status_code == 200
