"""From what was typed or scanned to who may be asked about. Pure: the register is asked elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.identifiers import Found
from screening.rules.question import Role, Subject, Why


class Ask(StrEnum):
    """How the register is asked: by code, by person, by an old number, by name, or not at all."""

    CODE = "code"
    PERSON = "person"
    LEGACY = "legacy"
    NAME = "name"
    NOTHING = "nothing"


PERSON_KINDS = frozenset({"citizen_id", "passport", "travel_permit"})
LEGACY_KINDS = frozenset({"reg_no", "org_code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One subject of an application as it will be asked about. `why` is set where it is not asked at all."""

    role: Role
    found: Found
    ask: Ask
    why: Why = Why.NONE

    def subject(self) -> Subject:
        """The subject as far as the input alone tells. A personal number is never carried further; a name is `given`,
        for the page alone: it may be a person's, and only the register's names are kept.
        """
        personal = self.found.kind in PERSON_KINDS
        return Subject(
            role=self.role.code,
            role_label=self.role.label,
            code=self.found.value if self.ask is Ask.CODE else "",
            given="" if personal else self.found.name or self.found.original,
            why=self.why,
            problem=self.found.problem,
        )


def role_for(found: Found, roles: Sequence[Role]) -> Role:
    """The role of a subject that was given without one: a person's for a personal number, else the matter's first."""
    if found.kind in PERSON_KINDS:
        return next((role for role in roles if role.persons), roles[0])
    return roles[0]


def question(found: Found, *, role: Role, file_number: str) -> Question:
    """What may be asked about an input in that role.

    个人信息保护法 第三十四条: a natural person is looked up only within statutory powers, so only with a file number
    and for a matter whose application list names persons. 个人信息保护法 第六条: no more than the purpose needs.
    """
    if found.kind in PERSON_KINDS:
        if not role.persons:
            return Question(role=role, found=found, ask=Ask.NOTHING, why=Why.PERSONS_NOT_CHECKED_HERE)
        if not file_number.strip():
            return Question(role=role, found=found, ask=Ask.NOTHING, why=Why.PERSON_NEEDS_FILE_NUMBER)
        return Question(role=role, found=found, ask=Ask.PERSON)
    if found.kind == "uscc":
        return Question(role=role, found=found, ask=Ask.CODE)
    if found.kind in LEGACY_KINDS:
        return Question(role=role, found=found, ask=Ask.LEGACY)
    if found.kind == "missing":
        return Question(role=role, found=found, ask=Ask.NOTHING, why=Why.MISSING_CODE)
    if found.kind == "name":
        return Question(role=role, found=found, ask=Ask.NAME, why=Why.IDENTIFY)
    return Question(role=role, found=found, ask=Ask.NOTHING, why=Why.INVALID_CODE)
