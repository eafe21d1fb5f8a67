"""The life of an application for repair (办理状态)."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class State(StrEnum):
    FILED = "filed"
    NOTIFIED = "notified"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.FILED: "待受理",
    State.NOTIFIED: "待补正",
    State.ACCEPTED: "已受理",
    State.DECLINED: "不予受理",
    State.GRANTED: "准予修复",
    State.REFUSED: "不予修复",
    State.WITHDRAWN: "已撤回",
    State.REVOKED: "撤销修复",
}
OPEN = frozenset({State.FILED, State.NOTIFIED, State.ACCEPTED})
DECIDED = frozenset({State.GRANTED, State.REFUSED, State.REVOKED})

LIFE = Machine(
    initial=State.FILED,
    transitions=[
        Transition("notify", frozenset({State.FILED}), State.NOTIFIED),
        Transition("supplement", frozenset({State.NOTIFIED}), State.FILED),
        Transition("accept", frozenset({State.FILED}), State.ACCEPTED),
        Transition("decline", frozenset({State.FILED, State.NOTIFIED}), State.DECLINED),
        Transition("grant", frozenset({State.ACCEPTED}), State.GRANTED),
        Transition("refuse", frozenset({State.ACCEPTED}), State.REFUSED),
        Transition("withdraw", OPEN, State.WITHDRAWN),
        Transition("revoke", frozenset({State.GRANTED}), State.REVOKED),
    ],
)


class Channel(StrEnum):
    """By which door it came. The single window is upstream."""

    UPSTREAM = "upstream"
    COUNTER = "counter"
    PORTAL = "portal"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {
    Channel.UPSTREAM: "“信用中国”转办",
    Channel.COUNTER: "政务服务大厅帮办",
    Channel.PORTAL: "本市门户网站",
}


class Target(StrEnum):
    RECORD = "record"
    ENTRY = "entry"

    @property
    def label(self) -> str:
        return {Target.RECORD: "信用信息记录", Target.ENTRY: "名单条目"}[self]


class ResultState(StrEnum):
    """What became of a result that came from above."""

    APPLIED = "applied"
    SAME = "same"  # it had ended here already
    UNMATCHED = "unmatched"  # tried again every day

    @property
    def label(self) -> str:
        return {"applied": "已执行", "same": "此前已结束", "unmatched": "未匹配，待核对"}[self.value]


class Outgoing(StrEnum):
    """What goes up about an application that was forwarded."""

    RECEIPT = "receipt"
    NOTICE = "notice"
    ACCEPTED = "accepted"
    RESULT = "result"

    @property
    def label(self) -> str:
        return {"receipt": "签收", "notice": "一次性补正告知", "accepted": "受理", "result": "办理结果"}[self.value]
