"""Who may change the measure list."""

from kernel.actor import Actor, Kind, Role


def may_publish(actor: Actor) -> bool:
    """The city credit office publishes; the platform itself loads initial data."""
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)
