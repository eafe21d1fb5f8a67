"""By name: organisations that it may mean, best first, with reasons. A name confirms nobody (I6)."""

import time
from collections.abc import Collection, Iterable

from django.db import connection

from kernel.names import LONGEST, mended_form
from office.selectors import region_names
from subjects.rules.ranking import GOOD, GOOD_SHORT, Likeness, Listed, Question, ranked
from subjects.rules.recall import Commonness, sets_to_ask
from subjects.rules.signs import whole_names
from subjects.selectors.values import Candidate, Resolution

ENOUGH = 150  # names that one set of grams hands to the ranking
FRESH_SECONDS = 600.0
UNLISTED = 5  # so much rarer than the rarest that is listed are the others, about
TOO_GENERAL = "名称太短或只有组织形式。请补充字号，或输入统一社会信用代码。"
NOT_A_NAME = "名称过长，请只填写名称，或输入统一社会信用代码。"
_EXACT = f"""SELECT subject_id, name, key, kind FROM subjects_name
WHERE key = ANY(%s::text[]) AND rev_to IS NULL LIMIT {ENOUGH}"""
_WITH = "SELECT subject_id, name, key, kind FROM subjects_names_with(%s::text[], %s)"
_SUBJECTS = "SELECT id, name, coalesce(uscc, ''), division_code FROM subjects_subject WHERE id = ANY(%s::bigint[])"
# what ANALYZE noted of the index: so and so many names have this gram
_COMMON = """SELECT greatest(c.reltuples, 0)::bigint, s.most_common_elems::text::text[], s.most_common_elem_freqs
FROM pg_class c LEFT JOIN pg_stats s ON s.tablename = c.relname AND s.schemaname = c.relnamespace::regnamespace::text
WHERE c.oid = 'subjects_name_by_grams'::regclass"""
_common: tuple[str, float, Commonness] | None = None


def named(name: str, limit: int = 10) -> Resolution:
    """Whom a name may mean: verify with candidates, unknown without, invalid if it is no name."""
    if len(name) > LONGEST:
        return Resolution("invalid", problem=NOT_A_NAME)
    found = tuple(candidates(name, limit))
    if not found and Question.of(name, region_names()).too_general:
        return Resolution("verify", problem=TOO_GENERAL)
    return Resolution("verify" if found else "unknown", candidates=found)


def candidates(name: str, limit: int = 10, *, without: Collection[int] = ()) -> list[Candidate]:
    """Organisations that a name may mean, best first, each with its reasons in words. Never a confirmation.

    `without`: subjects that somebody has cleared of being the one who is asked for (selectors.clearings).
    """
    regions = region_names()
    if len(name) > LONGEST:
        return []
    asked = Question.of(name, regions)
    best = {one.listed.subject_id: one for one in _best(asked, regions, limit + len(without))}
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, [list(best)])
        known = {row[0]: row for row in cursor.fetchall()}
    found = [(*known[n], one.score, one.why) for n, one in best.items() if n not in without]
    return [Candidate(*fields) for fields in found[:limit]]


def _best(asked: Question, regions: Collection[str], limit: int) -> list[Likeness]:
    """The cheap questions first; the dear ones only if these found nothing good."""
    if len(asked.key) < 2:
        return []
    found: dict[tuple[int, str], Listed] = {}
    guessed = whole_names(asked.whole) if asked.is_short and not asked.too_general else []
    _add(found, _EXACT, [[asked.key, mended_form(asked.key), *guessed]])
    if asked.too_general:
        return ranked(asked, found.values(), regions, limit)
    common = _commonness()
    before: list[frozenset[str]] = []
    for deep in (False, True):
        sets = sets_to_ask(asked, common, deep=deep, before=before)
        _add(found, _WITH, [[" ".join(sorted(one)) for one in sets], ENOUGH])
        before += sets
        best = ranked(asked, found.values(), regions, limit)
        if best and best[0].score >= (GOOD_SHORT if len(asked.whole) <= 4 else GOOD):
            break
    return best


def _add(found: dict[tuple[int, str], Listed], statement: str, arguments: list[list[str] | int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        for row in cursor.fetchall():
            found.setdefault((row[0], row[2]), Listed(*row))


def _commonness() -> Commonness:
    """Kept in the process for some minutes; ANALYZE, which autovacuum runs, keeps it true."""
    global _common
    database = str(connection.settings_dict["NAME"])
    if _common is None or _common[0] != database or time.monotonic() - _common[1] > FRESH_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(_COMMON)
            names, listed, shares = cursor.fetchone()
        _common = (database, time.monotonic(), _read(names, listed or (), shares or ()))
    return _common[2]


def _read(names: int, grams: Iterable[str], shares: Iterable[float]) -> Commonness:
    of = dict(zip(grams, shares, strict=False))  # behind the shares stand the least, the most and that of nulls
    return Commonness(names, of, min(of.values(), default=0.0) / UNLISTED)


def forget_commonness() -> None:
    """After the register was filled anew in this process."""
    global _common
    _common = None
