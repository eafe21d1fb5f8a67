"""What happens to accounts. No password, secret or token is ever part of a fact."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class DepartmentCreated:
    NAME: ClassVar[str] = "accounts.department.created"
    department_id: int
    code: str


@dataclass(frozen=True, slots=True)
class UserCreated:
    NAME: ClassVar[str] = "accounts.user.created"
    user_id: int
    username: str
    department: int | None


@dataclass(frozen=True, slots=True)
class UserDisabled:
    NAME: ClassVar[str] = "accounts.user.disabled"
    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class UserEnabled:
    NAME: ClassVar[str] = "accounts.user.enabled"
    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class RolesSet:
    NAME: ClassVar[str] = "accounts.user.roles_set"
    user_id: int
    username: str
    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True)
class PasswordReset:
    NAME: ClassVar[str] = "accounts.user.password_reset"
    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    NAME: ClassVar[str] = "accounts.user.password_changed"
    user_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorEnrolled:
    NAME: ClassVar[str] = "accounts.second_factor.enrolled"
    user_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorReset:
    NAME: ClassVar[str] = "accounts.second_factor.reset"
    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class SecondFactorFailed:
    NAME: ClassVar[str] = "accounts.second_factor.failed"
    user_id: int


@dataclass(frozen=True, slots=True)
class LoginSucceeded:
    NAME: ClassVar[str] = "accounts.login.succeeded"
    user_id: int
    address: str


@dataclass(frozen=True, slots=True)
class LoginFailed:
    """`username` only when such an account exists: what was typed there may be a password."""

    NAME: ClassVar[str] = "accounts.login.failed"
    username: str
    address: str


@dataclass(frozen=True, slots=True)
class LoginLocked:
    NAME: ClassVar[str] = "accounts.login.locked"
    username: str
    address: str


@dataclass(frozen=True, slots=True)
class LoggedOut:
    NAME: ClassVar[str] = "accounts.login.ended"
    user_id: int


@dataclass(frozen=True, slots=True)
class ClientRegistered:
    NAME: ClassVar[str] = "accounts.client.registered"
    client_id: int
    code: str
    scopes: list[str]


@dataclass(frozen=True, slots=True)
class ClientProposed:
    """The credit office asks for a client system (`new`), or for another extent of one."""

    NAME: ClassVar[str] = "accounts.client.proposed"
    proposal_id: int
    code: str
    scopes: list[str]
    new: bool


@dataclass(frozen=True, slots=True)
class ClientDeclined:
    NAME: ClassVar[str] = "accounts.client.declined"
    proposal_id: int
    code: str


@dataclass(frozen=True, slots=True)
class ClientChanged:
    NAME: ClassVar[str] = "accounts.client.changed"
    client_id: int
    code: str
    scopes: list[str]
    proposal_id: int


@dataclass(frozen=True, slots=True)
class ClientSuspended:
    NAME: ClassVar[str] = "accounts.client.suspended"
    client_id: int
    code: str


@dataclass(frozen=True, slots=True)
class ClientResumed:
    NAME: ClassVar[str] = "accounts.client.resumed"
    client_id: int
    code: str


@dataclass(frozen=True, slots=True)
class SignatureTried:
    """Somebody tried a signature on the page; it was told whether it fits, and no secret."""

    NAME: ClassVar[str] = "accounts.client.signature_tried"
    client_id: int
    code: str
    fits: bool


@dataclass(frozen=True, slots=True)
class ClientSecretRotated:
    NAME: ClassVar[str] = "accounts.client.secret_rotated"
    client_id: int
    code: str
    slot: int


@dataclass(frozen=True, slots=True)
class ClientOriginsSet:
    NAME: ClassVar[str] = "accounts.client.origins_set"
    client_id: int
    code: str
    origins: list[str]


@dataclass(frozen=True, slots=True)
class ClientDeactivated:
    NAME: ClassVar[str] = "accounts.client.deactivated"
    client_id: int
    code: str
