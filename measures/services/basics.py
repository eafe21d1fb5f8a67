"""The national basic list of punitive measures and local supplements, by edition (rulebook 1.3)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted, RuleBroken
from measures import policies
from measures.events import BasicListRegistered, BasicMeasureConfirmed
from measures.models import BasicList, BasicMeasure
from toolkit.clock import day_of
from toolkit.db import refusing


class BasicListsAreTheOffices(NotPermitted):
    code = "measures.basic_lists_are_the_offices"
    message = "基础清单由信用办维护。"


class EditionsOverlap(RuleBroken):
    code = "measures.editions_overlap"
    message = "该版清单的施行期间与另一版重叠。请先写明前一版的截止日期，同一天只能有一版有效。"


class TermBackwards(Malformed):
    code = "measures.term_backwards"
    message = "清单的截止日期早于施行日期，或者没有施行日期。请核对。"


class BadBasicMeasure(Malformed):
    code = "measures.bad_basic_measure"
    message = "清单中的措施有误：类别应为一、二、三类，序号不得重复，名称不得为空。"


class BasicMeasureNotFound(NotFound):
    code = "measures.basic_measure_not_found"
    message = "没有这项基础清单措施，或已经确认。请刷新后重试。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic:
    """One measure of an edition. `kind` 1 reduces rights, 2 is management, 3 is by others on their own."""

    number: int
    kind: int
    label: str
    content: str = ""
    target: str = ""
    basis: str = ""
    implementer: str = ""
    confidence: str = "G"


@transaction.atomic
def register_basic_list(
    *,
    code: str,
    title: str,
    edition: str,
    local: bool,
    effective_from: date | None,
    effective_until: date | None,
    confidence: str,
    measures: Sequence[Basic],
    actor: Actor,
    now: datetime,
) -> int:
    """Register an edition, or bring it up to date; the same changes nothing. An edition whose text nobody has found
    has no measures and no dates. What was confirmed of a measure stays where it says the same. Its id.

    Raises BasicListsAreTheOffices, TermBackwards, EditionsOverlap, BadBasicMeasure.
    """
    if not policies.may_publish(actor):
        raise BasicListsAreTheOffices
    if effective_until is not None and (effective_from is None or effective_until < effective_from):
        raise TermBackwards
    numbers = [one.number for one in measures]
    if len(set(numbers)) < len(numbers) or any(one.kind not in (1, 2, 3) or not one.label for one in measures):
        raise BadBasicMeasure
    said = {
        "title": title,
        "edition": edition,
        "local": local,
        "effective_from": effective_from,
        "effective_until": effective_until,
        "confidence": confidence,
    }
    known = BasicList.objects.filter(code=code).first()
    if known is not None and all(getattr(known, k) == v for k, v in said.items()) and _holds(known, measures):
        return known.pk
    with refusing("measures_basiclist_no_overlap", EditionsOverlap):
        row, _ = BasicList.objects.update_or_create(code=code, defaults=said)
    for one in measures:
        fields = asdict(one)
        before = BasicMeasure.objects.filter(basic_list=row, number=one.number).first()
        if before is not None and any(getattr(before, k) != v for k, v in fields.items()):
            fields |= {"confirmed_by": "", "confirmed_on": None}
        BasicMeasure.objects.update_or_create(basic_list=row, number=fields.pop("number"), defaults=fields)
    BasicMeasure.objects.filter(basic_list=row).exclude(number__in=numbers).delete()
    fact = BasicListRegistered(row.pk, code, edition, len(measures))
    record(fact, about=f"measures.basic_list:{row.pk}", actor=actor, now=now)
    return row.pk


def _holds(row: BasicList, measures: Sequence[Basic]) -> bool:
    columns = tuple(Basic.__dataclass_fields__)
    stored = list(row.measures.order_by("number").values_list(*columns))
    return stored == [tuple(asdict(one).values()) for one in sorted(measures, key=lambda one: one.number)]


@transaction.atomic
def confirm_basic_measure(*, measure_id: int, actor: Actor, now: datetime) -> None:
    """The credit office has read the measure in the edition itself. Raises BasicListsAreTheOffices,
    BasicMeasureNotFound.
    """
    if not policies.may_publish(actor):
        raise BasicListsAreTheOffices
    row = BasicMeasure.objects.select_for_update().filter(pk=measure_id, confirmed_by="").first()
    if row is None:
        raise BasicMeasureNotFound
    row.confirmed_by, row.confirmed_on = actor.key, day_of(now)
    row.save(update_fields=["confirmed_by", "confirmed_on"])
    fact = BasicMeasureConfirmed(row.pk, row.basic_list_id, row.number, row.confidence)
    record(fact, about=f"measures.basic_list:{row.basic_list_id}", actor=actor, now=now)
