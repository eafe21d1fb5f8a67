"""The tables of screening: application lists, who may ask, receipts and choices; response tasks; rehearsals."""

from screening.models.asking import FavouriteMatter, GeneralWindow
from screening.models.checks import STAGES, ApplicationLists, Choice, Consulted, Matter, Receipt, ReceiptKey
from screening.models.rehearsals import Rehearsal, RehearsalRow
from screening.models.responses import ResponseTask

__all__ = [
    "STAGES",
    "ApplicationLists",
    "Choice",
    "Consulted",
    "FavouriteMatter",
    "GeneralWindow",
    "Matter",
    "Receipt",
    "ReceiptKey",
    "Rehearsal",
    "RehearsalRow",
    "ResponseTask",
]
