"""Application lists: which matter consults what, whom it checks, and for which department."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import all_departments
from audit.services import record
from collection.selectors import source_ages, source_ids
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from screening import policies
from screening.events import MatterRegistered, MattersImported
from screening.models import ApplicationLists, Consulted, Matter
from screening.rules.matter_sheet import Names, RowRefused, understand
from screening.rules.matters import MatterContent, problems_of
from screening.rules.question import Role
from screening.selectors.register import content_of
from screening.services.responses import Scope, reconcile
from toolkit.clock import day_of
from toolkit.db import lock_counter, raise_counter

COUNTER = ApplicationLists._meta.db_table
LONGEST_FILE_NAME = 100


class RolesUnclear(Malformed):
    code = "screening.roles_unclear"
    message = "应用清单须写明核查对象的角色，且角色代码不得重复。"


class MayNotEditLists(NotPermitted):
    code = "screening.may_not_edit_lists"
    message = "只有信用办可以维护应用清单。"


class MatterUnclear(Malformed):
    code = "screening.matter_unclear"
    message = "事项内容不完整，没有保存。"


class SourceUnknown(Malformed):
    code = "screening.source_unknown"
    message = "应查的名单或信息类别没有登记。"


class MatterChangedMeanwhile(RuleBroken):
    code = "screening.matter_changed_meanwhile"
    message = "该事项刚刚已由他人修改，本次没有保存。请刷新后重新填写。"


class MatterExists(RuleBroken):
    code = "screening.matter_exists"
    message = "该事项编码已经登记。请打开该事项修改，或改用其他编码。"


class NoMatters(Malformed):
    code = "screening.no_matters"
    message = "文件中没有识别出任何事项。首行须有事项编码、事项名称、实施部门、管理阶段、核查对象，以下每行一个事项。"


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
    by_application: bool = True,
    actor: Actor,
    now: datetime,
) -> int:
    """Register a matter with its application list, or bring it up to date. `consults`: ids of collection sources.

    Returns the matter's id; the same again changes nothing. Raises MayNotEditLists, RolesUnclear, MatterUnclear.
    """
    if not policies.may_edit_lists(actor):
        raise MayNotEditLists
    if not roles:
        raise RolesUnclear("应用清单没有写明核查对象的角色，请至少填写一个角色（如“申请人”）。")
    content = MatterContent(
        code=code,
        name=name,
        department_id=implementing_department_id,
        handled_by_id=handled_by_id,
        by_application=by_application,
        stages=tuple(stages),
        roles=tuple(roles),
        consults=(),
    )
    if len({role.code for role in roles}) < len(roles):
        raise RolesUnclear("".join(problems_of(content)))
    if problems := problems_of(content):
        raise MatterUnclear("".join(problems))
    said = {
        "name": name,
        "implementing_department_id": implementing_department_id,
        "handled_by_id": handled_by_id,
        "by_application": by_application,
        "stages": list(stages),
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
    if by_application != (True if known is None else known.by_application):
        reconcile(scope=Scope(), actor=actor, now=now)  # its measures wait for an application now, or no longer
    return matter.pk


@transaction.atomic
def save_matter(*, content: MatterContent, seen: str, actor: Actor, now: datetime) -> int:
    """Register a new matter (`seen` empty), or change the one whose wording `seen` (MatterContent.digest) was shown.

    Returns its id. Raises MayNotEditLists, MatterUnclear, RolesUnclear, SourceUnknown, MatterExists,
    MatterChangedMeanwhile.
    """
    if not policies.may_edit_lists(actor):
        raise MayNotEditLists
    lock_counter(COUNTER)
    known = Matter.objects.filter(code=content.code).first()
    if known is not None and not seen:
        raise MatterExists
    if seen and (known is None or content_of(known).digest != seen):
        raise MatterChangedMeanwhile
    return _register(content, source_ids(), actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `problems`: the rows that were not taken."""

    taken: int
    same: int
    problems: tuple[RowRefused, ...]


@transaction.atomic
def import_matters(
    *, rows: Sequence[tuple[int, Mapping[str, str]]], file_name: str, actor: Actor, now: datetime
) -> Imported:
    """Take a spreadsheet of matters: rows by the headings of rules.matter_sheet.COLUMNS, with their numbers.

    Good rows are registered or brought up to date, the others come back with their reasons; the same file again
    changes nothing. Raises MayNotEditLists, NoMatters.
    """
    if not policies.may_edit_lists(actor):
        raise MayNotEditLists
    if not rows:
        raise NoMatters
    names, ids = _names(now), source_ids()
    lock_counter(COUNTER)
    problems: list[RowRefused] = []
    first_at: dict[str, int] = {}
    taken = same = 0
    for number, cells in rows:
        understood = understand(number, cells, names)
        if isinstance(understood, list):
            problems += understood
            continue
        if understood.code in first_at:
            message = f"事项编码“{understood.code}”与第 {first_at[understood.code]} 行重复。请只保留一行。"
            problems.append(RowRefused(number, message))
            continue
        first_at[understood.code] = number
        known = Matter.objects.filter(code=understood.code).first()
        if known is not None and content_of(known).digest == understood.digest:
            same += 1
            continue
        _register(understood, ids, actor=actor, now=now)
        taken += 1
    fact = MattersImported(file_name[:LONGEST_FILE_NAME], taken, same, len({p.row for p in problems}))
    record(fact, about="screening.matters:", actor=actor, now=now)
    return Imported(taken, same, tuple(problems))


def _names(now: datetime) -> Names:
    departments = {key: d.id for d in all_departments() for key in (d.short_name, d.name, d.code)}
    sources = {key: s.code for s in source_ages(as_of=day_of(now)) for key in (s.name, s.code)}
    return Names(departments, sources)


def _register(content: MatterContent, ids: Mapping[str, int], *, actor: Actor, now: datetime) -> int:
    unknown = [code for code in content.consults if code not in ids]
    if unknown:
        raise SourceUnknown(f"没有登记名单或信息类别“{'、'.join(unknown)}”。请在页面上重新选择。")
    return register_matter(
        code=content.code,
        name=content.name,
        implementing_department_id=content.department_id,
        handled_by_id=content.handled_by_id,
        by_application=content.by_application,
        stages=list(content.stages),
        roles=content.roles,
        consults=[ids[code] for code in content.consults],
        actor=actor,
        now=now,
    )
