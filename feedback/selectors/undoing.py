"""Who acted, or may have acted, because of an entry that has now left: asked by whoever must tell them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from feedback.models import Due
from feedback.rules.cases import Action

APPLIED = (Action.DONE.value, Action.PARTLY.value)


@dataclass(frozen=True, slots=True)
class Acted:
    """A case about one trigger. `applied`: its department reported the measure; else its receipt showed the entry."""

    case_id: int
    case_number: str
    trigger: str
    department_id: int
    receipt: str
    measure_text: str
    applied: bool


def acted_on(triggers: Collection[str], *, shown_since: date) -> list[Acted]:
    """Cases of these triggers ("entry:12") that must be undone: reported as done, or checked since that day and not
    reported. Rewards, and what was reported as not done, need no undoing; response tasks are told to stop themselves.
    """
    rows = Due.objects.filter(trigger__in=triggers, reward=False, response=None)
    rows = rows.filter(Q(action__in=APPLIED) | Q(reported_at=None, checked_on__gte=shown_since))
    return [
        Acted(
            row.pk, row.case_number, row.trigger, row.department_id, row.number, row.measure_text,
            row.action in APPLIED,
        )
        for row in rows.order_by("pk")
    ]  # fmt: skip
