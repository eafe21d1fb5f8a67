"""What a trigger tells the measures that it calls for: the facts of their conditions, and for how long. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from kernel.identifiers import USCC_LENGTH
from measures.rules.conditions import DIVISION, Facts
from screening.rules.question import Consulted, Measure, Plan, Subject, Trigger


def facts_of(trigger: Trigger, *, subject: Subject, plan: Plan, sources: Mapping[int, Consulted]) -> Facts:
    """What the conditions of this matter's measures may ask of a trigger."""
    source = sources[trigger.source_id]
    return Facts(
        source=source.code,
        edition=source.version,
        since=trigger.since,
        until=trigger.until,
        as_of=plan.as_of,
        grade=trigger.grade,
        amount=trigger.amount,
        subject_kind=subject.kind,
        area=division_of(subject.code),
        matter=plan.matter_code,
        stage=plan.stage,
        disputed=trigger.disputed_on is not None,
        responsible=trigger.responsible,
        own_term=trigger.own_term,
    )


def division_of(code: str) -> str:
    """The registering authority's division, characters 3 to 8 of a unified code (GB 32100).

    "" for anything else, such as the masked number of a person.
    """
    division = code[2:8]
    return division if len(code) == USCC_LENGTH and division.isascii() and DIVISION.fullmatch(division) else ""


def is_over(measure: Measure, trigger: Trigger, as_of: date) -> bool:
    """What goes on by a document of the department's own does so no longer than that document says."""
    return trigger.own_term and measure.own_until is not None and as_of > measure.own_until


def last_day(triggers: Sequence[Trigger], measure: Measure) -> date | None:
    """The day until which the last of them binds; None when one has no end of its own."""
    ends = []
    for trigger in triggers:
        limits = [trigger.until, measure.own_until if trigger.own_term else None]
        ends.append(min((day for day in limits if day is not None), default=None))
    return None if None in ends else max(end for end in ends if end is not None)
