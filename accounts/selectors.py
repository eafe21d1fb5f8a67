"""Reading accounts: departments as values, who a user or client is, and what rows an actor may see."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet

from accounts import policies
from accounts.models import ClientDay, ClientProposal, ClientSecret, ClientSystem, Department, Nonce, User
from accounts.rules.networks import Network
from accounts.rules.places import CLIENT_SECRET
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from toolkit import crypto

T = TypeVar("T")
PAGE = 50


@dataclass(frozen=True, slots=True)
class DepartmentValue:
    id: int
    code: str
    name: str
    short_name: str
    division_code: str
    kind: str
    parent_id: int | None
    email: str = ""


class DepartmentNotFound(NotFound):
    code = "accounts.department_not_found"
    message = "没有这个部门，请核对部门的统一社会信用代码。"


class UserNotFound(NotFound):
    code = "accounts.user_not_found"
    message = "没有这个用户，请返回用户列表重新选择。"


class ClientNotFound(NotFound):
    code = "accounts.client_not_found"
    message = "没有这个接入系统，请返回列表重新选择。"


class ProposalNotFound(NotFound):
    code = "accounts.proposal_not_found"
    message = "没有这项申请，请返回列表重新选择。"


class _Kept(Generic[T]):
    """A value read again every settings.REREAD_SECONDS: what an administrator changes shows within that time."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._held: tuple[float, T] | None = None

    def get(self) -> T:
        moment = time.monotonic()
        if self._held is None or moment - self._held[0] >= settings.REREAD_SECONDS:
            self._held = (moment, self._read())
        return self._held[1]

    def forget(self) -> None:
        self._held = None


def _read_departments() -> dict[int, DepartmentValue]:
    rows = Department.objects.order_by("id").values_list(
        "id", "code", "name", "short_name", "division_code", "kind", "parent_id", "email"
    )
    return {row[0]: DepartmentValue(*row) for row in rows}


_departments = _Kept(_read_departments)


def _department(department_id: int) -> DepartmentValue:
    """A department that a row points at: it exists, so one that we do not know yet is new."""
    if department_id not in _departments.get():
        _departments.forget()
    return _departments.get()[department_id]


def forget() -> None:
    """Read anew what this process keeps, because this process has just changed it."""
    _departments.forget()
    _clients.clear()
    _origins.forget()


def all_departments() -> list[DepartmentValue]:
    """Every department, in the order they were created."""
    return list(_departments.get().values())


def departments_by_id(ids: Iterable[int]) -> dict[int, DepartmentValue]:
    """The departments with these keys; unknown keys are left out."""
    known = _departments.get()
    return {key: known[key] for key in ids if key in known}


def department_by_code(code: str) -> DepartmentValue:
    """The department with this unified social credit code. Raises DepartmentNotFound."""
    for department in _departments.get().values():
        if department.code == code:
            return department
    raise DepartmentNotFound


def with_subordinates(department_id: int) -> frozenset[int]:
    """A department and all that hang below it."""
    known = _departments.get().values()
    found = {department_id}
    while more := {d.id for d in known if d.parent_id in found} - found:
        found |= more
    return frozenset(found)


def actor_of_user(user: User) -> Actor:
    """Who this user is, with roles and row scope."""
    department = _department(user.department_id) if user.department_id else None
    return Actor(
        kind=Kind.USER,
        name=user.username,
        id=user.pk,
        display=user.display_name,
        department_id=user.department_id,
        departments=with_subordinates(department.id) if department else frozenset(),
        area=department.division_code if department else "",
        roles=frozenset(Role(role) for role in user.roles),
    )


def scope(actor: Actor) -> Collection[int] | None:
    """The departments whose rows the actor may see. None: all of the city (credit office, the platform itself)."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return None
    return actor.departments


@dataclass(frozen=True, slots=True)
class Client:
    """A client system as a signed request needs it: who it is, and its live secrets."""

    id: int
    actor: Actor
    secrets: tuple[bytes, ...]
    origins: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    per_minute: int | None = None
    per_day: int | None = None
    suspended: bool = False


_clients: dict[str, tuple[float, Client | None]] = {}
CLIENTS_KEPT = 1000  # an attacker may ask for any number of names


def client_by_code(code: str) -> Client | None:
    """The active client of that code, or None. Kept in the process for settings.REREAD_SECONDS."""
    client = known_client(code)
    return None if client is None or client.suspended else client


def known_client(code: str) -> Client | None:
    """The same, and one that is suspended, so that it can be told so."""
    moment = time.monotonic()
    held = _clients.get(code)
    if held is not None and moment - held[0] < settings.REREAD_SECONDS:
        return held[1]
    client = _read_client(code)
    if len(_clients) >= CLIENTS_KEPT:
        _clients.clear()
    _clients[code] = (moment, client)
    return client


def _read_client(code: str) -> Client | None:
    if "\x00" in code:
        return None
    row = ClientSystem.objects.filter(code=code).exclude(active=False, suspended_at=None).first()
    if row is None:
        return None
    live = ClientSecret.objects.filter(client=row, retired_at=None).order_by("slot")
    department = _department(row.department_id)
    departments = _acts_for(row.department_id, row.areas)
    actor = Actor(
        kind=Kind.CLIENT,
        name=row.code,
        id=row.pk,
        display=row.name,
        department_id=department.id,
        departments=departments,
        area=department.division_code,
        scopes=frozenset(row.scopes),
    )
    return Client(
        row.pk,
        actor,
        tuple(secret_of(s).encode() for s in live),
        frozenset(row.origins),
        tuple(ip_network(one) for one in row.addresses),
        row.per_minute,
        row.per_day,
        suspended=not row.active,
    )


def _acts_for(department_id: int, areas: Collection[str]) -> frozenset[int]:
    departments = with_subordinates(department_id)
    if areas:
        departments |= {d.id for d in _departments.get().values() if d.division_code in areas}
    return departments


def department_ids_of_client(client_id: int, *, with_scope: str) -> frozenset[int]:
    """The departments that an active client system acts for, if it was granted that scope; else none."""
    row = ClientSystem.objects.filter(pk=client_id, active=True, scopes__contains=[with_scope]).first()
    return _acts_for(row.department_id, row.areas) if row else frozenset()


def _read_origins() -> frozenset[str]:
    lists = ClientSystem.objects.filter(active=True).exclude(origins=[]).order_by("pk")
    return frozenset(one for origins in lists.values_list("origins", flat=True) for one in origins)


_origins = _Kept(_read_origins)


def is_plugin_origin(origin: str) -> bool:
    """Whether pages from there may carry the plug-in of any client system: what a browser asks before it sends."""
    return origin in _origins.get()


def secret_of(secret: ClientSecret) -> str:
    return crypto.decrypt(secret.secret_ct, aad=secret_place(secret.client_id, secret.slot))


def secret_place(client_id: int, slot: int) -> str:
    """What a client's secret is bound to: it does not open in another client's row."""
    return CLIENT_SECRET.format(client_id=client_id, slot=slot)


def users(*, after: str = "", text: str = "") -> list[User]:
    """Users by log-in name from `after` on, PAGE + 1 at most (the last one says that there is more)."""
    rows: QuerySet[User] = User.objects.select_related("department").order_by("username")
    if after:
        rows = rows.filter(username__gt=after)
    if text:
        rows = rows.filter(username__startswith=text) | rows.filter(display_name__startswith=text)
    return list(rows[: PAGE + 1])


def get_user(user_id: int, *, for_update: bool = False) -> User:
    """Raises UserNotFound."""
    rows = User.objects.select_for_update(of=("self",)) if for_update else User.objects.select_related("department")
    user = rows.filter(pk=user_id).first()
    if user is None:
        raise UserNotFound
    return user


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom work is handed over."""

    username: str
    display_name: str
    department_id: int


def staff_of(departments: Collection[int]) -> list[Colleague]:
    """Who works in these departments now, by department and log-in name."""
    rows = User.objects.filter(department_id__in=departments, is_active=True).order_by("department_id", "username")
    return [Colleague(*row) for row in rows.values_list("username", "display_name", "department_id")]


def addresses_of(role: Role) -> list[str]:
    """Where letters to those who hold a role go: the addresses of their departments."""
    rows = Department.objects.filter(users__is_active=True, users__roles__contains=[role.value]).exclude(email="")
    return list(rows.order_by("email").values_list("email", flat=True).distinct())


def departments_with(role: Role) -> list[int]:
    """Departments of which some active user has that role, the lowest id first."""
    rows = User.objects.filter(is_active=True, roles__contains=[role.value], department__isnull=False)
    return sorted(set(rows.values_list("department_id", flat=True)))


def shown_names(keys: Iterable[str]) -> dict[str, str]:
    """Who stands behind the actor keys that tables keep (user:zc01, client:hall, system:seal), as people read it."""
    wanted = set(keys)
    users = {key.partition(":")[2] for key in wanted if key.startswith("user:")}
    named = dict(User.objects.filter(username__in=users).order_by("pk").values_list("username", "display_name"))
    shown = {}
    for key in wanted:
        kind, _, name = key.partition(":")
        shown[key] = "系统预置" if kind == "system" else named.get(name, name)
    return shown


def clients() -> list[ClientSystem]:
    """Every client system, by code; a city has some dozens."""
    return list(ClientSystem.objects.select_related("department").order_by("code"))


def get_client(client_id: int, *, for_update: bool = False) -> ClientSystem:
    """Raises ClientNotFound."""
    rows = (
        ClientSystem.objects.select_for_update(of=("self",))
        if for_update
        else ClientSystem.objects.select_related("department")
    )
    client = rows.filter(pk=client_id).first()
    if client is None:
        raise ClientNotFound
    return client


def live_secrets(client_id: int) -> list[ClientSecret]:
    """The secrets that a client may sign with now, by slot."""
    return list(ClientSecret.objects.filter(client_id=client_id, retired_at=None).order_by("slot"))


def clients_shown_to(actor: Actor) -> list[ClientSystem]:
    """Those whose signatures the actor may try: every one for who manages them, else those of his department."""
    own = None if policies.may_see_clients(actor) else actor.departments
    return [client for client in clients() if own is None or client.department_id in own]


def department_names_of(client: ClientSystem | ClientProposal) -> list[str]:
    """The departments whose rows such a client is shown, by name."""
    known = _departments.get()
    ids = _acts_for(client.department_id, client.areas)
    return [known[key].name for key in sorted(ids) if key in known]


def open_proposals() -> list[ClientProposal]:
    """What waits for the security administrator, the oldest first."""
    return list(
        ClientProposal.objects.filter(state=ClientProposal.State.PROPOSED)
        .select_related("department", "client")
        .order_by("proposed_at", "pk")
    )


def proposals_of(client_id: int) -> list[ClientProposal]:
    """How a client came to be what it is, the newest first."""
    return list(ClientProposal.objects.filter(client_id=client_id).order_by("-proposed_at", "-pk")[:PAGE])


def get_proposal(proposal_id: int, *, for_update: bool = False) -> ClientProposal:
    """Raises ProposalNotFound."""
    rows = ClientProposal.objects.filter(pk=proposal_id)
    rows = rows.select_for_update(of=("self",)) if for_update else rows.select_related("department", "client")
    proposal = rows.first()
    if proposal is None:
        raise ProposalNotFound
    return proposal


def days_of(client_id: int, *, limit: int = 14) -> list[ClientDay]:
    """What it called on its last days, the newest first."""
    return list(ClientDay.objects.filter(client_id=client_id).order_by("-day")[:limit])


def last_days(client_ids: Collection[int]) -> dict[int, ClientDay]:
    """The last day on which each of them called."""
    rows = ClientDay.objects.filter(client_id__in=client_ids).order_by("client_id", "-day").distinct("client_id")
    return {row.client_id: row for row in rows}


def nonce_used(client_id: int, nonce: str) -> bool:
    """Whether the client has used it lately."""
    return Nonce.objects.filter(client_id=client_id, nonce=nonce).exists()
