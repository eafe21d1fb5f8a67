"""Client systems and the secrets that they sign with."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import events, policies, selectors
from accounts.models import ClientSecret, ClientSystem
from accounts.rules import origins as origin_rules
from accounts.rules.scopes import SCOPES
from accounts.services.base import NotTheirs
from audit.services import record
from kernel.actor import Actor, Kind
from kernel.errors import Malformed, RuleBroken
from toolkit import crypto
from toolkit.db import refusing

CODE = re.compile("[a-z][a-z0-9_.-]{1,39}")


class ClientCodeTaken(RuleBroken):
    code = "accounts.client_code_taken"
    message = "该接入系统标识已被使用，请换一个。"


class ClientCodeMalformed(Malformed):
    code = "accounts.client_code_malformed"
    message = "系统标识须以小写字母开头，由2至40位小写字母、数字、点、横线组成，请改正。"


class ScopeUnknown(Malformed):
    code = "accounts.scope_unknown"
    message = "接口权限不在清单内，请从清单中选择。"


class OriginWrong(Malformed):
    code = "accounts.origin_wrong"
    message = "页面来源须写作 https://主机名 或 https://主机名:端口，不带路径，每行一个，请改正。"


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
    """Another system, as seeds and the bench lay it; returns its first secret. Only the platform itself may: people
    go by `client_proposals`, where two decide.

    Raises NotTheirs, ScopeUnknown, ClientCodeMalformed, ClientCodeTaken.
    """
    if actor.kind != Kind.SYSTEM:
        raise NotTheirs
    demand_scopes(scopes)
    granted = {"name": name, "scopes": sorted(scopes), "areas": sorted(areas)}
    client, secret = add_client(
        code=code, department_id=department_id, granted=granted, secret=secret, actor=actor, now=now
    )
    selectors.forget()
    return Registered(client.pk, secret)


def add_client(
    *, code: str, department_id: int, granted: dict[str, Any], actor: Actor, now: datetime, secret: str = ""
) -> tuple[ClientSystem, str]:
    """The row and its first secret, inside the caller's transaction. Raises ClientCodeMalformed, ClientCodeTaken."""
    with (
        refusing("accounts_clientsystem_code_key", ClientCodeTaken),
        refusing("accounts_clientsystem_code_well_formed", ClientCodeMalformed),
    ):
        client = ClientSystem.objects.create(code=code, department_id=department_id, created_at=now, **granted)
    secret = _new_secret(client, slot=1, now=now, secret=secret)
    record(
        events.ClientRegistered(client.pk, code, list(client.scopes)),
        about=f"accounts.client:{client.pk}",
        actor=actor,
        now=now,
    )
    return client, secret


def demand_scopes(scopes: Collection[str]) -> None:
    """Raises ScopeUnknown, which names them."""
    if unknown := set(scopes) - set(SCOPES):
        raise ScopeUnknown(f"接口权限“{'、'.join(sorted(unknown))}”不在清单内，请从清单中选择。")


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
def set_origins(*, client_id: int, origins: Collection[str], actor: Actor, now: datetime) -> None:
    """Say whose pages may carry the plug-in for this system; the same again changes nothing.

    Raises NotTheirs, ClientNotFound, OriginWrong.
    """
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    client = selectors.get_client(client_id, for_update=True)
    found, wrong = origin_rules.read(origins)
    if wrong:
        raise OriginWrong(f"“{wrong[0][:60]}”不是页面来源。{OriginWrong.message}")
    if len(found) > origin_rules.MOST:
        raise OriginWrong(f"一个接入系统最多登记 {origin_rules.MOST} 个页面来源，请删减。")
    if client.origins != found:
        client.origins = found
        client.save(update_fields=["origins"])
        record(
            events.ClientOriginsSet(client.pk, client.code, found),
            about=f"accounts.client:{client.pk}",
            actor=actor,
            now=now,
        )
        selectors.forget()


@transaction.atomic
def deactivate_client(*, client_id: int, actor: Actor, now: datetime) -> None:
    """Nothing signed by this system is taken any more. Raises NotTheirs, ClientNotFound."""
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    client = selectors.get_client(client_id, for_update=True)
    if client.active or client.suspended_at is not None:
        client.active, client.suspended_at, client.suspended_for = False, None, ""
        client.save(update_fields=["active", "suspended_at", "suspended_for"])
        record(
            events.ClientDeactivated(client.pk, client.code),
            about=f"accounts.client:{client.pk}",
            actor=actor,
            now=now,
        )
        selectors.forget()


def _new_secret(client: ClientSystem, *, slot: int, now: datetime, secret: str = "") -> str:
    secret = secret or secrets.token_urlsafe(32)
    place = selectors.secret_place(client.pk, slot)
    sealed = crypto.encrypt(secret, aad=place)
    ClientSecret.objects.create(client=client, slot=slot, secret_ct=sealed, created_at=now)
    return secret
