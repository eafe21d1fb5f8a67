"""Natural persons: register, view, reveal, erase. What identifies them is sealed, and every look recorded."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel import identifiers
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from kernel.names import display_name, masked_person, name_key
from subjects import events, policies, selectors
from subjects.models import Person, PersonIndex, PersonName, Subject
from subjects.rules.kinds import IdKind, Kind, Status
from subjects.rules.persons import NAME_PURPOSE, data_key_place, id_place, id_purpose, name_place, person_problem
from subjects.services.base import IdentifierWrong, NameWrong, NotYours, SubjectNotFound, next_revision
from toolkit import crypto
from toolkit.clock import day_of

ERASED_NAME = "（已删除）"


class ReasonMissing(Malformed):
    code = "subjects.reason_missing"
    message = "查看自然人信息须填写办件号和事由。本次查看将被记录。"


class ReasonTellsNumber(Malformed):
    code = "subjects.reason_tells_number"
    message = "办件号和事由将长期留存，不得写入公民身份号码。请填写办件编号和事由。"


class PersonNameDiffers(RuleBroken):
    code = "subjects.person_name_differs"
    message = "该证件号码已登记为另一姓名，请核对证件；确属更名的，请联系信用办更正。"


class PersonIsErased(RuleBroken):
    code = "subjects.person_is_erased"
    message = "该自然人的个人信息已依法删除，无法查看。"


@transaction.atomic
def register_person(*, name: str, id_kind: str, id_number: str, actor: Actor, now: datetime) -> int:
    """Enter a natural person, sealed under a key of its own, and return the id; known already, the known id.

    《河南省社会信用条例》 第十六条: the key of a natural person is the citizen's number, else another valid document.
    Raises NotYours, IdentifierWrong, NameWrong, PersonNameDiffers.
    """
    if not policies.may_register(actor):
        raise NotYours
    number, shown = identifiers.normalise_code(id_number), display_name(name)
    if problem := person_problem(id_kind, number, day_of(now)):
        raise IdentifierWrong(problem)
    if not 1 < len(shown) <= 60:
        raise NameWrong("姓名应为2至60字，请对照证件填写。")
    known = selectors.find_person(number, id_kind=id_kind)
    if known is None:
        next_revision()  # from here on nobody else registers: two windows may enter one person at once
        known = selectors.find_person(number, id_kind=id_kind)
    if known is not None:
        person = Person.objects.get(pk=known)
        if name_key(_open(person, person.name_ct, name_place(known))) != name_key(shown):
            raise PersonNameDiffers
        return known
    subject = Subject.objects.create(
        kind=Kind.NATURAL_PERSON, name=masked_person(shown), created_at=now, updated_at=now
    )
    data_key, wrapped = crypto.new_data_key(aad=data_key_place(subject.pk))
    Person.objects.create(
        subject=subject,
        data_key=wrapped,
        name_ct=crypto.encrypt_with(data_key, shown, aad=name_place(subject.pk)),
        id_kind=id_kind,
        id_ct=crypto.encrypt_with(data_key, number, aad=id_place(subject.pk)),
    )
    PersonIndex.objects.bulk_create(
        PersonIndex(subject=subject, key_id=key_id, digest=digest)
        for key_id, digest in crypto.blind_indexes(number, purpose=id_purpose(id_kind))
    )
    PersonName.objects.bulk_create(
        PersonName(subject=subject, key_id=key_id, digest=digest)
        for key_id, digest in crypto.blind_indexes(name_key(shown), purpose=NAME_PURPOSE)
    )
    record(
        events.SubjectRegistered(subject.pk, Kind.NATURAL_PERSON),
        about=events.about(subject.pk),
        actor=actor,
        now=now,
    )
    return subject.pk


def _open(person: Person, sealed: str, place: str) -> str:
    if person.data_key is None:
        raise PersonIsErased
    return crypto.decrypt_with(crypto.unwrap(person.data_key, aad=data_key_place(person.pk)), sealed, aad=place)


@dataclass(frozen=True, slots=True)
class PersonView:
    """What a dossier shows of a natural person: masked, but for what was asked for with a reason."""

    subject_id: int
    name: str
    id_kind: str
    masked_number: str
    erased: bool


@transaction.atomic
def view_person(*, subject_id: int, reason: str, file_number: str, actor: Actor, now: datetime) -> PersonView:
    """A person's page for a file that is being handled. The look is recorded.

    《中华人民共和国个人信息保护法》 第六条: for a clear and reasonable purpose, and no more than it needs.
    Raises ReasonMissing, ReasonTellsNumber, NotYours, SubjectNotFound.
    """
    person = _person_for(subject_id, reason, file_number, actor)
    number = _open(person, person.id_ct, id_place(subject_id)) if person.data_key else ""
    fact = events.DossierViewed(subject_id, reason.strip(), file_number.strip())
    record(fact, about=events.about(subject_id), actor=actor, now=now)
    return PersonView(
        subject_id, person.subject.name, IdKind(person.id_kind).label, identifiers.mask(number), not number
    )


@transaction.atomic
def reveal_identifier(*, subject_id: int, reason: str, file_number: str, actor: Actor, now: datetime) -> str:
    """A person's number in clear. The look is recorded with its reason and file number.

    《中华人民共和国个人信息保护法》 第六条.
    Raises ReasonMissing, ReasonTellsNumber, NotYours, SubjectNotFound, PersonIsErased.
    """
    person = _person_for(subject_id, reason, file_number, actor)
    number = _open(person, person.id_ct, id_place(subject_id))
    fact = events.IdentifierRevealed(subject_id, reason.strip(), file_number.strip())
    record(fact, about=events.about(subject_id), actor=actor, now=now)
    return number


def _person_for(subject_id: int, reason: str, file_number: str, actor: Actor) -> Person:
    if not policies.may_see_person(actor):
        raise NotYours
    if len(reason.strip()) < 2 or not file_number.strip():
        raise ReasonMissing
    if identifiers.holds_citizen_id(reason) or identifiers.holds_citizen_id(file_number):
        raise ReasonTellsNumber
    person = Person.objects.select_related("subject").filter(pk=subject_id).first()
    if person is None:
        raise SubjectNotFound
    return person


@transaction.atomic
def erase_person(*, subject_id: int, ground: str, actor: Actor, now: datetime) -> None:
    """Destroy a person's own key with everything that it sealed. Cannot be undone.

    《中华人民共和国个人信息保护法》 第四十七条. The id stays, so that receipts and facts keep their meaning; so
    does the blind index, from which nothing can be read: without it a limit still in force would read as clear.
    Raises ReasonMissing, NotYours, SubjectNotFound. A second time changes nothing.
    """
    if not policies.may_erase(actor):
        raise NotYours
    if len(ground.strip()) < 2:
        raise ReasonMissing("删除个人信息须写明依据和事由。")
    person = Person.objects.select_for_update(of=("self",)).filter(pk=subject_id).first()
    if person is None:
        raise SubjectNotFound
    if person.erased_at is not None:
        return
    next_revision()
    Person.objects.filter(pk=subject_id).update(data_key=None, name_ct="", id_ct="", erased_at=now)
    PersonName.objects.filter(subject_id=subject_id).delete()
    Subject.objects.filter(pk=subject_id).update(name=ERASED_NAME, status=Status.ERASED, updated_at=now)
    record(events.PersonErased(subject_id, ground.strip()), about=events.about(subject_id), actor=actor, now=now)
