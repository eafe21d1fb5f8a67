"""Who may report, see, change and hand up. The three administrators never see business data (三员分立)."""

from kernel.actor import Actor, Kind, Role

REPORT_SCOPE = "records:create"
READERS = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


def may_report(actor: Actor, *, department_id: int) -> bool:
    """谁产生、谁负责: whoever reports for a department belongs to it, or to the one above it."""
    if actor.kind == Kind.SYSTEM:
        return True
    if actor.kind == Kind.CLIENT:
        return REPORT_SCOPE in actor.scopes and department_id in actor.departments
    return actor.has(Role.UPLOADER) and department_id in actor.departments


def may_report_at_all(actor: Actor) -> bool:
    return actor.has(Role.UPLOADER)


def may_see(actor: Actor) -> bool:
    """Batches, records, tasks, quality: which rows of them, `visible_to` of the selectors says."""
    return actor.kind == Kind.SYSTEM or bool(actor.roles & READERS)


def sees_every_department(actor: Actor) -> bool:
    return actor.kind == Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)


def may_correct(actor: Actor, *, provider_id: int | None) -> bool:
    """A correction keeps the record; the provider's staff makes it."""
    if actor.kind == Kind.SYSTEM:
        return True
    return bool(actor.roles & {Role.UPLOADER, Role.REVIEWER}) and provider_id in actor.departments


def may_withdraw(actor: Actor, *, provider_id: int | None) -> bool:
    """A withdrawal ends what the record raised: a reviewer of the provider, or the credit office."""
    if actor.kind == Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return True
    return actor.has(Role.REVIEWER) and provider_id in actor.departments


def may_run_the_intake(actor: Actor) -> bool:
    """Extractions, tasks for every department, archive, handing up: the credit office."""
    return actor.kind == Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE)
