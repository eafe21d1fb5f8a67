"""Response tasks (发起与响应机制, 篇五(十四)): measures that need no application, per entry that calls for them."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.law import Reason, Verdict
from kernel.machine import Machine, Transition
from screening.rules.sources import EXIT_STOPS_MEASURES, OBJECTION_SUSPENDS, RESPONSE_DUTY


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

OPEN = frozenset({ResponseState.WAITING, ResponseState.ACCEPTED})
STANDING = OPEN | {ResponseState.RESPONDED}  # these end with what called for them


class Verb(StrEnum):
    """What a department says about a task of its own."""

    ACCEPT = "accept"
    RESPOND = "respond"
    DECLINE = "decline"
    STOP = "stop"

    @property
    def label(self) -> str:
        return VERB_LABELS[self]


VERB_LABELS = {
    Verb.ACCEPT: "接收",
    Verb.RESPOND: "登记响应",
    Verb.DECLINE: "不适用",
    Verb.STOP: "确认已停止",
}
TEXT_NEEDED = {
    Verb.RESPOND: "登记响应时须写明采取了什么措施。请在“办理情况”中填写。",
    Verb.DECLINE: "选择“不适用”时须说明理由。请在“办理情况”中填写。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A task as the rule sees it. `to_stop`: ended after it was responded to, and not stopped yet."""

    state: ResponseState
    suspended: bool
    to_stop: bool


def may_say(verb: Verb, task: Standing, text: str) -> Verdict:
    """Whether a department may say this of a task.

    国发〔2016〕33号 守信联合激励和失信联合惩戒的发起与响应机制: each task is answered; what does not apply is
    explained.
    河南省社会信用条例 第四十一条: while an accepted objection suspends the measure, it is not carried out.
    河南省社会信用条例 第三十七条: what was begun is stopped when the trigger is gone.
    """
    against = []
    if verb is Verb.STOP:
        if not task.to_stop:
            against.append(Reason("nothing_to_stop", EXIT_STOPS_MEASURES, "该任务没有需要停止的措施，请刷新后核对。"))
        return Verdict(tuple(against))
    if verb.value not in RESPONSE_LIFE.open_to(task.state):
        said = f"该任务现为“{task.state.label}”，不能“{verb.label}”，请刷新后核对。"
        against.append(Reason("not_in_this_state", RESPONSE_DUTY, said))
    if verb is Verb.RESPOND and task.suspended:
        said = "该条目存在异议，措施暂不执行，不能登记响应。异议办结后再办理。"
        against.append(Reason("suspended", OBJECTION_SUSPENDS, said))
    if verb in TEXT_NEEDED and not text.strip():
        against.append(Reason("text_missing", RESPONSE_DUTY, TEXT_NEEDED[verb]))
    return Verdict(tuple(against))
