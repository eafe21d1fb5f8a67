"""Many natural persons at once, for the intake: who is known, and sealing what belongs to one under his own key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from kernel.identifiers import normalise_code
from kernel.names import name_key
from subjects.models import Person
from subjects.rules.persons import data_key_place, id_purpose, name_place
from subjects.services.base import SubjectNotFound
from subjects.services.persons import PersonIsErased
from toolkit import crypto

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


def seal_for(*, subject_id: int, values: Mapping[str, str]) -> dict[str, str]:
    """Seal texts under a person's own key, `values`: place -> text. Erasing the person destroys them with it.

    《中华人民共和国个人信息保护法》 第四十七条. Raises SubjectNotFound, PersonIsErased.
    """
    own = _own_key(subject_id)
    return {place: crypto.encrypt_with(own, clear, aad=place) for place, clear in values.items()}


def open_for(*, subject_id: int, sealed: Mapping[str, str]) -> dict[str, str]:
    """Open what `seal_for` sealed, by place. Who shows it records that. Raises SubjectNotFound, PersonIsErased."""
    own = _own_key(subject_id)
    return {place: crypto.decrypt_with(own, text, aad=place) for place, text in sealed.items()}


def _own_key(subject_id: int) -> bytes:
    person = Person.objects.filter(pk=subject_id).first()
    if person is None:
        raise SubjectNotFound
    if person.data_key is None:
        raise PersonIsErased
    return crypto.unwrap(person.data_key, aad=data_key_place(subject_id))
