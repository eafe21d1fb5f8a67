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
    Why.RESTORED: Words("移出已撤销，条目继续有效，此前解除的措施请核对是否恢复", "已恢复", "不需恢复"),
}
# of what a correction may change, what a measure hangs on: the rest is the file's own
MATTERS = frozenset(
    {"authority", "ground", "legal_basis", "decided_on", "effective_from", "effective_until", "grade", "amount"}
)
