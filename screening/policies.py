"""Who may check and who may see a receipt."""

from kernel.actor import Actor, Kind, Role

STAFF = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
KEEPERS = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
CHECK_SCOPE = "checks:create"
FINISHED_SCOPE = "matters:finish"
ROSTER_SCOPE = "rosters:write"


def may_check(actor: Actor) -> bool:
    """Staff of a department, a client system with the scope, or the platform itself; never an administrator."""
    if actor.kind is Kind.SYSTEM:
        return True
    if actor.kind is Kind.CLIENT:
        return CHECK_SCOPE in actor.scopes
    return actor.kind is Kind.USER and bool(STAFF & actor.roles)


def is_staff(actor: Actor) -> bool:
    """A member of staff of a department; an administrator is none."""
    return actor.kind is Kind.USER and bool(STAFF & actor.roles)


def may_see_receipts(actor: Actor) -> bool:
    return may_check(actor)


def may_choose(actor: Actor) -> bool:
    """A person at a window; of a client system whoever its page or its server names, about its own receipts."""
    return is_staff(actor) or (actor.kind is Kind.CLIENT and CHECK_SCOPE in actor.scopes)


def may_edit_lists(actor: Actor) -> bool:
    return actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)


def may_answer(actor: Actor, *, department_id: int) -> bool:
    """The implementing department answers its own response tasks."""
    return is_staff(actor) and department_id in actor.departments


def may_keep_roster(actor: Actor, *, department_id: int) -> bool:
    """Who makes and changes rosters of a department, runs them and draws from them: its reporting staff."""
    if actor.kind is Kind.SYSTEM:
        return True
    keeps = KEEPERS & actor.roles
    return actor.kind is Kind.USER and bool(keeps) and department_id in actor.departments


def may_add_members(actor: Actor, *, department_id: int) -> bool:
    """Also a client system of the department, with the scope."""
    if actor.kind is Kind.CLIENT:
        return ROSTER_SCOPE in actor.scopes and department_id in actor.departments
    return may_keep_roster(actor, department_id=department_id)


def may_handle_findings(actor: Actor, *, department_id: int) -> bool:
    """Staff of the roster's department, at a window too; the credit office looks on."""
    return is_staff(actor) and department_id in actor.departments


def may_supervise(actor: Actor) -> bool:
    """Who looks for checks that should have been made: reviewers of the departments, and the credit office."""
    return actor.kind is Kind.USER and bool({Role.REVIEWER, Role.CREDIT_OFFICE} & actor.roles)


def may_report_finished(actor: Actor) -> bool:
    """Whoever supervises, and a department's system with the scope."""
    if actor.kind is Kind.CLIENT:
        return FINISHED_SCOPE in actor.scopes
    return actor.kind is Kind.SYSTEM or may_supervise(actor)
