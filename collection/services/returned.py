"""The workbook that goes back to whoever sent the rows: their own cells, with the reasons beside them."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from catalog.selectors import definition_of
from collection import events
from collection.models import Batch, RowProblem
from collection.rules import headings
from collection.rules.returned import ReturnedRow, returned_workbook
from collection.rules.stamp import Stamp
from collection.rules.states import BatchState, ProblemState
from collection.selectors.batches import cells_of, get_batch
from collection.services.receiving import demand_reporter
from kernel.actor import Actor
from kernel.errors import RuleBroken


class NothingReturned(RuleBroken):
    code = "collection.nothing_returned"
    message = "该批次没有待修正的行。"


@transaction.atomic
def returned_file(*, batch_id: int, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """(file name, xlsx) of the rows of a batch that are still to be mended. Recorded: it shows personal data.

    Its stamp names the batch, so that it is known when it comes back; of a batch that was refused as a whole nothing
    can be mended alone, and the file says only what was wrong. Raises BatchNotFound, MayNotReport, NothingReturned.
    """
    batch = get_batch(actor, batch_id)
    demand_reporter(department_id=batch.department_id, actor=actor)
    rows = list(RowProblem.objects.filter(batch_id=batch_id, state=ProblemState.OPEN).order_by("row_number"))
    if not rows:
        raise NothingReturned
    definition = definition_of(batch.item_version_id)
    returned = [_row(row) for row in rows]
    names = list(dict.fromkeys(name for one in returned for name in one.cells))
    by_code = {code: heading for heading, code in headings.match(names, definition).fields.items()}
    told = [
        ReturnedRow(
            one.row,
            one.cells,
            tuple((by_code.get(p["field"], ""), p["message"], p["severity"]) for p in row.problems),
        )
        for one, row in zip(returned, rows, strict=True)
    ]
    stamp = Stamp(definition.item_code, definition.version, batch_id if batch.state == BatchState.DONE else None)
    book = returned_workbook(headings=names, rows=told, stamp=stamp, definition=definition)
    record(events.ReturnedFetched(batch_id, len(rows)), about=f"collection.batch:{batch_id}", actor=actor, now=now)
    return f"退回修正表-{_stem(batch)}-批次{batch_id}.xlsx", book


def _row(row: RowProblem) -> ReturnedRow:
    return ReturnedRow(row.row_number, cells_of(row), ())


def _stem(batch: Batch) -> str:
    return batch.file_name.rpartition(".")[0] or batch.item.name
