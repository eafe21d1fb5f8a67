"""Reading visitors: who he is today, his sessions and relations, what waits for staff."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from citizens import policies
from citizens.models import Identity, IdentityIndex, Representation, Session, Visitor
from citizens.rules.kinds import Relation, State
from kernel.actor import Actor, visitor
from kernel.errors import NotFound
from subjects.selectors import SubjectValue, subjects_of
from toolkit import crypto

IDENTITY_PURPOSE = "citizens:identity:"  # and the kind: an address and an account never meet


class RepresentationNotFound(NotFound):
    code = "citizens.representation_not_found"
    message = "没有找到该项关系，或它不属于您。"


@dataclass(frozen=True, slots=True)
class Represented:
    """A relation with the subject that it is about, where one is known."""

    row: Representation
    subject: SubjectValue | None

    @property
    def relation(self) -> str:
        return Relation(self.row.relation).label

    @property
    def state(self) -> str:
        return State(self.row.state).label


def identity_of(kind: str, value: str) -> Identity | None:
    """Who is known by that address or account, under every live key."""
    wanted = Q(pk=None)
    for key_id, digest in crypto.blind_indexes(value, purpose=IDENTITY_PURPOSE + kind):
        wanted |= Q(key_id=key_id, digest=digest)
    row = IdentityIndex.objects.filter(wanted).select_related("identity__visitor").order_by("pk").first()
    return row.identity if row else None


def actor_of_visitor(who: Visitor, *, today: date) -> Actor:
    """The visitor with whom he is or represents on that day."""
    rows = _effective(today).filter(visitor=who).order_by("subject_id").values_list("subject_id", flat=True)
    return visitor(who.pk, display=who.display, subjects=frozenset(pk for pk in rows if pk is not None))


def _effective(today: date) -> QuerySet[Representation]:
    return Representation.objects.filter(state=State.EFFECTIVE.value, until__gte=today)


def open_session(token_hash: bytes) -> Session | None:
    """The session of a cookie, with its visitor; None where there is none or it has ended."""
    return (
        Session.objects.select_related("visitor")
        .filter(token_hash=token_hash, ended_at=None, visitor__blocked_at=None)
        .first()
    )


def sessions_of(actor: Actor, *, since: datetime) -> list[Session]:
    """The visitor's own open sessions, the latest first."""
    if not policies.is_visitor(actor):
        return []
    rows = Session.objects.filter(visitor_id=actor.id or 0, ended_at=None, seen_at__gte=since)
    return list(rows.order_by("-seen_at", "id")[:50])


def represents(actor: Actor, subject_id: int) -> bool:
    """Whether the actor is a visitor who is, or speaks for, that subject today."""
    return policies.speaks_for(actor, subject_id)


def relations_of(actor: Actor) -> list[Represented]:
    """All that the visitor ever claimed, the latest first."""
    if not policies.is_visitor(actor):
        return []
    return _with_subjects(Representation.objects.filter(visitor_id=actor.id or 0).order_by("-id")[:100])


def effective_of(actor: Actor, *, today: date) -> list[Represented]:
    """For whom the visitor speaks today, himself first."""
    rows = _with_subjects(_effective(today).filter(visitor_id=actor.id or 0).order_by("id"))
    return sorted(rows, key=lambda one: one.row.relation != Relation.SELF)


def others_of(actor: Actor, *, today: date) -> list[Represented]:
    """Who else speaks for the organisations whose representative the visitor is: he may end it."""
    led = _effective(today).filter(visitor_id=actor.id or 0, relation=Relation.REPRESENTATIVE.value)
    rows = _effective(today).filter(subject_id__in=led.values("subject_id")).exclude(visitor_id=actor.id or 0)
    return _with_subjects(rows.select_related("visitor").order_by("id")[:100])


def waiting_claims(actor: Actor, *, after: int | None = None, limit: int) -> list[Represented]:
    """Claims that a person has to look at, the oldest first. `after`: id of the last one seen (keyset)."""
    if not policies.may_review(actor):
        return []
    rows = Representation.objects.filter(state=State.WAITING.value).select_related("visitor")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return _with_subjects(rows.order_by("id")[:limit])


def claim_for_staff(actor: Actor, representation_id: int, *, for_update: bool = False) -> Representation:
    """One claim, for the credit office. Raises RepresentationNotFound."""
    rows = Representation.objects.all() if policies.may_review(actor) else Representation.objects.none()
    rows = rows.select_for_update(of=("self",)) if for_update else rows.select_related("visitor", "proof_file")
    found = rows.filter(pk=representation_id).first()
    if found is None:
        raise RepresentationNotFound
    return found


def _with_subjects(rows: QuerySet[Representation]) -> list[Represented]:
    every = list(rows)
    known = subjects_of({row.subject_id for row in every if row.subject_id is not None})
    return [Represented(row, known.get(row.subject_id) if row.subject_id else None) for row in every]
