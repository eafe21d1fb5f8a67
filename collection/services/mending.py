"""Returned rows: mended in the grid or in the returned workbook, or given up with a reason."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from audit.services import record
from collection import events
from collection.models import Batch, RowProblem
from collection.rules.states import Channel, ProblemState
from collection.selectors.batches import get_batch
from collection.services.calls import NoRows, Receipt, TooManyRows, at_once
from collection.services.receiving import demand_provider, demand_reporter, demand_to_mend, new_batch
from collection.services.work import CHUNK
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from kernel.identifiers import holds_citizen_id

TOLD = 20  # rows that one message names


class AlreadyMended(RuleBroken):
    code = "collection.already_mended"
    message = "所选的行已由他人处理，请刷新页面查看。"


class NoteMissing(Malformed):
    code = "collection.drop_note_missing"
    message = "请写明不再报送的原因，且不得写入公民身份号码。"


@transaction.atomic
def mend_rows(
    *,
    batch_id: int,
    rows: Mapping[int, Mapping[str, str]],
    confirmed: Collection[int],
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Check these rows again, `rows`: row number -> cells by the batch's own headings. A new batch that mends it.

    What is good now is taken, and its returned row closed; what is not stays open there, with the new cells and
    problems. Of two people who mend one row the second is told and nothing is done. Raises BatchNotFound,
    MayNotReport, NotAProvider, NothingPublished, NothingToMend, NoRows, TooManyRows, AlreadyMended.
    """
    batch = get_batch(actor, batch_id)
    item = demand_provider(item_code=batch.item.code, department_id=batch.department_id, actor=actor)
    if not rows:
        raise NoRows
    if len(rows) > CHUNK:
        raise TooManyRows
    locked = _lock_open(batch_id, rows)
    if gone := sorted(rows.keys() - locked):
        raise AlreadyMended(_who(batch_id, gone))
    batch.refresh_from_db()
    demand_to_mend(batch)
    mending = new_batch(
        item=item, department_id=batch.department_id, channel=Channel.PAGE, all_or_nothing=False, limit_percent=100,
        mends=batch, actor=actor, now=now,
    )  # fmt: skip
    return at_once(batch=mending, rows=rows, confirmed=confirmed, actor=actor, now=now)


@transaction.atomic
def drop_rows(*, batch_id: int, row_numbers: Collection[int], note: str, actor: Actor, now: datetime) -> int:
    """Give returned rows up, with a reason. Returns how many were open until now.

    Raises BatchNotFound, MayNotReport, NoteMissing.
    """
    batch = get_batch(actor, batch_id)
    demand_reporter(department_id=batch.department_id, actor=actor)
    if len(note.strip()) < 2 or holds_citizen_id(note):
        raise NoteMissing
    rows = _lock_open(batch_id, row_numbers)
    RowProblem.objects.filter(batch_id=batch_id, row_number__in=rows).update(
        state=ProblemState.DROPPED, note=note.strip(), cells_ct="", closed_at=now, closed_by=actor.key
    )
    Batch.objects.filter(pk=batch_id).update(open_problems=F("open_problems") - len(rows))
    if rows:
        record(events.RowsDropped(batch_id, len(rows)), about=f"collection.batch:{batch_id}", actor=actor, now=now)
    return len(rows)


def _lock_open(batch_id: int, row_numbers: Collection[int]) -> set[int]:
    rows = RowProblem.objects.select_for_update().filter(batch_id=batch_id, row_number__in=list(row_numbers))
    return {row.row_number for row in rows.order_by("row_number") if row.state == ProblemState.OPEN}


def _who(batch_id: int, rows: Collection[int]) -> str:
    known = RowProblem.objects.filter(batch_id=batch_id, row_number__in=rows).select_related("mended_by")
    names = {row.mended_by.sender_name for row in known if row.mended_by and row.mended_by.sender_name}
    some = "、".join(str(row) for row in list(rows)[:TOLD]) + ("等" if len(rows) > TOLD else "")
    by = f"由{'、'.join(sorted(names))}" if names else "由他人"
    return f"第 {some} 行已{by}处理，本次没有提交任何修改。请刷新页面查看。"
