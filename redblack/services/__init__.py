"""The verbs of this app, under one name for the floors above."""

from redblack.services.entries import (
    AlreadyDisputed,
    AlreadyEntered,
    AlreadyReleased,
    CannotBind,
    CannotDecide,
    NotDisputed,
    NotTheRecogniser,
    TermsOverlap,
    UnknownSubject,
    correct,
    end_dispute,
    enter,
    mark_disputed,
    release,
)
from redblack.services.received import ReceivedRow, receive
from redblack.services.types import CannotRegister, register_list_type

__all__ = [
    "AlreadyDisputed",
    "AlreadyEntered",
    "AlreadyReleased",
    "CannotBind",
    "CannotDecide",
    "CannotRegister",
    "NotDisputed",
    "NotTheRecogniser",
    "ReceivedRow",
    "TermsOverlap",
    "UnknownSubject",
    "correct",
    "end_dispute",
    "enter",
    "mark_disputed",
    "receive",
    "register_list_type",
    "release",
]
