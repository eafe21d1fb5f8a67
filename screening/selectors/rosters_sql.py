"""The SQL of a run: what is in force for all members at once, and what every member is answered.

The same definitions as the check: `collection_pub_in_force`, bindings without those that a held version leaves open,
the conditions of measures compiled (selectors/triggers.py), and rules/answer.py in sets. tests/screening/
test_same_answer.py holds them to the same answers. Nothing here is text from an input: numbers, and named parameters.
"""

from collections.abc import Iterable
from typing import Any

from collection.rules.freshness import SourceKind
from measures.rules.conditions import tests_of
from screening.rules.question import Measure
from screening.selectors.roster_plans import RosterPlan
from screening.selectors.triggers import called_by

APPLIED, SUSPENDED, UNDECIDED = 1, 2, 3  # strongest first; a token is the measure's place times 4 plus one of these
# Entries and records in force on the day, joined with members by the subject, or by those that are one with it. `ref`
# is made of number and `record` where it is stored: texts are dear by the million.
ENTRIES = """
  SELECT m.id AS member_id, m.kind AS subject_kind, m.uscc, b.source_id, b.entry_id AS number, false AS record,
    b.grade, b.amount, b.valid_from AS since, b.valid_until AS until,
    coalesce(b.disputed_on <= %(day)s, false) AS disputed,
    b.suspended AND coalesce(b.disputed_on <= %(day)s, false) AS suspended, false AS responsible, false AS own_term
  FROM {members} m JOIN redblack_pub_binding b ON b.subject_id = m.subject_id
  WHERE b.rev_to IS NULL AND b.source_id = ANY (%(asked)s) AND {who}
    AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %(day)s)
    AND NOT EXISTS (SELECT 1 FROM redblack_pub_doubt d
      WHERE d.subject_id = b.subject_id AND d.entry_id = b.entry_id AND d.rev_to IS NULL)"""
RECORDS = """
  SELECT m.id, m.kind, m.uscc, c.source_id, c.record_id, true, c.grade, c.amount, c.valid_from, c.valid_until,
    coalesce(c.disputed_on <= %(day)s, false), c.suspended AND coalesce(c.disputed_on <= %(day)s, false),
    c.responsible, c.own_term
  FROM {members} m JOIN collection_pub_trigger c ON c.subject_id = m.subject_id
  WHERE c.rev_to IS NULL AND c.source_id = ANY (%(asked)s) AND {who}
    AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, %(day)s)"""
MEMBERS = "screening_rostermember"
WHO = "m.roster_id = %(roster)s AND m.id <= %(last)s AND m.state = 'matched' AND m.removed_at IS NULL"
TWINS = """(SELECT id, roster_id, state, removed_at, kind, uscc, unnest(subject_ids[2:]) AS subject_id
    FROM screening_rostermember WHERE roster_id = %(roster)s AND subject_ids IS NOT NULL)"""
ALL_FACTS = " UNION ALL ".join(
    part.format(members=members, who=WHO) for part in (ENTRIES, RECORDS) for members in (MEMBERS, TWINS)
)
AREA = """CASE WHEN length(t.uscc) = 18 AND substr(t.uscc, 3, 6) ~ '^[0-9]{6}$' THEN substr(t.uscc, 3, 6)
    ELSE '' END"""
# what every row says, and what only some condition asks for
ALWAYS = ("member_id", "source_id", "number", "record", "disputed", "suspended", "responsible", "own_term")
ASKED = {
    "months_since": {"since": "t.since", "as_of": "%(day)s::date AS as_of"},
    "months_left": {"until": "t.until", "as_of": "%(day)s::date AS as_of"},
    "subject_kind": {"subject_kind": "t.subject_kind"},
    "area": {"area": f"{AREA} AS area"},
    "grade": {"grade": "t.grade"},
    "amount": {"amount": "t.amount"},
    "source": {"source": "z.code AS source"},
    "edition": {"edition": "coalesce(z.version, '') AS edition"},
}
NAMED = "JOIN collection_pub_source z ON z.id = t.source_id"
REF = "CASE WHEN record THEN 'record:' ELSE 'entry:' END || number"

FOUND = """
WITH f AS MATERIALIZED (
  SELECT {columns}, t.source_id = ANY (%(red)s) AS reward,
    t.source_id = ANY (%(consulted)s) AND (NOT t.responsible OR t.source_id = ANY (%(reach)s)) AS told
  FROM ({facts}) t {named}
), doubted AS (
  SELECT m.id AS member_id, array_agg(DISTINCT d.source_id ORDER BY d.source_id) AS sources
  FROM redblack_pub_doubt d JOIN ({doubtful}) m ON m.subject_id = d.subject_id
  WHERE d.rev_to IS NULL AND d.source_id = ANY (%(asked)s) GROUP BY m.id
), told AS (
  SELECT member_id,
    array_agg({ref} || CASE WHEN suspended THEN ' suspended' WHEN disputed THEN ' disputed' ELSE '' END
      ORDER BY record, number) FILTER (WHERE told AND NOT reward) AS triggers,
    coalesce(bool_or(disputed) FILTER (WHERE told AND NOT reward), false) AS disputed,
    array_agg({ref} ORDER BY record, number)
      FILTER (WHERE reward AND source_id = ANY (%(consulted)s)) AS honours
  FROM f GROUP BY member_id
), measured AS ({measured}
), rewarded AS ({rewarded}
)
INSERT INTO screening_rosterfound
  (run_id, member_id, answer, complete, disputed, triggers, measures, honours, rewards, doubts)
SELECT %(run)s, member_id,
  CASE WHEN t.triggers IS NOT NULL THEN 'hit'
    WHEN %(gap)s OR coalesce(d.sources && %(consulted)s::smallint[], false) THEN 'could_not_check'
    ELSE 'clear' END,
  NOT %(gap)s AND NOT coalesce(d.sources && %(consulted)s::smallint[], false),
  coalesce(t.disputed, false), t.triggers, a.measures, t.honours, r.rewards, d.sources
FROM told t FULL JOIN doubted d USING (member_id) LEFT JOIN measured a USING (member_id)
LEFT JOIN rewarded r USING (member_id)
WHERE t.triggers IS NOT NULL OR t.honours IS NOT NULL OR d.sources IS NOT NULL
ORDER BY member_id
"""
NO_MEASURES = " SELECT 0::bigint AS member_id, NULL::text[] AS measures WHERE false"
MEASURED = """
  SELECT member_id, array_agg(names.code || CASE best {words} END ORDER BY names.code COLLATE "C") AS measures
  FROM (
    SELECT f.member_id, token / 4 AS place, min(token %% 4) AS best
    FROM f CROSS JOIN LATERAL unnest(CASE f.source_id {cases} END) AS token
    WHERE f.told AND NOT f.reward AND token IS NOT NULL GROUP BY f.member_id, token / 4
  ) strongest JOIN unnest(%(codes)s::text[]) WITH ORDINALITY AS names (code, number) ON names.number = place
  GROUP BY member_id"""
WORDS = f"WHEN {APPLIED} THEN ' applied' WHEN {SUSPENDED} THEN ' suspended' ELSE ' undecided'"
NO_REWARDS = " SELECT 0::bigint AS member_id, NULL::text[] AS rewards WHERE false"
REWARDED = """
  SELECT member_id, array_agg(code || CASE
      WHEN paused THEN ' paused' WHEN sure AND still AND NOT unsure THEN ' offered' ELSE ' unconfirmed' END
      ORDER BY code COLLATE "C") AS rewards
  FROM (
    SELECT e.member_id, e.code, bool_or(e.decided) IS TRUE AS sure,
      coalesce(CASE WHEN bool_or(e.decided) THEN bool_or(e.current) FILTER (WHERE e.decided)
        ELSE bool_or(e.current) END, false) AS still,
      bool_or(e.gap OR coalesce(d.sources && e.unless_bad, false)) AS unsure,
      bool_or(coalesce(b.sources && e.unless_bad, false)) AS paused
    FROM ({earned}) e LEFT JOIN doubted d USING (member_id) LEFT JOIN (
      SELECT member_id, array_agg(DISTINCT source_id) AS sources FROM f
      WHERE NOT reward AND NOT suspended AND source_id = ANY (%(unless)s) GROUP BY member_id
    ) b USING (member_id) GROUP BY e.member_id, e.code
  ) states GROUP BY member_id"""
EARNED = """SELECT f.member_id, %(code{n})s::text AS code, ({called}) AS decided,
      f.source_id = ANY (%(current)s) AND NOT coalesce(f.source_id = ANY (dd.sources), false) AS current,
      %(gap{n})s AS gap, %(unless{n})s::smallint[] AS unless_bad
    FROM f LEFT JOIN doubted dd USING (member_id)
    WHERE f.reward AND f.source_id = ANY (%(consulted)s) AND f.source_id = ANY (%(calls{n})s)
      AND ({called}) IS NOT FALSE"""
READ = """
SELECT screening_revisions()::text, (
  SELECT coalesce(jsonb_object_agg('source:' || id, revision), '{}') FROM collection_pub_source
  WHERE id = ANY (%(asked)s))::text
"""


def found_statement(asked: RosterPlan) -> tuple[str, dict[str, Any]]:
    """The statement that writes what was found of each member, with its parameters but for roster, run and last."""
    plan = asked.plan
    consulted = plan.consulted
    reach: set[int] = set().union(*(m.triggers for m in plan.measures if m.extends_to_responsible))
    current = sorted(i for i, source in asked.looked.sources.items() if source.complete)
    given: dict[str, Any] = {
        "day": plan.as_of,
        "asked": asked.prepared.asked,
        "consulted": sorted(consulted),
        "reach": sorted(reach),
        "current": current,
        "red": sorted(i for i, source in asked.looked.sources.items() if source.kind is SourceKind.REWARD),
        "gap": bool(asked.gaps) or not consulted,
        "codes": [m.code for m in plan.measures],
    }
    measured, values = _measured(asked, consulted)
    rewarded, more = _rewarded(asked, frozenset(current))
    columns: dict[str, str] = {name: f"t.{name}" for name in ALWAYS}
    for fact in _tested(plan.measures):
        columns |= ASKED.get(fact, {})
    doubtful = " UNION ALL ".join(
        f"SELECT m.id, m.subject_id FROM {members} m WHERE {WHO}" for members in (MEMBERS, TWINS)
    )
    parts = {
        "columns": ", ".join(columns.values()),
        "facts": ALL_FACTS,
        "named": NAMED if columns.keys() & {"source", "edition"} else "",
        "doubtful": doubtful,
        "ref": REF,
    }
    return FOUND.format(measured=measured, rewarded=rewarded, **parts), given | values | more


def _tested(measures: Iterable[Measure]) -> set[str]:
    return {test.fact for one in measures if one.condition is not None for test in tests_of(one.condition)}


def _measured(asked: RosterPlan, consulted: frozenset[int]) -> tuple[str, dict[str, Any]]:
    """One pass over the facts: each row is asked only for the measures that hang on its source."""
    of_source: dict[int, list[str]] = {}
    given: dict[str, Any] = {}
    for place, (measure, calling) in enumerate(zip(asked.plan.measures, asked.callings, strict=True), start=1):
        sources = measure.triggers & consulted
        if measure.reward or not sources:
            continue
        called, values = called_by(calling, prefix=f"m{place}")
        given |= values
        token = (
            f"CASE WHEN {called} THEN {place * 4} + CASE WHEN f.suspended THEN {SUSPENDED} ELSE {APPLIED} END"
            f" WHEN ({called}) IS NULL THEN {place * 4 + UNDECIDED} END"
        )
        for source in sorted(sources):
            of_source.setdefault(source, []).append(token)
    if not of_source:
        return NO_MEASURES, {}
    cases = " ".join(f"WHEN {source} THEN ARRAY[{', '.join(tokens)}]" for source, tokens in of_source.items())
    return MEASURED.format(words=WORDS, cases=cases), given


def _rewarded(asked: RosterPlan, current: frozenset[int]) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    given: dict[str, Any] = {"unless": sorted(set().union(*(m.unless_bad for m in asked.plan.measures if m.reward)))}
    for n, (measure, calling) in enumerate(zip(asked.plan.measures, asked.callings, strict=True)):
        if not measure.reward:
            continue
        called, values = called_by(calling, prefix=f"r{n}")
        given |= values | {
            f"code{n}": measure.code,
            f"gap{n}": bool(measure.unless_bad - current),
            f"unless{n}": sorted(measure.unless_bad),
            f"calls{n}": sorted(measure.triggers),
        }
        parts.append(EARNED.format(n=n, called=called))
    return (REWARDED.format(earned=" UNION ALL ".join(parts)), given) if parts else (NO_REWARDS, {})


ANSWERS = """
WITH now AS MATERIALIZED (
  SELECT m.id, m.subject_id, m.known, f.triggers, f.measures, f.honours, f.rewards, f.doubts,
    CASE WHEN m.known THEN coalesce(f.answer, %(otherwise)s) ELSE 'could_not_check' END AS answer,
    CASE WHEN m.known THEN CASE WHEN f.answer = 'could_not_check' AND %(why)s = '' THEN 'gap'
      WHEN coalesce(f.answer, %(otherwise)s) = 'could_not_check' THEN %(why)s ELSE '' END
      WHEN m.state = 'invalid' THEN 'invalid_code' WHEN m.state = 'wrong_kind' THEN 'persons_not_checked_here'
      WHEN m.uscc <> '' AND m.problem <> %(several)s THEN 'legacy_number_unknown' ELSE 'identify' END AS why,
    m.known AND coalesce(f.complete, %(otherwise)s = 'clear') AS complete, coalesce(f.disputed, false) AS disputed
  FROM (SELECT id, subject_id, state, uscc, problem, state IN ('matched', 'unknown') AS known
    FROM screening_rostermember
    WHERE roster_id = %(roster)s AND id > %(after)s AND id <= %(until)s AND removed_at IS NULL
      AND state <> 'duplicate') m
  LEFT JOIN screening_rosterfound f ON f.run_id = %(run)s AND f.member_id = m.id
), moved AS MATERIALIZED (
  SELECT now.*, old.answer AS was, old.triggers AS was_triggers, old.measures AS was_measures,
    old.rewards AS was_rewards,
    CASE
      WHEN now.answer = 'hit' AND old.answer IS DISTINCT FROM 'hit' THEN 'newly_hit'
      WHEN old.answer = 'hit' AND now.answer <> 'hit' THEN
        CASE WHEN now.doubts IS NULL AND now.known THEN 'no_longer' ELSE 'doubtful' END
      WHEN now.answer = 'hit' AND (now.triggers, now.measures) IS DISTINCT FROM (old.triggers, old.measures)
        THEN 'changed'
      WHEN old.doubts IS NOT NULL AND now.doubts IS NULL AND now.answer <> 'hit' AND now.known THEN 'no_longer'
      WHEN now.answer <> 'hit' AND now.doubts IS NOT NULL AND now.doubts IS DISTINCT FROM old.doubts THEN 'doubtful'
      WHEN now.honours IS DISTINCT FROM old.honours THEN 'changed'
      WHEN now.rewards IS DISTINCT FROM old.rewards AND
        (SELECT array_agg(r ORDER BY r) FROM unnest(now.rewards) r WHERE r LIKE '%% paused') IS DISTINCT FROM
        (SELECT array_agg(r ORDER BY r) FROM unnest(old.rewards) r WHERE r LIKE '%% paused') THEN 'changed'
    END AS change
  FROM now LEFT JOIN screening_rosteranswer old ON old.member_id = now.id
  WHERE old.member_id IS NULL
    OR (old.answer, old.why, old.complete, old.disputed) <> (now.answer, now.why, now.complete, now.disputed)
    OR old.triggers IS DISTINCT FROM now.triggers OR old.measures IS DISTINCT FROM now.measures
    OR old.honours IS DISTINCT FROM now.honours OR old.rewards IS DISTINCT FROM now.rewards
    OR old.doubts IS DISTINCT FROM now.doubts
), entered AS (
  INSERT INTO screening_rosteranswer (member_id, roster_id, answer, why, complete, disputed, triggers, measures,
    honours, rewards, doubts, changed_run)
  SELECT id, %(roster)s, answer, why, complete, disputed, triggers, measures, honours, rewards, doubts, %(run)s
  FROM moved WHERE was IS NULL
), written AS (
  UPDATE screening_rosteranswer a SET answer = m.answer, why = m.why, complete = m.complete, disputed = m.disputed,
    triggers = m.triggers, measures = m.measures, honours = m.honours, rewards = m.rewards, doubts = m.doubts,
    changed_run = %(run)s
  FROM moved m WHERE a.member_id = m.id AND m.was IS NOT NULL
), superseded AS (
  UPDATE screening_rosterfinding f SET state = 'superseded', snoozed_until = NULL
  FROM moved WHERE f.member_id = moved.id AND moved.was IS NOT NULL AND moved.change IS NOT NULL
    AND f.state IN ('open', 'assigned', 'snoozed')
  RETURNING 1
), findings AS (  -- after the earlier ones are out of the way: at most one of a member is to be handled
  INSERT INTO screening_rosterfinding (roster_id, run_id, member_id, subject_id, change, was_answer, was_triggers,
    was_measures, was_rewards, answer, triggers, measures, rewards, found_at)
  SELECT %(roster)s, %(run)s, moved.id, moved.subject_id, moved.change, coalesce(moved.was, ''), moved.was_triggers,
    moved.was_measures, moved.was_rewards, moved.answer, moved.triggers, moved.measures, moved.rewards, %(now)s
  FROM (SELECT count(*) AS number FROM superseded) before CROSS JOIN moved
  WHERE moved.change IS NOT NULL AND before.number >= 0
  ORDER BY moved.id
)
SELECT count(*), count(*) FILTER (WHERE answer = 'hit'), count(*) FILTER (WHERE answer = 'clear'),
  count(*) FILTER (WHERE NOT known),
  (SELECT array[count(*) FILTER (WHERE change = 'newly_hit'), count(*) FILTER (WHERE change = 'changed'),
    count(*) FILTER (WHERE change = 'no_longer'), count(*) FILTER (WHERE change = 'doubtful')] FROM moved)
FROM now
"""
CHUNK_END = """
SELECT max(id) FROM (SELECT id FROM screening_rostermember
  WHERE roster_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s) part
"""
