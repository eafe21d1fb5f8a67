from datetime import datetime

import pytest

from collection.models import Batch, Record, RecordKey, RowProblem, Tally
from collection.services import Receipt, receive_rows
from tests.factories import rows as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(now: datetime):
    """Sends rows for one department, and says what became of them."""
    of = make.department()
    actor = make.uploader(of)
    code = make.item()

    def send(*rows, **more) -> Receipt:
        said = {"item_code": code, "department_id": of.pk, "actor": actor, "now": now, "channel": "page"}
        said |= {"call_key": make.key(), "all_or_nothing": False}
        return receive_rows(rows=rows, **said | more)

    return send


def test_good_rows_become_records(at, now) -> None:
    one, other = make.row(), make.row()
    receipt = at(one, other)
    assert (receipt.state, receipt.total, receipt.taken, receipt.returned) == ("done", 2, 2, ())
    record = Record.objects.get(document_no=one["文号"])
    assert record.content["FACTS"] == "未按规定公示" and record.batch_id == receipt.batch_id
    assert not record.late and record.recorded_at == now
    assert RecordKey.objects.get(record_id=record.pk).subject_id == record.subject_id
    tally = Tally.objects.get()
    assert (tally.reported, tally.taken, tally.late) == (2, 2, 0)
