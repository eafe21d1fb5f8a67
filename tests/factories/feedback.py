"""Letters about a measure, as a department has written them; response tasks that cases answer."""

import io
from dataclasses import dataclass
from datetime import date
from itertools import count

from feedback.models import (
    Attachment,
    Case,
    CaseFile,
    Due,
    Letter,
    Supervision,
    TypicalCase,
    UpReport,
)
from measures.models import MeasureItem
from office.services import store_file
from screening.models import ResponseTask
from tests.conftest import NOW
from tests.factories import measures, redblack
from tests.factories.accounts import PLATFORM

_numbers = count(1)


def letter(due: Due) -> int:
    """A letter that follows a report. Its id."""
    file = store_file(
        stream=io.BytesIO(b"%PDF-1.7"), name="告知书.pdf", keep_until=None, limit=100, actor=PLATFORM, now=NOW
    )
    return Letter.objects.create(
        due=due,
        department_id=due.department_id,
        subject_id=due.subject_id,
        measure_code=due.measure_code,
        measure_text=due.measure_text,
        document_no=f"某告〔2026〕{next(_numbers)}号",
        articles=["《某法》第一条"],
        reason="列入名单",
        remedies="可以申请行政复议",
        lifting="移出之日停止",
        file_id=file.id,
        written_on=NOW.date(),
        written_by="user:x",
        written_at=NOW,
    ).pk


def response_task(*, trigger: str = "entry:1", subject_id: int = 1, source_id: int = 1, **fields: object) -> int:
    """A response task for a measure of its own department. Its id."""
    code = f"R-{next(_numbers)}"
    measures.item(code=code, triggers=[redblack.list_type().source_id], **fields)
    item = MeasureItem.objects.get(code=code)
    return ResponseTask.objects.create(
        item=item,
        item_code=code,
        department_id=item.department_id,
        source_id=source_id,
        trigger=trigger,
        subject_id=subject_id,
        state="waiting",
        raised_at=NOW,
        due_on=date(2026, 12, 4),
    ).pk


@dataclass(frozen=True, slots=True)
class Told:
    """One of everything that came of a report: ids."""

    attachment: int
    sheet: int
    supervision: int
    typical: int
    up_report: int


def told(due: Due) -> Told:
    """A report on a due with a proof, and what else its department and the credit office made of such reports."""
    file = store_file(stream=io.BytesIO(b"x"), name="x", keep_until=None, limit=9, actor=PLATFORM, now=NOW).id
    Due.objects.filter(pk=due.pk).update(version=1, action="已实施", reported_at=NOW, reported_on=NOW.date())
    case = Case.objects.create(due=due, version=1, action="已实施", reported_by="user:x", reported_at=NOW)
    proof = Attachment.objects.create(case=case, file_id=file, name="x", kind="pdf", added_by="x", added_at=NOW)
    home = due.department_id
    sheet = CaseFile.objects.create(
        department_id=home, file_id=file, result_file_id=file, sha256="0" * 64, name="x", sent_by="x", sent_at=NOW
    )
    month = NOW.date().replace(day=1)
    held = Supervision.objects.create(
        department_id=home, fault="overdue", month=month, figure=1, state="opened", opened_by="x", opened_at=NOW
    )
    retold = TypicalCase.objects.create(
        due=due, department_id=home, title="x", text="x", subject_shown="某公司", reward=False, state="published",
        drafted_by="a", drafted_at=NOW, reviewed_by="b", published_on=month,
    )  # fmt: skip
    up = UpReport.objects.create(
        month=month, number=1, cases=1, sha256="0" * 64, xlsx_id=file, xml_id=file, made_by="x", made_at=NOW
    )
    return Told(proof.pk, sheet.pk, held.pk, retold.pk, up.pk)
