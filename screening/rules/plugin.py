"""The plug-in on another department's acceptance page: what a token binds, what an answer asks of the person there.

Pure. The machine refuses nothing (invariant I9): an answer holds the form until a person chooses, and no longer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

CHECK_SECONDS = 10 * 60  # from the filled form to the question
CHOICE_SECONDS = 60 * 60  # from the answer to the choice: the clerk may have to ask somebody
LONGEST_OPERATOR = 60


class Purpose(StrEnum):
    CHECK = "check"
    CHOICE = "choice"


class Hold(StrEnum):
    """What the form waits for: a choice between holding back and going on, the same before a gap, or nothing."""

    CHOOSE = "choose"
    CONFIRM = "confirm"
    GO = "go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a token says; it is signed, and only the browser of that page may use it until then, once.

    `expires`: unix seconds. `number`: the receipt that a choice is about.
    """

    purpose: str
    client: str
    origin: str
    operator: str
    nonce: str
    expires: int
    matter: str = ""
    stage: str = ""
    file_number: str = ""
    number: str = ""

    def written(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, said: Any) -> "Terms | None":
        """What `written` wrote; None for anything else."""
        if not isinstance(said, Mapping) or said.keys() != cls.__dataclass_fields__.keys():
            return None
        return cls(**said)


def hold_of(*, answer: str, complete: bool, no_measure: bool) -> Hold:
    """国办发〔2020〕49号: no measure but those of the published list. A gap never reads as "no record" (I1)."""
    if answer == "hit" and not no_measure:
        return Hold.CHOOSE
    if answer == "could_not_check" or not complete:
        return Hold.CONFIRM
    return Hold.GO
