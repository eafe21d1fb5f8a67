"""Who has work to do on this platform, beside its administrators."""

from kernel.actor import Actor, Kind, Role

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_work(actor: Actor) -> bool:
    return actor.kind is Kind.USER and bool(BUSINESS & actor.roles)
