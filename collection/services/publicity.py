"""The end of publicity by itself (期满停止公示), and taking an end back whose ground was deceit or has failed."""

from datetime import date, datetime

from django.db import transaction

from audit.services import record
from collection.events import PublicityOver, RecordRestored
from collection.models import Record, RecordKey, Trigger
from collection.rules.publicity import NOT_SHOWN, OVER, SHOWN
from collection.rules.states import RecordState
from collection.services.records import PublicityUnknown, RecordUnknown
from collection.services.sources import advance
from kernel.actor import Actor
from kernel.errors import RuleBroken

BITE = 5_000


class NothingToRestore(RuleBroken):
    code = "collection.nothing_to_restore"
    message = "该记录没有结束过，或已被撤回、归档，不能恢复。"


@transaction.atomic
def restore_record(
    *, record_id: int, publicity_state: str, today: date, reason: str, actor: Actor, now: datetime
) -> int:
    """Undo end_record: what the record raised stands again as far as its term goes. How many triggers.

    `publicity_state`: 公示中 or 不予公示, as it was before; past its last day it is 期满停止公示. Raises
    PublicityUnknown, RecordUnknown, NothingToRestore.
    """
    if publicity_state not in (SHOWN, NOT_SHOWN, OVER):
        raise PublicityUnknown
    key = RecordKey.objects.select_for_update().filter(record_id=record_id).first()
    if key is None:
        raise RecordUnknown
    of_it = Record.objects.filter(id=record_id, recorded_at=key.recorded_at)
    row = of_it.get()
    if row.ended_on is None or row.state != RecordState.CURRENT:
        raise NothingToRestore
    over = row.publicity_until is not None and row.publicity_until < today
    shown = OVER if over and publicity_state == SHOWN else publicity_state
    of_it.update(publicity_state=shown, ended_on=None)
    rows = Trigger.objects.select_for_update().filter(
        record_id=record_id, rev_to=None, released_on=row.ended_on, own_term=False
    )
    released = list(rows.order_by("source_id", "id"))
    revisions = {source: advance(source_id=source) for source in sorted({one.source_id for one in released})}
    for old in released:
        revision = revisions[old.source_id]
        Trigger.objects.filter(pk=old.pk).update(rev_to=revision)
        old.pk, old.rev_from, old.rev_to, old.released_on = None, revision, None, None
        old.save(force_insert=True)
    fact = RecordRestored(record_id, reason, shown, len(released))
    record(fact, about=f"collection.record:{record_id}", actor=actor, now=now)
    return len(released)


@transaction.atomic
def stop_publicity(*, today: date, actor: Actor, now: datetime) -> int:
    """One bite of records whose last day of publicity is over: 期满停止公示. How many; call again until it is none.

    信用修复管理办法 第四条: after the longest publicity it stops by itself. What the records raised ends by its own
    last day; nothing is released here.
    """
    rows = Record.objects.filter(publicity_state=SHOWN, publicity_until__lt=today, state=RecordState.CURRENT)
    bite = list(
        rows.select_for_update(skip_locked=True).order_by("publicity_until").values_list("id", "recorded_at")[:BITE]
    )
    if not bite:
        return 0
    ids = [record_id for record_id, _ in bite]
    moments = [moment for _, moment in bite]
    of_them = Record.objects.filter(id__in=ids, recorded_at__gte=min(moments), recorded_at__lte=max(moments))
    of_them.update(publicity_state=OVER)
    record(PublicityOver(today.isoformat(), len(ids), ids), about="collection.record:", actor=actor, now=now)
    return len(ids)
