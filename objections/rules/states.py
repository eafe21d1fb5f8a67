"""The life of an objection."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class State(StrEnum):
    FILED = "filed"
    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    VERIFYING = "verifying"
    PROPOSED = "proposed"
    CONCLUDED = "concluded"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.FILED: "待受理",
    State.ACCEPTED: "已受理",
    State.FORWARDED: "已转办提供单位",
    State.VERIFYING: "核查中",
    State.PROPOSED: "待审定",
    State.CONCLUDED: "已作结论",
    State.ANSWERED: "已答复",
    State.REFUSED: "不予受理",
    State.WITHDRAWN: "已撤回",
}
NEXT: dict[str, str] = {  # what is to be done in an open state, for who has to do it
    State.FILED: "受理异议",
    State.ACCEPTED: "转办或者核查异议",
    State.FORWARDED: "核查异议",
    State.VERIFYING: "提出异议核查结论",
    State.PROPOSED: "审定异议核查结论",
    State.CONCLUDED: "答复异议",
}
MARKED = frozenset({State.ACCEPTED, State.FORWARDED, State.VERIFYING, State.PROPOSED})
OPEN = frozenset({State.FILED, *MARKED, State.CONCLUDED})
OVER = frozenset({State.ANSWERED, State.REFUSED, State.WITHDRAWN})

LIFE = Machine(
    initial=State.FILED,
    transitions=[
        Transition("accept", frozenset({State.FILED}), State.ACCEPTED),
        Transition("refuse", frozenset({State.FILED}), State.REFUSED),
        Transition("forward", frozenset({State.ACCEPTED}), State.FORWARDED),
        Transition("verify", frozenset({State.ACCEPTED, State.FORWARDED}), State.VERIFYING),
        Transition("propose", frozenset({State.VERIFYING}), State.PROPOSED),
        Transition("send_back", frozenset({State.PROPOSED}), State.VERIFYING),
        Transition("conclude", frozenset({State.VERIFYING, State.PROPOSED}), State.CONCLUDED),
        Transition("answer", frozenset({State.CONCLUDED}), State.ANSWERED),
        Transition(
            "withdraw", frozenset({State.FILED, State.ACCEPTED, State.FORWARDED, State.VERIFYING}), State.WITHDRAWN
        ),
    ],
)
