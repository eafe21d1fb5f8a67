"""Who may issue and who may read a report. Whose reports: selectors."""

from kernel.actor import Actor, Kind, Role
from reports.rules.issuing import Channel, Edition

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see(actor: Actor) -> bool:
    """Staff with business, about reports at the counter."""
    return actor.kind is Kind.USER and bool(BUSINESS & actor.roles)


def may_issue(actor: Actor, *, subject_id: int, edition: str, channel: str) -> bool:
    """Staff for a purpose; whoever represents the subject, about it; anybody at a kiosk, what is public."""
    if actor.kind is Kind.USER:
        return may_see(actor) and channel == Channel.COUNTER
    if actor.kind is Kind.VISITOR:
        return subject_id in actor.subjects and channel != Channel.COUNTER
    return actor.kind is Kind.ANONYMOUS and edition == Edition.PUBLIC and channel == Channel.KIOSK
