"""What a password must be. The figures are the installation's (settings); the demand itself is the standard's.

GB/T 22239-2019 8.1.4.1 a): 身份鉴别信息具有复杂度要求并定期更换.
"""

import string
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    min_length: int = 10
    min_classes: int = 3  # of lower case, upper case, digits, others
    max_age_days: int = 90  # 0: never expires


def problems(password: str, *, username: str, policy: Policy) -> tuple[str, ...]:
    """Every way in which the password falls short, in Chinese, each with how to mend it. Empty: it is good."""
    found = []
    if len(password) < policy.min_length:
        found.append(f"口令至少 {policy.min_length} 位，现有 {len(password)} 位，请加长。")
    if _classes(password) < policy.min_classes:
        found.append(f"口令须包含大写字母、小写字母、数字、符号中的至少 {policy.min_classes} 类，请补充。")
    if username and username.casefold() in password.casefold():
        found.append("口令不得包含用户名，请更换。")
    return tuple(found)


def _classes(password: str) -> int:
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    found = {next((i for i, kind in enumerate(kinds) if char in kind), len(kinds)) for char in password}
    return len(found)


def expired(changed_at: datetime, *, now: datetime, policy: Policy) -> bool:
    """Whether the password is older than the policy allows."""
    return bool(policy.max_age_days) and now - changed_at > timedelta(days=policy.max_age_days)
