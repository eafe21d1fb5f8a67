"""Credit reports, made through the services."""

from datetime import datetime
from typing import Any

from kernel.actor import Actor
from reports.models import Report
from reports.rules.issuing import OWN_PURPOSE, Channel, Edition
from reports.services import Asked, issue


def report(subject_id: int, *, actor: Actor, now: datetime, **fields: Any) -> Report:
    """A report that was issued at the counter, about everything that the organisation itself may be shown."""
    said = {"edition": Edition.OWN, "channel": Channel.COUNTER, "purpose": OWN_PURPOSE} | fields
    return Report.objects.get(pk=issue(subject_id=subject_id, asked=Asked(**said), actor=actor, now=now))
