"""Application lists: which matter consults what, whom it checks, and for which department."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted
from screening import policies
from screening.events import MatterRegistered
from screening.models import ApplicationLists, Consulted, Matter
from screening.rules.answer import Role
from toolkit.db import lock_counter, raise_counter

COUNTER = ApplicationLists._meta.db_table


class RolesUnclear(Malformed):
    code = "screening.roles_unclear"
    message = "应用清单须写明核查对象的角色，且角色代码不得重复。"


class MayNotEditLists(NotPermitted):
    code = "screening.may_not_edit_lists"
    message = "只有信用办可以维护应用清单。"


@transaction.atomic
def register_matter(
    *,
    code: str,
    name: str,
    implementing_department_id: int,
    handled_by_id: int | None,
    stages: list[str],
    roles: Sequence[Role],
    consults: Sequence[int],
    actor: Actor,
    now: datetime,
) -> int:
    """Register a matter with its application list, or bring it up to date. `consults`: ids of collection sources.

    Returns the matter's id; the same again changes nothing. Raises MayNotEditLists, RolesUnclear.
    """
    if not policies.may_edit_lists(actor):
        raise MayNotEditLists
    if not roles:
        raise RolesUnclear("应用清单没有写明核查对象的角色，请至少填写一个角色（如“申请人”）。")
    twice = sorted(code for code, times in Counter(role.code for role in roles).items() if times > 1)
    if twice:
        raise RolesUnclear(f"角色代码“{'、'.join(twice)}”重复，请合并或改用不同代码。")
    said = {
        "name": name,
        "implementing_department_id": implementing_department_id,
        "handled_by_id": handled_by_id,
        "stages": stages,
        "roles": [{"code": r.code, "label": r.label, "persons": r.persons, "required": r.required} for r in roles],
    }
    lock_counter(COUNTER)  # of two who register one matter at once, the second brings it up to date
    known = Matter.objects.filter(code=code).first()
    asked = set(
        Consulted.objects.filter(matter=known, rev_to=None).values_list("source_id", flat=True) if known else ()
    )
    if known is not None and asked == set(consults) and all(getattr(known, k) == v for k, v in said.items()):
        return known.pk
    matter, _ = Matter.objects.update_or_create(code=code, defaults=said)
    revision = raise_counter(COUNTER)
    Consulted.objects.filter(matter=matter, rev_to=None).exclude(source_id__in=consults).update(rev_to=revision)
    Consulted.objects.bulk_create(
        Consulted(matter=matter, source_id=source_id, rev_from=revision)
        for source_id in sorted(set(consults) - asked)
    )
    record(MatterRegistered(matter.pk, code, revision), about=f"screening.matter:{matter.pk}", actor=actor, now=now)
    return matter.pk
