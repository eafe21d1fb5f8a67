"""Who told it is not kept for ever: the informant's own key is destroyed when its term is over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.services import record
from complaints.events import IdentityDestroyed
from complaints.models import Complaint
from complaints.rules.states import OVER
from kernel.actor import Actor

AT_ONCE = 500
LEAST_DAYS = 184  # six months, in which an answer may still be fought in court; whatever the setting says


@transaction.atomic
def destroy_identities(*, actor: Actor, now: datetime) -> int:
    """Destroy the informants' keys of complaints that were answered or declined COMPLAINT_IDENTITY_DAYS ago; how
    many, AT_ONCE at most. What is sealed under such a key nobody reads any more; the complaint stays. Each is a fact:
    the proof that it was done, and when.

    Never before LEAST_DAYS. `now`: the machine's own, for it is not undone.

    《中华人民共和国个人信息保护法》 第十九条、第四十七条: no longer than is needed, then deleted of one's own accord.
    """
    days = max(settings.COMPLAINT_IDENTITY_DAYS, LEAST_DAYS)
    over = Complaint.objects.select_for_update(skip_locked=True).filter(
        state__in=[state.value for state in OVER],
        moved_at__lt=now - timedelta(days=days),
    )
    rows = list(over.exclude(informant_key="").order_by("pk")[:AT_ONCE])
    for row in rows:
        row.informant_key = ""
        row.save(update_fields=["informant_key"])
        fact = IdentityDestroyed(row.pk, row.number)
        record(fact, about=f"complaints.complaint:{row.pk}", actor=actor, now=now)
    return len(rows)
