"""State machines as data: one table, read by the service, the page, the diagram and the tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kernel.errors import RuleBroken

S = TypeVar("S", bound=StrEnum)


class TransitionRefused(RuleBroken):
    code = "transition_refused"
    message = "当前状态不能进行该操作。"


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    name: str
    sources: frozenset[S]
    target: S


class Machine(Generic[S]):
    def __init__(self, *, initial: S, transitions: Iterable[Transition[S]]) -> None:
        self.initial = initial
        self.transitions = {t.name: t for t in transitions}

    def after(self, name: str, state: S) -> S:
        """The state after `name`; TransitionRefused when the table has no such arrow."""
        transition = self.transitions[name]
        if state not in transition.sources:
            raise TransitionRefused(f"当前状态“{state}”不能进行“{name}”。")
        return transition.target

    def open_to(self, state: S) -> tuple[str, ...]:
        """The names of the arrows out of `state`: the buttons that a page shows."""
        return tuple(t.name for t in self.transitions.values() if state in t.sources)
