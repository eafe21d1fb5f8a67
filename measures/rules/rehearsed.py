"""The figures of a rehearsal, as its floor hands them to the publication: values, and of which wording. Pure."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalFigures:
    """Who would newly be hit and who no longer: on the checks of a period, and on what is in force today.

    `digest`: ItemValue.seen of the draft that was rehearsed. Checks and subjects that were looked at are counts.
    """

    digest: str
    checked_from: date
    checked_until: date
    checks: int
    checks_newly: int
    checks_no_longer: int
    subjects: int
    subjects_newly: int
    subjects_no_longer: int

    @property
    def sentence(self) -> str:
        """What the reviewer confirms by publishing."""
        return (
            f"预演：{self.checked_from} 至 {self.checked_until} 的 {self.checks} 次核查中，"
            f"新增适用 {self.checks_newly} 次，不再适用 {self.checks_no_longer} 次；"
            f"今日在期的 {self.subjects} 个主体中，新增适用 {self.subjects_newly} 个，"
            f"不再适用 {self.subjects_no_longer} 个。"
        )


def written_figures(figures: RehearsalFigures) -> dict[str, Any]:
    """Plain values for the item's row."""
    said = asdict(figures)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in said.items()}


def read_figures(said: dict[str, Any]) -> RehearsalFigures:
    """What `written_figures` wrote."""
    days = {key: date.fromisoformat(said[key]) for key in ("checked_from", "checked_until")}
    return RehearsalFigures(**said | days)
