"""Changing one part of a draft so that the rest of it still fits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.rules.content import Content
from catalog.rules.definition import Field, Raise, Roles, Rule


def with_fields(content: Content, fields: Sequence[Field], moved: Mapping[str, str]) -> Content:
    """The content with these information items. `moved`: old code -> new code of those that were renamed; rules,
    parts and what is raised follow. What names an item that is gone stays, for the person to decide.
    """
    if not moved:
        return replace(content, fields=tuple(fields))

    def new(code: str) -> str:
        return "+".join(moved.get(one, one) for one in code.split("+"))

    return replace(
        content,
        fields=tuple(fields),
        rules=tuple(_rule(rule, moved) for rule in content.rules),
        roles=Roles(**{part: new(getattr(content.roles, part)) for part in Roles.__dataclass_fields__}),
        raises=tuple(_raise(one, moved) for one in content.raises),
    )


def replaced(fields: Sequence[Field], code: str, field: Field) -> tuple[Field, ...]:
    """The same list with another item in the place of `code`."""
    return tuple(field if one.code == code else one for one in fields)


def _rule(rule: Rule, moved: Mapping[str, str]) -> Rule:
    return replace(
        rule,
        field=moved.get(rule.field, rule.field),
        other=moved.get(rule.other, rule.other),
        fields=tuple(moved.get(code, code) for code in rule.fields),
    )


def _raise(one: Raise, moved: Mapping[str, str]) -> Raise:
    said = {name: moved.get(getattr(one, name), getattr(one, name)) for name in ("field", "begins", "ends", "ground")}
    return replace(one, **said)
