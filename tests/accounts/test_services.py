from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts import selectors, services
from accounts.models import ClientSecret, User
from accounts.rules import passwords
from audit.models import Event
from kernel.actor import Actor, Role
from tests.factories import accounts as make
from toolkit import crypto

pytestmark = pytest.mark.django_db


def facts(about: str) -> list[str]:
    return list(Event.objects.filter(about=about).order_by("id").values_list("name", flat=True))


def new_user(actor: Actor, now: datetime, **fields: Any) -> int:
    defaults: dict[str, Any] = {"username": "new01", "display_name": "新人", "department_id": make.department().pk}
    return services.create_user(**defaults | {"password": make.PASSWORD} | fields, actor=actor, now=now)


def test_the_system_administrator_makes_an_account_without_roles(now: datetime) -> None:
    actor = make.actor(Role.SYSTEM_ADMIN)
    key = new_user(actor, now)
    user = User.objects.get(pk=key)
    assert user.check_password(make.PASSWORD) and user.must_change_password and user.roles == []
    assert user.password.startswith("argon2")
    assert facts(f"accounts.user:{key}") == ["accounts.user.created"]
    fact = Event.objects.get(name="accounts.user.created", about=f"accounts.user:{key}")
    assert make.PASSWORD not in str(fact.payload) and fact.actor == actor.key
    with pytest.raises(services.NotTheirs):
        services.set_roles(user_id=key, roles=[Role.CLERK], actor=actor, now=now)
    with pytest.raises(services.NotTheirs):
        new_user(actor, now, username="new02", roles=[Role.CLERK])


def test_the_security_administrator_grants_roles_and_makes_no_account(now: datetime) -> None:
    actor = make.actor(Role.SECURITY_ADMIN)
    user = make.user()
    services.set_roles(user_id=user.pk, roles=[Role.CLERK, Role.REVIEWER], actor=actor, now=now)
    user.refresh_from_db()
    assert user.roles == ["clerk", "reviewer"]
    fact = Event.objects.get(name="accounts.user.roles_set", about=f"accounts.user:{user.pk}")
    assert (fact.payload["before"], fact.payload["after"]) == ([], ["clerk", "reviewer"])
    with pytest.raises(services.NotTheirs):
        new_user(actor, now)


CALLS: dict[str, tuple[Callable[..., Any], set[Role]]] = {
    "create_department": (
        lambda **by: services.create_department(
            code=make.code(), name="x", short_name="x", kind="department", division_code="339900", **by
        ),
        {Role.SYSTEM_ADMIN},
    ),
    "create_user": (lambda **by: new_user(by["actor"], by["now"]), {Role.SYSTEM_ADMIN}),
    "disable_user": (lambda **by: services.disable_user(user_id=make.user().pk, **by), {Role.SYSTEM_ADMIN}),
    "enable_user": (lambda **by: services.enable_user(user_id=make.user().pk, **by), {Role.SYSTEM_ADMIN}),
    "reset_password": (lambda **by: services.reset_password(user_id=make.user().pk, **by), {Role.SYSTEM_ADMIN}),
    "set_roles": (lambda **by: services.set_roles(user_id=make.user().pk, roles=[], **by), {Role.SECURITY_ADMIN}),
    "reset_second_factor": (
        lambda **by: services.reset_second_factor(user_id=make.user().pk, **by),
        {Role.SECURITY_ADMIN},
    ),
    "register_client": (
        lambda **by: services.register_client(
            code="hall", name="x", department_id=make.department().pk, scopes=[], **by
        ),
        set(),  # the platform itself: people go by proposal and approval
    ),
    "propose_client": (
        lambda **by: services.propose_client(wish=make.wish(), **by),
        {Role.CREDIT_OFFICE},
    ),
    "approve_client": (
        lambda **by: services.approve_client(proposal_id=make.proposal(make.department()).pk, **by),
        {Role.SECURITY_ADMIN},
    ),
    "decline_client": (
        lambda **by: services.decline_client(
            proposal_id=make.proposal(make.department()).pk, remark="用途不明", **by
        ),
        {Role.SECURITY_ADMIN},
    ),
    "suspend_client": (
        lambda **by: services.suspend_client(client_id=make.client_system().pk, reason="排查故障", **by),
        {Role.SECURITY_ADMIN},
    ),
    "resume_client": (
        lambda **by: services.resume_client(client_id=make.client_system().pk, **by),
        {Role.SECURITY_ADMIN},
    ),
    "rotate_secret": (
        lambda **by: services.rotate_secret(client_id=make.client_system().pk, **by),
        {Role.SECURITY_ADMIN},
    ),
    "deactivate_client": (
        lambda **by: services.deactivate_client(client_id=make.client_system().pk, **by),
        {Role.SECURITY_ADMIN},
    ),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("call", sorted(CALLS))
def test_every_verb_has_its_one_administrator(call: str, role: Role, now: datetime) -> None:
    service, allowed = CALLS[call]
    actor = make.actor(role)
    if role in allowed:
        service(actor=actor, now=now)
    else:
        with pytest.raises(services.NotTheirs):
            service(actor=actor, now=now)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"password": "short"}, services.PasswordTooWeak),
        ({"password": "Kou-Ling-Xin-9"}, None),
        ({"password": "Password123"}, services.PasswordTooWeak),
        ({"password": "new01-New01"}, services.PasswordTooWeak),
        ({"username": "New"}, services.UsernameMalformed),
        ({"username": "taken"}, services.UsernameTaken),
    ],
)
def test_what_an_account_must_be(fields: dict[str, str], refusal: type[Exception] | None, now: datetime) -> None:
    make.user(username="taken")
    actor = make.actor(Role.SYSTEM_ADMIN)
    if refusal is None:
        assert new_user(actor, now, **fields)
    else:
        with pytest.raises(refusal) as refused:
            new_user(actor, now, **fields)
        assert "请" in str(refused.value)  # it says how to mend it


def test_a_common_password_is_refused(now: datetime, settings: Any) -> None:
    settings.PASSWORD_POLICY = passwords.Policy(min_length=6, min_classes=1)
    with pytest.raises(services.PasswordTooWeak, match="常见"):
        new_user(make.actor(Role.SYSTEM_ADMIN), now, password="password1")


@pytest.mark.parametrize(
    ("roles", "department", "refusal"),
    [
        ([Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN], True, services.RolesExclude),
        ([Role.SECURITY_ADMIN, Role.CLERK], True, services.RolesExclude),
        ([Role.CLERK], False, services.DepartmentNeeded),
    ],
)
def test_roles_that_exclude(roles: list[Role], department: bool, refusal: type[Exception], now: datetime) -> None:
    user = make.user() if department else make.user(department=None)
    with pytest.raises(refusal):
        services.set_roles(user_id=user.pk, roles=roles, actor=make.actor(Role.SECURITY_ADMIN), now=now)


def test_nobody_grants_roles_to_themselves(now: datetime) -> None:
    actor = make.actor(Role.SECURITY_ADMIN)
    assert actor.id is not None
    with pytest.raises(services.NotOnOneself):
        services.set_roles(user_id=actor.id, roles=[], actor=actor, now=now)


def test_disabling_ends_every_session_for_good(client: Client, now: datetime) -> None:
    user, actor = make.user(Role.AUDIT_ADMIN), make.actor(Role.SYSTEM_ADMIN)
    client.force_login(user)
    assert client.get("/audit/").status_code == 200
    services.disable_user(user_id=user.pk, actor=actor, now=now)
    assert client.get("/audit/").status_code == 302
    services.enable_user(user_id=user.pk, actor=actor, now=now)
    assert client.get("/audit/").status_code == 302  # the old session does not come back to life
    assert facts(f"accounts.user:{user.pk}") == ["accounts.user.disabled", "accounts.user.enabled"]


def test_a_reset_password_works_once_and_must_be_changed(now: datetime) -> None:
    user = make.user()
    one_time = services.reset_password(user_id=user.pk, actor=make.actor(Role.SYSTEM_ADMIN), now=now)
    user.refresh_from_db()
    assert user.check_password(one_time) and user.must_change_password
    actor = selectors.actor_of_user(user)
    with pytest.raises(services.PasswordWrong):
        services.change_password(old="wrong", new="Other-Kou-2026", actor=actor, now=now)
    with pytest.raises(services.PasswordUnchanged):
        services.change_password(old=one_time, new=one_time, actor=actor, now=now)
    with pytest.raises(services.PasswordTooWeak):
        services.change_password(old=one_time, new="weak", actor=actor, now=now)
    services.change_password(old=one_time, new="Other-Kou-2026", actor=actor, now=now)
    user.refresh_from_db()
    assert user.check_password("Other-Kou-2026") and not user.must_change_password


def test_one_time_passwords_keep_the_policy_and_differ() -> None:
    made = {services.one_time_password() for _ in range(20)}
    assert len(made) == 20
    assert not any(passwords.problems(p, username="", policy=passwords.Policy()) for p in made)


def test_departments_are_unique_and_valid(now: datetime) -> None:
    actor = make.PLATFORM
    fields: dict[str, Any] = {"name": "x", "short_name": "x", "kind": "department", "division_code": "339900"}
    first = make.department()
    with pytest.raises(services.DepartmentCodeTaken):
        services.create_department(code=first.code, **fields, actor=actor, now=now)
    with pytest.raises(services.DepartmentCodeWrong, match="校验码"):
        services.create_department(code="113399000099100190", **fields, actor=actor, now=now)


def test_a_client_is_refused_for_its_code_or_scope(now: datetime) -> None:
    taken = make.client_system()
    fields: dict[str, Any] = {"name": "x", "department_id": make.department().pk, "actor": make.PLATFORM, "now": now}
    with pytest.raises(services.ClientCodeTaken):
        services.register_client(code=taken.code, scopes=[], **fields)
    with pytest.raises(services.ClientCodeMalformed):
        services.register_client(code="Bad Code", scopes=[], **fields)
    with pytest.raises(services.ScopeUnknown, match="all:everything"):
        services.register_client(code="good", scopes=["all:everything"], **fields)


def test_a_secret_is_stored_sealed_and_told_once(now: datetime) -> None:
    made = services.register_client(
        code="hall",
        name="x",
        department_id=make.department().pk,
        scopes=["checks:create"],
        actor=make.PLATFORM,
        now=now,
    )
    row = ClientSecret.objects.get(client_id=made.client_id)
    assert made.secret not in row.secret_ct and selectors.secret_of(row) == made.secret
    assert not Event.objects.filter(payload__icontains=made.secret).exists()
    row.slot = 2
    with pytest.raises(crypto.CannotOpen):
        selectors.secret_of(row)  # bound to its place


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN])
def test_a_system_administrator_cannot_become_another_administrator(role: Role, now: datetime) -> None:
    """GB/T 22239-2019 8.1.5: who could reset the auditor's password could log in as the auditor."""
    other = make.user(role)
    with pytest.raises(services.NotTheirs, match="changepassword"):
        services.reset_password(user_id=other.pk, actor=make.actor(Role.SYSTEM_ADMIN), now=now)
