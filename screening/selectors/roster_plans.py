"""What a roster asks on a day: its lists with their state, its measures, and the vector of what was read."""

from dataclasses import dataclass, replace
from datetime import date

from accounts.selectors import departments_by_id
from measures.selectors import PlacedItem, items_in_force
from screening.models import Roster
from screening.rules.question import Consulted, Plan
from screening.selectors.checks import (
    PreparedPlan,
    make_plan,
    measure_of,
    retired_sources,
    revisions,
    source_facts,
)
from screening.selectors.looking import Looked, look
from screening.selectors.triggers import Calling


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """`callings`: of each measure of the plan, in its order, what decides whether a trigger calls for it."""

    prepared: PreparedPlan
    callings: tuple[Calling, ...]
    looked: Looked  # of nobody: the state of every source, and the vector

    @property
    def plan(self) -> Plan:
        return self.prepared.plan

    @property
    def gaps(self) -> list[Consulted]:
        """Consulted sources that cannot be relied on: whoever is not hit could not be checked (invariant I1)."""
        sources = self.looked.sources
        return [sources[i] for i in sorted(self.plan.consulted) if not sources[i].complete]


def roster_plan(roster: Roster, *, as_of: date) -> RosterPlan:
    """The chosen lists that are in use, and the measures by which a hit is told. Raises UnknownMatter."""
    made_from = revisions()  # before the reading, as with the plan of a matter
    retired = retired_sources(None)
    consulted = frozenset(roster.source_ids) - retired
    if roster.measures_from == Roster.MeasuresFrom.MATTER:
        assert roster.matter is not None
        whole = make_plan(matter_code=roster.matter.code, stage=roster.stage, as_of=as_of)
        plan = replace(whole.plan, consulted=consulted)
        placed = {one.item.code: one for one in _chosen([m.code for m in plan.measures], as_of)}
        items = [placed[m.code] for m in plan.measures]
        callings = [_calling(one, roster.matter.code, (roster.stage,), as_of) for one in items]
    else:
        items = [one for one in _items(roster, as_of) if one.item.triggers - retired]
        names = departments_by_id({one.item.department_id for one in items if one.item.department_id})
        plan = Plan(
            matter_id=0,
            matter_code="",
            matter_name=roster.name,
            department_id=roster.department_id,
            department="",
            stage="",
            as_of=as_of,
            roles=(),
            consulted=consulted,
            measures=tuple(
                measure_of(
                    one.item,
                    names[one.item.department_id].name if one.item.department_id else one.item.department_text,
                    retired,
                )
                for one in items
            ),
        )
        callings = [_calling(one, one.matter_code, one.stages, as_of) for one in items]
    asked = sorted(plan.asked)
    prepared = PreparedPlan(plan, source_facts(asked), asked, asked_by=frozenset(), made_from=made_from)
    return RosterPlan(prepared, tuple(callings), look(prepared, codes=[], ids=[], as_of=as_of))


def _items(roster: Roster, as_of: date) -> list[PlacedItem]:
    match roster.measures_from:
        case Roster.MeasuresFrom.DEPARTMENT:
            return items_in_force(as_of=as_of, department_id=roster.department_id)
        case Roster.MeasuresFrom.CHOSEN:
            return _chosen(roster.item_codes, as_of)
    return []


def _chosen(codes: list[str], as_of: date) -> list[PlacedItem]:
    return items_in_force(as_of=as_of, codes=codes)


def _calling(one: PlacedItem, matter_code: str, stages: tuple[str, ...], as_of: date) -> Calling:
    item = one.item
    return Calling(
        reward=item.reward,
        matter_code=matter_code,
        stages=stages,
        extends_to_responsible=item.extends_to_responsible,
        condition=item.condition,
        own_until_passed=item.continues and item.own_until is not None and as_of > item.own_until,
    )
