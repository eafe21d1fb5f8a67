"""Who files, accepts, verifies, concludes. Scope of rows is in selectors."""

from kernel.actor import Actor, Kind, Role

STAFF = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
HANDLERS = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
FORWARD_SCOPE = "objections:forward"


def may_see(actor: Actor) -> bool:
    """Staff with a business role; which objections, `visible_to` says."""
    return actor.kind is Kind.USER and bool(STAFF & actor.roles)


def may_file_for(actor: Actor, *, subject_id: int) -> bool:
    """A visitor for himself or whom he represents; a clerk at the counter and a department for anybody; a system that
    forwards what was filed above.
    """
    if actor.kind is Kind.VISITOR:
        return subject_id in actor.subjects
    if actor.kind is Kind.CLIENT:
        return FORWARD_SCOPE in actor.scopes
    return may_see(actor)


def may_receive(actor: Actor, *, department_id: int) -> bool:
    """Accept, refuse, forward, extend, answer: handlers of the department that received it."""
    return actor.kind is Kind.USER and bool(HANDLERS & actor.roles) and department_id in actor.departments


def may_verify(actor: Actor, *, provider_id: int | None) -> bool:
    """谁认定、谁负责: the staff of whoever recognised the entry or reported the record."""
    return bool({Role.UPLOADER, Role.REVIEWER} & actor.roles) and provider_id in actor.departments


def may_conclude(actor: Actor, *, provider_id: int | None) -> bool:
    return actor.has(Role.REVIEWER) and provider_id in actor.departments


def sees_all(actor: Actor) -> bool:
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)
