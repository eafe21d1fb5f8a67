"""The verbs of this app, under one name for the floors above."""

from reports.services.issuing import Asked, CannotIssue, NoSuchSubject, ReportRefused, issue, open_report
from reports.services.kiosk import print_at_kiosk
from reports.services.verifying import CannotVerify, Verified, verify

__all__ = [
    "Asked",
    "CannotIssue",
    "CannotVerify",
    "NoSuchSubject",
    "ReportRefused",
    "Verified",
    "issue",
    "open_report",
    "print_at_kiosk",
    "verify",
]
