"""Looking at a roster's persons is a fact of its own (个人信息保护法 第三十四条)."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from screening.events import RosterPersonsRead
from screening.models import Roster


@transaction.atomic
def note_reading(*, roster: Roster, where: str, rows: int, actor: Actor, now: datetime) -> None:
    """Who looked, at which roster, on which page, at how many rows. Their numbers are shown to nobody."""
    fact = RosterPersonsRead(roster.pk, where, rows)
    record(fact, about=f"screening.roster:{roster.pk}", actor=actor, now=now)
