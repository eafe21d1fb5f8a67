"""合规率, 及时率 and 迟报率 of what was reported. Pure: counts in, shares out.

发改办财金〔2018〕424号: 合规率 = records that passed ÷ records reported; 迟报率 = records recorded later than seven
working days after the decision ÷ records taken; 及时率 = 1 − 迟报率. Sums are weighted by records, never an average
of rates (rulebook 3.5). 上报率 and 瞒报率 need a spot check against the department's own register: not here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that arrived, records taken of them, and of these the late ones."""

    reported: int = 0
    taken: int = 0
    late: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.reported + other.reported, self.taken + other.taken, self.late + other.late)

    @property
    def returned(self) -> int:
        return self.reported - self.taken

    @property
    def compliance(self) -> Decimal | None:
        """合规率 in per cent with two places; None where nothing was reported: no data is not full marks."""
        return _percent(self.taken, self.reported)

    @property
    def lateness(self) -> Decimal | None:
        """迟报率 in per cent."""
        return _percent(self.late, self.taken)

    @property
    def timeliness(self) -> Decimal | None:
        """及时率 in per cent."""
        late = self.lateness
        return None if late is None else Decimal("100.00") - late


def total(parts: Iterable[Counts]) -> Counts:
    """The sum, by which rates are weighted by records."""
    return sum(parts, Counts())


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
