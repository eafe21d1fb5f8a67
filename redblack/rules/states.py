"""The lives of what leads to an entry, ends it, or brings a whole list: tables of arrows."""

from enum import StrEnum

from kernel.machine import Machine, Transition


class EditionState(StrEnum):
    """Of a wording of a list type."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        return EDITION_LABELS[self]


EDITION_LABELS = {
    EditionState.DRAFT: "起草中",
    EditionState.IN_REVIEW: "待审核",
    EditionState.PUBLISHED: "已发布",
    EditionState.DISCARDED: "已作废",
}

EDITION_LIFE = Machine(
    initial=EditionState.DRAFT,
    transitions=[
        Transition("submit", frozenset({EditionState.DRAFT}), EditionState.IN_REVIEW),
        Transition("send_back", frozenset({EditionState.IN_REVIEW}), EditionState.DRAFT),
        Transition("publish", frozenset({EditionState.IN_REVIEW}), EditionState.PUBLISHED),
        Transition("discard", frozenset({EditionState.DRAFT}), EditionState.DISCARDED),
    ],
)


class Track(StrEnum):
    """How a proceeding comes to its decision."""

    LISTING = "listing"  # decided on the platform: notice, statement, decision
    REGISTERED = "registered"  # decided in the department's own system; its papers are checked, not replayed
    HONOUR = "honour"  # a red list: comparison, publicity, objections, decision

    @property
    def label(self) -> str:
        return TRACK_LABELS[self]


TRACK_LABELS = {
    Track.LISTING: "本平台办理列入",
    Track.REGISTERED: "登记已作出的决定",
    Track.HONOUR: "守信激励对象认定",
}


class ProceedingState(StrEnum):
    DRAFTED = "drafted"
    NOTICED = "noticed"
    SERVED = "served"
    PUBLICISED = "publicised"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return PROCEEDING_LABELS[self]


PROCEEDING_LABELS = {
    ProceedingState.DRAFTED: "拟列入",
    ProceedingState.NOTICED: "已告知，待送达",
    ProceedingState.SERVED: "陈述、申辩",
    ProceedingState.PUBLICISED: "公示中",
    ProceedingState.SUBMITTED: "待决定",
    ProceedingState.DECIDED: "已列入",
    ProceedingState.DROPPED: "不予列入",
}
_S = ProceedingState
OPEN = frozenset(_S) - {_S.DECIDED, _S.DROPPED}

LIVES: dict[Track, Machine[ProceedingState]] = {
    Track.LISTING: Machine(
        initial=_S.DRAFTED,
        transitions=[
            Transition("notify", frozenset({_S.DRAFTED}), _S.NOTICED),
            Transition("serve", frozenset({_S.NOTICED}), _S.SERVED),
            Transition("submit", frozenset({_S.SERVED}), _S.SUBMITTED),
            Transition("send_back", frozenset({_S.SUBMITTED}), _S.SERVED),
            Transition("decide", frozenset({_S.SUBMITTED}), _S.DECIDED),
            Transition("drop", OPEN, _S.DROPPED),
        ],
    ),
    Track.REGISTERED: Machine(
        initial=_S.DRAFTED,
        transitions=[
            Transition("submit", frozenset({_S.DRAFTED}), _S.SUBMITTED),
            Transition("send_back", frozenset({_S.SUBMITTED}), _S.DRAFTED),
            Transition("decide", frozenset({_S.SUBMITTED}), _S.DECIDED),
            Transition("drop", OPEN, _S.DROPPED),
        ],
    ),
    Track.HONOUR: Machine(
        initial=_S.DRAFTED,
        transitions=[
            Transition("publicise", frozenset({_S.DRAFTED}), _S.PUBLICISED),
            Transition("submit", frozenset({_S.PUBLICISED}), _S.SUBMITTED),
            Transition("send_back", frozenset({_S.SUBMITTED}), _S.PUBLICISED),
            Transition("decide", frozenset({_S.SUBMITTED}), _S.DECIDED),
            Transition("drop", OPEN, _S.DROPPED),
        ],
    ),
}


class RemovalState(StrEnum):
    """Of a proposal to take an entry off its list; decided by a second person."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {"proposed": "待决定", "decided": "已移出", "dropped": "不予移出"}[self]


REMOVAL_LIFE = Machine(
    initial=RemovalState.PROPOSED,
    transitions=[
        Transition("decide", frozenset({RemovalState.PROPOSED}), RemovalState.DECIDED),
        Transition("drop", frozenset({RemovalState.PROPOSED}), RemovalState.DROPPED),
    ],
)


class VersionState(StrEnum):
    """Of a received version of a list."""

    STAGING = "staging"
    HELD = "held"
    APPLIED = "applied"
    DISCARDED = "discarded"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return VERSION_LABELS[self]


VERSION_LABELS = {
    VersionState.STAGING: "比对中",
    VersionState.HELD: "待人工确认",
    VersionState.APPLIED: "已生效",
    VersionState.DISCARDED: "不予采用",
    VersionState.REFUSED: "未能接收",
}

VERSION_LIFE = Machine(
    initial=VersionState.STAGING,
    transitions=[
        Transition("hold", frozenset({VersionState.STAGING}), VersionState.HELD),
        Transition("apply", frozenset({VersionState.STAGING}), VersionState.APPLIED),
        Transition("refuse", frozenset({VersionState.STAGING}), VersionState.REFUSED),
        Transition("release", frozenset({VersionState.HELD}), VersionState.APPLIED),
        Transition("discard", frozenset({VersionState.HELD}), VersionState.DISCARDED),
    ],
)
