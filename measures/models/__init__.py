"""The tables of measures: memoranda with their conducts and measures, the national basic list, measure items."""

from measures.models.basics import BasicList, BasicMeasure
from measures.models.items import WORDINGS, Basis, Calls, MeasureItem, MeasureList
from measures.models.memoranda import Conduct, Memorandum, OriginalMeasure

__all__ = [
    "WORDINGS",
    "BasicList",
    "BasicMeasure",
    "Basis",
    "Calls",
    "Conduct",
    "MeasureItem",
    "MeasureList",
    "Memorandum",
    "OriginalMeasure",
]
