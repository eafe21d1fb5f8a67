"""Reading for a rehearsal: the plan with a draft in it, past checks, who is met today, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.selectors import departments_by_id
from kernel.errors import NotFound
from measures.rules.rehearsed import RehearsalFigures
from measures.selectors import PublishedItem
from screening.models import Consulted, Matter, Receipt, Rehearsal, RehearsalRow
from screening.rules.question import Plan
from screening.selectors.checks import PreparedPlan, make_plan, measure_of, retired_sources, source_facts
from screening.selectors.triggers import Calling
from toolkit.clock import start_of


class RehearsalNotFound(NotFound):
    code = "screening.rehearsal_not_found"
    message = "没有找到这次预演，请从措施清单事项重新打开。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One wording of a measure item: the draft, or what is published under its code."""

    item: PublishedItem
    matter_code: str
    stages: tuple[str, ...]

    def calling(self, *, today: date) -> Calling:
        item = self.item
        over = item.continues and item.own_until is not None and today > item.own_until
        return Calling(
            reward=item.reward,
            matter_code=self.matter_code,
            stages=self.stages,
            extends_to_responsible=item.extends_to_responsible,
            condition=item.condition,
            own_until_passed=over,
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """A matter at a stage as it is, and as it would be with the draft; both read the same sources.

    `revisions`: of these sources now, in the words of a receipt's vector.
    """

    before: PreparedPlan
    after: Plan
    revisions: dict[str, int]


def compared_plans(*, matter_code: str, stage: str, code: str, draft: Wording, today: date) -> Compared | None:
    """The plan with and without the draft; None where nothing of the item is asked at this matter and stage.

    The application list and every other measure are today's: what is compared is the draft alone.
    """
    matter = Matter.objects.filter(code=matter_code).first()
    if matter is None or stage not in matter.stages:
        return None
    before = make_plan(matter_code=matter_code, stage=stage, as_of=today)
    others = tuple(m for m in before.plan.measures if m.code != code)
    measures = others
    if draft.matter_code == matter_code and stage in draft.stages:
        whose = draft.item.department_id
        units = departments_by_id({whose}) if whose else {}
        department = units[whose].name if whose else draft.item.department_text
        measures = (*others, measure_of(draft.item, department, retired_sources(None)))
    after = replace(before.plan, measures=measures)
    asked = sorted(before.plan.asked | after.asked)
    prepared = replace(before, sources=source_facts(asked), asked=asked)
    return Compared(prepared, after, _revisions(asked))


def _revisions(source_ids: Sequence[int]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, revision FROM collection_pub_source WHERE id = ANY (%s)", [list(source_ids)])
        return {f"source:{number}": revision for number, revision in cursor.fetchall()}


def sources_asked(wording: Wording) -> list[int]:
    """The sources by which a wording is called for today: of a matter those that its application list consults."""
    triggers = wording.item.triggers - retired_sources(None)
    if wording.matter_code:
        lines = Consulted.objects.filter(matter__code=wording.matter_code, rev_to=None)
        triggers &= frozenset(lines.values_list("source_id", flat=True))
    return sorted(triggers)


def _checks(matter_code: str, stages: Sequence[str], since: date, until: date) -> QuerySet[Receipt]:
    return Receipt.objects.filter(
        matter__code=matter_code,
        stage__in=list(stages),
        checked_at__gte=start_of(since),
        checked_at__lt=start_of(until),
    )


def check_count(*, matter_code: str, stages: Sequence[str], since: date, until: date) -> int:
    """How many checks of a matter at these stages; `until` exclusive."""
    return _checks(matter_code, stages, since, until).count()


# A subject with those that the check takes for the same; every version of an entry or record ever published of them.
TRIGGERED = """EXISTS (
  WITH who AS MATERIALIZED (
    SELECT unnest("screening_receipt"."subject_ids") AS id
    UNION SELECT twin.id FROM subjects_pub_subject one JOIN subjects_pub_subject twin
      ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
    WHERE one.id = ANY ("screening_receipt"."subject_ids"))
  SELECT 1 FROM who JOIN redblack_pub_binding b ON b.subject_id = who.id AND b.source_id = ANY (%s)
  UNION ALL
  SELECT 1 FROM who JOIN collection_pub_trigger c ON c.subject_id = who.id AND c.source_id = ANY (%s))"""


def checks_with_triggers(
    *,
    matter_code: str,
    stages: Sequence[str],
    sources: Sequence[int],
    since: date,
    until: date,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[Receipt]:
    """The checks to replay, whatever they answered: those with an identified subject of whom there is, or was, an
    entry or a record on these sources. By (moment, id), `limit` at a time.

    `sources`: those that call for the compared wordings; about nobody else can the wordings differ. A check that was
    clear is among them: what it found may reach only responsible persons, or come from a source asked only since.
    """
    named = list(sources)
    called = RawSQL(TRIGGERED, (named, named), output_field=BooleanField())
    found = _checks(matter_code, stages, since, until).filter(called)
    if after is not None:
        moment, last = after
        found = found.filter(Q(checked_at__gte=moment) & (Q(checked_at__gt=moment) | Q(id__gt=last)))
    return list(found.order_by("checked_at", "id")[:limit])


def get_rehearsal(rehearsal_id: int) -> Rehearsal:
    """One rehearsal with its item. Raises RehearsalNotFound."""
    found = Rehearsal.objects.select_related("item").filter(pk=rehearsal_id).first()
    if found is None:
        raise RehearsalNotFound
    return found


def rehearsals_of(item_id: int, *, limit: int = 10) -> list[Rehearsal]:
    """The rehearsals of an item, the newest first."""
    return list(Rehearsal.objects.filter(item_id=item_id).order_by("-id")[:limit])


def row_page(rehearsal_id: int, *, change: str, today: bool, after: int = 0, limit: int = 50) -> list[RehearsalRow]:
    """The rows behind a number: checks, or (`today`) subjects of today. `after`: the last id seen (keyset)."""
    found = RehearsalRow.objects.filter(rehearsal_id=rehearsal_id, change=change, id__gt=after)
    found = found.filter(receipt="") if today else found.exclude(receipt="")
    return list(found.order_by("id")[:limit])


def figures_of(rehearsal: Rehearsal) -> RehearsalFigures:
    """What a finished rehearsal hands to the publication."""
    return RehearsalFigures(
        digest=rehearsal.digest,
        checked_from=rehearsal.checked_from,
        checked_until=rehearsal.checked_until,
        checks=rehearsal.checks,
        checks_newly=rehearsal.checks_newly,
        checks_no_longer=rehearsal.checks_no_longer,
        subjects=rehearsal.subjects,
        subjects_newly=rehearsal.subjects_newly,
        subjects_no_longer=rehearsal.subjects_no_longer,
    )
