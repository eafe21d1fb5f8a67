"""The verbs of this app, under one name for the floors above."""

from objections.services.accepting import accept, decide_rest, forward, refuse
from objections.services.answering import answer
from objections.services.clocks import escalate, extend, pause, recompute_clocks
from objections.services.concluding import begin_verification, conclude, propose, seen_of, send_back
from objections.services.filing import (
    CannotFile,
    FiledAlready,
    Filing,
    NotAnObjection,
    add_paper,
    add_papers,
    ask_review,
    demand_receipt,
    file_objection,
    read_claim,
    read_paper,
    withdraw,
)

__all__ = [
    "CannotFile",
    "FiledAlready",
    "Filing",
    "NotAnObjection",
    "accept",
    "add_paper",
    "add_papers",
    "answer",
    "ask_review",
    "begin_verification",
    "conclude",
    "decide_rest",
    "demand_receipt",
    "escalate",
    "extend",
    "file_objection",
    "forward",
    "pause",
    "propose",
    "read_claim",
    "read_paper",
    "recompute_clocks",
    "refuse",
    "seen_of",
    "send_back",
    "withdraw",
]
