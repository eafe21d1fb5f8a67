"""Single values of a definition, read strictly: what is there must be what it should be. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)


class NotADefinition(ValueError):
    """The JSON says something that no definition can say; the message is Chinese and names the place."""


def text_of(said: Any, place: str, choices: Sequence[str] = ()) -> str:
    """A text, one of `choices` where there are any. Raises NotADefinition."""
    if not isinstance(said, str):
        raise NotADefinition(f"{place}没有填写，或不是文字。")
    if choices and said not in choices:
        raise NotADefinition(f"{place}“{said}”不对。请改为：{'、'.join(filter(None, choices))}。")
    return said


def texts_of(said: Any, place: str) -> tuple[str, ...]:
    """A list of texts. Raises NotADefinition."""
    if isinstance(said, str) or not isinstance(said, Sequence) or not all(isinstance(one, str) for one in said):
        raise NotADefinition(f"{place}应为一组文字。")
    return tuple(said)


def flag_of(said: Any, place: str) -> bool:
    """Yes or no. Raises NotADefinition."""
    if not isinstance(said, bool):
        raise NotADefinition(f"{place}只能填是或否。")
    return said


def whole_of(said: Any, place: str) -> int | None:
    """A whole number of at most six digits, or None where nothing is said. Raises NotADefinition."""
    if said is None or said == "":
        return None
    if isinstance(said, bool) or not isinstance(said, int | str) or not re.fullmatch(r"\d{1,6}", str(said)):
        raise NotADefinition(f"{place}“{said}”不对，请填写整数。")
    return int(said)


def amount_of(said: Any, place: str) -> Decimal | None:
    """A number that is not negative, or None where nothing is said. Raises NotADefinition."""
    if said is None or said == "":
        return None
    try:
        number = Decimal(str(said))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise NotADefinition(f"{place}“{said}”不对，请填写数字。")
    return number


def member_of(kinds: type[E], said: Any, place: str) -> E:
    """One of the kinds, by its value. Raises NotADefinition."""
    try:
        return kinds(said)
    except ValueError as error:
        labels = "、".join(str(getattr(kind, "label", kind.value)) for kind in kinds)
        raise NotADefinition(f"{place}“{said}”不对。请改为：{labels}。") from error
