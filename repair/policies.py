"""Who applies, handles, decides, sees. The recognising department decides, never the credit office as such."""

from kernel.actor import Actor, Kind, Role

FORWARD_SCOPE = "repair:forward"
RESULTS_SCOPE = "repair:results"
STAFF = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
COUNTER = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER})
EVERYBODY = STAFF | COUNTER


def may_see(actor: Actor) -> bool:
    """The queue and the applications; which of them, `visible_to` says."""
    return actor.kind is Kind.SYSTEM or (actor.kind is Kind.USER and bool(STAFF & actor.roles))


def may_open(actor: Actor) -> bool:
    """An application by its address: its department, the credit office, and the window that filed it."""
    return actor.kind is Kind.SYSTEM or (actor.kind is Kind.USER and bool(EVERYBODY & actor.roles))


def sees_every_department(actor: Actor) -> bool:
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)


def may_help(actor: Actor) -> bool:
    """帮办 at a window: read from when somebody may apply, and file for him while he stands there."""
    return actor.kind is Kind.USER and bool(COUNTER & actor.roles)


def may_forward(actor: Actor) -> bool:
    return actor.kind is Kind.SYSTEM or FORWARD_SCOPE in actor.scopes


def may_deliver_results(actor: Actor) -> bool:
    """Results from above: a system that was allowed to, and the credit office, which uploads the daily file."""
    return actor.kind is Kind.SYSTEM or RESULTS_SCOPE in actor.scopes or actor.has(Role.CREDIT_OFFICE)


def may_see_results(actor: Actor) -> bool:
    return actor.kind is Kind.USER and actor.has(Role.CREDIT_OFFICE)


def may_apply_for(actor: Actor, *, subject_id: int) -> bool:
    """A visitor for whom he is or represents, a window for anybody who stands there, the single window for all."""
    if actor.kind is Kind.VISITOR:
        return subject_id in actor.subjects
    return may_help(actor) or may_forward(actor)


def may_handle(actor: Actor, *, department_id: int | None) -> bool:
    """Accept, notify, verify, extend: staff of the recognising department."""
    if actor.kind is Kind.SYSTEM:
        return True
    return bool({Role.UPLOADER, Role.REVIEWER} & actor.roles) and department_id in actor.departments


def may_decide(actor: Actor, *, department_id: int | None) -> bool:
    """谁认定、谁修复: a reviewer of the recognising department."""
    return actor.has(Role.REVIEWER) and department_id in actor.departments
