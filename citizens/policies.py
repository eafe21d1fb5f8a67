"""Who may do what with visitors and their relations."""

from kernel.actor import Actor, Kind, Role


def is_visitor(actor: Actor) -> bool:
    return actor.kind is Kind.VISITOR


def may_review(actor: Actor) -> bool:
    """The credit office compares papers with the register."""
    return actor.kind is Kind.USER and actor.has(Role.CREDIT_OFFICE)


def may_block(actor: Actor) -> bool:
    return may_review(actor)


def speaks_for(actor: Actor, subject_id: int) -> bool:
    """A visitor, for whom he is or represents today; nobody else, whatever his role."""
    return actor.kind is Kind.VISITOR and subject_id in actor.subjects
