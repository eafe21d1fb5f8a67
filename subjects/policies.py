"""Who may do what with subjects. The three administrators never see business data (三员分立)."""

from kernel.actor import Actor, Kind, Role

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
REPORT_SCOPE = "records:create"
REGISTRARS = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see_subjects(actor: Actor) -> bool:
    """Organisations: every member of staff with a business role."""
    return actor.kind == Kind.SYSTEM or bool(actor.roles & BUSINESS)


def may_see_person(actor: Actor) -> bool:
    """A natural person's page, for a file that is being handled; a client system never."""
    return actor.kind == Kind.USER and bool(actor.roles & BUSINESS)


def may_register(actor: Actor) -> bool:
    """Whoever reports records enters the subjects that they are about: staff, and systems that may report."""
    return actor.kind == Kind.SYSTEM or bool(actor.roles & REGISTRARS) or REPORT_SCOPE in actor.scopes


def may_resolve_conflicts(actor: Actor) -> bool:
    return actor.has(Role.CREDIT_OFFICE)


def may_clear(actor: Actor) -> bool:
    """Whoever compares names at a window or in a review may say that two are not one; a machine never."""
    return actor.kind == Kind.USER and bool(actor.roles & BUSINESS)


def may_erase(actor: Actor) -> bool:
    return actor.has(Role.CREDIT_OFFICE)
