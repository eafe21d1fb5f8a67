"""What is done to accounts: each verb one transaction, each ends in a fact. Secrets and passwords are shown once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import events, policies, selectors
from accounts.models import ADMINISTRATORS, ClientSecret, ClientSystem, Department, User
from accounts.rules import passwords
from accounts.rules.scopes import SCOPES
from audit.services import record
from kernel.actor import Actor, Role
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import uscc_problem
from toolkit import crypto
from toolkit.db import refusing

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"  # no I, O, l, 0, 1: read out by telephone


class NotTheirs(NotPermitted):
    code = "accounts.not_theirs"
    message = "您没有办理该事项的权限，请联系相应的管理员办理。"


class NotOnOneself(RuleBroken):
    code = "accounts.not_on_oneself"
    message = "不能对自己的账号办理该操作，请由另一名管理员办理。"


class DepartmentCodeWrong(Malformed):
    code = "accounts.department_code_wrong"
    message = "部门的统一社会信用代码不正确，请核对。"


class DepartmentCodeTaken(RuleBroken):
    code = "accounts.department_code_taken"
    message = "已有使用该统一社会信用代码的部门，请核对。"


class UsernameTaken(RuleBroken):
    code = "accounts.username_taken"
    message = "该用户名已被使用，请换一个。"


class UsernameMalformed(Malformed):
    code = "accounts.username_malformed"
    message = "用户名须以小写字母开头，由2至40位小写字母、数字、点、横线组成，请改正。"


class RolesExclude(RuleBroken):
    code = "accounts.roles_exclude"
    message = "系统管理员、安全管理员、审计管理员三者互斥，也不得兼任业务角色，请只选其一。"


class DepartmentNeeded(RuleBroken):
    code = "accounts.department_needed"
    message = "业务角色必须属于某个部门，请先选择部门。"


class PasswordTooWeak(Malformed):
    code = "accounts.password_too_weak"
    message = "口令不符合要求，请更换。"


class PasswordWrong(Malformed):
    code = "accounts.password_wrong"
    message = "原口令不正确，请重新输入。"


class PasswordUnchanged(Malformed):
    code = "accounts.password_unchanged"
    message = "新口令不能与原口令相同，请更换。"


class ClientCodeTaken(RuleBroken):
    code = "accounts.client_code_taken"
    message = "该接入系统标识已被使用，请换一个。"


class ClientCodeMalformed(Malformed):
    code = "accounts.client_code_malformed"
    message = "系统标识须以小写字母开头，由2至40位小写字母、数字、点、横线组成，请改正。"


class ScopeUnknown(Malformed):
    code = "accounts.scope_unknown"
    message = "接口权限不在清单内，请从清单中选择。"


@transaction.atomic
def create_department(
    *,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    division_code: str,
    actor: Actor,
    now: datetime,
    parent_id: int | None = None,
) -> int:
    """Add a department to the tree. Raises NotTheirs, DepartmentCodeWrong, DepartmentCodeTaken."""
    if not policies.may_manage_accounts(actor):
        raise NotTheirs
    if problem := uscc_problem(code):
        raise DepartmentCodeWrong(problem)
    with refusing("accounts_department_code_key", DepartmentCodeTaken):
        department = Department.objects.create(
            code=code, name=name, short_name=short_name, kind=kind, division_code=division_code, parent_id=parent_id
        )
    record(
        events.DepartmentCreated(department.pk, code),
        about=f"accounts.department:{department.pk}",
        actor=actor,
        now=now,
    )
    selectors.forget()
    return department.pk


@transaction.atomic
def create_user(
    *,
    username: str,
    display_name: str,
    department_id: int | None,
    password: str,
    actor: Actor,
    now: datetime,
    roles: Collection[Role] = (),
    must_change_password: bool = True,
) -> int:
    """Make an account. It can do nothing until the security administrator grants roles (or `actor` may do both).

    Raises NotTheirs, UsernameMalformed, UsernameTaken, PasswordTooWeak, RolesExclude, DepartmentNeeded.
    """
    if not policies.may_manage_accounts(actor) or (roles and not policies.may_grant_roles(actor)):
        raise NotTheirs
    _judge_password(password, username)
    _judge_roles(roles, department_id)
    with (
        refusing("accounts_user_username_key", UsernameTaken),
        refusing("accounts_user_username_well_formed", UsernameMalformed),
    ):
        user = User.objects.create(
            username=username,
            display_name=display_name,
            department_id=department_id,
            password=make_password(password),
            password_changed_at=now,
            created_at=now,
            must_change_password=must_change_password,
            roles=sorted(roles),
        )
    record(events.UserCreated(user.pk, username, department_id), about=_about(user), actor=actor, now=now)
    if roles:
        record(
            events.RolesSet(user.pk, username, [], [r.value for r in sorted(roles)]),
            about=_about(user),
            actor=actor,
            now=now,
        )
    return user.pk


@transaction.atomic
def set_roles(*, user_id: int, roles: Collection[Role], actor: Actor, now: datetime) -> None:
    """Grant exactly these roles. Raises NotTheirs, NotOnOneself, UserNotFound, RolesExclude, DepartmentNeeded."""
    if not policies.may_grant_roles(actor):
        raise NotTheirs
    user = _somebody_else(user_id, actor)
    _judge_roles(roles, user.department_id)
    before, user.roles = sorted(user.roles), sorted(r.value for r in roles)
    if before == user.roles:
        return
    user.session_epoch += 1  # what they may do is decided at log-in again
    user.save(update_fields=["roles", "session_epoch"])
    record(events.RolesSet(user.pk, user.username, before, user.roles), about=_about(user), actor=actor, now=now)


@transaction.atomic
def disable_user(*, user_id: int, actor: Actor, now: datetime) -> None:
    """Close the account and end its sessions. Raises NotTheirs, NotOnOneself, UserNotFound."""
    if not policies.may_manage_accounts(actor):
        raise NotTheirs
    user = _somebody_else(user_id, actor)
    if user.is_active:
        user.is_active, user.session_epoch = False, user.session_epoch + 1
        user.save(update_fields=["is_active", "session_epoch"])
        record(events.UserDisabled(user.pk, user.username), about=_about(user), actor=actor, now=now)


@transaction.atomic
def enable_user(*, user_id: int, actor: Actor, now: datetime) -> None:
    """Open the account again; old sessions stay ended. Raises NotTheirs, NotOnOneself, UserNotFound."""
    if not policies.may_manage_accounts(actor):
        raise NotTheirs
    user = _somebody_else(user_id, actor)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record(events.UserEnabled(user.pk, user.username), about=_about(user), actor=actor, now=now)


@transaction.atomic
def reset_password(*, user_id: int, actor: Actor, now: datetime) -> str:
    """A one-time password, returned once; the user must change it. Raises NotTheirs, NotOnOneself, UserNotFound."""
    if not policies.may_manage_accounts(actor):
        raise NotTheirs
    user = _somebody_else(user_id, actor)
    if set(ADMINISTRATORS) & set(user.roles):  # who resets a password can log in with it: the three stay apart
        raise NotTheirs("三员的口令不能由系统管理员重置，请由运维人员在服务器上用 manage.py changepassword 办理。")
    password = one_time_password()
    _set_password(user, password, must_change=True, now=now)
    record(events.PasswordReset(user.pk, user.username), about=_about(user), actor=actor, now=now)
    return password


@transaction.atomic
def change_password(*, old: str, new: str, actor: Actor, now: datetime) -> None:
    """One's own password; every session ends, and the caller opens a new one.

    Raises PasswordWrong, PasswordUnchanged, PasswordTooWeak.
    """
    user = selectors.get_user(actor.id or 0, for_update=True)
    if not user.check_password(old):
        raise PasswordWrong
    if old == new:
        raise PasswordUnchanged
    _judge_password(new, user.username)
    _set_password(user, new, must_change=False, now=now)
    record(events.PasswordChanged(user.pk), about=_about(user), actor=actor, now=now)


@transaction.atomic
def reset_second_factor(*, user_id: int, actor: Actor, now: datetime) -> None:
    """Forget the user's authenticator (lost telephone). Raises NotTheirs, NotOnOneself, UserNotFound."""
    if not policies.may_grant_roles(actor):
        raise NotTheirs
    user = _somebody_else(user_id, actor)
    TOTPDevice.objects.filter(user_id=user.pk).delete()
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    record(events.SecondFactorReset(user.pk, user.username), about=_about(user), actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Registered:
    client_id: int
    secret: str  # shown once


@transaction.atomic
def register_client(
    *,
    code: str,
    name: str,
    department_id: int,
    scopes: Collection[str],
    actor: Actor,
    now: datetime,
    areas: Collection[str] = (),
    secret: str = "",
) -> Registered:
    """Approve another system; returns its first secret (`secret` is given only by seeds and the bench).

    Raises NotTheirs, ScopeUnknown, ClientCodeMalformed, ClientCodeTaken.
    """
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    if unknown := set(scopes) - set(SCOPES):
        raise ScopeUnknown(f"接口权限“{'、'.join(sorted(unknown))}”不在清单内，请从清单中选择。")
    with (
        refusing("accounts_clientsystem_code_key", ClientCodeTaken),
        refusing("accounts_clientsystem_code_well_formed", ClientCodeMalformed),
    ):
        client = ClientSystem.objects.create(
            code=code,
            name=name,
            department_id=department_id,
            scopes=sorted(scopes),
            areas=sorted(areas),
            created_at=now,
        )
    secret = _new_secret(client, slot=1, now=now, secret=secret)
    record(
        events.ClientRegistered(client.pk, code, sorted(scopes)),
        about=f"accounts.client:{client.pk}",
        actor=actor,
        now=now,
    )
    selectors.forget()
    return Registered(client.pk, secret)


@transaction.atomic
def rotate_secret(*, client_id: int, actor: Actor, now: datetime) -> str:
    """A second secret, returned once. The newest of the old ones stays good until the next rotation.

    Raises NotTheirs, ClientNotFound.
    """
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    client = selectors.get_client(client_id, for_update=True)
    live = sorted(selectors.live_secrets(client_id), key=lambda s: (s.created_at, s.pk))
    if len(live) == 2:
        oldest = live.pop(0)
        oldest.retired_at = now
        oldest.save(update_fields=["retired_at"])
    slot = 2 if live and live[0].slot == 1 else 1
    secret = _new_secret(client, slot=slot, now=now)
    record(
        events.ClientSecretRotated(client.pk, client.code, slot),
        about=f"accounts.client:{client.pk}",
        actor=actor,
        now=now,
    )
    selectors.forget()
    return secret


@transaction.atomic
def deactivate_client(*, client_id: int, actor: Actor, now: datetime) -> None:
    """Nothing signed by this system is taken any more. Raises NotTheirs, ClientNotFound."""
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    client = selectors.get_client(client_id, for_update=True)
    if client.active:
        client.active = False
        client.save(update_fields=["active"])
        record(
            events.ClientDeactivated(client.pk, client.code),
            about=f"accounts.client:{client.pk}",
            actor=actor,
            now=now,
        )
        selectors.forget()


def one_time_password() -> str:
    """Three groups of five characters of the classes that the policy wants, easy to read out."""
    while True:
        password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(3))
        if not passwords.problems(password, username="", policy=settings.PASSWORD_POLICY):
            return password


def _about(user: User) -> str:
    return f"accounts.user:{user.pk}"


def _somebody_else(user_id: int, actor: Actor) -> User:
    user = selectors.get_user(user_id, for_update=True)
    if actor.id == user.pk:
        raise NotOnOneself
    return user


def _judge_password(password: str, username: str) -> None:
    problems = list(passwords.problems(password, username=username, policy=settings.PASSWORD_POLICY))
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        problems.append("口令过于常见，请更换。")
    if problems:
        raise PasswordTooWeak("".join(problems))


def _judge_roles(roles: Collection[Role], department_id: int | None) -> None:
    if len(set(roles)) > 1 and set(roles) & set(ADMINISTRATORS):
        raise RolesExclude
    if set(roles) - set(ADMINISTRATORS) and department_id is None:
        raise DepartmentNeeded


def _set_password(user: User, password: str, *, must_change: bool, now: datetime) -> None:
    user.password = make_password(password)
    user.password_changed_at, user.must_change_password = now, must_change
    user.session_epoch += 1
    user.save(update_fields=["password", "password_changed_at", "must_change_password", "session_epoch"])


def _new_secret(client: ClientSystem, *, slot: int, now: datetime, secret: str = "") -> str:
    secret = secret or secrets.token_urlsafe(32)
    place = selectors.secret_place(client.pk, slot)
    sealed = crypto.encrypt(secret, aad=place)
    ClientSecret.objects.create(client=client, slot=slot, secret_ct=sealed, created_at=now)
    return secret
