"""The checks of a row, compiled once per definition and day. Pure; made for a million rows."""

from collections.abc import Mapping
from datetime import date

from catalog.rules.definition import Definition
from collection.rules.ready import Person, RaisedPlan, Ready, Returned

__all__ = ["Person", "Plan", "RaisedPlan", "Ready", "Returned"]


class Plan:
    """Everything that a definition demands of a row, ready to be asked of many rows."""

    def __init__(self, definition: Definition, *, today: date, reporter: str, reporter_code: str) -> None:
        """`reporter`, `reporter_code`: name and code of the reporting department, the authority where the item has
        no field for it."""
        self.definition = definition
        self.today = today

    def check(
        self, row: int, cells: Mapping[str, str], *, confirmed: bool = False, flaws: Mapping[str, str] = {}
    ) -> Ready | Returned:
        """What a row is. `cells` by FIELD CODE; `flaws`: field code -> what the reader says of that cell.

        `confirmed`: a person stated that the row is right as it is, so a SUSPECT does not return it.
        """
        raise NotImplementedError
