"""Letters about a measure, as a department has written them."""

import io
from itertools import count

from feedback.models import Due, Letter
from office.services import store_file
from tests.conftest import NOW
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
