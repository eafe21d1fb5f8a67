"""The verbs of this app, under one name for the floors above."""

from complaints.services.forgetting import destroy_identities
from complaints.services.handling import (
    accept,
    answer,
    decline,
    forward,
    name_handler,
    open_identity,
    open_paper,
    report,
)
from complaints.services.receiving import Progress, Slip, progress, tell

__all__ = [
    "Progress",
    "Slip",
    "accept",
    "answer",
    "decline",
    "destroy_identities",
    "forward",
    "name_handler",
    "open_identity",
    "open_paper",
    "progress",
    "report",
    "tell",
]
