"""What is held against a subject, and from when it may ask that it end."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from accounts.selectors import DepartmentValue, departments_by_id
from collection.rules.publicity import ENDED, OVER
from collection.rules.states import RecordState
from collection.selectors import records as collected
from kernel.actor import system
from kernel.errors import NotFound
from kernel.law import Reason
from redblack.rules.lists import Origin
from redblack.selectors import visible_to as entries_of
from repair.models import Application
from repair.rules import sets
from repair.rules.eligibility import Case, Outlook, outlook
from repair.rules.grading import grade_of
from repair.rules.sets import RuleSet
from repair.rules.states import OPEN, Target

PLATFORM = system("repair")  # reads the record or entry itself; whether the reader may, the service says
MOST = 200  # of one subject: nobody reads further
OWN_ROUTE = "国家企业信用信息公示系统"


class NothingThere(NotFound):
    code = "repair.nothing_there"
    message = "没有找到该失信信息，或者它不属于该主体。请核对文号和统一社会信用代码。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One record or entry against a subject, as an application would be about it.

    `display`: 公示状态. `own_terms`: documents of statutory terms that stand on their own. `open`: the number of the
    application under way. `department_id` None: nobody of this city recognised it.
    """

    target: Target
    id: int
    subject_id: int
    what: str
    document_no: str
    authority: str
    department_id: int | None
    grade: str
    grade_why: str
    found_on: date | None
    until: date | None
    display: str
    case: Case
    rules: RuleSet
    outlook: Outlook
    open_number: str = ""
    open_id: int | None = None

    @property
    def may_apply(self) -> bool:
        return self.outlook.may_apply and not self.open_number

    @property
    def against(self) -> tuple[Reason, ...]:
        return self.outlook.verdict.against


def rules_on(day: date, department: DepartmentValue | None) -> RuleSet:
    """The rule set that governs an application of that day to that department."""
    local = sets.local_of(department.division_code, settings.REPAIR_LOCAL_RULES) if department else ""
    return sets.in_force(day, local=local, values=settings.REPAIR_VALUES)


def held(target: Target, target_id: int, *, on: date) -> Held:
    """One record or entry. Raises NothingThere."""
    found = _records([target_id], on) if target is Target.RECORD else _entries([target_id], on)
    if not found:
        raise NothingThere
    return found[0]


def held_many(target: Target, ids: Sequence[int], *, on: date) -> list[Held]:
    """Several records or entries at once; what is not negative is left out."""
    return _records(ids, on) if target is Target.RECORD else _entries(ids, on)


def held_against(subject_id: int, *, on: date) -> list[Held]:
    """Everything that is negative about a subject and has not long ended, entries first, then the latest records."""
    entries = entries_of(PLATFORM).filter(subject_id=subject_id, reward=False).order_by("-effective_from", "-id")
    records = collected.visible_to(PLATFORM).filter(subject_id=subject_id, state=RecordState.CURRENT)
    ids = list(records.order_by("-decided_on", "-id").values_list("pk", flat=True)[:MOST])
    return _entries(list(entries.values_list("pk", flat=True)[:MOST]), on) + _records(ids, on)


def records_by_number(subject_id: int, document_no: str, *, on: date) -> list[Held]:
    """Records of a subject under a document number, however its brackets were written."""
    rows = collected.record_page(PLATFORM, filters=collected.RecordFilters(q=document_no.strip()), limit=MOST)
    return _records([row.pk for row in rows if row.subject_id == subject_id], on)


def entries_by_number(subject_id: int, document_no: str, *, on: date) -> list[Held]:
    rows = entries_of(PLATFORM).filter(subject_id=subject_id, document_no=document_no.strip(), reward=False)
    return _entries(list(rows.order_by("-id").values_list("pk", flat=True)[:MOST]), on)


def _records(ids: Sequence[int], on: date) -> list[Held]:
    rows = list(
        collected.visible_to(PLATFORM).filter(pk__in=ids).select_related("item").order_by("-decided_on", "-id")
    )
    raised = collected.triggers_of_many([row.pk for row in rows])
    rows = [row for row in rows if _is_negative(row, raised)]
    departments = departments_by_id({d for row in rows if (d := row.authority_department_id or row.provider_id)})
    listed = _seriously_listed({row.subject_id for row in rows}, on)
    under_way = _under_way("record_id", [row.pk for row in rows])
    return [
        _of_record(row, raised.get(row.pk, []), departments, row.subject_id in listed, under_way.get(row.pk), on)
        for row in rows
    ]


def _of_record(
    row: Any,
    raised: Sequence[Any],
    departments: dict[int, DepartmentValue],
    listed: bool,
    open_one: tuple[int, str] | None,
    on: date,
) -> Held:
    department = departments.get(row.authority_department_id or row.provider_id)
    kinds = str(row.content.get("CF_CFLB") or "")
    grade = grade_of(stated=row.grade, procedure=row.procedure, kinds=kinds)
    own = [
        (trigger.valid_until, f"{trigger.ground}，{row.document_no}")
        for trigger in raised
        if trigger.own_term and trigger.released_on is None and trigger.subject_id == row.subject_id
    ]
    over = f"该信息{row.publicity_state}" if row.publicity_state in (OVER, ENDED) else ""
    if row.ended_on is not None and not over:
        over = f"该信息已于 {row.ended_on.isoformat()} 结束"
    if row.state != RecordState.CURRENT:
        over = over or "该信息已撤回或者归档"
    case = Case(
        target=Target.RECORD,
        grade=grade.grade,
        field=f"{row.item.name} {row.authority} {kinds} {row.content.get('CF_WFXW') or ''}",
        found_on=row.decided_on,
        until=row.publicity_until,
        over=over,
        own_terms=own,
        decided_here=department is not None,
        own_route=_own_route(department),
        forbidden=settings.REPAIR_FORBIDDEN.get(row.item.code, ""),
        on_serious_list=listed,
        authority=row.authority,
    )
    rules = rules_on(on, department)
    until = f"（至 {row.publicity_until.isoformat()}）" if row.publicity_until and not over else ""
    return Held(
        target=Target.RECORD,
        id=row.pk,
        subject_id=row.subject_id,
        what=row.item.name,
        document_no=row.document_no,
        authority=row.authority,
        department_id=department.id if department else None,
        grade=grade.grade,
        grade_why=grade.why,
        found_on=row.decided_on,
        until=row.publicity_until,
        display=f"{row.publicity_state}{until}",
        case=case,
        rules=rules,
        outlook=outlook(case, rules, on=on),
        open_id=open_one[0] if open_one else None,
        open_number=open_one[1] if open_one else "",
    )


def _entries(ids: Sequence[int], on: date) -> list[Held]:
    rows = list(
        entries_of(PLATFORM).filter(pk__in=ids).select_related("list_type").order_by("-effective_from", "-id")
    )
    departments = departments_by_id({row.authority_department_id for row in rows if row.authority_department_id})
    under_way = _under_way("entry_id", [row.pk for row in rows])
    return [_of_entry(row, departments, under_way.get(row.pk), on) for row in rows]


def _of_entry(row: Any, departments: dict[int, DepartmentValue], open_one: tuple[int, str] | None, on: date) -> Held:
    department = departments.get(row.authority_department_id)
    serious = row.list_type.kind == "serious"
    grade = grade_of(stated=row.grade, serious_list=serious)
    here = Origin(row.origin).decided_here and department is not None
    over = f"该条目已于 {row.released_on.isoformat()} {row.release_kind}" if row.released_on else ""
    case = Case(
        target=Target.ENTRY,
        grade=grade.grade,
        field=row.list_type.title,
        found_on=row.decided_on or row.effective_from,
        until=row.effective_until,
        over=over,
        abnormal=row.list_type.kind == "abnormal",
        reward=row.reward,
        decided_here=here,
        own_route=_own_route(department),
        forbidden=settings.REPAIR_FORBIDDEN.get(row.list_type.code, ""),
        authority=row.authority,
    )
    rules = rules_on(on, department)
    until = f"（至 {row.effective_until.isoformat()}）" if row.effective_until else ""
    return Held(
        target=Target.ENTRY,
        id=row.pk,
        subject_id=row.subject_id,
        what=row.list_type.title,
        document_no=row.document_no,
        authority=row.authority,
        department_id=department.id if department else None,
        grade=grade.grade,
        grade_why=grade.why,
        found_on=case.found_on,
        until=row.effective_until,
        display=row.release_kind if row.released_on else f"已列入{until}",
        case=case,
        rules=rules,
        outlook=outlook(case, rules, on=on),
        open_id=open_one[0] if open_one else None,
        open_number=open_one[1] if open_one else "",
    )


def _is_negative(row: Any, raised: Collection[int]) -> bool:
    """What may be repaired: information that was graded, or that a penalty procedure led to, or that calls for
    something. A permit or a registration is none.
    """
    return bool(row.grade or row.procedure) or row.pk in raised


def _seriously_listed(subject_ids: Iterable[int], on: date) -> frozenset[int]:
    rows = entries_of(PLATFORM).filter(
        subject_id__in=list(subject_ids), list_type__kind="serious", released_on=None, effective_from__lte=on
    )
    rows = rows.exclude(effective_until__lt=on)
    return frozenset(rows.order_by("subject_id").values_list("subject_id", flat=True))


def _under_way(column: str, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    rows = Application.objects.filter(**{f"{column}__in": ids}, state__in=[s.value for s in OPEN])
    return {key: (pk, number) for key, pk, number in rows.order_by("pk").values_list(column, "pk", "number")}


def _own_route(department: DepartmentValue | None) -> str:
    return OWN_ROUTE if department is not None and department.code in settings.REPAIR_OWN_ROUTE else ""
