"""One look into the register and the lists: what is in force for the subjects asked about, at which revisions."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from collection.rules.freshness import Load, SourceState, age_days, state_of
from screening.rules import answer as rules
from screening.rules.question import Consulted, Plan, Trigger
from screening.selectors.checks import Held, PreparedPlan, Revisions, SourceFacts
from toolkit.db import call_json_again

HELD_AT = """SELECT a.id, l.version, (l.loaded_at AT TIME ZONE 'Asia/Shanghai')::date, l.rows, l.held
FROM unnest(%s::int[], %s::bigint[]) AS a (id, revision) JOIN collection_pub_source_history l
  ON l.source_id = a.id AND l.rev_from <= a.revision AND (l.rev_to IS NULL OR l.rev_to > a.revision)"""
REVISIONS_NOW = """SELECT array_agg(s.revision ORDER BY a.place)
FROM unnest(%s::int[]) WITH ORDINALITY AS a (id, place) LEFT JOIN collection_pub_source_revision s ON s.id = a.id"""


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """A subject of the register with what is in force for it on the asked sources.

    `doubted`: sources of which a version is held that leaves it open whether the subject is on them.
    """

    id: int | None
    kind: str
    name: str
    code: str
    triggers: tuple[Trigger, ...]
    related: tuple[rules.Related, ...]
    doubted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Looked:
    """One snapshot: revisions, the state of every asked source, and the subjects in the order asked."""

    revisions: Revisions
    sources: Mapping[int, Consulted]
    subjects: tuple[FoundSubject, ...]
    vector: Mapping[str, int]


def look(
    prepared: PreparedPlan,
    *,
    codes: Sequence[str | None],
    ids: Sequence[int | None],
    as_of: date,
    vector: Mapping[str, int] | None = None,
    persons: bool = True,
) -> Looked:
    """Look up subjects by code or id. `vector`: as known at a receipt's moment, not now (replay). `persons`: ask for
    limits of responsible persons, too.
    """
    arguments = (list(codes), list(ids), prepared.asked, as_of, persons)
    if vector is None:
        raw = call_json_again("screening_look(%s::text[], %s::bigint[], %s::int[], %s, %s)", *arguments)
    else:
        call = "screening_look_at(%s::text[], %s::bigint[], %s::int[], %s, %s, %s::jsonb)"
        raw = call_json_again(call, *arguments, json.dumps(dict(vector)))
    return looked_of(prepared, raw, as_of=as_of)


def looked_of(prepared: PreparedPlan, raw: Mapping[str, Any], *, as_of: date) -> Looked:
    """What the SQL said, as values."""
    read = Revisions(*raw["made_from"])
    sources = _sources(prepared, raw["states"], as_of)
    vector = vector_of(prepared, raw["states"], read) | {"subjects": raw["names"]}
    return Looked(read, sources, tuple(_found(row) for row in raw["subjects"]), vector)


def vector_of(prepared: PreparedPlan, states: Sequence[int | None], read: Revisions) -> dict[str, int]:
    """A receipt's vector but for the revision of names and posts."""
    told = asdict(read)
    told |= {f"source:{i}": revision or 0 for i, revision in zip(prepared.asked, states, strict=True)}
    return told


def held_now(prepared: PreparedPlan, *, as_of: date) -> Held:
    """The asked sources as this process last saw them; whoever answers by it asks if the revisions still stand."""
    held = _kept(prepared, as_of)
    if held is None:
        with connection.cursor() as cursor:
            cursor.execute(REVISIONS_NOW, [prepared.asked])
            revisions = cursor.fetchone()[0] or []
        held = _read(prepared, revisions, as_of)
    return held


def _kept(prepared: PreparedPlan, as_of: date) -> Held | None:
    """Read anew every settings.REREAD_SECONDS: what a revision held never changes, but a database may be restored."""
    for held in prepared.held[-1:]:
        if held.as_of == as_of and time.monotonic() - held.read_at < settings.REREAD_SECONDS:
            return held
    return None


def _sources(prepared: PreparedPlan, revisions: list[int | None], as_of: date) -> Mapping[int, Consulted]:
    held = _kept(prepared, as_of)
    if held is None or held.revisions != revisions:
        held = _read(prepared, revisions, as_of)
    return held.sources


def _read(prepared: PreparedPlan, revisions: list[int | None], as_of: date) -> Held:
    """What a source held at a revision never changes, so this need not be the snapshot that told the revisions."""
    moment = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(HELD_AT, [prepared.asked, revisions])
        loads = {row[0]: Load(row[1], row[2], row[3], row[4]) for row in cursor.fetchall()}
    sources = {
        i: _consulted(i, prepared.sources[i], revision, loads.get(i), prepared.plan, as_of)
        for i, revision in zip(prepared.asked, revisions, strict=True)
        if i in prepared.sources
    }
    held = Held(revisions, as_of, sources, moment)
    prepared.held[:] = [held]
    return held


def _consulted(
    source_id: int, facts: SourceFacts, revision: int | None, load: Load | None, plan: Plan, as_of: date
) -> Consulted:
    state = state_of(load, limit_days=facts.limit_days, as_of=as_of)
    return Consulted(
        id=source_id,
        code=facts.code,
        name=facts.name,
        kind=facts.kind,
        authority=facts.authority,
        state=state if revision is not None else SourceState.UNKNOWN,
        version=load.version if load else "",
        loaded_on=load.loaded_on if load else None,
        age_days=age_days(load, as_of=as_of) if load else None,
        limit_days=facts.limit_days,
        rows=load.rows if load else 0,
        revision=revision or 0,
        only_for_reward=source_id not in plan.consulted,
    )


def _found(row: list[Any]) -> FoundSubject:
    subject_id, kind, name, code, triggers, related, doubted = row
    return FoundSubject(
        subject_id,
        kind or "",
        name or "",
        code or "",
        tuple(_trigger(t) for t in triggers or ()),
        tuple(rules.Related(post=p, masked_name=n, count=c, doubtful=d > 0) for p, n, c, d in related or ()),
        frozenset(doubted or ()),
    )


def _trigger(row: list[Any]) -> Trigger:
    source_id, ref, document_no, authority, ground, since, until, disputed_on, suspended, *rest = row
    responsible, own_term, grade, amount = rest
    return Trigger(
        source_id=source_id,
        ref=ref,
        document_no=document_no,
        authority=authority,
        ground=ground,
        since=date.fromisoformat(since),
        until=date.fromisoformat(until) if until else None,
        disputed_on=date.fromisoformat(disputed_on) if disputed_on else None,
        suspended=suspended,
        responsible=responsible,
        own_term=own_term,
        grade=grade,
        amount=Decimal(amount) if amount is not None else None,
    )
