"""The life of a version of a catalogue item, as 篇十二(一)1 names it: 编目, 审核, 发布, 变更, 撤销."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    State.DRAFT: "编目中",
    State.IN_REVIEW: "待审核",
    State.PUBLISHED: "已发布",
    State.WITHDRAWN: "已撤销",
}

LIFE = Machine(
    initial=State.DRAFT,
    transitions=[
        Transition("submit", frozenset({State.DRAFT}), State.IN_REVIEW),
        Transition("send_back", frozenset({State.IN_REVIEW}), State.DRAFT),
        Transition("publish", frozenset({State.IN_REVIEW}), State.PUBLISHED),
        Transition("withdraw", frozenset({State.PUBLISHED}), State.WITHDRAWN),
    ],
)
