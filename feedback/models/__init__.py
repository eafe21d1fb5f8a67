"""What is owed about hits, what was reported, and what came of it."""

from feedback.models.cases import Attachment, Case, ChangeCount, Due, Known
from feedback.models.intake import Call, CaseFile
from feedback.models.letters import Letter
from feedback.models.supervision import Supervision, SupervisionStep
from feedback.models.tallies import Tally
from feedback.models.typical import TypicalCase
from feedback.models.upward import Dispatch, UpReport

__all__ = [
    "Attachment",
    "Call",
    "Case",
    "CaseFile",
    "ChangeCount",
    "Dispatch",
    "Due",
    "Known",
    "Letter",
    "Supervision",
    "SupervisionStep",
    "Tally",
    "TypicalCase",
    "UpReport",
]
