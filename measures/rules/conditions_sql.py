"""The same conditions as SQL, for many subjects at once: a parameterised expression over a relation of facts.

It gives true, false or NULL where conditions.holds gives True, False or None (tests prove it on random trees).
"""

from collections.abc import Mapping
from typing import Any

from measures.rules.conditions import NO_MATTER, All, AnyOf, Condition, Not, Test, area_prefix

# The columns that the relation must have; types as in `Facts`: text, date, numeric, boolean. "" and NULL: not known.
COLUMNS = {
    name: name
    for name in (
        "source",
        "edition",
        "grade",
        "amount",
        "since",
        "until",
        "as_of",
        "subject_kind",
        "area",
        "matter",
        "stage",
        "disputed",
        "responsible",
        "own_term",
    )
}


def compiled(condition: Condition | None, columns: Mapping[str, str] = COLUMNS) -> tuple[str, list[Any]]:
    """A boolean expression with its parameters. `columns`: fact -> the SQL that gives it, written by the caller and
    never from an input; see COLUMNS. No condition is TRUE.
    """
    match condition:
        case None:
            return "TRUE", []
        case Test():
            return _compared(condition, columns)
        case Not(part):
            said, given = compiled(part, columns)
            return f"(NOT {said})", given
        case All(parts):
            return _joined(parts, "AND", columns)
        case AnyOf(parts):
            return _joined(parts, "OR", columns)


def _joined(parts: tuple[Condition, ...], word: str, columns: Mapping[str, str]) -> tuple[str, list[Any]]:
    said = [compiled(part, columns) for part in parts]
    return f"({f' {word} '.join(text for text, _ in said)})", [one for _, given in said for one in given]


def _compared(test: Test, columns: Mapping[str, str]) -> tuple[str, list[Any]]:
    match test.fact, test.value:
        case "months_since", int(months):
            later = f"({columns['since']} + make_interval(months => %s))::date"
            return f"({columns['as_of']} {test.operator} {later})", [months]
        case "months_left", int(months):
            later = f"({columns['as_of']} + make_interval(months => %s))::date"
            endless = "true" if test.operator in (">", ">=") else "false"
            return f"coalesce({columns['until']} {test.operator} {later}, {endless})", [months]
        case "amount", amount:
            return f"({columns['amount']} {test.operator} %s::numeric)", [amount]
        case "area", tuple(values):
            return f"(nullif({columns['area']}, '') LIKE ANY (%s::text[]))", [[area_prefix(v) + "%" for v in values]]
        case "matter", tuple(values):
            return f"(coalesce(nullif({columns['matter']}, ''), %s) = ANY (%s::text[]))", [NO_MATTER, list(values)]
        case fact, bool(value):
            return f"({columns[fact]} = %s)", [value]
        case fact, values:
            return f"(nullif({columns[fact]}, '') = ANY (%s::text[]))", [list(values)]  # type: ignore[arg-type]
