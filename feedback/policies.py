"""Who reports: the office that decides the matter, not the window."""

from kernel.actor import Actor, Kind, Role

STAFF = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see(actor: Actor) -> bool:
    return actor.kind is Kind.USER and bool(STAFF & actor.roles)


def may_report(actor: Actor, *, department_id: int) -> bool:
    return may_see(actor) and department_id in actor.departments


WRITE_SCOPE, READ_SCOPE = "feedback:write", "feedback:read"


def may_hand_in(actor: Actor) -> bool:
    """Staff, or a client system with the scope; for which cases is decided by the departments that it acts for."""
    if actor.kind is Kind.CLIENT:
        return WRITE_SCOPE in actor.scopes
    return may_see(actor) and bool(actor.departments)


def may_report_upward(actor: Actor) -> bool:
    return actor.kind is Kind.USER and actor.has(Role.CREDIT_OFFICE)


def may_supervise(actor: Actor) -> bool:
    return actor.kind is Kind.USER and actor.has(Role.CREDIT_OFFICE)


def may_tell(actor: Actor, *, department_id: int) -> bool:
    """Write a typical case: staff of the department, or the credit office."""
    return may_see(actor) and (actor.has(Role.CREDIT_OFFICE) or department_id in actor.departments)


def may_review_typical(actor: Actor) -> bool:
    return actor.kind is Kind.USER and actor.has(Role.CREDIT_OFFICE)
