"""The life of a measure item: 起草, 审核, 发布, 撤回."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class ItemState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        return ITEM_LABELS[self]


ITEM_LABELS = {
    ItemState.DRAFT: "起草中",
    ItemState.IN_REVIEW: "待审核",
    ItemState.PUBLISHED: "已发布",
    ItemState.REPLACED: "已被新版代替",
    ItemState.WITHDRAWN: "已撤回",
    ItemState.DISCARDED: "已作废",
}

ITEM_LIFE = Machine(
    initial=ItemState.DRAFT,
    transitions=[
        Transition("submit", frozenset({ItemState.DRAFT}), ItemState.IN_REVIEW),
        Transition("send_back", frozenset({ItemState.IN_REVIEW}), ItemState.DRAFT),
        Transition("publish", frozenset({ItemState.IN_REVIEW}), ItemState.PUBLISHED),
        Transition("replace", frozenset({ItemState.PUBLISHED}), ItemState.REPLACED),
        Transition("withdraw", frozenset({ItemState.PUBLISHED}), ItemState.WITHDRAWN),
        Transition("discard", frozenset({ItemState.DRAFT}), ItemState.DISCARDED),
    ],
)
