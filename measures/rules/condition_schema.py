"""The JSON schema of a stored execution condition; `conditions.read_condition` takes what it allows."""

from typing import Any

from measures.rules.conditions import (
    FACTS,
    LONGEST_VALUE,
    MOST_MONTHS,
    MOST_PARTS,
    MOST_VALUES,
    FactKind,
    FactType,
)


def _value(fact: FactKind) -> dict[str, Any]:
    match fact.type:
        case FactType.VALUES:
            one: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE}
            if fact.choices:
                one = {"enum": [value for value, _ in fact.choices]}
            elif fact.code == "area":
                one = {"type": "string", "pattern": "^[0-9]{6}$"}
            return {
                "type": "array",
                "items": one,
                "minItems": 1,
                "maxItems": MOST_VALUES,
                "uniqueItems": True,
            }
        case FactType.MONTHS:
            return {"type": "integer", "minimum": 0, "maximum": MOST_MONTHS}
        case FactType.MONEY:
            return {"type": "string", "pattern": "^[0-9]{1,15}(\\.[0-9]{1,2})?$"}
        case FactType.YES_NO:
            return {"type": "boolean"}


def _test(fact: FactKind) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "fact": {"const": fact.code},
            "is": {"enum": list(fact.operators)},
            "value": _value(fact),
        },
        "required": ["fact", "is", "value"],
        "additionalProperties": False,
    }


def _branch(word: str, inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {word: inner}, "required": [word], "additionalProperties": False}


_PARTS = {"type": "array", "items": {"$ref": "#/$defs/node"}, "minItems": 1, "maxItems": MOST_PARTS}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "措施执行条件",
    "anyOf": [{"type": "null"}, {"$ref": "#/$defs/node"}],
    "$defs": {
        "node": {
            "oneOf": [
                _branch("all", _PARTS),
                _branch("any", _PARTS),
                _branch("not", {"$ref": "#/$defs/node"}),
                *(_test(fact) for fact in FACTS.values()),
            ]
        }
    },
}
