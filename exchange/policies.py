"""Who subscribes, who opens it, who sees the ledger."""

from kernel.actor import Actor, Kind, Role

PULL_SCOPE = "exchange:pull"
STAFF = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see(actor: Actor) -> bool:
    return actor.kind is Kind.USER and bool(STAFF & actor.roles)


def may_propose(actor: Actor, *, department_id: int | None) -> bool:
    """A department for itself, the credit office for any."""
    if actor.has(Role.CREDIT_OFFICE):
        return True
    return actor.has(Role.UPLOADER) and department_id is not None and department_id in actor.departments


def may_open(actor: Actor) -> bool:
    """Opening, refusing and ending are the credit office's: it answers for who is told what."""
    return actor.has(Role.CREDIT_OFFICE)


def may_pause(actor: Actor, *, department_id: int) -> bool:
    return may_propose(actor, department_id=department_id)


def may_pull(actor: Actor, *, client_id: int) -> bool:
    """Only the client system that the subscription names."""
    return actor.kind is Kind.CLIENT and PULL_SCOPE in actor.scopes and actor.id == client_id


def may_ask_deliveries(actor: Actor, *, department_id: int) -> bool:
    """Have something sent again, or the receiver asked: who may pause it, and the platform itself."""
    return actor.kind is Kind.SYSTEM or may_propose(actor, department_id=department_id)


def may_lift(actor: Actor) -> bool:
    """Say that a measure was undone: staff of the department that applied it; which one decides its own list."""
    return actor.kind is Kind.USER and bool({Role.UPLOADER, Role.REVIEWER} & actor.roles) and bool(actor.departments)
