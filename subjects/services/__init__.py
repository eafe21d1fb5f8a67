"""The verbs of this app, under one name for the floors above."""

from subjects.services.base import (
    IdentifierWrong,
    NameWrong,
    NotYours,
    PeriodReversed,
    SubjectNotFound,
    next_revision,
)
from subjects.services.clearing import (
    ClearingNotFound,
    ClearingTooLong,
    ClearingWithoutGround,
    SameSubject,
    clear_pair,
    clear_subject,
    withdraw_clearing,
)
from subjects.services.conflicts import ConflictNotFound, GroundMissing, resolve_conflict
from subjects.services.crowds import KnownPerson, match_persons, open_for, register_persons, seal_for
from subjects.services.keys import Rotated, rotate_some
from subjects.services.loading import Loaded, finish_loading, load_rows
from subjects.services.persons import (
    PersonIsErased,
    PersonNameDiffers,
    PersonView,
    ReasonMissing,
    ReasonTellsNumber,
    erase_person,
    register_person,
    reveal_identifier,
    view_person,
)
from subjects.services.posts import AlreadyStated, PostUnknown, add_responsible, end_responsible
from subjects.services.registration import NoIdentifier, add_name, register_organisation

__all__ = [
    "AlreadyStated",
    "ClearingNotFound",
    "ClearingTooLong",
    "ClearingWithoutGround",
    "ConflictNotFound",
    "GroundMissing",
    "IdentifierWrong",
    "KnownPerson",
    "Loaded",
    "NameWrong",
    "NoIdentifier",
    "NotYours",
    "PeriodReversed",
    "PersonIsErased",
    "PersonNameDiffers",
    "PersonView",
    "PostUnknown",
    "ReasonMissing",
    "ReasonTellsNumber",
    "Rotated",
    "SameSubject",
    "SubjectNotFound",
    "add_name",
    "add_responsible",
    "clear_pair",
    "clear_subject",
    "end_responsible",
    "erase_person",
    "finish_loading",
    "load_rows",
    "match_persons",
    "next_revision",
    "open_for",
    "register_organisation",
    "register_person",
    "register_persons",
    "resolve_conflict",
    "reveal_identifier",
    "rotate_some",
    "seal_for",
    "view_person",
    "withdraw_clearing",
]
