"""The ways a service may refuse. Each app subclasses them beside the function that raises them.

`message` is Chinese and says what is so and how to mend it. HTTP statuses are given in one table,
toolkit.http.STATUS_OF, and nowhere else.
"""

from typing import ClassVar

from kernel.law import Reason


class Refusal(Exception):
    """An anticipated no. Anything else that escapes a service is a defect."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "请求未被接受。"

    def __init__(self, message: str = "", *, reasons: tuple[Reason, ...] = ()) -> None:
        super().__init__(message or self.message)
        self.reasons = reasons


class Malformed(Refusal):
    code = "malformed"
    message = "提交的内容不完整或格式不正确。"


class NotSignedIn(Refusal):
    code = "not_signed_in"
    message = "请先登录。"


class Unavailable(Refusal):
    code = "unavailable"
    message = "暂时不能办理，请稍后重试。"


class TooMany(Refusal):
    """Too much at once, and no other fault: the same may be asked again after `retry_after` seconds."""

    code = "too_many"
    message = "请求过于频繁，请稍后重试。"
    retry_after: int = 60


class NotPermitted(Refusal):
    code = "not_permitted"
    message = "您没有查看该信息的权限；如履职需要，请填写办件号和事由。"


class NotFound(Refusal):
    code = "not_found"
    message = "没有找到，或您没有查看的权限。"


class RuleBroken(Refusal):
    code = "rule_broken"
    message = "不符合规定，未予办理。"


def message_of(code: str) -> str:
    """What a refusal of that code says in general; the code itself where no class has it."""
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        if kind.code == code:
            return kind.message
        waiting += kind.__subclasses__()
    return code
