"""A message to whoever handed a large file in, when it is over: nobody has to keep the page open for it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from audit.services import record
from collection import events
from collection.models import Batch
from collection.rules.states import BatchState
from kernel.actor import Actor, Kind
from office.services import send_message

LOOK_BACK = timedelta(days=1)  # what ended before is no news
AT_ONCE = 100
TOLD = {BatchState.DONE: "已处理完毕", BatchState.REFUSED: "整批退回", BatchState.FAILED: "处理失败"}


@transaction.atomic
def tell_senders(*, page: Callable[[int], str], actor: Actor, now: datetime) -> int:
    """Write once to the department's address about every file that took longer than COLLECTION_TELL_AFTER_SECONDS.

    `page`: where a batch is shown, by its id; empty: no link is known. A department without an address sees it on its
    pages only. Returns how many messages were written.
    """
    patience = timedelta(seconds=settings.COLLECTION_TELL_AFTER_SECONDS)
    over = Batch.objects.filter(
        finished_at__gte=now - LOOK_BACK,
        finished_at__gt=F("created_at") + patience,
        told_at=None,
        state__in=TOLD,
        job__isnull=False,
        sender__startswith=f"{Kind.USER}:",
    ).exclude(department__email="")
    rows = list(
        over.select_related("department", "item_version")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("finished_at", "id")[:AT_ONCE]
    )
    for batch in rows:
        about = f"collection.batch:{batch.pk}"
        message_id = send_message(
            to=batch.department.email,
            subject=f"{batch.item_version.name}批次 {batch.pk} {_outcome(batch)}",
            body=_letter(batch, page(batch.pk)),
            about=about,
            actor=actor,
            now=now,
        )
        record(events.SenderTold(batch.pk, message_id), about=about, actor=actor, now=now)
    Batch.objects.filter(pk__in=[batch.pk for batch in rows]).update(told_at=now)
    return len(rows)


def _outcome(batch: Batch) -> str:
    return TOLD[BatchState(batch.state)]


def _letter(batch: Batch, link: str) -> str:
    lines = [f"{batch.sender_name or batch.department.name}：", "", f"您报送的“{batch.file_name}”{_outcome(batch)}。"]
    if batch.state == BatchState.DONE:
        counts = {"入库": batch.taken, "变更": batch.changed, "重复": batch.same, "退回": batch.returned}
        lines += [f"共 {batch.total} 行：{'，'.join(f'{word} {count}' for word, count in counts.items())}。"]
        if batch.open_problems:
            lines += [f"待修正 {batch.open_problems} 行，请下载退回工作簿或在线修正。"]
    elif batch.state == BatchState.REFUSED:
        lines += [f"没有任何行入库。{batch.refusal}"]
    else:
        lines += [f"已入库的 {batch.taken + batch.changed} 行保留，其余尚未处理。{batch.refusal}"]
    where = f"查看结果：{link}" if link else f"请登录系统，在“数据报送”中查看批次 {batch.pk}。"
    return "\n".join([*lines, "", where])
