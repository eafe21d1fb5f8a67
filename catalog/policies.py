"""Who may see and change the catalogue. The three administrators never see business data (三员分立)."""

from kernel.actor import Actor, Kind, Role

READERS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_see(actor: Actor) -> bool:
    """Published versions; drafts, powers and upkeep are the credit office's (may_edit)."""
    return actor.kind == Kind.SYSTEM or bool(actor.roles & READERS)


def may_edit(actor: Actor) -> bool:
    """Draft, submit, import, withdraw, file above."""
    return actor.kind == Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)


def may_review(actor: Actor, *, drafted_by: str) -> bool:
    """A second person publishes; only initial data is published by the platform itself."""
    if actor.kind == Kind.SYSTEM:
        return True
    return actor.has(Role.CREDIT_OFFICE) and actor.key != drafted_by
