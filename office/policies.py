"""Who may do what in the office."""

from kernel.actor import Actor, Kind, Role


def may_import_calendar(actor: Actor) -> bool:
    return actor.kind == Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)


def may_see_calendar(actor: Actor) -> bool:
    return actor.has(Role.CREDIT_OFFICE)


def may_register_documents(actor: Actor) -> bool:
    return actor.kind == Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)
