"""督办: what departments are held to account for, and what may follow what. Pure."""

from enum import StrEnum

from feedback.rules.sources import HELD_TO_ACCOUNT
from kernel.law import Reason, Verdict
from kernel.machine import Machine, Transition


class Fault(StrEnum):
    OVERDUE = "overdue"
    NO_RESPONSE = "no_response"
    NOT_CHECKED = "not_checked"
    BADLY_CLOSED = "badly_closed"

    @property
    def label(self) -> str:
        return FAULT_LABELS[self]


FAULT_LABELS = {
    Fault.OVERDUE: "逾期未反馈",
    Fault.NO_RESPONSE: "逾期未响应",
    Fault.NOT_CHECKED: "应查未查",
    Fault.BADLY_CLOSED: "反馈不合要求",
}


class State(StrEnum):
    OPENED = "opened"
    NOTIFIED = "notified"
    TALKED = "talked"
    CORRECTED = "corrected"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    State.OPENED: "待督办",
    State.NOTIFIED: "已通知",
    State.TALKED: "已约谈",
    State.CORRECTED: "已整改",
    State.DROPPED: "已撤销",
}


class Verb(StrEnum):
    """What a person of the credit office notes."""

    NOTICE = "notice"
    TALK = "talk"
    CORRECT = "correct"
    DROP = "drop"

    @property
    def label(self) -> str:
        return {"notice": "发出督办通知", "talk": "约谈", "correct": "确认整改", "drop": "撤销督办"}[self]


SUPERVISION_LIFE = Machine(
    initial=State.OPENED,
    transitions=[
        Transition("notice", frozenset({State.OPENED}), State.NOTIFIED),
        Transition("talk", frozenset({State.NOTIFIED}), State.TALKED),
        Transition("correct", frozenset({State.NOTIFIED, State.TALKED}), State.CORRECTED),
        Transition("drop", frozenset({State.OPENED}), State.DROPPED),
    ],
)
LONGEST = 1000


def may_note(verb: Verb, *, state: State, text: str, document_no: str) -> Verdict:
    """Whether this step may be noted now: a notice first and with its number, then the talk, then the correction.

    关于建立完善守信联合激励和失信联合惩戒制度加快推进社会诚信建设的实施意见 实行跟踪问效: whoever does not do
    his part is told so, urged to mend it, and his head is talked to.
    """
    against = []
    if verb.value not in SUPERVISION_LIFE.open_to(state):
        against.append(
            Reason("out_of_turn", HELD_TO_ACCOUNT, f"督办事项{state.label}，不能{verb.label}。请刷新后按顺序办理。")
        )
    if not text.strip() or len(text) > LONGEST:
        against.append(Reason("text_missing", HELD_TO_ACCOUNT, f"请写明{verb.label}的情况，不超过{LONGEST}字。"))
    if verb is Verb.NOTICE and not document_no.strip():
        against.append(Reason("number_missing", HELD_TO_ACCOUNT, "发出督办通知须填写文号。"))
    return Verdict(tuple(against))


class Flaw(StrEnum):
    """How a hit may be closed badly."""

    NO_CASE = "no_case"
    NO_MEASURE = "no_measure"
    WEAK = "weak"
    COPIED = "copied"

    @property
    def label(self) -> str:
        return FLAW_LABELS[self]


FLAW_LABELS = {
    Flaw.NO_CASE: "命中后逾期无案例",
    Flaw.NO_MEASURE: "案例没有对应措施",
    Flaw.WEAK: "未实施而理由空泛",
    Flaw.COPIED: "理由照抄",
}
