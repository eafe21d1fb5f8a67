"""Who may read what happened: the audit administrator alone (三员分立)."""

from kernel.actor import Actor, Kind, Role


def may_read_log(actor: Actor) -> bool:
    return actor.has(Role.AUDIT_ADMIN) or actor.kind is Kind.SYSTEM


def may_see_deliveries(actor: Actor) -> bool:
    """Operators: the system administrator mends what is stuck, the audit administrator may look on."""
    return actor.has(Role.SYSTEM_ADMIN) or actor.has(Role.AUDIT_ADMIN) or actor.kind is Kind.SYSTEM


def may_retry(actor: Actor) -> bool:
    return actor.has(Role.SYSTEM_ADMIN) or actor.kind is Kind.SYSTEM
