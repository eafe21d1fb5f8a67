"""Reading for a replay: which revisions stood when, and what the register of sources and of names said at them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from collection.rules.freshness import SourceKind
from screening.models import MarksLooked, RevisionMark
from screening.selectors.checks import SourceFacts

# Every counter that a receipt's vector may name. One statement: one snapshot.
COUNTERS = """
SELECT 'registry' AS name, revision FROM collection_pub_registry
UNION ALL SELECT 'measures', revision FROM measures_pub_revision
UNION ALL SELECT 'lists', coalesce(max(revision), 0) FROM screening_applicationlists
UNION ALL SELECT 'documents', revision FROM office_pub_revision
UNION ALL SELECT 'subjects', revision FROM subjects_pub_revision
UNION ALL SELECT 'source:' || id, revision FROM collection_pub_source
"""
MARKED = f"""
SELECT c.name, m.revision FROM ({COUNTERS}) c
CROSS JOIN LATERAL (
  SELECT revision FROM screening_revisionmark m WHERE m.name = c.name AND m.at <= %s
  ORDER BY m.at DESC, m.id DESC LIMIT 1) m
"""


@dataclass(frozen=True, slots=True)
class KnownAt:
    """The last vector that was committed before a moment. `unsure`: two looks between which the moment lies and
    something moved, so that it may have been committed shortly before the moment, and is left out.
    """

    vector: Mapping[str, int]
    unsure: tuple[datetime, datetime] | None = None


def current_vector() -> dict[str, int]:
    """Every counter as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTERS)
        return dict(cursor.fetchall())


def last_marked() -> dict[str, int]:
    """Every counter as the last mark of it says."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT c.name, m.revision FROM ({COUNTERS}) c CROSS JOIN LATERAL (
              SELECT revision FROM screening_revisionmark m WHERE m.name = c.name ORDER BY revision DESC LIMIT 1) m"""
        )
        return dict(cursor.fetchall())


def known_at(moment: datetime, *, now: datetime) -> KnownAt | None:
    """What was known at a moment in the past, by the marks; None where nobody had begun to mark yet."""
    with connection.cursor() as cursor:
        cursor.execute(MARKED, [moment])
        vector = dict(cursor.fetchall())
    if "registry" not in vector:  # the first look marks every counter
        return None
    following = RevisionMark.objects.filter(at__gt=moment).order_by("at", "id").first()
    if following is not None:
        early = following.since or following.at
        return KnownAt(vector, (early, following.at) if early < moment else None)
    looked = MarksLooked.objects.values_list("at", flat=True).get()
    unmarked = looked < moment and any(vector.get(name) != n for name, n in current_vector().items())
    return KnownAt(vector, (looked, now) if unmarked else None)


def first_mark() -> datetime | None:
    """Since when questions by time can be answered."""
    return RevisionMark.objects.order_by("at").values_list("at", flat=True).first()


def facts_at(source_ids: Sequence[int], registry: int) -> dict[int, SourceFacts]:
    """What the register said of these sources at that revision of it; of one that came later, what it says now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.id, s.code, coalesce(f.name, s.name), coalesce(f.kind, s.kind),
                   coalesce(f.authority, s.authority),
                   CASE WHEN f.source_id IS NULL THEN s.freshness_days ELSE f.freshness_days END
            FROM collection_pub_source s LEFT JOIN collection_pub_source_facts f ON f.source_id = s.id
              AND f.rev_from <= %(at)s AND (f.rev_to IS NULL OR f.rev_to > %(at)s)
            WHERE s.id = ANY (%(ids)s)
            """,
            {"ids": list(source_ids), "at": registry},
        )
        return {row[0]: SourceFacts(row[1], row[2], SourceKind(row[3]), row[4], row[5]) for row in cursor}


def names_at(subject_ids: Collection[int], revision: int) -> dict[int, str]:
    """The organisations' names as they were known at that revision of the register. Persons have none here."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT subject_id, name FROM subjects_pub_name_history
            WHERE subject_id = ANY (%(ids)s) AND kind = 'current'
              AND rev_from <= %(at)s AND (rev_to IS NULL OR rev_to > %(at)s)
            """,
            {"ids": list(subject_ids), "at": revision},
        )
        return dict(cursor.fetchall())


def erased(subject_ids: Collection[int]) -> frozenset[int]:
    """Those whose personal data were destroyed by law."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM subjects_pub_subject WHERE id = ANY (%s) AND status = 'erased'", [list(subject_ids)]
        )
        return frozenset(row[0] for row in cursor)


def by_blind_index(blind: str) -> int | None:
    """Who has been registered under that index since; a receipt keeps no number by which to look."""
    key_id, _, digest = blind.partition(":")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id FROM subjects_pub_person_index WHERE key_id = %s AND digest = %s",
            [key_id, bytes.fromhex(digest)],
        )
        row = cursor.fetchone()
    return row[0] if row else None
