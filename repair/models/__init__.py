"""Applications with their clocks and papers; what goes up and what comes down; temporary lifting."""

from repair.models.applications import Application, Attachment, ClockStop, Paper
from repair.models.exchange import Lifting, Message, Reconciliation, Result

__all__ = ["Application", "Attachment", "ClockStop", "Lifting", "Message", "Paper", "Reconciliation", "Result"]
