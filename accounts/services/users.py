"""People: accounts, roles, passwords, second factors. Every change is a fact."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import events, policies, selectors
from accounts.models import ADMINISTRATORS, Authenticator, User
from accounts.rules import passwords
from accounts.services.base import NotTheirs
from audit.services import record
from kernel.actor import Actor, Role
from kernel.errors import Malformed, RuleBroken
from toolkit.db import refusing

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"  # no I, O, l, 0, 1: read out by telephone


class NotOnOneself(RuleBroken):
    code = "accounts.not_on_oneself"
    message = "不能对自己的账号办理该操作，请由另一名管理员办理。"


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
    Authenticator.objects.filter(user_id=user.pk).delete()
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    record(events.SecondFactorReset(user.pk, user.username), about=_about(user), actor=actor, now=now)


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
