"""The life of a subscription. Pure."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class SubscriptionState(StrEnum):
    """待开通 until a second person of the credit office opens it; after 已停止 what was told is taken back."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    REFUSED = "refused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    SubscriptionState.PROPOSED: "待开通",
    SubscriptionState.ACTIVE: "推送中",
    SubscriptionState.PAUSED: "已暂停",
    SubscriptionState.REFUSED: "不予开通",
    SubscriptionState.ENDED: "已停止",
}

S = SubscriptionState
LIFE = Machine(
    initial=S.PROPOSED,
    transitions=[
        Transition("approve", frozenset({S.PROPOSED}), S.ACTIVE),
        Transition("refuse", frozenset({S.PROPOSED}), S.REFUSED),
        Transition("pause", frozenset({S.ACTIVE}), S.PAUSED),
        Transition("resume", frozenset({S.PAUSED}), S.ACTIVE),
        Transition("end", frozenset({S.ACTIVE, S.PAUSED}), S.ENDED),
    ],
)
TOLD = frozenset({S.ACTIVE, S.PAUSED, S.ENDED})  # states in which a receiver may hold something
