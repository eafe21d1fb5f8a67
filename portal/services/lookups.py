"""Who looked me up, when and for which matter: gathered from receipts, told to the subject as far as law lets it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.selectors import department_by_code, departments_by_id
from audit.services import record
from kernel.actor import Actor
from portal.events import LookupsGathered
from portal.models import Lookup, LookupMark
from portal.rules.lookups import withheld
from reports.selectors import visible_to as reports_visible_to
from screening.rules.matters import STAGE_LABELS
from screening.selectors.asked_about import asked_about, newest_receipt
from screening.services.keeping import years_kept

AT_ONCE = 5_000  # receipts
SETTLED = timedelta(minutes=1)  # whoever took a number before has committed by then
PAGE = 50
REPORTS = 50


@dataclass(frozen=True, slots=True)
class Looked:
    """One check of a subject, in words for it."""

    id: int
    at: datetime
    matter: str
    stage: str
    by: str
    implementing: str


@transaction.atomic
def gather_lookups(*, actor: Actor, now: datetime) -> bool:
    """List who was checked since the last time; whether AT_ONCE receipts were met, so that more may wait.

    Numbers of receipts are given before they are committed, so one may appear behind a higher one: only what was the
    highest SETTLED ago is gone up to, however soon it is called again. Twice has one effect.
    `now`: the machine's own clock.
    """
    LookupMark.objects.get_or_create(pk=True)
    mark = LookupMark.objects.select_for_update().get(pk=True)
    if mark.at is not None and now < mark.at + SETTLED:
        if now < mark.at:  # the clock was set back: the wait begins again
            mark.at = now
            mark.save(update_fields=["at"])
        return False
    receipts = asked_about(after=mark.done, upto=mark.seen, limit=AT_ONCE)
    rows = [
        Lookup(
            subject_id=subject_id,
            receipt_id=one.receipt_id,
            checked_at=one.checked_at,
            matter_id=one.matter_id,
            stage=one.stage,
            department_id=one.department_id,
            implementing_department_id=one.implementing_department_id,
        )
        for one in receipts
        for subject_id in set(one.subject_ids)
    ]
    Lookup.objects.bulk_create(rows, ignore_conflicts=True)
    filled = len(receipts) == AT_ONCE
    if filled:
        mark.done = receipts[-1].receipt_id
    else:
        mark.done, mark.done_at = mark.seen, mark.at
        mark.seen, mark.at = max(newest_receipt(), mark.seen), now
    mark.save(update_fields=["done", "done_at", "seen", "at"])
    if rows:
        record(LookupsGathered(len(rows), mark.done), about="portal.lookups:1", actor=actor, now=now)
    return filled


def gathered_at() -> datetime | None:
    """Every check before this moment is listed: whatever had begun SETTLED before `done` was seen was committed."""
    seen = LookupMark.objects.values_list("done_at", flat=True).filter(pk=True).first()
    return seen - SETTLED if seen else None


def drop_old(*, now: datetime) -> int:
    """Lines whose receipt has passed its time; how many."""
    return Lookup.objects.filter(checked_at__lt=now - timedelta(days=366 * years_kept())).delete()[0]


def lookups_of(subject_id: int, *, after: tuple[datetime, int] | None = None, limit: int = PAGE) -> list[Looked]:
    """Checks of a subject, the latest first; whoever shows them sees to it that he may. `after`: (checked_at, id).

    《中华人民共和国个人信息保护法》 第四十四条、第四十五条. What LOOKUPS_WITHHELD names is left out, its number too.
    """
    rows = Lookup.objects.filter(subject_id=subject_id).select_related("matter")
    silent = withheld(settings.LOOKUPS_WITHHELD)
    if silent.matters:
        rows = rows.exclude(matter__code__in=list(silent.matters))
    if silent.departments:
        ids = [department_by_code(code).id for code in silent.departments]
        rows = rows.exclude(implementing_department_id__in=ids).filter(
            Q(department_id=None) | ~Q(department_id__in=ids)
        )
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(checked_at__lte=moment) & (Q(checked_at__lt=moment) | Q(receipt_id__lt=last)))
    found = list(rows.order_by("-checked_at", "-receipt_id")[:limit])
    names = departments_by_id(
        {one.department_id for one in found if one.department_id} | {one.implementing_department_id for one in found}
    )
    return [
        Looked(
            id=one.receipt_id,
            at=one.checked_at,
            matter=one.matter.name,
            stage=STAGE_LABELS.get(one.stage, one.stage),
            by=names[one.department_id].name if one.department_id in names else "接口系统",
            implementing=names[one.implementing_department_id].name,
        )
        for one in found
    ]


def reports_about(*, subject_id: int, actor: Actor) -> list[Any]:
    """Credit reports about it that departments were issued, the newest first; of withheld departments none."""
    rows = reports_visible_to(actor).filter(subject_id=subject_id).exclude(department=None)
    silent = list(withheld(settings.LOOKUPS_WITHHELD).departments)
    rows = rows.exclude(department__code__in=silent) if silent else rows
    return list(rows.defer("marks").select_related("department").order_by("-id")[:REPORTS])
