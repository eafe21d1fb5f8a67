"""What publishing a draft would change in one answer. Pure."""

from enum import StrEnum

from screening.rules.answer import RewardState, SubjectAnswer


class Change(StrEnum):
    NEWLY = "newly"
    NO_LONGER = "no_longer"

    @property
    def label(self) -> str:
        return {"newly": "新增适用", "no_longer": "不再适用"}[self.value]


def called_for(answer: SubjectAnswer, code: str) -> str:
    """The trigger by which an answer calls for the measure of this code, the first of them; "" where it does not.

    A reward counts where it is offered: not while it is paused, nor while it could not be confirmed.
    """
    refs = [t.ref for a in answer.measures if a.measure.code == code for t in a.triggers]
    refs += [
        t.ref for r in answer.rewards if r.measure.code == code and r.state is RewardState.OFFERED for t in r.triggers
    ]
    return min(refs, default="")


def change_of(before: SubjectAnswer, after: SubjectAnswer, code: str) -> tuple[Change, str] | None:
    """Whether the answer changes as to this measure, and the trigger that does it."""
    was, would = called_for(before, code), called_for(after, code)
    if bool(was) == bool(would):
        return None
    return (Change.NEWLY, would) if would else (Change.NO_LONGER, was)
