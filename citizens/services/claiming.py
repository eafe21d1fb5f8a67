"""For whom a visitor speaks: claimed by him, proven by the register or by a person, ended by either side."""

import json
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from audit.services import record
from citizens import events, policies, selectors
from citizens.models import Representation, Visitor
from citizens.rules.claims import LONGEST_NOTE, Claim, complete, effective_until, note_tells_a_number, proven_by
from citizens.rules.kinds import Proof, Relation, State
from citizens.rules.limits import CLAIMS_OF_ONE_VISITOR
from citizens.rules.places import REPRESENTATION
from citizens.services.counting import count
from citizens.services.sessions import VisitorsOnly
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import mask
from kernel.names import masked_person
from subjects.selectors import holder_of, posts_of
from subjects.services import match_persons
from toolkit import crypto
from toolkit.clock import day_of
from toolkit.db import refusing

REPRESENTATIVE_POSTS = frozenset({"法定代表人", "负责人", "经营者", "法定代表人（负责人）"})


class ClaimIncomplete(Malformed):
    code = "citizens.claim_incomplete"
    message = "填写的内容不完整，请按提示补充。"


class ClaimOpen(RuleBroken):
    code = "citizens.claim_open"
    message = "您已提交过同一申请，正在核验，请等待结果；如需更换材料，请先撤回。"


class ClaimDecided(RuleBroken):
    code = "citizens.claim_decided"
    message = "该申请已经办结或已撤回，未重复办理。请刷新页面查看结果。"


class ReviewersOnly(NotPermitted):
    code = "citizens.reviewers_only"
    message = "核验访客身份由信用办办理。"


class SubjectNotNamed(RuleBroken):
    code = "citizens.subject_not_named"
    message = "登记信息中没有与申明相符的主体，不能确认。请核对证件；确系登记信息缺失的，先补充登记信息，再行核验。"


class ReasonMissing(Malformed):
    code = "citizens.reason_missing"
    message = f"请填写事由（2至{LONGEST_NOTE}字），访客会看到；不得写入公民身份号码。"


class NotYourRelation(NotPermitted):
    code = "citizens.not_your_relation"
    message = "只有访客本人、该单位的法定代表人或信用办可以终止这项关系。"


def claim(*, said: Claim, paper: int | None, actor: Actor, now: datetime, wall: datetime) -> Representation:
    """A visitor says for whom he speaks. Effective at once where the register proves it; otherwise it waits.

    The answer is the same for a firm that is unknown, one whose representative is another, and one of whom we know
    none: it waits for a person. `paper`: a stored file. Raises VisitorsOnly, ClaimIncomplete, ClaimOpen, TooOften.
    """
    if not policies.is_visitor(actor) or actor.id is None:
        raise VisitorsOnly
    today = day_of(now)
    verdict = complete(said, on=today, with_paper=paper is not None)
    if verdict.against:
        raise ClaimIncomplete(" ".join(reason.message for reason in verdict.against), reasons=verdict.against)
    count(limits=CLAIMS_OF_ONE_VISITOR, who=f"visitor:{actor.id}", wall=wall)
    subject_id, fits = _compared(said, today)
    proof = proven_by(said.relation, in_register=fits)
    shown = masked_person(said.name) if said.relation is Relation.SELF else said.code
    with transaction.atomic():
        Visitor.objects.select_for_update().get(pk=actor.id)
        if proof is not None and subject_id is not None:
            return make_effective(
                visitor_id=actor.id,
                subject_id=subject_id,
                relation=said.relation,
                proof=proof,
                shown=shown,
                paper=paper,
                actor=actor,
                now=now,
            )
        with refusing("citizens_representation_one_waiting", ClaimOpen):
            row = Representation.objects.create(
                visitor_id=actor.id,
                subject_id=subject_id if fits or said.relation is not Relation.SELF else None,
                relation=said.relation.value,
                state=State.WAITING.value,
                claim_ct="v1.",
                shown=shown,
                proof_file_id=paper,
                claimed_at=now,
            )
        typed = {
            "code": said.code,
            "name": said.name,
            "id_kind": said.id_kind,
            "id_number": said.id_number,
            "until": said.until.isoformat() if said.until else "",
            "fits": fits,
        }
        row.claim_ct = crypto.encrypt(json.dumps(typed, ensure_ascii=False), aad=REPRESENTATION.format(id=row.pk))
        row.save(update_fields=["claim_ct"])
        fact = events.Claimed(said.relation.value, row.subject_id, paper is not None)
        record(fact, about=events.about_representation(row.pk), actor=actor, now=now)
    return row


def _compared(said: Claim, today: date) -> tuple[int | None, bool]:
    """Whom the claim is about, and whether the document that was named is the one that the register has for it."""
    (person,) = match_persons(persons=[(said.id_kind, said.id_number, said.name)])
    known = person is not None and person.same_name and not person.erased
    if said.relation is Relation.SELF:
        return (person.subject_id, True) if known and person is not None else (None, False)
    organisation = holder_of(uscc=said.code)
    if organisation is None or not known or person is None:
        return organisation, False
    posts = [post for post in posts_of(person.subject_id) if post.organisation_id == organisation]
    current = any(
        post.post in REPRESENTATIVE_POSTS
        and post.valid_from <= today
        and (post.valid_until is None or post.valid_until >= today)
        for post in posts
    )
    return organisation, current


@transaction.atomic
def make_effective(
    *,
    visitor_id: int,
    subject_id: int,
    relation: Relation,
    proof: Proof,
    shown: str,
    actor: Actor,
    now: datetime,
    paper: int | None = None,
    until: date | None = None,
    row: Representation | None = None,
) -> Representation:
    """Let a proven relation stand, in place of an earlier one of the same two."""
    today = day_of(now)
    earlier = Representation.objects.select_for_update().filter(
        visitor_id=visitor_id, subject_id=subject_id, state=State.EFFECTIVE.value
    )
    for one in earlier.order_by("id"):
        _end(one, "以新的核验结果为准", actor, now)
    made = row or Representation(visitor_id=visitor_id, claimed_at=now, proof_file_id=paper)
    made.subject_id, made.relation, made.shown = subject_id, relation.value, shown
    made.state, made.proof, made.claim_ct = State.EFFECTIVE.value, proof.value, ""
    made.decided_at, made.decided_by = now, actor.key
    made.until = effective_until(until, on=today)
    made.save()
    fact = events.Confirmed(visitor_id, subject_id, relation.value, proof.value, made.until.isoformat())
    record(fact, about=events.about_representation(made.pk), actor=actor, now=now)
    return made


@transaction.atomic
def withdraw_claim(*, representation_id: int, actor: Actor, now: datetime) -> None:
    """The visitor takes a claim back. Raises RepresentationNotFound, ClaimDecided."""
    rows = Representation.objects.select_for_update(of=("self",))
    row = rows.filter(pk=representation_id, visitor_id=actor.id or 0).first() if policies.is_visitor(actor) else None
    if row is None:
        raise selectors.RepresentationNotFound
    if row.state != State.WAITING:
        raise ClaimDecided
    row.state, row.claim_ct = State.WITHDRAWN.value, ""
    row.save(update_fields=["state", "claim_ct"])
    fact = events.ClaimWithdrawn(row.relation)
    record(fact, about=events.about_representation(row.pk), actor=actor, now=now)


@transaction.atomic
def open_claim(*, representation_id: int, actor: Actor, now: datetime) -> dict[str, str | bool]:
    """What was claimed, in clear but for the number, for who has to compare it. The look is recorded.

    Keys code, name, id_kind, id_number (masked), until, fits. Raises ReviewersOnly, RepresentationNotFound.
    """
    if not policies.may_review(actor):
        raise ReviewersOnly
    row = selectors.claim_for_staff(actor, representation_id)
    if row.state != State.WAITING:
        return {}
    said: dict[str, str | bool] = _said(row)
    record(events.ClaimOpened("内容"), about=events.about_representation(row.pk), actor=actor, now=now)
    return said | {"id_number": mask(str(said["id_number"]))}


@transaction.atomic
def note_paper_read(*, representation_id: int, actor: Actor, now: datetime) -> int:
    """The stored file that came with a claim; that it was read is recorded. Raises as open_claim."""
    if not policies.may_review(actor):
        raise ReviewersOnly
    row = selectors.claim_for_staff(actor, representation_id)
    if row.proof_file_id is None:
        raise selectors.RepresentationNotFound
    record(events.ClaimOpened("证明材料"), about=events.about_representation(row.pk), actor=actor, now=now)
    return row.proof_file_id


@transaction.atomic
def confirm(*, representation_id: int, note: str, actor: Actor, now: datetime) -> Representation:
    """A person has compared the papers. Raises ReviewersOnly, RepresentationNotFound, ClaimDecided, SubjectNotNamed.

    Oneself only where number and name are of one person of the register: no reviewer makes somebody another.
    """
    row, said = _waiting(representation_id, actor)
    _read_note(note, needed=False)
    relation = Relation(row.relation)
    typed = Claim(
        relation=relation,
        code=str(said["code"]),
        name=str(said["name"]),
        id_kind=str(said["id_kind"]),
        id_number=str(said["id_number"]),
    )
    subject_id, fits = _compared(typed, day_of(now))  # as it stands today, not as it stood when it was claimed
    if subject_id is None or (relation is Relation.SELF and not fits):
        raise SubjectNotNamed
    row.note = note.strip()
    until = date.fromisoformat(str(said["until"])) if said["until"] else None
    return make_effective(
        visitor_id=row.visitor_id,
        subject_id=subject_id,
        relation=relation,
        proof=Proof.REVIEW,
        shown=row.shown,
        actor=actor,
        now=now,
        until=until,
        row=row,
    )


@transaction.atomic
def refuse(*, representation_id: int, note: str, actor: Actor, now: datetime) -> None:
    """The papers do not show it; `note` tells the visitor why. Raises as confirm, and ReasonMissing."""
    row, _ = _waiting(representation_id, actor)
    row.note = _read_note(note, needed=True)
    row.state, row.claim_ct = State.REFUSED.value, ""
    row.decided_at, row.decided_by = now, actor.key
    row.save(update_fields=["note", "state", "claim_ct", "decided_at", "decided_by"])
    record(events.ClaimRefused(row.relation), about=events.about_representation(row.pk), actor=actor, now=now)


def _waiting(representation_id: int, actor: Actor) -> tuple[Representation, dict[str, str | bool]]:
    if not policies.may_review(actor):
        raise ReviewersOnly
    row = selectors.claim_for_staff(actor, representation_id, for_update=True)
    if row.state != State.WAITING:
        raise ClaimDecided
    return row, _said(row)


def _said(row: Representation) -> dict[str, str | bool]:
    said: dict[str, str | bool] = json.loads(crypto.decrypt(row.claim_ct, aad=REPRESENTATION.format(id=row.pk)))
    return said


def _read_note(note: str, *, needed: bool) -> str:
    said = note.strip()
    if (needed and len(said) < 2) or len(said) > LONGEST_NOTE or note_tells_a_number(said):
        raise ReasonMissing
    return said


@transaction.atomic
def end_relation(*, representation_id: int, why: str, actor: Actor, now: datetime) -> None:
    """End an effective relation: the visitor himself, the organisation's representative, or the credit office.

    Raises RepresentationNotFound, ClaimDecided, NotYourRelation, ReasonMissing.
    """
    mine = Q(visitor_id=actor.id or 0) | Q(subject_id__in=actor.subjects)
    seen = mine if policies.is_visitor(actor) else Q() if policies.may_review(actor) else Q(pk=None)
    row = Representation.objects.select_for_update(of=("self",)).filter(seen, pk=representation_id).first()
    if row is None:
        raise selectors.RepresentationNotFound
    if row.state != State.EFFECTIVE:
        raise ClaimDecided
    if policies.is_visitor(actor) and row.visitor_id != actor.id and not _leads(actor, row.subject_id, day_of(now)):
        raise NotYourRelation
    _end(row, _read_note(why, needed=True)[:200], actor, now)


def _leads(actor: Actor, subject_id: int | None, today: date) -> bool:
    return Representation.objects.filter(
        visitor_id=actor.id or 0,
        subject_id=subject_id,
        relation=Relation.REPRESENTATIVE.value,
        state=State.EFFECTIVE.value,
        until__gte=today,
    ).exists()


def _end(row: Representation, why: str, actor: Actor, now: datetime) -> None:
    row.state, row.ended_at, row.ended_by, row.ended_for = State.ENDED.value, now, actor.key, why
    row.save(update_fields=["state", "ended_at", "ended_by", "ended_for"])
    fact = events.RepresentationEnded(row.visitor_id, row.subject_id or 0, why)
    record(fact, about=events.about_representation(row.pk), actor=actor, now=now)
