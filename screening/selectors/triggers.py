"""Every trigger in force on a day as one relation of facts, for many subjects at once: what `facts_of` says of one.

The columns are those that measures.rules.conditions_sql compares; tests/screening hold both to the same answers.
`doubted`: while the list's new version is held it is not known whether the entry still stands. `holder`: whom the
check takes the subject for.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from measures.rules.conditions import Condition
from measures.rules.conditions_sql import COLUMNS, compiled

# needs %(day)s and %(sources)s; {whose} narrows it to %(subjects)s
FACTS = """
SELECT t.source_id, t.ref, t.subject_id, z.code AS source, coalesce(z.version, '') AS edition, t.grade, t.amount,
  t.since, t.until, %(day)s::date AS as_of, z.kind = 'reward' AS reward, t.disputed, t.suspended, t.responsible,
  t.own_term, t.doubted, coalesce(h.id, s.id) AS holder, coalesce(h.kind, s.kind) AS subject_kind,
  CASE WHEN length(coalesce(h.uscc, s.uscc)) = 18 AND substr(coalesce(h.uscc, s.uscc), 3, 6) ~ '^[0-9]{{6}}$'
    THEN substr(coalesce(h.uscc, s.uscc), 3, 6) ELSE '' END AS area
FROM (
  SELECT b.source_id, 'entry:' || b.entry_id AS ref, b.subject_id, b.grade, b.amount, b.valid_from AS since,
    b.valid_until AS until, coalesce(b.disputed_on <= %(day)s, false) AS disputed,
    b.suspended AND coalesce(b.disputed_on <= %(day)s, false) AS suspended, false AS responsible, false AS own_term,
    EXISTS (SELECT 1 FROM redblack_pub_doubt d WHERE d.entry_id = b.entry_id AND d.rev_to IS NULL) AS doubted
  FROM redblack_pub_binding b
  WHERE b.rev_to IS NULL AND b.source_id = ANY (%(sources)s) {whose}
    AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %(day)s)
  UNION ALL
  SELECT c.source_id, 'record:' || c.record_id, c.subject_id, c.grade, c.amount, c.valid_from, c.valid_until,
    coalesce(c.disputed_on <= %(day)s, false), c.suspended AND coalesce(c.disputed_on <= %(day)s, false),
    c.responsible, c.own_term, false
  FROM collection_pub_trigger c
  WHERE c.rev_to IS NULL AND c.source_id = ANY (%(sources)s) {whose}
    AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, %(day)s)
) t
JOIN collection_pub_source z ON z.id = t.source_id AND z.retired_from IS NULL
JOIN subjects_pub_subject s ON s.id = t.subject_id
LEFT JOIN LATERAL (SELECT u.id, u.kind, u.uscc FROM subjects_pub_subject u
  WHERE s.uscc IS NULL AND u.org_code = s.org_code AND u.uscc IS NOT NULL ORDER BY u.uscc LIMIT 1) h ON true
"""
WHOSE = "AND subject_id = ANY (%(subjects)s)"
# Whoever is known by the organisation code alone is one with the holder of the unified code that contains it.
TWINS = """SELECT twin.id{more} FROM {those} one_of JOIN subjects_pub_subject one ON one.id = one_of.subject_id
  JOIN subjects_pub_subject twin
    ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)"""
SUBJECTS = f"""
WITH named AS (
  SELECT b.subject_id FROM redblack_pub_binding b WHERE b.rev_to IS NULL AND b.entry_id = %(entry)s
  UNION SELECT c.subject_id FROM collection_pub_trigger c WHERE c.rev_to IS NULL AND c.record_id = %(record)s)
SELECT subject_id FROM named UNION {TWINS.format(those="named", more="")} ORDER BY 1
"""
SOURCES = """
SELECT source_id FROM redblack_pub_binding WHERE entry_id = %(entry)s
UNION SELECT source_id FROM collection_pub_trigger WHERE record_id = %(record)s
"""
# who holds something bad, and of whom a held version leaves something open, each with its twins
BAD = f"""(WITH bad_one AS (
  SELECT b.subject_id FROM redblack_pub_binding b WHERE b.rev_to IS NULL AND b.source_id = ANY ({{unless}}) {{whose}}
    AND NOT (b.suspended AND coalesce(b.disputed_on <= %(day)s, false))
    AND NOT EXISTS (SELECT 1 FROM redblack_pub_doubt d WHERE d.rev_to IS NULL AND d.entry_id = b.entry_id)
    AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %(day)s)
  UNION SELECT c.subject_id FROM collection_pub_trigger c WHERE c.rev_to IS NULL AND c.source_id = ANY ({{unless}})
    {{whose}} AND NOT (c.suspended AND coalesce(c.disputed_on <= %(day)s, false))
    AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, %(day)s))
SELECT subject_id FROM bad_one UNION {TWINS.format(those="bad_one", more="")})"""
UNSURE = f"""(WITH open_one AS (
  SELECT d.subject_id, d.source_id FROM redblack_pub_doubt d WHERE d.rev_to IS NULL {{whose}})
SELECT subject_id, source_id FROM open_one
UNION {TWINS.format(those="open_one", more=", one_of.source_id")})"""

SAME = """
SELECT twin.id FROM subjects_pub_subject one JOIN subjects_pub_subject twin
  ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
WHERE one.id = %s
"""


def facts_relation(*, of_some: bool = False) -> str:
    """The relation; `of_some`: of the subjects %(subjects)s alone."""
    return FACTS.format(whose=WHOSE if of_some else "")


def bad_relation(unless: str, *, of_some: bool = False) -> str:
    """`subject_id` of whoever holds something bad in force on the sources `unless` (SQL) that pauses an honour."""
    return BAD.format(unless=unless, whose=WHOSE if of_some else "")


def unsure_relation(*, of_some: bool = False) -> str:
    """`subject_id` and `source_id` where a version that is held leaves it open whether the subject is on the list."""
    return UNSURE.format(whose=WHOSE if of_some else "")


def honour_is_sure(facts: str, *, unless: str, unsure: str) -> str:
    """What an honour must meet beside its condition to be offered by a check: its list and every source that might
    pause it can be relied on (%(complete)s), none of them leaves the subject open. `unsure`: that relation's name.
    """
    return f"""{facts}.source_id = ANY (%(complete)s) AND {unless}::int[] <@ %(complete)s::int[]
  AND NOT EXISTS (SELECT 1 FROM {unsure} WHERE {unsure}.subject_id = {facts}.subject_id
    AND ({unsure}.source_id = {facts}.source_id OR {unsure}.source_id = ANY ({unless})))"""


def subjects_of_trigger(trigger: str) -> list[int]:
    """Whom "entry:12" or "record:7" concerns: the subject, the responsible persons that it reaches, and whoever the
    check takes for the same.
    """
    return _of_trigger(SUBJECTS, trigger)


def sources_of_trigger(trigger: str) -> frozenset[int]:
    """The sources on which "entry:12" or "record:7" stands, or stood: measures of others do not hang on it."""
    return frozenset(_of_trigger(SOURCES, trigger))


def _of_trigger(asked: str, trigger: str) -> list[int]:
    kind, _, number = trigger.partition(":")
    with connection.cursor() as cursor:
        cursor.execute(asked, {word: int(number) if word == kind else None for word in ("entry", "record")})
        return [row[0] for row in cursor.fetchall()]


def same_subject(subject_id: int) -> frozenset[int]:
    """The subject with those that the check takes for the same: known by the organisation code alone."""
    with connection.cursor() as cursor:
        cursor.execute(SAME, [subject_id])
        return frozenset({subject_id, *(row[0] for row in cursor.fetchall())})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What of a measure decides whether a trigger calls for it."""

    reward: bool
    matter_code: str
    stages: tuple[str, ...]
    extends_to_responsible: bool
    condition: Condition | None
    own_until_passed: bool


def called_by(measure: Calling, *, facts: str = "f", prefix: str = "m") -> tuple[str, dict[str, Any]]:
    """Whether a row of the relation calls for the measure, as SQL with its parameters: true, false or NULL (not
    known). The sources are the caller's. A measure of several stages is called for when it is at one of them.
    """
    given: dict[str, Any] = {f"{prefix}_matter": measure.matter_code}
    said = []
    for number, stage in enumerate(measure.stages or ("",)):
        given[f"{prefix}_stage{number}"] = stage
        columns = {name: f"{facts}.{name}" for name in COLUMNS} | {
            "matter": f"%({prefix}_matter)s::text",
            "stage": f"%({prefix}_stage{number})s::text",
        }
        expression, values = compiled(measure.condition, columns)
        for value in values:  # by place there, by name here: the relation has names
            name = f"{prefix}_{len(given)}"
            given[name] = value
            expression = expression.replace("%s", f"%({name})s", 1)
        said.append(expression)
    tests = [f"{facts}.reward = {str(measure.reward).lower()}", f"({' OR '.join(said)})"]
    if not measure.extends_to_responsible:
        tests.append(f"NOT {facts}.responsible")
    if measure.own_until_passed:
        tests.append(f"NOT {facts}.own_term")
    return " AND ".join(tests), given
