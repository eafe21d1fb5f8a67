"""Returned rows that nobody has mended: what they said is kept as long as the file they came in, and no longer."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest

from audit.services import record
from collection import events
from collection.models import Batch, RowProblem
from collection.rules.states import UNDER_WAY, ProblemState
from kernel.actor import Actor
from toolkit.clock import start_of

BITE = 10_000  # rows of one transaction
EXPIRED = "逾期未修正，退回内容已按保存期限清除。如仍需报送，请从原表重新报送。"


@transaction.atomic
def expire_rows(*, today: date, actor: Actor, now: datetime) -> int:
    """Blank the open rows of the oldest batch whose time is over, and close them; how many, 0 when nothing is left.

    COLLECTION_FILE_DAYS after the batch came, or after it was last mended. The cells are gone for good; row number,
    reasons and the note stay. 《中华人民共和国个人信息保护法》 第四十七条.
    """
    cutoff = start_of(today - timedelta(days=settings.COLLECTION_FILE_DAYS))
    batch_id = _oldest(cutoff)
    if batch_id is None:
        return 0
    rows = RowProblem.objects.filter(batch_id=batch_id, state=ProblemState.OPEN).order_by("row_number")
    ids = [row.pk for row in rows.select_for_update().only("pk")[:BITE]]
    RowProblem.objects.filter(pk__in=ids).update(
        state=ProblemState.DROPPED, note=EXPIRED, cells_ct="", closed_at=now, closed_by=actor.key
    )
    left = Greatest(F("open_problems") - len(ids), 0)  # a refused batch counts none
    Batch.objects.filter(pk=batch_id).update(open_problems=left)
    record(events.RowsExpired(batch_id, len(ids)), about=f"collection.batch:{batch_id}", actor=actor, now=now)
    return len(ids)


def _oldest(cutoff: datetime) -> int | None:
    """The first batch whose open rows are over. Numbers grow with time: younger batches are not even looked at."""
    before = Batch.objects.filter(created_at__lt=cutoff).order_by("-created_at", "-id")
    last = before.values_list("pk", flat=True).first()
    if last is None:
        return None
    lately = Batch.objects.filter(mends=OuterRef("batch_id"), created_at__gte=cutoff)
    rows = RowProblem.objects.filter(~Exists(lately), state=ProblemState.OPEN, batch_id__lte=last)
    rows = rows.filter(batch__created_at__lt=cutoff).exclude(batch__state__in=UNDER_WAY)
    return rows.order_by("batch_id", "row_number").values_list("batch_id", flat=True).first()
