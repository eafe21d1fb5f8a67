"""Who handles complaints. Whose rows: selectors. Who may know an informant is named one by one: models.Handler."""

from kernel.actor import Actor, Kind, Role

REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see(actor: Actor) -> bool:
    """The credit office, and the departments that a complaint was forwarded to."""
    return actor.kind is Kind.USER and bool(REPORTING & actor.roles)


def may_handle(actor: Actor) -> bool:
    return actor.kind is Kind.USER and actor.has(Role.CREDIT_OFFICE)


def may_name_handlers(actor: Actor) -> bool:
    """A reviewer of the credit office names who may open an identity; nobody names himself (services)."""
    return may_handle(actor) and actor.has(Role.REVIEWER)
