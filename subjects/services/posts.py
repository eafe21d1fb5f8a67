"""Who answers for an organisation: state it, end it."""

from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from subjects import events, policies
from subjects.models import Responsibility, Subject
from subjects.rules.kinds import POSTS, Kind
from subjects.services.base import NotYours, PeriodReversed, SubjectNotFound, next_revision
from toolkit.db import refusing


class PostUnknown(Malformed):
    code = "subjects.post_unknown"
    message = f"职务应为：{'、'.join(POSTS)}。"


class AlreadyStated(RuleBroken):
    code = "subjects.already_stated"
    message = "相同的任职信息已经登记。"


@transaction.atomic
def add_responsible(
    *,
    organisation_id: int,
    person_id: int,
    post: str,
    valid_from: date,
    valid_until: date | None,
    actor: Actor,
    now: datetime,
) -> int:
    """State that somebody answers for an organisation in a post, for a period.

    Raises NotYours, PostUnknown, PeriodReversed, SubjectNotFound, AlreadyStated.
    """
    if not policies.may_register(actor):
        raise NotYours
    if post not in POSTS:
        raise PostUnknown
    if valid_until and valid_until < valid_from:
        raise PeriodReversed
    kinds = dict(Subject.objects.filter(pk__in=[organisation_id, person_id]).values_list("pk", "kind"))
    if len(kinds) != 2 or kinds[organisation_id] == Kind.NATURAL_PERSON:
        raise SubjectNotFound
    with refusing("subjects_responsibility_stated_once", AlreadyStated):
        row = Responsibility.objects.create(
            organisation_id=organisation_id,
            person_id=person_id,
            post=post,
            valid_from=valid_from,
            valid_until=valid_until,
            rev_from=next_revision(),
        )
    until = valid_until.isoformat() if valid_until else ""
    fact = events.ResponsibilityAdded(organisation_id, person_id, post, valid_from.isoformat(), until)
    record(fact, about=events.about(organisation_id), actor=actor, now=now)
    return row.pk


@transaction.atomic
def end_responsible(*, responsibility_id: int, valid_until: date, actor: Actor, now: datetime) -> int:
    """Close a post on its last day: the open statement is superseded by one that ends."""
    if not policies.may_register(actor):
        raise NotYours
    row = Responsibility.objects.select_for_update().filter(pk=responsibility_id, rev_to=None).first()
    if row is None:
        raise SubjectNotFound
    if valid_until < row.valid_from:
        raise PeriodReversed
    revision = next_revision()
    row.rev_to = revision
    row.save(update_fields=["rev_to"])
    ended = Responsibility.objects.create(
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        post=row.post,
        valid_from=row.valid_from,
        valid_until=valid_until,
        rev_from=revision,
    )
    fact = events.ResponsibilityEnded(row.organisation_id, row.person_id, row.post, valid_until.isoformat())
    record(fact, about=events.about(row.organisation_id), actor=actor, now=now)
    return ended.pk
