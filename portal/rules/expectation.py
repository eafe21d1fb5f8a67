"""Whether an answer is the one that the story expects, cell by cell. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screening.rules.answer import Answer, SubjectAnswer

ANSWER_WORDS = {Answer.HIT: "命中", Answer.CLEAR: "未命中", Answer.COULD_NOT_CHECK: "未能核查"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One firm at one matter, reduced to what the story states."""

    answer: Answer
    measures: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    no_measure: bool = False
    disputed: bool = False
    related: bool = False
    reward_paused: bool = False

    def __str__(self) -> str:
        text = ANSWER_WORDS[self.answer]
        marks = [
            ("无措施", self.no_measure),
            ("异议", self.disputed),
            ("关联", self.related),
            ("激励暂停", self.reward_paused),
            ("缺" + "、".join(self.gaps), bool(self.gaps) and self.answer is Answer.HIT),
        ]
        return " ".join([text, *self.measures]) + "".join(f"·{mark}" for mark, holds in marks if holds)


def cell_of(answer: SubjectAnswer) -> Cell:
    """What a check answered. A disputed hit counts as such only when its measures are all suspended."""
    return Cell(
        answer=answer.answer,
        measures=tuple(sorted(a.measure.code for a in answer.measures)),
        gaps=tuple(sorted(g.code for g in answer.gaps)),
        no_measure=answer.no_measure,
        disputed=answer.disputed and all(a.suspended for a in answer.measures),
        related=bool(answer.related),
        reward_paused=answer.reward_paused,
    )


def expected_cell(said: Mapping[str, Any]) -> Cell:
    """A cell of expected.yaml: what is not written is expected to be absent."""
    return Cell(
        answer=Answer(said["answer"]),
        measures=tuple(sorted(said.get("measures", ()))),
        gaps=tuple(sorted(said.get("gaps", ()))),
        no_measure=said.get("no_measure", False),
        disputed=said.get("disputed", False),
        related=said.get("related", False),
        reward_paused=said.get("reward_paused", False),
    )
