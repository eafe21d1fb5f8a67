"""States of a complaint."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class State(StrEnum):
    RECEIVED = "received"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    REPORTED = "reported"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.RECEIVED: "待受理",
    State.DECLINED: "不予受理",
    State.ACCEPTED: "已受理",
    State.FORWARDED: "已转办",
    State.REPORTED: "已回复信用办",
    State.ANSWERED: "已答复",
}
S = State
LIFE = Machine(
    initial=S.RECEIVED,
    transitions=[
        Transition("accept", frozenset({S.RECEIVED}), S.ACCEPTED),
        Transition("decline", frozenset({S.RECEIVED}), S.DECLINED),
        Transition("forward", frozenset({S.ACCEPTED, S.REPORTED}), S.FORWARDED),
        Transition("report", frozenset({S.FORWARDED}), S.REPORTED),
        Transition("answer", frozenset({S.ACCEPTED, S.REPORTED}), S.ANSWERED),
    ],
)
OVER = frozenset({S.DECLINED, S.ANSWERED})
OPEN = frozenset(S) - OVER
# what whoever has it in hand does next: the credit office, and with FORWARDED its department
NEXT = {
    S.RECEIVED: "受理投诉举报",
    S.ACCEPTED: "办理投诉举报",
    S.FORWARDED: "核查转办的投诉举报",
    S.REPORTED: "答复投诉举报",
}
