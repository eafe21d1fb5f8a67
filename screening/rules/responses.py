"""Response tasks (发起与响应机制, 篇五(十四)): measures that need no application, per entry that calls for them."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class ResponseState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    RESPONDED = "responded"
    NOT_APPLICABLE = "not_apply"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return RESPONSE_LABELS[self]


RESPONSE_LABELS = {
    ResponseState.WAITING: "待响应",
    ResponseState.ACCEPTED: "已接收",
    ResponseState.RESPONDED: "已响应",
    ResponseState.NOT_APPLICABLE: "不适用",
    ResponseState.ENDED: "已终止",
}
_S = ResponseState

RESPONSE_LIFE = Machine(
    initial=_S.WAITING,
    transitions=[
        Transition("accept", frozenset({_S.WAITING}), _S.ACCEPTED),
        Transition("respond", frozenset({_S.WAITING, _S.ACCEPTED}), _S.RESPONDED),
        Transition("decline", frozenset({_S.WAITING, _S.ACCEPTED}), _S.NOT_APPLICABLE),
        Transition("end", frozenset({_S.WAITING, _S.ACCEPTED, _S.RESPONDED}), _S.ENDED),
    ],
)
