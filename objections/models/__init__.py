"""The tables of objections."""

from objections.models.objections import Attachment, Clock, Objection, Pause

__all__ = ["Attachment", "Clock", "Objection", "Pause"]
