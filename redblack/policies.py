"""Who may do what to lists. Scope of rows is in selectors; this is about roles."""

from kernel.actor import Actor, Kind, Role

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
DELIVER_SCOPE = "lists:deliver"
DELIVER_ANY_SCOPE = "lists:deliver_any"


def may_see_ages(actor: Actor) -> bool:
    """Every member of staff may see how old the lists are: it is what an answer rests on."""
    return actor.kind is Kind.USER


def may_open_sources(actor: Actor) -> bool:
    """That what the platform keeps itself is complete is said by a reviewer of the credit office."""
    return actor.has(Role.CREDIT_OFFICE) and actor.has(Role.REVIEWER)


def may_see_entries(actor: Actor) -> bool:
    """Staff of a department with a business role; an administrator is none of its staff."""
    return actor.kind is Kind.USER and bool(BUSINESS & actor.roles)


def may_enter(actor: Actor, *, authority_department_id: int | None) -> bool:
    """谁认定、谁负责: the recognising department's reviewer; the platform itself loads received lists."""
    if actor.kind is Kind.SYSTEM:
        return True
    return actor.has(Role.REVIEWER) and authority_department_id in actor.departments


def may_see_versions(actor: Actor) -> bool:
    """名单接收: the credit office, and departments' staff who report or decide; each sees the lists in its scope."""
    return actor.kind is Kind.USER and bool({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE} & actor.roles)


def may_deliver(actor: Actor, *, initiator_department_id: int | None) -> bool:
    """A version of a received list: the credit office, whoever recognises it, a system that was allowed to."""
    own = initiator_department_id in actor.departments
    if actor.kind is Kind.CLIENT:
        return DELIVER_ANY_SCOPE in actor.scopes or (DELIVER_SCOPE in actor.scopes and own)
    if actor.kind is Kind.SYSTEM:
        return True
    return actor.has(Role.UPLOADER) and (actor.has(Role.CREDIT_OFFICE) or own)


def may_confirm_version(actor: Actor, *, initiator_department_id: int | None) -> bool:
    """A version that is held: a reviewer of the credit office or of whoever recognises the list."""
    own = initiator_department_id in actor.departments
    return actor.has(Role.REVIEWER) and (actor.has(Role.CREDIT_OFFICE) or own)


def may_register_types(actor: Actor) -> bool:
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)


def may_see_types(actor: Actor) -> bool:
    """What a list is by law is for everybody who works with lists; drafts are the credit office's."""
    return actor.kind is Kind.SYSTEM or bool(
        {Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE} & actor.roles
    )


def may_review_types(actor: Actor, *, drafted_by: str) -> bool:
    """A second person of the credit office publishes an edition."""
    if actor.kind is Kind.SYSTEM:
        return True
    return actor.has(Role.CREDIT_OFFICE) and actor.key != drafted_by


def may_propose_removal(actor: Actor, *, authority_department_id: int | None) -> bool:
    """The recognising department's own staff prepares what its reviewer decides."""
    return actor.has(Role.UPLOADER) and authority_department_id in actor.departments


def may_decide_removal(actor: Actor, *, authority_department_id: int | None) -> bool:
    return actor.has(Role.REVIEWER) and authority_department_id in actor.departments


def may_tell_recogniser(actor: Actor) -> bool:
    """A recogniser that is not on the platform is written to by the credit office."""
    return actor.has(Role.CREDIT_OFFICE)


def may_prepare_honour(actor: Actor, *, department_id: int | None) -> bool:
    return actor.has(Role.UPLOADER) and department_id in actor.departments


def may_decide_honour(actor: Actor, *, department_id: int | None) -> bool:
    return actor.has(Role.REVIEWER) and department_id in actor.departments


def may_see_proceedings(actor: Actor) -> bool:
    """Who prepares, who decides, and the credit office; a window has a check for what binds already."""
    return actor.kind is Kind.SYSTEM or bool({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE} & actor.roles)


def may_prepare(actor: Actor, *, department_id: int | None) -> bool:
    """Draft, notify, serve, hear, submit: whoever handles cases in the recognising department."""
    if actor.kind is Kind.SYSTEM:
        return True
    return actor.has(Role.UPLOADER) and department_id in actor.departments


def sees_every_proceeding(actor: Actor) -> bool:
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)
