"""Letters about a measure, as a department has written them; response tasks that cases answer."""

import io
from datetime import date
from itertools import count

from feedback.models import Due, Letter
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
