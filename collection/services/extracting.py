"""Running what is due: read on from the last place, hand the rows to the same intake as every channel, move on.

Reading is outside any transaction, for a slow server must hold nothing up. Rows and the new place are written in one:
a crash before its commit repeats the reading, and a run that was overtaken by another gives up. Either way every row
is there once, because the same row again changes nothing.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from collection.events import ExtractionFailed
from collection.models import Extraction
from collection.rules.extraction import (
    MOST_TIES,
    TELL_AFTER,
    OrderUnusable,
    Overlap,
    Place,
    Ran,
    Trouble,
    demand_no_numbers,
    due_at,
    moved_on,
    place_of,
)
from collection.rules.states import BatchState, Channel
from collection.services import drop, foreign
from collection.services.calls import Receipt, receive_rows
from collection.services.extraction import (
    FOLDER,
    address_of,
    by_code,
    definition_for,
    demand_an_order,
    matched_columns,
    what_is_read,
)
from collection.services.foreign import CannotRead, Page
from kernel.actor import Actor
from kernel.errors import Refusal
from office.services import send_message
from toolkit import crypto

CHUNK = 5000  # rows that one transaction takes
MOST_CHUNKS = 40  # of one run; the next run goes on
DEFECT = "defect"
OUR_FAULT = "平台内部出错，已记入日志，请联系系统管理员。"


class _Overtaken(Exception):
    """Another run has moved the place on since this one read it, or somebody has changed what is to be read."""


def due_extractions(*, now: datetime) -> list[int]:
    """Those whose time has come, the longest waiting first."""
    rows = Extraction.objects.filter(active=True).order_by("last_run_at", "id")
    return [
        row.pk
        for row in rows
        if due_at(row.last_run_at, every_minutes=row.every_minutes, failures=row.failures, first=now) <= now
    ]


def run_extraction(*, extraction_id: int, clock: Callable[[], datetime], actor: Actor) -> Ran | None:
    """One run, unless another has begun or it is not due any more (None). What went wrong is counted and told."""
    row = _claimed(extraction_id, clock())
    if row is None:
        return None
    try:
        ran = drop.take_folder(row=row, clock=clock, actor=actor) if row.kind == FOLDER else _read(row, clock, actor)
    except Refusal as refusal:
        trouble = refusal.trouble.value if isinstance(refusal, CannotRead) else refusal.code
        _note_failure(extraction_id=extraction_id, trouble=trouble, message=str(refusal), actor=actor, now=clock())
        return Ran(failure=str(refusal))
    except Exception:
        _note_failure(extraction_id=extraction_id, trouble=DEFECT, message=OUR_FAULT, actor=actor, now=clock())
        raise
    Extraction.objects.filter(pk=extraction_id).update(failures=0, last_outcome=str(ran))
    return ran


@transaction.atomic
def _claimed(extraction_id: int, now: datetime) -> Extraction | None:
    """The row, if it is due and nobody else is at it; from here on it is not due for the others."""
    row = Extraction.objects.select_for_update(skip_locked=True).filter(pk=extraction_id, active=True).first()
    if row is None:
        return None
    if due_at(row.last_run_at, every_minutes=row.every_minutes, failures=row.failures, first=now) > now:
        return None
    row.last_run_at = now
    row.save(update_fields=["last_run_at"])
    return row


def _read(row: Extraction, clock: Callable[[], datetime], actor: Actor) -> Ran:
    ran, address, definition = Ran(), address_of(row), definition_for(row)
    place = Place.read(row.last_value)
    cursor = place.back(Overlap(span=settings.EXTRACTION_OVERLAP, numbers=settings.EXTRACTION_OVERLAP_NUMBERS))
    for _ in range(MOST_CHUNKS):
        at_place = (cursor.kind, cursor.value) == (place.kind, place.value)
        limit = CHUNK + min(len(place.seen if at_place else place.known), MOST_TIES) + 1
        page = foreign.read_on(address=address, place=cursor, limit=limit)
        if not page.columns:
            return ran
        matched = matched_columns(page.columns, definition)
        demand_an_order(row, matched, definition)
        fresh, after = _fresh(row, page, place)
        if not fresh:
            return ran
        cells = [by_code(page.columns, page.rows[at], matched) for at in fresh]
        try:
            receipt = _take(row, cells, after, actor, clock())
        except _Overtaken:
            return ran
        if receipt.state == BatchState.REFUSED:  # its batch is kept, with every problem; the next run asks again
            raise CannotRead(Trouble.OTHER, receipt.refusal)
        ran = Ran(ran.rows + receipt.total, ran.returned + len(receipt.returned))
        row.last_value, place, cursor = after.written(), after, place_of(page.order[fresh[-1]])
        if len(page.rows) < limit and len(fresh) < CHUNK:
            return ran
    return ran


def _fresh(row: Extraction, page: Page, place: Place) -> tuple[list[int], Place]:
    """Which rows of the page are new, at most CHUNK of them, and where reading stands after these."""
    digests = [_digest(row.pk, cells) for cells in page.rows]
    known = place.known
    at = [number for number, digest in enumerate(digests) if digest not in known][:CHUNK]
    try:
        demand_no_numbers(page.order)
        return at, moved_on(place, [(page.order[number], digests[number]) for number in at])
    except OrderUnusable as problem:
        raise CannotRead(Trouble.ORDER, str(problem)) from problem


def _digest(extraction_id: int, cells: tuple[str, ...]) -> str:
    """Of a whole row, keyed: it may hold a person's number, and what is kept must not be tried out."""
    plain = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
    return crypto.blind_index(plain, purpose=f"collection.extraction:{extraction_id}")[1].hex()[:24]


@transaction.atomic
def _take(row: Extraction, cells: list[dict[str, str]], after: Place, actor: Actor, now: datetime) -> Receipt:
    """The rows and the new place, together or not at all."""
    held = Extraction.objects.select_for_update().get(pk=row.pk)
    if (held.last_value, what_is_read(held)) != (row.last_value, what_is_read(row)):
        raise _Overtaken
    written = after.written()
    receipt = receive_rows(
        item_code=row.item.code,
        rows=cells,
        channel=Channel.EXTRACTION,
        department_id=row.department_id,
        call_key=f"extraction:{row.pk}:{_digest(row.pk, (row.last_value, written, *map(repr, cells)))}",
        all_or_nothing=False,
        extraction_id=row.pk,
        actor=actor,
        now=now,
    )
    if receipt.state != BatchState.REFUSED:
        Extraction.objects.filter(pk=row.pk).update(last_value=written)
    return receipt


@transaction.atomic
def _note_failure(*, extraction_id: int, trouble: str, message: str, actor: Actor, now: datetime) -> None:
    """Count it; at the third in a row the department is told, once."""
    row = Extraction.objects.select_for_update().get(pk=extraction_id)
    row.failures, row.last_outcome = row.failures + 1, message
    row.save(update_fields=["failures", "last_outcome"])
    about = f"collection.extraction:{extraction_id}"
    record(ExtractionFailed(extraction_id, trouble, row.failures), about=about, actor=actor, now=now)
    department = departments_by_id([row.department_id]).get(row.department_id)
    if row.failures == TELL_AFTER and department is not None and department.email:
        send_message(
            to=department.email,
            subject=f"自动抽取连续 {TELL_AFTER} 次失败：{row.name}",
            body=(
                f"{department.name}：\n\n自动抽取“{row.name}”已连续 {TELL_AFTER} 次失败。\n"
                f"最近一次的原因：{message}\n\n"
                "系统会逐步放慢重试，恢复后自动从上次的位置继续，不会遗漏或重复。如需协助，请联系信用办。"
            ),
            about=about,
            actor=actor,
            now=now,
        )
