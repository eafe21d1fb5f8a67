"""Many natural persons at once, for the intake: who is known, and sealing what belongs to one under his own key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Refusal
from kernel.identifiers import normalise_code
from kernel.names import display_name, masked_person, name_key
from subjects import events, policies
from subjects.models import Person, PersonIndex, PersonName, Subject
from subjects.rules.kinds import Kind
from subjects.rules.persons import NAME_PURPOSE, data_key_place, id_place, id_purpose, name_place, person_problem
from subjects.services.base import IdentifierWrong, NameWrong, NotYours, SubjectNotFound, next_revision
from subjects.services.persons import PersonIsErased, PersonNameDiffers
from toolkit import crypto
from toolkit.clock import day_of

_FIND = """SELECT DISTINCT ON (a.n) a.n, p.subject_id, p.data_key, p.name_ct
FROM unnest(%s::int[], %s::text[], %s::bytea[]) AS a(n, key_id, digest)
JOIN subjects_person_index i ON i.key_id = a.key_id AND i.digest = a.digest
JOIN subjects_person p ON p.subject_id = i.subject_id ORDER BY a.n"""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person whom the register knows by that number. `erased`: nothing of him can be read any more."""

    subject_id: int
    same_name: bool
    erased: bool


def match_persons(persons: Sequence[tuple[str, str, str]]) -> list[KnownPerson | None]:
    """(kind of document, number, name) of each -> who that is, or None where nobody is known. One query.

    Says nothing of a person but whether the number and name that were brought along belong together.
    """
    places: list[int] = []
    keys: list[str] = []
    digests: list[bytes] = []
    for place, (id_kind, number, _) in enumerate(persons):
        for key_id, digest in crypto.blind_indexes(normalise_code(number), purpose=id_purpose(id_kind)):
            places.append(place)
            keys.append(key_id)
            digests.append(digest)
    found: list[KnownPerson | None] = [None] * len(persons)
    if places:
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [places, keys, digests])
            rows = cursor.fetchall()
        for place, subject_id, data_key, name_ct in rows:
            same = False
            if data_key:
                own = crypto.unwrap(data_key, aad=data_key_place(subject_id))
                held = crypto.decrypt_with(own, name_ct, aad=name_place(subject_id))
                same = name_key(held) == name_key(persons[place][2])
            found[place] = KnownPerson(subject_id, same, not data_key)
    return found


@transaction.atomic
def register_persons(
    *, persons: Sequence[tuple[str, str, str]], source: str, actor: Actor, now: datetime
) -> list[int | Refusal]:
    """Enter those whom nobody knows yet, each sealed under a key of his own: the id of each, or why he cannot be.

    `persons` as in match_persons. 《河南省社会信用条例》 第十六条. One fact for all that are new. Raises NotYours.
    """
    if not policies.may_register(actor):
        raise NotYours
    found = match_persons(persons)
    if None in found:
        next_revision()  # from here on nobody else registers
        found = match_persons(persons)
    outcome: list[int | Refusal] = [0] * len(persons)
    fresh: dict[tuple[str, str], list[int]] = {}
    for place, (known, (id_kind, number, name)) in enumerate(zip(found, persons, strict=True)):
        number = normalise_code(number)
        if known is not None:
            outcome[place] = _outcome(known)
        elif problem := person_problem(id_kind, number, day_of(now)):
            outcome[place] = IdentifierWrong(problem)
        elif not 1 < len(display_name(name)) <= 60:
            outcome[place] = NameWrong("姓名应为2至60字，请对照证件填写。")
        else:
            fresh.setdefault((id_kind, number), []).append(place)
    made = _enter([(kind, number, persons[places[0]][2]) for (kind, number), places in fresh.items()], now)
    for subject_id, places in zip(made, fresh.values(), strict=True):
        first = name_key(persons[places[0]][2])
        for place in places:  # one number under two names: whoever came first is entered
            outcome[place] = subject_id if name_key(persons[place][2]) == first else PersonNameDiffers()
    if made:
        fact = events.PersonsRegistered(source, len(made), made[0], made[-1])
        record(fact, about=f"subjects.file:{source}", actor=actor, now=now)
    return outcome


def _outcome(known: KnownPerson) -> int | Refusal:
    if known.erased:
        return PersonIsErased()
    return known.subject_id if known.same_name else PersonNameDiffers()


def _enter(persons: Sequence[tuple[str, str, str]], now: datetime) -> list[int]:
    subjects = Subject.objects.bulk_create(
        Subject(kind=Kind.NATURAL_PERSON, name=masked_person(display_name(name)), created_at=now, updated_at=now)
        for _, _, name in persons
    )
    rows, indexes, called = [], [], []
    for subject, (id_kind, number, name) in zip(subjects, persons, strict=True):
        own, wrapped = crypto.new_data_key(aad=data_key_place(subject.pk))
        name_ct = crypto.encrypt_with(own, display_name(name), aad=name_place(subject.pk))
        id_ct = crypto.encrypt_with(own, number, aad=id_place(subject.pk))
        rows.append(Person(subject=subject, data_key=wrapped, name_ct=name_ct, id_kind=id_kind, id_ct=id_ct))
        indexes += [
            PersonIndex(subject=subject, key_id=key_id, digest=digest)
            for key_id, digest in crypto.blind_indexes(number, purpose=id_purpose(id_kind))
        ]
        called += [
            PersonName(subject=subject, key_id=key_id, digest=digest)
            for key_id, digest in crypto.blind_indexes(name_key(name), purpose=NAME_PURPOSE)
        ]
    Person.objects.bulk_create(rows)
    PersonIndex.objects.bulk_create(indexes)
    PersonName.objects.bulk_create(called)
    return [subject.pk for subject in subjects]


def seal_for(*, values: Mapping[int, Mapping[str, str]]) -> dict[int, dict[str, str]]:
    """Seal texts under persons' own keys, subject id -> place -> text. Erasing a person destroys them with him.

    《中华人民共和国个人信息保护法》 第四十七条. Raises SubjectNotFound, PersonIsErased.
    """
    keys = _own_keys(values)
    return {
        subject_id: {place: crypto.encrypt_with(keys[subject_id], clear, aad=place) for place, clear in said.items()}
        for subject_id, said in values.items()
    }


def open_for(*, subject_id: int, sealed: Mapping[str, str]) -> dict[str, str]:
    """Open what `seal_for` sealed, by place. Who shows it records that. Raises SubjectNotFound, PersonIsErased."""
    own = _own_keys([subject_id])[subject_id]
    return {place: crypto.decrypt_with(own, text, aad=place) for place, text in sealed.items()}


def _own_keys(subject_ids: Iterable[int]) -> dict[int, bytes]:
    wanted = set(subject_ids)
    wrapped = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "data_key"))
    if wanted - wrapped.keys():
        raise SubjectNotFound
    if None in wrapped.values():
        raise PersonIsErased
    return {pk: crypto.unwrap(key or "", aad=data_key_place(pk)) for pk, key in wrapped.items()}
