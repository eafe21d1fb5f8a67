"""Each constraint broken once, by name."""

from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import Authenticator, ClientSecret, Department, FormKey, Nonce
from kernel.actor import Role
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"code": "11339900009910019"}, "accounts_department_code_well_formed"),
        ({"code": "11339900009910019I"}, "accounts_department_code_well_formed"),
        ({"kind": "club"}, "accounts_department_kind_known"),
        ({"division_code": "3399"}, "accounts_department_division_well_formed"),
        ({"email": "nobody"}, "accounts_department_email_well_formed"),
    ],
)
def test_departments(broken: dict[str, str], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make.department(**broken)


def test_a_department_is_not_its_own_parent() -> None:
    own = make.department()
    with pytest.raises(IntegrityError, match="accounts_department_not_its_own_parent"):
        Department.objects.filter(pk=own.pk).update(parent_id=own.pk)


def test_one_department_per_code() -> None:
    with pytest.raises(IntegrityError, match="accounts_department_code"):
        make.department(code=make.department().code)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"username": "Zc01"}, "accounts_user_username_well_formed"),
        ({"username": "张三"}, "accounts_user_username_well_formed"),
        ({"roles": ["king"]}, "accounts_user_roles_known"),
        ({"roles": ["clerk"], "department": None}, "accounts_user_business_roles_have_a_department"),
    ],
)
def test_users(broken: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make.user(**broken)


@pytest.mark.parametrize(
    ("administrator", "other"),
    [(a, o) for a in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN) for o in Role if o is not a],
)
def test_administrators_exclude_every_other_role(administrator: Role, other: Role) -> None:
    with pytest.raises(IntegrityError, match="accounts_user_administrators_exclude_every_other_role"):
        make.user(administrator, other)


def test_business_roles_go_together() -> None:
    assert make.user(Role.CLERK, Role.UPLOADER, Role.REVIEWER).roles == ["clerk", "uploader", "reviewer"]


def test_client_codes() -> None:
    with pytest.raises(IntegrityError, match="accounts_clientsystem_code_well_formed"):
        make.client_system(code="Hall 1")


@pytest.mark.parametrize(
    ("slot", "constraint"),
    [(3, "accounts_clientsecret_slot_one_or_two"), (1, "accounts_clientsecret_one_live_per_slot")],
)
def test_two_live_secrets_at_most(slot: int, constraint: str) -> None:
    system = make.client_system("one", "two")
    with pytest.raises(IntegrityError, match=constraint):
        ClientSecret.objects.create(client=system, slot=slot, secret_ct="x", created_at=make.LONG_AGO)


def test_a_nonce_once() -> None:
    Nonce.objects.create(client_id=1, nonce="n", seen_at=make.LONG_AGO)
    with pytest.raises(IntegrityError, match="accounts_nonce_once"):
        Nonce.objects.create(client_id=1, nonce="n", seen_at=make.LONG_AGO)


def test_a_form_key_once() -> None:
    FormKey.objects.create(user_id=1, key="k", path="/", used_at=make.LONG_AGO)
    with pytest.raises(IntegrityError, match="accounts_formkey_once"):
        FormKey.objects.create(user_id=1, key="k", path="/", used_at=make.LONG_AGO)


def test_the_secret_of_a_second_factor_is_sealed() -> None:
    user = make.user(Role.CLERK)
    with pytest.raises(IntegrityError, match="accounts_authenticator_is_sealed"):
        Authenticator.objects.create(user=user, name="x", key_ct="30" * 20)
