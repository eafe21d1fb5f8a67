"""Reading for a check: the matter's plan. Reading of receipts. What is in force for whom: looking.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.selectors import departments_by_id
from collection.rules.freshness import SourceKind, SourceState
from collection.selectors import SourceAge, source_ages
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from measures.selectors import PublishedItem, items_of_matter
from screening import policies
from screening.models import Choice, Consulted, Matter, Receipt
from screening.rules import question
from screening.rules.numbers import parts_of
from screening.selectors.asking import general_windows
from toolkit.clock import start_of
from toolkit.db import call_json
from toolkit.keyset import Capped, count_of


class UnknownMatter(NotFound):
    code = "screening.unknown_matter"
    message = "没有登记该政务服务事项，或该事项没有这个管理阶段。"


class ReceiptNotFound(NotFound):
    code = "screening.receipt_not_found"
    message = "没有找到该核查回执，或您没有查看的权限。"


@dataclass(frozen=True, slots=True)
class Revisions:
    """What a plan was made from. A plan is used only while all four still stand, which every lookup tells."""

    registry: int
    measures: int
    lists: int
    documents: int


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What does not change without the registry's revision: name, kind, authority, limit."""

    code: str
    name: str
    kind: SourceKind
    authority: str
    limit_days: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """What the asked sources held at these revisions (None: no such source), and when this process read it."""

    revisions: list[int | None]
    as_of: date
    sources: Mapping[int, question.Consulted]
    read_at: float
    expected: dict[Any, Any] = field(default_factory=dict, compare=False)  # services.recording.Expected, by who asks


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    plan: question.Plan
    sources: Mapping[int, SourceFacts]
    asked: list[int]
    asked_by: frozenset[int]  # departments: who carries it out, whose window takes it in, who takes in every matter
    made_from: Revisions
    held: list[Held] = field(default_factory=list, init=False, compare=False)  # one at most, of the latest look


_plans: dict[tuple[str, str, date], PreparedPlan] = {}
PLANS_KEPT = 2000


def keeps_plan(*, matter_code: str, stage: str, as_of: date) -> bool:
    """Whether this process has a plan of that matter. The lookup says whether it still stands."""
    return (matter_code, stage, as_of) in _plans


def prepared_plan(*, matter_code: str, stage: str, as_of: date, fresh: bool = False) -> PreparedPlan:
    """The plan of a matter, kept per process until a lookup says that something published has changed (`fresh`)."""
    key = (matter_code, stage, as_of)
    if fresh or key not in _plans:
        if len(_plans) >= PLANS_KEPT:
            _plans.clear()
        _plans[key] = make_plan(matter_code=matter_code, stage=stage, as_of=as_of)
    return _plans[key]


def make_plan(*, matter_code: str, stage: str, as_of: date, at: Mapping[str, int] | None = None) -> PreparedPlan:
    """Read the application list and the published measures; `at`: as they stood in a receipt's vector.

    Retired sources are left out: nothing is looked up in them, and a measure that only they call for is none.
    Raises UnknownMatter.
    """
    made_from = revisions()  # before the reading: a change in between makes the plan stale, never silently fresh
    matter = Matter.objects.select_related("implementing_department").filter(code=matter_code).first()
    if matter is None or (at is None and stage not in matter.stages):  # a past check may be of a stage given up since
        raise UnknownMatter
    lists_at, measures_at = (at["lists"], at["measures"]) if at else (None, None)
    known = (
        Q(rev_to=None) if lists_at is None else Q(rev_from__lte=lists_at) & (Q(rev_to=None) | Q(rev_to__gt=lists_at))
    )
    retired = retired_sources(at["registry"] if at else None)
    lines = Consulted.objects.filter(known, matter=matter).values_list("source_id", flat=True)
    consulted = frozenset(lines) - retired
    items = items_of_matter(matter_code=matter_code, stage=stage, as_of=as_of, revision=measures_at)
    items = [item for item in items if item.triggers - retired]
    names = departments_by_id({i.department_id for i in items if i.department_id})
    plan = question.Plan(
        matter_id=matter.pk,
        matter_code=matter.code,
        matter_name=matter.name,
        department_id=matter.implementing_department_id,
        department=matter.implementing_department.name,
        stage=stage,
        as_of=as_of,
        roles=tuple(question.Role(**role) for role in matter.roles),
        consulted=consulted,
        measures=tuple(
            measure_of(item, names[item.department_id].name if item.department_id else item.department_text, retired)
            for item in items
        ),
    )
    asked = sorted(plan.asked)
    asked_by = general_windows() | {matter.implementing_department_id}
    if matter.handled_by_id:
        asked_by |= {matter.handled_by_id}
    return PreparedPlan(plan, source_facts(asked), asked, asked_by, made_from)


def revisions() -> Revisions:
    """The four revisions that plans are made from, in one snapshot."""
    return Revisions(*call_json("screening_revisions()"))


def retired_sources(registry: int | None) -> frozenset[int]:
    """Sources that nothing consults any more: lists that are no longer 现行. `registry`: as of that revision of the
    register (replay).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT source_id FROM collection_pub_source_facts WHERE retired AND CASE WHEN %(at)s::bigint IS NULL
            THEN rev_to IS NULL ELSE rev_from <= %(at)s AND (rev_to IS NULL OR rev_to > %(at)s) END""",
            {"at": registry},
        )
        return frozenset(row[0] for row in cursor)


def measure_of(item: PublishedItem, department: str, retired: frozenset[int]) -> question.Measure:
    """A measure as a plan has it, without the sources that nothing consults any more."""
    return question.Measure(
        id=item.id,
        code=item.code,
        content=item.content,
        department=department,
        articles=item.articles,
        wording=question.Wording(item.wording),
        kind=item.kind,
        means=item.means,
        term=item.term_text,
        triggers=item.triggers - retired,
        unless_bad=item.unless_bad - retired,
        reward=item.reward,
        extends_to_responsible=item.extends_to_responsible,
        condition=item.condition,
        own_until=item.own_until if item.continues else None,
    )


def source_facts(source_ids: Sequence[int]) -> dict[int, SourceFacts]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name, kind, authority, freshness_days FROM collection_pub_source WHERE id = ANY (%s)",
            [list(source_ids)],
        )
        return {row[0]: SourceFacts(row[1], row[2], SourceKind(row[3]), row[4], row[5]) for row in cursor}


def matters(*, handled_by: frozenset[int] | None = None) -> QuerySet[Matter]:
    """Matters in the order of their codes; `handled_by`: only those of these departments."""
    found = Matter.objects.select_related("implementing_department").order_by("code")
    if handled_by is None:
        return found
    return found.filter(Q(implementing_department_id__in=handled_by) | Q(handled_by_id__in=handled_by))


def visible_to(actor: Actor) -> QuerySet[Receipt]:
    """Receipts of the actor's own departments: those that asked, and those that must decide. Credit office: all."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return Receipt.objects.all()
    if actor.kind is Kind.CLIENT:
        return Receipt.objects.filter(actor=actor.key)
    if not policies.may_see_receipts(actor):  # an administrator of the department is none of its staff
        return Receipt.objects.none()
    return Receipt.objects.filter(
        Q(department_id__in=actor.departments) | Q(implementing_department_id__in=actor.departments)
    )


def get_visible(actor: Actor, number: str) -> Receipt:
    """One receipt in the actor's scope. Raises ReceiptNotFound for "not there" and "not yours" alike."""
    return _numbered(visible_to(actor), number)


def receipt(number: str) -> Receipt:
    """One receipt by its number, for the platform itself. Raises ReceiptNotFound."""
    return _numbered(Receipt.objects.all(), number)


def _numbered(receipts: QuerySet[Receipt], number: str) -> Receipt:
    """The number tells the day, and so the partition, and the id: one row of one index is read."""
    parts = parts_of(number)
    found = None
    if parts is not None:
        day, receipt_id = parts
        of_that_day = receipts.filter(**_within(day), id=receipt_id, number=number)
        found = of_that_day.select_related("matter").first()
    if found is None:
        raise ReceiptNotFound
    return found


def _within(day: date) -> dict[str, datetime]:
    start = start_of(day)
    return {"checked_at__gte": start, "checked_at__lt": start + timedelta(days=1)}


NEWEST = """(SELECT checked_at, id FROM screening_receipt WHERE {part} AND checked_at >= %(since)s
  AND checked_at < %(until)s{narrowed} ORDER BY checked_at DESC, id DESC LIMIT %(limit)s)"""


def receipt_keys(
    actor: Actor, *, day: date, answer: str = "", after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[tuple[datetime, int]]:
    """(checked_at, id) of the actor's receipts of a day, newest first; `after`: of the last one seen (keyset).

    One statement, for every page of the window asks it. It is put together from parts that one index gives in order;
    they overlap where a department asks about its own matters.
    """
    within = _within(day)
    said: dict[str, Any] = {"since": within["checked_at__gte"], "until": within["checked_at__lt"], "limit": limit}
    narrowed = ""
    if answer:
        narrowed, said["answer"] = " AND answer = %(answer)s", answer
    if after is not None:
        narrowed += " AND checked_at <= %(moment)s AND (checked_at < %(moment)s OR id < %(last)s)"
        said |= {"moment": after[0], "last": after[1]}
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        parts = ["true"]
    elif actor.kind is Kind.CLIENT:
        parts, said["actor"] = ["actor = %(actor)s"], actor.key
    elif policies.may_see_receipts(actor):  # as in visible_to; each department is planned by its own share
        columns = ("department_id", "implementing_department_id")
        parts = [f"{column} = {one:d}" for column in columns for one in sorted(actor.departments)]
    else:
        parts = []
    if not parts:
        return []
    asked = " UNION ".join(NEWEST.format(part=part, narrowed=narrowed) for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({asked}) newest ORDER BY 1 DESC, 2 DESC LIMIT %(limit)s", said)
        return [(checked_at, receipt_id) for checked_at, receipt_id in cursor]


def receipts_at(keys: Sequence[tuple[datetime, int]], *, day: date) -> list[Receipt]:
    """The receipts of these keys of one day, in their order: their contents are read once, and of no other."""
    found = Receipt.objects.filter(**_within(day), id__in=[key[1] for key in keys])
    return sorted(found, key=lambda r: (r.checked_at, r.pk), reverse=True)


def receipt_page(
    actor: Actor, *, day: date, answer: str = "", after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Receipt]:
    """The actor's receipts of a day, newest first; `after`: (checked_at, id) of the last one seen (keyset)."""
    return receipts_at(receipt_keys(actor, day=day, answer=answer, after=after, limit=limit), day=day)


def day_count(actor: Actor, *, day: date, answer: str = "") -> Capped:
    """How many receipts of a day; the rows are `receipt_page`'s."""
    mine = visible_to(actor).filter(**_within(day))
    return count_of(mine.filter(answer=answer) if answer else mine)


def undecided(actor: Actor, *, day: date, limit: int) -> list[Receipt]:
    """The actor's own hits of a day that call for a measure and about which nothing was chosen yet, oldest first."""
    chosen = Choice.objects.filter(number=OuterRef("number"))
    mine = Receipt.objects.filter(
        ~Exists(chosen),
        **_within(day),
        department_id=actor.department_id,
        actor=actor.key,
        answer="hit",
        no_measure=False,
    )
    return list(mine.select_related("matter").order_by("checked_at", "id")[:limit])


def unusable_sources(*, as_of: date) -> list[SourceAge]:
    """What an application list names and nobody can consult now: never loaded, older than its limit, or held."""
    asked = set(Consulted.objects.filter(rev_to=None).values_list("source_id", flat=True))
    return [s for s in source_ages(as_of=as_of) if s.id in asked and s.state is not SourceState.CURRENT]


def choice_of(number: str) -> Choice | None:
    """What the person at the window chose on that receipt, if anything yet."""
    return Choice.objects.filter(number=number).first()
