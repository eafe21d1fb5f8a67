"""One box of a form that the catalogue makes: what input it is, what stands in it, and why it was returned."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.rules.definition import ABSENT, REQUIRED, Field, FieldType, Masking
from kernel.identifiers import normalise_code, uscc_problem
from subjects.rules.kinds import KIND_LABELS, Kind

LONG = 300  # characters: longer texts get an area instead of a line
OTHER = "__other"  # suffix of the line beside an open code list
CODES = frozenset({FieldType.USCC, FieldType.ORG_CODE, FieldType.REG_NO, FieldType.ID_NUMBER})
HIDDEN = frozenset({Masking.SEALED, Masking.NAME, Masking.PARTIAL})
CODE_IN_MESSAGE = re.compile(r"(?<![0-9A-Za-z])([1-9ANY][0-9A-HJ-NPQRTUWXY]{17})(?![0-9A-Za-z])")
LOOKALIKES = str.maketrans("OIZS", "0125")
CHANGE_TO = re.compile(r"请改为(?:[^0-9“”，。；]{0,6}数字)?\s*(?:([0-9][0-9.-]*)|“([^“”]{1,60})”)(?=[，。；（]|$)")
SUSPECT = "suspect"


@dataclass(slots=True)
class Box:
    """An input. `shape`: line, area, date, number, select or boxes. `reasons`: what is wrong with it, in Chinese.

    `said`: what stands in it, as sent. `shown`: what was in the file, where it is not to be sent back to the screen.
    """

    name: str
    label: str
    shape: str = "line"
    said: str = ""
    shown: str = ""
    choices: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    other: str | None = None
    unit: str = ""
    note: str = ""
    length: int | None = None
    is_code: bool = False
    needs: Mapping[str, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    suspect: bool = False
    suggestion: str = ""
    part: str = ""

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def described_by(self) -> str:
        noted = bool(self.note or self.shown or self.needs_said)
        parts = [f"{self.id}_why"] * bool(self.reasons) + [f"{self.id}_note"] * noted
        return " ".join(parts)

    @property
    def required(self) -> bool:
        """Whether every kind of subject must fill it."""
        return bool(self.needs) and set(self.needs.values()) == {REQUIRED}

    @property
    def needs_said(self) -> str:
        """For whom it is required or must stay empty, where that differs by the kind of subject."""
        if len(set(self.needs.values())) < 2:
            return ""
        must = [KIND_LABELS[Kind(kind)] for kind, need in self.needs.items() if need == REQUIRED]
        not_for = [KIND_LABELS[Kind(kind)] for kind, need in self.needs.items() if need == ABSENT]
        said = [f"{'、'.join(must)}必填"] * bool(must) + [f"{'、'.join(not_for)}不填"] * bool(not_for)
        return "，".join(said)


def box_of(item_field: Field, *, name: str, kinds: Iterable[str]) -> Box:
    """The empty input of an information item."""
    box = Box(name=name, label=item_field.name, unit=item_field.unit, note=item_field.note)
    box.length, box.is_code = item_field.length, item_field.type in CODES
    box.needs = {kind: item_field.need(kind) for kind in kinds}
    if item_field.codes and item_field.separator:
        box.shape = "boxes"
    elif item_field.codes:
        box.shape = "select"
    elif item_field.type is FieldType.DATE:
        box.shape = "date"
    elif item_field.type in (FieldType.AMOUNT, FieldType.INTEGER):
        box.shape = "number"
    elif item_field.length and item_field.length > LONG:
        box.shape = "area"
    box.choices = item_field.codes
    if item_field.codes and item_field.codes_open:
        box.other = ""
    return box


def told(box: Box, problems: Iterable[Mapping[str, Any]]) -> None:
    """Write into the box why it was returned, and what is suggested instead."""
    for problem in problems:
        box.reasons.append(str(problem["message"]))
        box.suspect = box.suspect or problem.get("severity") == SUSPECT
        box.suggestion = box.suggestion or suggested(problem, said=box.said, is_code=box.is_code)


def suggested(problem: Mapping[str, Any], *, said: str, is_code: bool) -> str:
    """What may be put in its place; "" where the message only explains. Offered to a person, never put in by itself.

    Of a code: the one that the register knows, or the one that differs by letters taken for digits and is valid.
    """
    if offered := str(problem.get("suggestion", "")):
        return offered
    message = str(problem["message"])
    if is_code:
        meant = normalise_code(said).translate(LOOKALIKES)
        found = CODE_IN_MESSAGE.search(message)
        offered = found[1] if found else meant
        return offered if offered != said and uscc_problem(offered) is None else ""
    change = CHANGE_TO.search(message)
    return (change[1] or change[2]) if change else ""


def is_of_person(word: str) -> bool:
    """Whether the kind of subject, as it is chosen or written, is a natural person."""
    return "自然人" in word
