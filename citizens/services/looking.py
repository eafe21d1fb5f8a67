"""That a visitor looked at what is held of somebody: every look is a fact."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from citizens import events, policies
from citizens.services.sessions import VisitorsOnly
from kernel.actor import Actor


@transaction.atomic
def note_look(*, subject_id: int, what: str, actor: Actor, now: datetime) -> None:
    """Record a look at one's own records. Raises VisitorsOnly for whoever does not speak for that subject today.

    《中华人民共和国个人信息保护法》 第四十五条: a person may see what is held of him.
    """
    if not policies.speaks_for(actor, subject_id):
        raise VisitorsOnly
    fact = events.OwnRecordsViewed(subject_id, what)
    record(fact, about=f"subjects.subject:{subject_id}", actor=actor, now=now)
