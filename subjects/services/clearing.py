"""Cleared pairs: somebody compared, and says for how long nobody need compare again."""

from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken
from kernel.identifiers import holds_citizen_id
from subjects import events, policies, selectors
from subjects.models import ClearedPair, Subject
from subjects.rules.clearing import MOST_DAYS, last_day
from subjects.services.base import NotYours, SubjectNotFound
from subjects.services.persons import ReasonTellsNumber
from toolkit.clock import day_of


class ClearingWithoutGround(Malformed):
    code = "subjects.clearing_without_ground"
    message = "请写明排除的依据（如：统一社会信用代码不同，已核对营业执照）。"


class ClearingTooLong(Malformed):
    code = "subjects.clearing_too_long"
    message = f"排除的截止日期应不早于今天，且不超过 {MOST_DAYS} 天。"


class SameSubject(RuleBroken):
    code = "subjects.same_subject"
    message = "两侧是同一主体，不能排除；名单记载有误的，请提出异议。"


class ClearingNotFound(NotFound):
    code = "subjects.clearing_not_found"
    message = "没有这条排除记录，可能已由他人撤销。"


@transaction.atomic
def clear_pair(
    *,
    subject_id: int,
    other: str,
    other_version: str,
    ground: str,
    until: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Note that a subject is not the one that `other` (<app>.<model>:<id>) is about, as both are now; its id.

    An earlier finding on the same pair is withdrawn by it. The caller gives the version of an entry; of a subject
    see `clear_subject`. Raises NotYours, ClearingWithoutGround, ReasonTellsNumber, ClearingTooLong, SubjectNotFound,
    SameSubject.
    """
    if not policies.may_clear(actor):
        raise NotYours
    if len(ground.strip()) < 2:
        raise ClearingWithoutGround
    if holds_citizen_id(ground):
        raise ReasonTellsNumber
    if not day_of(now) <= until <= last_day(day_of(now)):
        raise ClearingTooLong
    if other == selectors.reference(subject_id):
        raise SameSubject
    if not Subject.objects.select_for_update().filter(pk=subject_id).exists():  # one at a time for a subject
        raise SubjectNotFound
    ClearedPair.objects.filter(subject_id=subject_id, other=other, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=actor.key
    )
    pair = ClearedPair.objects.create(
        subject_id=subject_id,
        subject_version=selectors.versions_of({subject_id})[subject_id],
        other=other,
        other_version=other_version,
        cleared_at=now,
        cleared_by=actor.key,
        ground=ground.strip(),
        until=until,
    )
    fact = events.PairCleared(subject_id, other, until.isoformat(), ground.strip())
    record(fact, about=events.about(subject_id), actor=actor, now=now)
    return pair.pk


@transaction.atomic
def clear_subject(*, subject_id: int, other_id: int, ground: str, until: date, actor: Actor, now: datetime) -> int:
    """`clear_pair` of two organisations of like names. Raises what it raises."""
    found = selectors.visible_to(actor).filter(pk__in=(subject_id, other_id)).count()
    if policies.may_clear(actor) and found < len({subject_id, other_id}):
        raise SubjectNotFound
    version = selectors.versions_of({other_id}).get(other_id, "")
    return clear_pair(
        subject_id=subject_id,
        other=selectors.reference(other_id),
        other_version=version,
        ground=ground,
        until=until,
        actor=actor,
        now=now,
    )


@transaction.atomic
def withdraw_clearing(*, clearing_id: int, actor: Actor, now: datetime) -> int:
    """The pair comes back at once; the subject's id. Raises NotYours, ClearingNotFound."""
    if not policies.may_clear(actor):
        raise NotYours
    pair = ClearedPair.objects.select_for_update().filter(pk=clearing_id, withdrawn_at=None).first()
    if pair is None:
        raise ClearingNotFound
    pair.withdrawn_at, pair.withdrawn_by = now, actor.key
    pair.save(update_fields=["withdrawn_at", "withdrawn_by"])
    fact = events.ClearingWithdrawn(pair.subject_id, pair.other)
    record(fact, about=events.about(pair.subject_id), actor=actor, now=now)
    return pair.subject_id
