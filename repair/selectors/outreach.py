"""Who could ask for repair today and has not (G8): organisations only, by area and trade."""

from dataclasses import dataclass
from datetime import date

from collection.rules.publicity import SHOWN
from collection.rules.states import RecordState
from collection.selectors import records as collected
from kernel.actor import Actor
from redblack.selectors import visible_to as entries_of
from repair import policies
from repair.rules.states import Target
from repair.selectors.standing import PLATFORM, Held, held_many
from subjects.rules.kinds import Kind
from subjects.selectors import SubjectValue, subjects_of

CHUNK, MOST_CHUNKS = 200, 25


@dataclass(frozen=True, slots=True)
class Could:
    """One that could: what, whose, since when."""

    held: Held
    subject: SubjectValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`area`: the beginning of a division code. `trade`: a word of the firm's name or of what it was punished for."""

    target: Target = Target.RECORD
    area: str = ""
    trade: str = ""


def who_could(
    actor: Actor, *, wanted: Wanted, today: date, after: int | None, limit: int
) -> tuple[list[Could], int | None]:
    """Up to `limit` of them, the latest recorded first, and after which id the list goes on (None: it is at its end).

    Reads at most CHUNK * MOST_CHUNKS rows for one page; where it stopped it goes on.
    """
    found: list[Could] = []
    for _ in range(MOST_CHUNKS):
        ids = _chunk(actor, wanted.target, after)
        if not ids:
            return found, None
        held = {one.id: one for one in held_many(wanted.target, ids, on=today)}
        subjects = subjects_of({one.subject_id for one in held.values()})
        for pk in ids:
            after = pk
            one = held.get(pk)
            subject = subjects.get(one.subject_id) if one else None
            if one is not None and subject is not None and _fits(one, subject, wanted):
                found.append(Could(one, subject))
                if len(found) == limit:
                    return found, after
    return found, after


def _chunk(actor: Actor, target: Target, after: int | None) -> list[int]:
    everything = policies.sees_every_department(actor)
    if target is Target.RECORD:
        records = collected.visible_to(PLATFORM).filter(
            publicity_state=SHOWN, state=RecordState.CURRENT, ended_on=None
        )
        if not everything:
            records = records.filter(provider_id__in=actor.departments)
        records = records.filter(pk__lt=after) if after else records
        return list(records.order_by("-id").values_list("pk", flat=True)[:CHUNK])
    entries = entries_of(PLATFORM).filter(reward=False, released_on=None)
    if not everything:
        entries = entries.filter(authority_department_id__in=actor.departments)
    entries = entries.filter(pk__lt=after) if after else entries
    return list(entries.order_by("-id").values_list("pk", flat=True)[:CHUNK])


def _fits(one: Held, subject: SubjectValue, wanted: Wanted) -> bool:
    if subject.kind == Kind.NATURAL_PERSON or not one.may_apply:
        return False
    if wanted.area and not subject.division_code.startswith(wanted.area):
        return False
    return not wanted.trade or wanted.trade in subject.name or wanted.trade in one.case.field
