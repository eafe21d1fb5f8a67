"""The verbs of this app, under one name for the floors above."""

from citizens.services.claiming import (
    ClaimDecided,
    ClaimIncomplete,
    ClaimOpen,
    NotYourRelation,
    ReasonMissing,
    ReviewersOnly,
    SubjectNotNamed,
    claim,
    confirm,
    end_relation,
    make_effective,
    note_paper_read,
    open_claim,
    refuse,
    withdraw_claim,
)
from citizens.services.counting import TooOften
from citizens.services.looking import note_look
from citizens.services.papers import PaperUnreadable, keep_paper
from citizens.services.sessions import Browser, VisitorsOnly, sign_out, sign_out_elsewhere
from citizens.services.signing_in import (
    AddressMalformed,
    CodeWrong,
    NoTextsHere,
    SignedIn,
    accept_identity,
    send_code,
    sign_in,
)
from citizens.services.telling import tell_applicant
from citizens.services.upkeep import block, forget, rotate_identities

__all__ = [
    "AddressMalformed",
    "Browser",
    "ClaimDecided",
    "ClaimIncomplete",
    "ClaimOpen",
    "CodeWrong",
    "NoTextsHere",
    "NotYourRelation",
    "PaperUnreadable",
    "ReasonMissing",
    "ReviewersOnly",
    "SignedIn",
    "SubjectNotNamed",
    "TooOften",
    "VisitorsOnly",
    "accept_identity",
    "block",
    "claim",
    "confirm",
    "end_relation",
    "forget",
    "keep_paper",
    "make_effective",
    "note_look",
    "note_paper_read",
    "open_claim",
    "refuse",
    "rotate_identities",
    "send_code",
    "sign_in",
    "sign_out",
    "sign_out_elsewhere",
    "tell_applicant",
    "withdraw_claim",
]
