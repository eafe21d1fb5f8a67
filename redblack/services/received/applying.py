"""A staged version compared with what stands; then applied as a whole, or held. By sets, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from audit.services import record
from collection.services import advance, mark_loaded
from kernel.actor import Actor
from redblack.events import ListReceived, ListRowsApplied, ListVersionHeld
from redblack.models import ListType, ListVersion
from redblack.rules.evidence import may_take_entries
from redblack.rules.fuse import Compared, Limits, may_apply
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.states import VERSION_LIFE, VersionState
from redblack.services.entries import GROUND_SHOWN, CannotBind
from redblack.services.exit_papers import drop_proposals
from redblack.services.received import applying_sql as sql
from redblack.services.recognising import raise_for_entries
from toolkit.clock import day_of

IDS = 1_000  # in one fact


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a version: applied or held, and what it counts."""

    state: VersionState
    compared: Compared


def settle(*, version: ListVersion, fused: bool, actor: Actor, now: datetime) -> Settled:
    """Compare a staged version, then apply it, or hold it where `fused` and it lost or gained too much.

    Inside the caller's transaction, which has locked the version. Raises CannotBind: the list is no longer 现行.
    """
    list_type = ListType.objects.select_for_update().get(pk=version.list_type_id)
    taking = may_take_entries(LegalStatus(list_type.legal_status))
    if not taking:
        raise CannotBind("".join(r.message for r in taking.against), reasons=taking.against)
    values = _values(version, list_type, now)
    with connection.cursor() as cursor:
        compared = _compare(cursor, values)
        version.rows, version.before = compared.rows, compared.before
        version.added, version.kept = compared.added, compared.kept
        version.changed, version.removed = compared.changed, compared.removed + compared.expired
        version.lost, version.refused = compared.lost, compared.refused + compared.freed
        verdict = may_apply(compared, Limits(percent=list_type.fuse_percent, rows=list_type.fuse_rows))
        if fused and not verdict:
            version.state = VERSION_LIFE.after("hold", VersionState(version.state))
            version.reasons = [{"code": r.code, "message": r.message} for r in verdict.against]
            version.save()
            _hold(cursor, values)
            fact = ListVersionHeld(
                version.pk,
                list_type.code,
                version.version,
                [r.code for r in verdict.against],
                compared.removed,
                compared.added,
            )
            record(fact, about=about(version), actor=actor, now=now)
        else:
            verb = "release" if version.state == VersionState.HELD else "apply"
            version.state = VERSION_LIFE.after(verb, VersionState(version.state))
            _apply(cursor, values, version, list_type, actor, now)
        cursor.execute(sql.DROP)
    return Settled(VersionState(version.state), compared)


def discard_rows(version: ListVersion) -> None:
    """The version is not used: its rows leave, and nobody's standing is doubtful because of it."""
    source_id = version.list_type.source_id
    assert source_id is not None  # a list that was 现行 keeps its source
    values = {"version": version.pk, "revision": advance(source_id=source_id), "all": True}
    with connection.cursor() as cursor:
        cursor.execute(sql.SETTLED, values)
        cursor.execute(sql.CLEAR, values)


def about(version: ListVersion) -> str:
    return f"redblack.listversion:{version.pk}"


def _values(version: ListVersion, list_type: ListType, now: datetime) -> dict[str, Any]:
    on: date = day_of(version.stated_at)
    return {
        "version": version.pk,
        "list": list_type.pk,
        "source": list_type.source_id,
        "origin": list_type.origin,
        "origins": [o.value for o in Origin if o.decided_here == Origin(list_type.origin).decided_here],
        "reward": list_type.kind == "reward",
        "department": list_type.initiator_department_id,
        "initiator": list_type.initiator,
        "basis": list_type.legal_basis,
        "exit": list_type.exit_rule,
        "shown": GROUND_SHOWN,
        "reason": f"上级下发的名单版本 {version.version} 中已无该主体",
        "on": on,
        "now": now,
        "all": False,
    }


def _compare(cursor: CursorWrapper, values: dict[str, Any]) -> Compared:
    cursor.execute(sql.ROOMY)
    cursor.execute(sql.JUDGE, values)
    cursor.execute(sql.PLAN, values)
    cursor.execute(sql.KEYED)
    cursor.execute(sql.FREED, values)
    cursor.execute(sql.LET_GO)
    cursor.execute(sql.SPOILT, values)
    cursor.execute(sql.STRAY, values)
    cursor.execute(sql.LEAVING, values)
    cursor.execute(sql.LOCK)
    cursor.execute(sql.LEFT)
    cursor.execute(sql.COUNTS, values)
    rows, before, added, kept, changed, removed, expired, lost, refused, unsure, stray, freed = cursor.fetchone()
    cursor.execute(sql.SAY_FREED, values)
    return Compared(
        rows=rows,
        before=before,
        added=added,
        kept=kept,
        changed=changed,
        removed=removed,
        expired=expired,
        lost=lost,
        refused=refused,
        unsure=unsure,
        stray=stray,
        freed=freed,
        twice=rows - added - kept - changed - lost - refused - freed,
    )


def _hold(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    """The last version stands as it is, and so does its age."""
    values["revision"] = advance(source_id=values["source"])
    cursor.execute(sql.OUTCOMES, values)
    cursor.execute(sql.DOUBTS, values)


def _apply(
    cursor: CursorWrapper,
    values: dict[str, Any],
    version: ListVersion,
    list_type: ListType,
    actor: Actor,
    now: datetime,
) -> None:
    """Everything under one revision of the source, the one that states the version."""
    assert list_type.source_id is not None  # 现行 lists have a source, by constraint
    values["revision"] = version.revision = mark_loaded(
        source_id=list_type.source_id,
        version=version.version,
        loaded_at=version.stated_at,
        rows=version.added + version.kept + version.changed,
        held=False,
        actor=actor,
        now=now,
    )
    version.reasons = []
    version.save()
    entered = _ids(cursor, sql.ENTER, values)
    cursor.execute(sql.CORRECT, values)
    matters: dict[int, bool] = dict(sorted(cursor.fetchall()))
    corrected = list(matters)
    released = _ids(cursor, sql.RELEASE, values)
    if released:  # an objection or a removal that is pending ends with the entry
        cursor.execute(sql.UNDISPUTE, {"entries": released, "on_now": day_of(now)})
    for ids in (corrected, released):
        if ids:
            cursor.execute(sql.REWRITE, values | {"entries": ids})
    cursor.execute(sql.SETTLED, values)
    cursor.execute(sql.TWICE, values)
    cursor.execute(sql.CLEAR, values)
    if entered and list_type.kind == "serious":
        raise_for_entries(entry_ids=entered, actor=actor, now=now)
    for kind, ids in (("entered", entered), ("corrected", corrected), ("released", released)):
        for start in range(0, len(ids), IDS):
            said: dict[str, list[int]] = {"entered": [], "corrected": [], "released": []}
            said[kind] = ids[start : start + IDS]
            if kind == "corrected":
                said["changed_matters"] = [one for one in said[kind] if matters[one]]
            if kind == "released":
                drop_proposals(entry_ids=said[kind], actor=actor, now=now)
            record(
                ListRowsApplied(version.pk, list_type.code, **said),
                about=about(version),
                actor=actor,
                now=now,
            )
    fact = ListReceived(
        list_type.code, version.version, version.added, version.kept, version.changed, version.removed, version.pk
    )
    record(fact, about=f"redblack.list_type:{list_type.pk}", actor=actor, now=now)


def _ids(cursor: CursorWrapper, statement: str, values: dict[str, Any]) -> list[int]:
    cursor.execute(statement, values)
    return sorted(row[0] for row in cursor.fetchall())
