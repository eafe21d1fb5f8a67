"""One code, two names: somebody looks and decides. Nothing is merged by itself."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound
from subjects import events, policies
from subjects.models import Conflict
from subjects.rules.kinds import ConflictState, NameKind
from subjects.services.base import NotYours
from subjects.services.registration import add_name


class ConflictNotFound(NotFound):
    code = "subjects.conflict_not_found"
    message = "没有这条待核实的名称冲突，可能已由他人处理。"


class GroundMissing(Malformed):
    code = "subjects.ground_missing"
    message = "请写明核实的依据（如：登记机关变更通知书文号）。"


@transaction.atomic
def resolve_conflict(*, conflict_id: int, outcome: str, ground: str, actor: Actor, now: datetime) -> None:
    """Decide about the other name: the old one stays (kept), it is a former name, or the subject is renamed.

    Raises NotYours, GroundMissing, ConflictNotFound.
    """
    if not policies.may_resolve_conflicts(actor):
        raise NotYours
    decided = ConflictState(outcome)
    if len(ground.strip()) < 2 or decided == ConflictState.OPEN:
        raise GroundMissing
    conflict = Conflict.objects.select_for_update().filter(pk=conflict_id, state=ConflictState.OPEN).first()
    if conflict is None:
        raise ConflictNotFound
    if decided in NAME_KIND_OF:
        add_name(
            subject_id=conflict.subject_id,
            name=conflict.other_name,
            kind=NAME_KIND_OF[decided],
            actor=actor,
            now=now,
        )
    conflict.state, conflict.ground = decided, ground.strip()
    conflict.resolved_at, conflict.resolved_by = now, actor.key
    conflict.save(update_fields=["state", "ground", "resolved_at", "resolved_by"])
    fact = events.ConflictResolved(conflict_id, conflict.subject_id, decided, ground.strip())
    record(fact, about=events.about(conflict.subject_id), actor=actor, now=now)


NAME_KIND_OF = {ConflictState.FORMER_NAME: NameKind.FORMER, ConflictState.RENAMED: NameKind.CURRENT}
