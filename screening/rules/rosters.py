"""Who a row of a roster means, and how what was found of a member is written and read. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kernel import identifiers
from kernel.hiding import hide_citizen_ids
from screening.rules.identity import LEGACY_KINDS, PERSON_KINDS
from screening.rules.pasted import OF_AN_ORGANISATION

LONGEST_NAME = 300
PERSONS_NAME = 4  # a name of so few characters may be a person's, however it ends: kept masked
_DIGITS = re.compile(r"\d(?:[ -]?\d){6,}")  # a telephone number, a number of a person with a wrong digit
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]$")
NO_CONTENT = "本行没有代码，也没有名称。"
NAME_ALONE = "只有名称，不能确定主体。请补上统一社会信用代码。"
NO_PERSONS = "本名单只收单位，本行是个人证件号码，未收录。如须筛查自然人，请另建含自然人的名单并写明依据。"
LEGACY_UNKNOWN = "登记信息中没有这个旧代码，请改用统一社会信用代码。"
LEGACY_SEVERAL = "该旧代码有多个主体，请改用统一社会信用代码。"
MARKS = frozenset({"disputed", "suspended", "applied", "undecided", "offered", "paused", "unconfirmed"})


class Ask(StrEnum):
    """How a row is looked up in the register."""

    CODE = "code"
    ORG_CODE = "org_code"
    REG_NO = "reg_no"
    PERSON = "person"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read. `code`: what the register is asked for; of a person only here, never stored. `state`: of a row
    that is not looked up: identify, invalid, wrong_kind.
    """

    ask: Ask
    code: str = ""
    name: str = ""
    id_kind: str = ""
    state: str = ""
    problem: str = ""


def read_row(code: str, name: str, *, persons: bool, today: date) -> Row:
    """What a row means by the same reading as a check; a name alone never means anybody (invariant I6).

    个人信息保护法 第六、三十四条: a person only where the roster is made for persons, and by number only; in such a
    roster no name is kept of a row that has no organisation's code.
    """
    shown = kept_name(name)
    alone = "" if persons else masked_name(shown)  # of a row without an organisation's code
    if not code.strip():
        if not name.strip():
            return Row(Ask.NOTHING, state="invalid", problem=NO_CONTENT)
        return Row(Ask.NOTHING, name=alone, state="identify", problem=NAME_ALONE)
    found = identifiers.read(code, today=today)
    if found.kind in PERSON_KINDS:
        if not persons:
            return Row(Ask.NOTHING, state="wrong_kind", problem=NO_PERSONS)
        return Row(Ask.PERSON, code=found.value, id_kind=found.kind)
    if found.kind == "uscc":
        return Row(Ask.CODE, code=found.value, name=shown)
    if found.kind in LEGACY_KINDS:
        return Row(Ask.ORG_CODE if found.kind == "org_code" else Ask.REG_NO, code=found.value, name=shown)
    if found.kind == "name" or (found.kind == "missing" and name.strip()):
        if not shown and not persons:
            alone = masked_name(kept_name(found.value))
        return Row(Ask.NOTHING, name=alone, state="identify", problem=NAME_ALONE)
    return Row(Ask.NOTHING, name=alone, state="invalid", problem=found.problem[:300])


def kept_name(name: str) -> str:
    """A name on one line, without numbers of persons: no run of seven digits or more, be it one or not."""
    shown = hide_citizen_ids(" ".join(name.replace("\x00", "").split()))
    return _DIGITS.sub(lambda run: "*" * len(run.group()), shown)[:LONGEST_NAME]


def masked_name(name: str) -> str:
    """A name that stands alone may be a person's: kept whole only if it ends as an organisation's does, otherwise by
    its first character.
    """
    if len(name) > PERSONS_NAME and OF_AN_ORGANISATION.search(_IN_BRACKETS.sub("", name)):
        return name
    return f"{name[:1]}某" if name else ""


@dataclass(frozen=True, slots=True)
class Said:
    """One of the texts of `triggers`, `measures`, `honours`, `rewards`: a reference or code, and its mark."""

    what: str
    mark: str = ""


def said(text: str) -> Said:
    """ "entry:13 disputed" -> Said("entry:13", "disputed")."""
    what, _, mark = text.rpartition(" ")
    return Said(what, mark) if mark in MARKS else Said(text)
