"""The states of what is handed in: a batch on its way, a returned row, a record, a task, a promise."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class Channel(StrEnum):
    """By which of the four ways a record came (篇十二(一)2)."""

    PAGE = "page"
    FILE = "file"
    INTERFACE = "interface"
    EXTRACTION = "extraction"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {
    Channel.PAGE: "页面填报",
    Channel.FILE: "文件报送",
    Channel.INTERFACE: "接口报送",
    Channel.EXTRACTION: "自动抽取",
}


class BatchState(StrEnum):
    RECEIVED = "received"
    CHECKING = "checking"
    TAKING = "taking"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return BATCH_LABELS[self]


BATCH_LABELS = {
    BatchState.RECEIVED: "待校验",
    BatchState.CHECKING: "校验中",
    BatchState.TAKING: "入库中",
    BatchState.DONE: "已入库",
    BatchState.REFUSED: "整批退回",
    BatchState.CANCELLED: "已取消",
    BatchState.FAILED: "处理失败",
}
UNDER_WAY = frozenset({BatchState.RECEIVED, BatchState.CHECKING, BatchState.TAKING})
# the same bytes handed in again lead to the batch that is there, unless it came to nothing
STANDING = frozenset({*UNDER_WAY, BatchState.DONE})

BATCH_LIFE = Machine(
    initial=BatchState.RECEIVED,
    transitions=[
        Transition("check", frozenset({BatchState.RECEIVED, BatchState.CHECKING}), BatchState.CHECKING),
        Transition("take", frozenset({BatchState.CHECKING, BatchState.TAKING}), BatchState.TAKING),
        Transition("finish", frozenset({BatchState.TAKING}), BatchState.DONE),
        Transition("refuse", UNDER_WAY, BatchState.REFUSED),
        Transition("cancel", UNDER_WAY, BatchState.CANCELLED),
        Transition("fail", UNDER_WAY, BatchState.FAILED),
        Transition("resume", frozenset({BatchState.CANCELLED, BatchState.FAILED}), BatchState.RECEIVED),
    ],
)


class ProblemState(StrEnum):
    """A returned row: still to be mended, mended by another batch, or given up with a reason."""

    OPEN = "open"
    MENDED = "mended"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return PROBLEM_LABELS[self]


PROBLEM_LABELS = {
    ProblemState.OPEN: "待修正",
    ProblemState.MENDED: "已修正入库",
    ProblemState.DROPPED: "不再报送",
}


class RecordState(StrEnum):
    CURRENT = "current"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        return RECORD_LABELS[self]


RECORD_LABELS = {
    RecordState.CURRENT: "在用",
    RecordState.WITHDRAWN: "已撤回",
    RecordState.ARCHIVED: "已归档",
}


class ChangeKind(StrEnum):
    """What happened to a record after it was taken: 变更, 更正, 撤回, 归档, 到期删除."""

    CHANGED = "changed"  # the same decision was reported again with other content
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        return CHANGE_LABELS[self]


CHANGE_LABELS = {
    ChangeKind.CHANGED: "变更",
    ChangeKind.CORRECTED: "更正",
    ChangeKind.WITHDRAWN: "撤回",
    ChangeKind.ARCHIVED: "归档",
    ChangeKind.DELETED: "到期删除",
}


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOTHING = "nothing"  # the unit states that there was nothing to report (零报送)

    @property
    def label(self) -> str:
        return TASK_LABELS[self]


TASK_LABELS = {TaskState.OPEN: "待报送", TaskState.DONE: "已报送", TaskState.NOTHING: "本期无数据"}


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    VOID = "void"  # the record of it was withdrawn

    @property
    def label(self) -> str:
        return PROMISE_LABELS[self]


PROMISE_LABELS = {
    PromiseState.OPEN: "待履行",
    PromiseState.KEPT: "已履行",
    PromiseState.BROKEN: "未履行（违诺）",
    PromiseState.VOID: "已随记录撤回",
}
