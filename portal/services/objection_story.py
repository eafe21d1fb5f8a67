"""The objection of scene 7: 宏晟新材料 was registered in place of 宏晟化工. Filed on the portal, accepted by the
credit office and forwarded to the county the same day; what the county finds is played by the presenter.
"""

from datetime import datetime, timedelta
from typing import Any

from kernel.actor import Actor, visitor
from objections.rules.kinds import Channel, Kind
from objections.services import Filing, accept, file_objection, forward
from redblack.selectors import get_visible

MINUTE = timedelta(minutes=1)
REPRESENTATIVE = 4  # of firm 4, by whatever way he signs in


def object_to(*, entry_id: int, one: dict[str, Any], office: Actor, now: datetime) -> int:
    """File, accept (which marks) and forward an objection of the cast; its id."""
    subject = get_visible(office, entry_id).subject_id
    filing = Filing(kind=Kind(one["kind"]), channel=Channel.PORTAL, claim=one["claim"], entry_id=entry_id)
    himself = visitor(REPRESENTATIVE, subjects=frozenset({subject}))
    made = file_objection(filing=filing, actor=himself, now=now)
    accept(objection_id=made, actor=office, now=now + 10 * MINUTE)
    forward(objection_id=made, actor=office, now=now + 15 * MINUTE)
    return made
