"""Candidates for a red list: what speaks against them, and what waits where."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from collection.rules.freshness import STATE_LABELS, SourceKind
from collection.selectors import source_ages
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from redblack import policies
from redblack.models import ListType, Proceeding, Statement
from redblack.rules.honours import BadMark, Comparison
from redblack.rules.lists import LegalStatus
from redblack.rules.places import statement_place
from redblack.rules.states import OPEN, ProceedingState, Track
from redblack.selectors.exits import DECIDED_HERE
from redblack.selectors.lists import recognises
from redblack.selectors.proceedings import content_of
from toolkit import crypto

# Whoever is known by the old code alone is the same subject as the holder of the unified code that contains it.
BAD = """
WITH who AS (
  SELECT %(subject)s::bigint AS id
  UNION
  SELECT twin.id FROM subjects_pub_subject one JOIN subjects_pub_subject twin
    ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
  WHERE one.id = %(subject)s
)
SELECT f.ref, s.name, f.document_no, f.authority, f.valid_from, f.valid_until FROM (
  SELECT b.source_id, 'entry:' || b.entry_id AS ref, b.document_no, b.authority, b.valid_from, b.valid_until
  FROM redblack_pub_binding b
  WHERE b.subject_id IN (SELECT id FROM who) AND b.rev_to IS NULL
    AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %(day)s)
  UNION ALL
  SELECT c.source_id, 'record:' || c.record_id, c.document_no, c.authority, c.valid_from, c.valid_until
  FROM collection_pub_trigger c
  WHERE c.subject_id IN (SELECT id FROM who) AND c.rev_to IS NULL
    AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, %(day)s)
) f JOIN collection_pub_source s ON s.id = f.source_id AND s.retired_from IS NULL AND s.kind <> 'reward'
ORDER BY f.valid_from, f.ref, s.id
"""


# A version that is held: whether the subject stands on that list is not certain, one way or the other.
DOUBTS = """
SELECT DISTINCT s.name FROM redblack_pub_doubt d
JOIN collection_pub_source s ON s.id = d.source_id AND s.retired_from IS NULL AND s.kind <> 'reward'
WHERE d.rev_to IS NULL AND d.subject_id IN (
  SELECT %(subject)s::bigint
  UNION
  SELECT twin.id FROM subjects_pub_subject one JOIN subjects_pub_subject twin
    ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
  WHERE one.id = %(subject)s
) ORDER BY s.name
"""


class HonourNotFound(NotFound):
    code = "redblack.honour_not_found"
    message = "没有这件守信激励认定，或您没有查看的权限。"


def compared(subject_id: int, *, on: date) -> Comparison:
    """A candidate against every list and kind of bad record in use on that day, whichever matter asks them."""
    with connection.cursor() as cursor:
        cursor.execute(BAD, {"subject": subject_id, "day": on})
        bad = tuple(
            BadMark(ref=ref, source=source, document_no=number, authority=authority, since=since, until=until)
            for ref, source, number, authority, since, until in cursor.fetchall()
        )
        cursor.execute(DOUBTS, {"subject": subject_id})
        doubts = tuple(f"{name}（待确认）" for (name,) in cursor.fetchall())
    late = tuple(
        f"{age.name}（{STATE_LABELS[age.state]}）"
        for age in source_ages(as_of=on)
        if age.kind is not SourceKind.REWARD and age.state != "current"
    )
    return Comparison(on=on, bad=bad, gaps=late + doubts)


def seen_of(one: Proceeding, comparison: Comparison) -> str:
    """What somebody saw who has read a candidate: its content and dates, and what the comparison of the day said."""
    said = [content_of(one).seen, one.publicised_from, one.publicised_until, one.comparison, one.submitted_at]
    told = json.dumps([*said, comparison.seen], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def visible_to(actor: Actor) -> QuerySet[Proceeding]:
    """Honours under way or decided: the department's own and those below it, or all for the credit office."""
    rows = Proceeding.objects.filter(track=Track.HONOUR)
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return rows
    if not policies.may_see_entries(actor):
        return rows.none()
    own = Q(department_id__in=actor.departments) | Q(list_type__initiator_department_id__in=actor.departments)
    return rows.filter(own)


def honour_page(actor: Actor, *, is_open: bool, after: int | None = None, limit: int) -> list[Proceeding]:
    """The latest first. `after`: the id of the last one seen (keyset)."""
    rows = visible_to(actor)
    if is_open:
        rows = rows.filter(state__in=sorted(OPEN))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.select_related("list_type", "department").order_by("-id")[:limit])


def get_honour(actor: Actor, proceeding_id: int, *, for_update: bool = False) -> Proceeding:
    """One of them in the actor's scope. Raises HonourNotFound."""
    rows = visible_to(actor).select_related("list_type", "department").filter(pk=proceeding_id)
    found = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if found is None:
        raise HonourNotFound
    return found


def red_lists_of(actor: Actor) -> list[ListType]:
    """Red lists in force that the actor's own department may recognise for."""
    rows = ListType.objects.filter(kind="reward", legal_status=LegalStatus.CURRENT, origin__in=DECIDED_HERE)
    found = rows.order_by("number", "code")
    return [one for one in found if recognises(one, authority_department_id=actor.department_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected:
    """An objection against a candidate, opened. `accepted` None: not answered yet."""

    id: int
    received_on: date
    way: str
    text: str
    accepted: bool | None
    answer: str
    answered_on: date | None


def objections_of(one: Proceeding) -> list[Objected]:
    """What was objected while a candidate was publicised, in the order of its coming."""
    return [
        Objected(
            id=row.pk,
            received_on=row.received_on,
            way=row.way,
            text=crypto.decrypt(row.text_ct, aad=statement_place(row.pk)),
            accepted=row.accepted,
            answer=row.answer,
            answered_on=row.answered_on,
        )
        for row in Statement.objects.filter(proceeding=one).order_by("id")
    ]


def waiting_honours(actor: Actor, *, limit: int) -> list[Proceeding]:
    """What waits for the actor to recognise: prepared by others of a department that he decides for."""
    if not actor.has(Role.REVIEWER):
        return []
    rows = visible_to(actor).filter(state=ProceedingState.SUBMITTED, department_id__in=actor.departments)
    rows = rows.exclude(drafted_by=actor.key).exclude(submitted_by=actor.key)
    rows = rows.exclude(handled_by__contains=[actor.key])
    return list(rows.select_related("list_type").order_by("id")[:limit])
