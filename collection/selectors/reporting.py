"""What an uploader's pages show beside the batches themselves: the mends of a batch, the record of a typed form."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from collection import policies
from collection.models import Batch, Record, RowProblem
from collection.rules.states import UNDER_WAY, BatchState, ProblemState
from collection.selectors.batches import visible_to
from kernel.actor import Actor, Kind
from toolkit.keyset import CAP

RECENT = 500
UNSETTLED = UNDER_WAY | {BatchState.FAILED}
LATEST = 100  # batches among which those under way are looked for: what is older and not over, the sweep brings on


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch's returned rows until now."""

    open: int
    mended: int
    dropped: int
    note: str = ""  # why the platform itself gave rows up


def reported_lately(actor: Actor, *, department_id: int, since: datetime) -> set[int]:
    """The items that the department's latest batches are of: ids. Looks at no more than RECENT batches."""
    rows = visible_to(actor).filter(department_id=department_id, created_at__gte=since)
    return set(rows.order_by("-created_at", "-id").values_list("item_id", flat=True)[:RECENT])


def mends_of(actor: Actor, batch_id: int) -> list[Batch]:
    """The batches that mended this one, the newest first; at most CAP of them."""
    return list(visible_to(actor).filter(mends_id=batch_id).order_by("-created_at", "-id")[:CAP])


def outcome_of(batch: Batch) -> Outcome:
    """Only what is over is counted, by an index of its own: a whole file of rows may still be open."""
    rows = RowProblem.objects.filter(batch=batch).order_by()
    mended = rows.filter(state=ProblemState.MENDED).count()
    given_up = rows.filter(state=ProblemState.DROPPED)
    dropped = given_up.count()
    note = given_up.filter(closed_by__startswith=f"{Kind.SYSTEM}:").values_list("note", flat=True).first() or ""
    return Outcome(open=batch.returned - mended - dropped, mended=mended, dropped=dropped, note=note)


def rows_mended_by(actor: Actor, *, batch_id: int, mend_id: int) -> list[int]:
    """The numbers of the rows of a batch that another one mended."""
    rows = RowProblem.objects.filter(batch__in=visible_to(actor).filter(pk=batch_id), mended_by=mend_id)
    return list(rows.order_by("row_number").values_list("row_number", flat=True)[:CAP])


def open_rows(actor: Actor, *, batch_id: int, numbers: Collection[int]) -> list[RowProblem]:
    """Those of these rows that are still to be mended, by number."""
    rows = RowProblem.objects.filter(batch__in=visible_to(actor).filter(pk=batch_id), row_number__in=numbers)
    return list(rows.filter(state=ProblemState.OPEN).order_by("row_number"))


def record_of(actor: Actor, batch: Batch) -> Record | None:
    """The one record that a typed form became, from the month of its batch on; None when it changed nothing."""
    if not visible_to(actor).filter(pk=batch.pk).exists():
        return None
    return Record.objects.filter(batch_id=batch.pk).order_by("row_number").first()


def waiting_batches(actor: Actor, *, limit: int) -> list[Batch]:
    """The batches of the actor's own department that wait for somebody who reports: rows to mend, stopped by a
    failure, under way; the oldest first. Nothing for who does not report.
    """
    if not policies.may_report_at_all(actor) or actor.department_id is None:
        return []
    rows = visible_to(actor).filter(department_id=actor.department_id).select_related("item_version")
    to_mend = rows.filter(open_problems__gt=0).order_by("created_at", "id")[:limit]
    latest = rows.order_by("-created_at", "-id")[:LATEST]
    found = {batch.pk: batch for batch in [*to_mend, *(one for one in latest if one.state in UNSETTLED)]}
    return sorted(found.values(), key=lambda batch: (batch.created_at, batch.pk))[:limit]
