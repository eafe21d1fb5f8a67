"""Who acts: a value, not a request and not a row, so that rules and tasks can hold one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do. The three administrators exclude each other and every business role."""

    CLERK = "clerk"  # 窗口人员
    UPLOADER = "uploader"  # 报送人员
    REVIEWER = "reviewer"  # 审核人员
    CREDIT_OFFICE = "credit_office"  # 信用办
    SYSTEM_ADMIN = "system_admin"  # 系统管理员
    SECURITY_ADMIN = "security_admin"  # 安全管理员
    AUDIT_ADMIN = "audit_admin"  # 审计管理员

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.CLERK: "窗口人员",
    Role.UPLOADER: "报送人员",
    Role.REVIEWER: "审核人员",
    Role.CREDIT_OFFICE: "信用办",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}


class Kind(StrEnum):
    USER = "user"
    CLIENT = "client"
    SYSTEM = "system"  # a task, a command
    VISITOR = "visitor"  # a person who signed in on the public portal; no member of staff
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`name` is a log-in, a client system's id, or "system:<what>". `departments` is the row scope: own and below.

    A visitor has no role and no department: his scope is `subjects`, whom he is or represents today.
    """

    kind: Kind
    name: str
    id: int | None = None
    display: str = ""
    department_id: int | None = None
    departments: frozenset[int] = frozenset()
    area: str = ""
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = frozenset()
    subjects: frozenset[int] = frozenset()

    def has(self, role: Role) -> bool:
        return role in self.roles

    @property
    def key(self) -> str:
        """Who, in one string that the audit keeps: user:zc01, client:hall, system:seal, visitor:17."""
        return f"{self.kind}:{self.name}"


ANONYMOUS = Actor(kind=Kind.ANONYMOUS, name="anonymous")


def system(what: str) -> Actor:
    """The platform itself, as a task or command; it sees every department."""
    return Actor(kind=Kind.SYSTEM, name=what)


def visitor(visitor_id: int, *, display: str = "", subjects: frozenset[int] = frozenset()) -> Actor:
    """A visitor of the portal: only his number is ever kept, `display` is how his own pages greet him."""
    return Actor(kind=Kind.VISITOR, name=str(visitor_id), id=visitor_id, display=display, subjects=subjects)
