"""Why a department that acted on an entry is asked to do something about it, and in which words it answers. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    LEFT = "left"
    SUSPENDED = "suspended"
    CORRECTED = "corrected"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Words:
    """`asked`: what is to be done; `yes`, `no`: the two answers."""

    asked: str
    yes: str
    no: str


WORDS = {
    Why.LEFT: Words("已移出，停止使用并解除措施", "已解除", "没有实施过"),
    Why.SUSPENDED: Words("存在异议，措施暂不执行", "已暂停", "没有实施过"),
    Why.CORRECTED: Words("内容已更正，按更正后的内容核对措施", "已按更正内容处理", "不需调整"),
    Why.RESTORED: Words("条目恢复执行，此前暂停或者解除的措施请核对是否恢复", "已恢复", "不需恢复"),
}
