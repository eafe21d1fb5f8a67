"""Cleared pairs: what somebody has found not to be one, for as long as neither side has changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from subjects.models import ClearedPair, Name, Subject
from subjects.rules.clearing import still_cleared
from subjects.selectors.values import subjects_of

SUBJECT = "subjects.subject:"


def reference(subject_id: int) -> str:
    """How a cleared pair names another subject."""
    return f"{SUBJECT}{subject_id}"


def versions_of(subject_ids: set[int]) -> dict[int, str]:
    """A digest of what identifies each: kind, codes, status, place and all its live names. Two queries.

    Of a natural person the masked name goes in, never the number.
    """
    fields = ("kind", "name", "uscc", "reg_no", "org_code", "division_code", "status")
    said: dict[int, list[object]] = {
        row[0]: [row[1:]]
        for row in Subject.objects.filter(pk__in=subject_ids).order_by("pk").values_list("pk", *fields)
    }
    names = Name.objects.filter(subject_id__in=said, rev_to=None).order_by("subject_id", "kind", "name", "id")
    for subject_id, *name in names.values_list("subject_id", "kind", "name"):
        said[subject_id].append(name)
    return {pk: hashlib.sha256(json.dumps(one).encode()).hexdigest() for pk, one in said.items()}


def cleared(*, subject_id: int, others: Mapping[str, str], on: date) -> frozenset[str]:
    """Of these others (reference -> version now) those that the subject is known not to be, on that day."""
    rows = ClearedPair.objects.filter(subject_id=subject_id, other__in=list(others), withdrawn_at=None).order_by("id")
    pairs = list(rows)
    if not pairs:
        return frozenset()
    now = versions_of({subject_id})[subject_id]
    return frozenset(
        pair.other
        for pair in pairs
        if still_cleared(
            compared=(pair.subject_version, pair.other_version),
            now=(now, others[pair.other]),
            until=pair.until,
            on=on,
        )
    )


def cleared_subjects(*, subject_id: int, on: date) -> frozenset[int]:
    """The subjects of like names that this one is known not to be; they are left out of its candidates."""
    rows = ClearedPair.objects.filter(subject_id=subject_id, other__startswith=SUBJECT, withdrawn_at=None)
    ids = _ids(rows.values_list("other", flat=True))
    versions = {reference(pk): version for pk, version in versions_of(ids).items()}
    return frozenset(_ids(cleared(subject_id=subject_id, others=versions, on=on)))


def clearings_of(subject_id: int) -> list[tuple[ClearedPair, str]]:
    """Every pair that was cleared for a subject and not withdrawn, the latest first, also those that are over.

    With the other's name, or with what it is called by its own app.
    """
    pairs = list(ClearedPair.objects.filter(subject_id=subject_id, withdrawn_at=None).order_by("-cleared_at", "-id"))
    names = {reference(pk): one.name for pk, one in subjects_of(_ids(pair.other for pair in pairs)).items()}
    return [(pair, names.get(pair.other, pair.other)) for pair in pairs]


def _ids(others: Iterable[str]) -> set[int]:
    return {int(other.removeprefix(SUBJECT)) for other in others if other.startswith(SUBJECT)}
