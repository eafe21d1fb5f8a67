"""What was decided against one organisation, as values for the floors above: penalties that may still be used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from collection.models import Record
from collection.rules.publicity import ENDED, OVER
from collection.rules.states import RecordState
from kernel.terms import last_day_of_years

# fields of the data standard of penalties (双公示, 发改办财金〔2018〕424号)
KIND, PENALTY, FINE = "CF_WFXW", "CF_CFLB", "CF_NR_FK"
WAN = 10_000


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty; `kind`: 违法行为类型, `penalty`: 处罚类别, `fine` in 元, None where there is none."""

    record_id: int
    document_no: str
    authority: str
    decided_on: date
    kind: str
    penalty: str
    fine: Decimal | None


def penalties_of(subject_id: int, *, on: date) -> list[Penalty]:
    """Penalties of an organisation that count on a day, by day: neither withdrawn nor repaired, and whose publicity
    period is not over. What is not published because it is minor counts until it is a year old.
    """
    return penalties_by_subject([subject_id], on=on).get(subject_id, [])


def penalties_by_subject(subject_ids: Collection[int], *, on: date) -> dict[int, list[Penalty]]:
    """The same of many organisations; who has none is not in it."""
    rows = Record.objects.filter(subject_id__in=subject_ids, state=RecordState.CURRENT, decided_on__lte=on)
    rows = rows.filter(content__has_key=PENALTY).exclude(publicity_state__in=[ENDED, OVER])
    rows = rows.filter(Q(publicity_until=None) | Q(publicity_until__gte=on)).order_by("decided_on", "pk")
    found: dict[int, list[Penalty]] = {}
    for row in rows:
        if row.subject_id is not None and (row.publicity_until or last_day_of_years(row.decided_on, 1) >= on):
            found.setdefault(row.subject_id, []).append(_penalty(row))
    return found


def _penalty(row: Record) -> Penalty:
    return Penalty(
        row.pk,
        row.document_no,
        row.authority,
        row.decided_on,
        str(row.content.get(KIND, "")),
        str(row.content.get(PENALTY, "")),
        _yuan(str(row.content.get(FINE) or "")),
    )


def _yuan(wan: str) -> Decimal | None:
    try:
        return Decimal(wan) * WAN if wan else None
    except InvalidOperation:
        return None
