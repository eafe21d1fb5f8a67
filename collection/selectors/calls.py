"""Batches as the system that sent them reads them again."""

from collection.models import Batch, RowProblem
from collection.selectors.batches import BatchNotFound
from kernel.actor import Actor

MOST_ROWS = 5000


def own_batch(actor: Actor, batch_id: int) -> Batch:
    """A batch that this very sender handed in, with its item and version. Raises BatchNotFound."""
    found = Batch.objects.select_related("item", "item_version").filter(pk=batch_id, sender=actor.key).first()
    if found is None:
        raise BatchNotFound
    return found


def batch_of_call(actor: Actor, call_key: str) -> Batch | None:
    """The batch that this sender's call with that key became, if it has come before."""
    return (
        Batch.objects.select_related("item").filter(call_key=f"{actor.key}:{call_key}").first() if call_key else None
    )


def returned_rows(batch: Batch) -> list[RowProblem]:
    """Every row that was returned, in order; a call has no more than MOST_ROWS."""
    return list(RowProblem.objects.filter(batch=batch).order_by("row_number")[:MOST_ROWS])
