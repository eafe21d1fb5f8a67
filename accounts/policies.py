"""Who may do what with accounts. Three administrators, none of whom can do the work of another (三员分立).

The system administrator makes accounts, the security administrator grants roles and approves client systems, the
audit administrator reads what both did. GB/T 22239-2019 8.1.4.2, 8.1.5.
"""

from kernel.actor import Actor, Kind, Role


def may_manage_accounts(actor: Actor) -> bool:
    return actor.has(Role.SYSTEM_ADMIN) or actor.kind is Kind.SYSTEM


def may_grant_roles(actor: Actor) -> bool:
    return actor.has(Role.SECURITY_ADMIN) or actor.kind is Kind.SYSTEM


def may_see_accounts(actor: Actor) -> bool:
    return may_manage_accounts(actor) or may_grant_roles(actor)


def may_manage_clients(actor: Actor) -> bool:
    return actor.has(Role.SECURITY_ADMIN) or actor.kind is Kind.SYSTEM


def may_propose_clients(actor: Actor) -> bool:
    return actor.has(Role.CREDIT_OFFICE)


def may_see_clients(actor: Actor) -> bool:
    return may_manage_clients(actor) or may_propose_clients(actor)


def may_try_signatures(actor: Actor) -> bool:
    """Also those who look after a department's own systems."""
    return may_see_clients(actor) or actor.has(Role.UPLOADER) or actor.has(Role.REVIEWER)
