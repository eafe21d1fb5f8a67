"""Who may change the measure list. The three administrators never see business data (三员分立)."""

from kernel.actor import Actor, Kind, Role

READERS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see(actor: Actor) -> bool:
    """Published items; drafts are their department's and the credit office's (selectors.visible_to)."""
    return actor.kind is Kind.SYSTEM or bool(actor.roles & READERS)


def may_draft(actor: Actor, *, department_id: int | None) -> bool:
    """The implementing department's own staff, and the credit office for any."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return True
    return actor.has(Role.UPLOADER) and department_id in actor.departments


def may_draft_somewhere(actor: Actor) -> bool:
    """Whether there is any department for which the actor may draft."""
    return may_draft(actor, department_id=actor.department_id)


def may_review(actor: Actor, *, drafted_by: str) -> bool:
    """A second person of the credit office publishes what another one wrote."""
    return actor.has(Role.CREDIT_OFFICE) and actor.key != drafted_by


def may_publish(actor: Actor) -> bool:
    """The city credit office publishes; the platform itself loads initial data."""
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)
