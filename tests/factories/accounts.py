"""Departments, users and client systems for tests. Rows, not services: what a test says is what there is."""

from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts import selectors, services
from accounts.models import ClientProposal, ClientSecret, ClientSystem, Department, User
from kernel.actor import Actor, Kind, Role
from kernel.identifiers import uscc_check_char
from toolkit import crypto

PASSWORD = "Kou-Ling-2026"
LONG_AGO = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = count(1)


@cache
def hashed() -> str:
    """Argon2 is slow by design: once per process is enough."""
    return make_password(PASSWORD)


def code() -> str:
    """A valid unified social credit code that no department has."""
    first17 = f"113399007{next(_numbers):08d}"
    return first17 + uscc_check_char(first17)


def department(**fields: Any) -> Department:
    """A city department with a valid code of its own."""
    fields.setdefault("code", code())
    fields.setdefault("name", f"江澜市第{fields['code'][9:17]}局")
    fields.setdefault("short_name", "某局")
    return Department.objects.create(**{"division_code": "339900"} | fields)


def user(*roles: Role, **fields: Any) -> User:
    """A member of staff with these roles, whose password is PASSWORD."""
    number = next(_numbers)
    if "department" not in fields:
        fields["department"] = department()
    defaults = {
        "username": f"u{number}",
        "display_name": f"工作人员{number}",
        "password": hashed(),
        "must_change_password": False,
        "password_changed_at": LONG_AGO,
        "created_at": LONG_AGO,
        "roles": [role.value for role in roles],
    }
    return User.objects.create(**defaults | fields)


def actor(*roles: Role, **fields: Any) -> Actor:
    """The actor of a new user."""
    return selectors.actor_of_user(user(*roles, **fields))


def client_system(*secrets: str, scopes: tuple[str, ...] = ("checks:create",), **fields: Any) -> ClientSystem:
    """A client system with these live secrets (one or two)."""
    if "department" not in fields:
        fields["department"] = department()
    defaults = {"code": f"sys{next(_numbers)}", "name": "某系统", "scopes": list(scopes), "created_at": LONG_AGO}
    system = ClientSystem.objects.create(**defaults | fields)
    for slot, secret in enumerate(secrets or ("secret-one",), start=1):
        sealed = crypto.encrypt(secret, aad=selectors.secret_place(system.pk, slot))
        ClientSecret.objects.create(client=system, slot=slot, secret_ct=sealed, created_at=LONG_AGO)
    return system


def proposal(home: Department, **fields: Any) -> ClientProposal:
    """A new client system that the credit office has asked for."""
    defaults = {"code": f"asked{next(_numbers)}", "name": "某系统", "purpose": "办理许可", "contact": "王某 88001234"}
    defaults |= {"scopes": ["checks:create"], "proposed_by": "user:xyb01", "proposed_at": LONG_AGO}
    return ClientProposal.objects.create(department=home, **defaults | fields)


def wish(**fields: Any) -> services.Wish:
    """What the credit office may ask for."""
    defaults = {"code": f"wish{next(_numbers)}", "name": "大厅", "purpose": "受理许可", "contact": "王某 88001234"}
    defaults |= {"scopes": ["checks:create"]}
    if "department_id" not in fields:
        fields["department_id"] = department().pk
    return services.Wish(**defaults | fields)


PLATFORM = Actor(kind=Kind.SYSTEM, name="tests")
