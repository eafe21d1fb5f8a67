"""The tables of screening: application lists, who may ask, receipts and choices; response tasks; rehearsals; rosters;
spreadsheets of applicants; marks of revisions."""

from screening.models.asking import FavouriteMatter, GeneralWindow
from screening.models.batches import CheckBatch, CheckBatchRow
from screening.models.checks import STAGES, ApplicationLists, Choice, Consulted, Matter, Receipt, ReceiptKey
from screening.models.draws import RosterDraw, RosterDrawn
from screening.models.finished import FinishedCase, FinishedFile
from screening.models.rehearsals import Rehearsal, RehearsalRow
from screening.models.replays import MarksLooked, RevisionMark, VerifyTries
from screening.models.responses import ResponseTask
from screening.models.roster_runs import RosterAnswer, RosterFinding, RosterFound, RosterRun
from screening.models.rosters import Roster, RosterMember, RosterUpload

__all__ = [
    "STAGES",
    "ApplicationLists",
    "CheckBatch",
    "CheckBatchRow",
    "Choice",
    "Consulted",
    "FavouriteMatter",
    "FinishedCase",
    "FinishedFile",
    "GeneralWindow",
    "MarksLooked",
    "Matter",
    "Receipt",
    "ReceiptKey",
    "Rehearsal",
    "RehearsalRow",
    "ResponseTask",
    "RevisionMark",
    "Roster",
    "RosterAnswer",
    "RosterDraw",
    "RosterDrawn",
    "RosterFinding",
    "RosterFound",
    "RosterMember",
    "RosterRun",
    "RosterUpload",
    "VerifyTries",
]
