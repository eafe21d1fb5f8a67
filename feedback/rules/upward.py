"""The monthly report of cases as files for the platform above. Pure."""

from enum import StrEnum


class SendState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEAD = "dead"

    @property
    def label(self) -> str:
        return {"waiting": "待发送", "accepted": "已接收", "refused": "被退回", "dead": "发送失败"}[self]
