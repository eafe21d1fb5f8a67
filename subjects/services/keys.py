"""Rotation of keys: wrap persons' data keys under the newest field key, index under the newest index key.

The new key is put first in FIELD_KEYS or INDEX_KEYS while the old one stays; then `manage.py rotate_keys` runs, in
chunks, as often as it likes: what is done is seen from the rows themselves. Then persons need the old key no longer.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.services import record
from kernel.actor import Actor, Kind
from kernel.names import name_key
from subjects import events
from subjects.models import Person, PersonIndex, PersonName
from subjects.rules.persons import NAME_PURPOSE, data_key_place, id_place, id_purpose, name_place
from subjects.services.base import NotYours
from toolkit import crypto


@dataclass(frozen=True, slots=True)
class Rotated:
    """What one chunk did; `left` is False when nothing remains to be done."""

    wrapped: int
    indexed: int
    dropped: int
    left: bool


@transaction.atomic
def rotate_some(*, limit: int, actor: Actor, now: datetime) -> Rotated:
    """Bring up to `limit` persons to the newest keys. Others' locked rows are left for the next chunk.

    Only the platform itself may. Raises NotYours, and CannotOpen when an old key was taken out too early.
    """
    if actor.kind != Kind.SYSTEM:
        raise NotYours
    wrapped, indexed, named = _wrap(limit), _index(limit), _index_names(limit)
    live = [key.id for key in crypto.index_keys()]
    stale = PersonIndex.objects.exclude(key_id__in=live)
    PersonName.objects.exclude(key_id__in=live).delete()
    dropped = stale.filter(pk__in=list(stale.order_by("pk").values_list("pk", flat=True)[:limit])).delete()[0]
    if wrapped or indexed or dropped:
        record(events.KeysRotated(wrapped, indexed, dropped), about="subjects.person:", actor=actor, now=now)
    return Rotated(wrapped, indexed, dropped, limit in (wrapped, indexed, named, dropped))


def _wrap(limit: int) -> int:
    newest = f".{crypto.field_keys()[0].id}."
    old = Person.objects.exclude(data_key=None).exclude(data_key__contains=newest).order_by("pk")
    people = [p for p in old.select_for_update(skip_locked=True)[:limit] if p.data_key]
    for person in people:
        place = data_key_place(person.pk)
        person.data_key = crypto.encrypt(crypto.decrypt(person.data_key or "", aad=place), aad=place)
        person.save(update_fields=["data_key"])
    return len(people)


def _index(limit: int) -> int:
    newest = crypto.index_keys()[0].id
    indexed = PersonIndex.objects.filter(subject_id=OuterRef("pk"), key_id=newest)
    missing = Person.objects.exclude(data_key=None).filter(~Exists(indexed)).order_by("pk")
    people = [p for p in missing.select_for_update(skip_locked=True)[:limit] if p.data_key]
    rows = []
    for person in people:
        data_key = crypto.unwrap(person.data_key or "", aad=data_key_place(person.pk))
        number = crypto.decrypt_with(data_key, person.id_ct, aad=id_place(person.pk))
        key_id, digest = crypto.blind_index(number, purpose=id_purpose(person.id_kind))
        rows.append(PersonIndex(subject_id=person.pk, key_id=key_id, digest=digest))
    PersonIndex.objects.bulk_create(rows)
    return len(rows)


def _index_names(limit: int) -> int:
    """Also of those who were entered before names were indexed."""
    newest = crypto.index_keys()[0].id
    indexed = PersonName.objects.filter(subject_id=OuterRef("pk"), key_id=newest)
    missing = Person.objects.exclude(data_key=None).filter(~Exists(indexed)).order_by("pk")
    rows = []
    for person in missing.select_for_update(skip_locked=True)[:limit]:
        data_key = crypto.unwrap(person.data_key or "", aad=data_key_place(person.pk))
        name = crypto.decrypt_with(data_key, person.name_ct, aad=name_place(person.pk))
        key_id, digest = crypto.blind_index(name_key(name), purpose=NAME_PURPOSE)
        rows.append(PersonName(subject_id=person.pk, key_id=key_id, digest=digest))
    PersonName.objects.bulk_create(rows)
    return len(rows)
