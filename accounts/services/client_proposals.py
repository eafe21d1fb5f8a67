"""Client systems by two persons: the credit office proposes what one may, the security administrator decides.

GB/T 22239-2019 8.1.4.2 (访问控制, 三员分立): who asks for an access does not grant it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import events, policies, selectors
from accounts.models import ClientProposal, ClientSystem
from accounts.rules import networks
from accounts.services.base import NotTheirs
from accounts.services.clients import CODE, ClientCodeMalformed, ClientCodeTaken, add_client, demand_scopes
from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from toolkit.db import refusing

SHORTEST = 4  # characters of a purpose, a contact, a reason: "x" is none


class NetworkWrong(Malformed):
    code = "accounts.network_wrong"
    message = "调用地址须写作 IP 地址或网段，如 10.20.0.0/16，每行一个，不得为全部地址，请改正。"


class ProposalIncomplete(Malformed):
    code = "accounts.proposal_incomplete"
    message = "请写明用途（办理什么业务、依据什么职责）和对方的联系人、联系方式。"


class QuotaWrong(Malformed):
    code = "accounts.quota_wrong"
    message = "配额应为大于 0 的整数；不限的，请留空。"


class AreaUnknown(Malformed):
    code = "accounts.area_unknown"
    message = "区划不在清单内，请从清单中选择。"


class AlreadyProposed(RuleBroken):
    code = "accounts.already_proposed"
    message = "该接入系统已有一项待审批的申请，请先由安全管理员办理。"


class NothingProposed(RuleBroken):
    code = "accounts.nothing_proposed"
    message = "申请的内容与现在的相同，无需变更。"


class AlreadyDecided(RuleBroken):
    code = "accounts.proposal_already_decided"
    message = "该申请已经办理，请返回列表查看结果。"


class ProposedByOneself(RuleBroken):
    code = "accounts.proposed_by_oneself"
    message = "提出人不能批准自己提出的申请，请由另一名安全管理员办理。"


class ReasonMissing(Malformed):
    code = "accounts.client_reason_missing"
    message = "请写明原因，不少于4个字。"


class ClientEnded(RuleBroken):
    code = "accounts.client_ended"
    message = "该接入系统已停用，不能再变更；需要时请重新申请一个。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client system is to be allowed. None of the quotas: any number of calls."""

    code: str
    name: str
    department_id: int
    purpose: str
    contact: str
    scopes: Collection[str]
    areas: Collection[str] = ()
    addresses: Collection[str] = ()
    per_minute: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    client_id: int
    secret: str  # of a new one, shown once; else ""


@transaction.atomic
def propose_client(*, wish: Wish, actor: Actor, now: datetime, client_id: int | None = None) -> int:
    """Ask for a new client system, or for another extent of one that is there. The proposal's id.

    Of one that is there the code and the department stay: what it has read and signed stands under them. Raises
    NotTheirs, ClientNotFound, ClientEnded, ProposalIncomplete, ScopeUnknown, AreaUnknown, NetworkWrong, QuotaWrong,
    ClientCodeMalformed, ClientCodeTaken, AlreadyProposed, NothingProposed.
    """
    if not policies.may_propose_clients(actor):
        raise NotTheirs
    fields = _judged(wish)
    if client_id is None:
        if ClientSystem.objects.filter(code=fields["code"]).exists():
            raise ClientCodeTaken
    else:
        client = selectors.get_client(client_id, for_update=True)
        if not client.active and client.suspended_at is None:
            raise ClientEnded
        fields |= {"client_id": client_id, "code": client.code, "department_id": client.department_id}
        if all(getattr(client, name) == value for name, value in fields.items() if name != "client_id"):
            raise NothingProposed
    with refusing("accounts_clientproposal_one_open_per_code", AlreadyProposed):
        proposal = ClientProposal.objects.create(**fields, proposed_by=actor.key, proposed_at=now)
    record(
        events.ClientProposed(proposal.pk, proposal.code, list(fields["scopes"]), client_id is None),
        about=f"accounts.client:{client_id or ''}",
        actor=actor,
        now=now,
    )
    return proposal.pk


@transaction.atomic
def approve_client(*, proposal_id: int, actor: Actor, now: datetime) -> Approved:
    """Let it be as proposed. Of a new one the first secret is returned, once.

    Raises NotTheirs, ProposalNotFound, AlreadyDecided, ProposedByOneself, ClientCodeTaken, ClientEnded.
    """
    proposal = _open_proposal(proposal_id, actor)
    granted = {
        name: getattr(proposal, name)
        for name in ("name", "purpose", "contact", "scopes", "areas", "addresses", "per_minute", "per_day")
    }
    secret = ""
    if proposal.client_id is None:
        client, secret = add_client(
            code=proposal.code, department_id=proposal.department_id, granted=granted, actor=actor, now=now
        )
    else:
        client = selectors.get_client(proposal.client_id, for_update=True)
        if not client.active and client.suspended_at is None:
            raise ClientEnded
        for name, value in granted.items():
            setattr(client, name, value)
        client.save(update_fields=list(granted))
        record(
            events.ClientChanged(client.pk, client.code, client.scopes, proposal.pk),
            about=f"accounts.client:{client.pk}",
            actor=actor,
            now=now,
        )
    _decide(proposal, ClientProposal.State.APPROVED, client=client, remark="", actor=actor, now=now)
    selectors.forget()
    return Approved(client.pk, secret)


@transaction.atomic
def decline_client(*, proposal_id: int, remark: str, actor: Actor, now: datetime) -> None:
    """It stays as it is, and the credit office is told why.

    Raises NotTheirs, ProposalNotFound, AlreadyDecided, ProposedByOneself, ReasonMissing.
    """
    proposal = _open_proposal(proposal_id, actor)
    remark = said_reason(remark)
    _decide(proposal, ClientProposal.State.DECLINED, client=proposal.client, remark=remark, actor=actor, now=now)
    record(
        events.ClientDeclined(proposal.pk, proposal.code),
        about=f"accounts.client:{proposal.client_id or ''}",
        actor=actor,
        now=now,
    )


@transaction.atomic
def suspend_client(*, client_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Nothing of it is taken until it is resumed; it is told so. Raises NotTheirs, ClientNotFound, ReasonMissing,
    ClientEnded.
    """
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    client, reason = selectors.get_client(client_id, for_update=True), said_reason(reason)
    if client.suspended_at is not None:
        return
    if not client.active:
        raise ClientEnded
    client.active, client.suspended_at, client.suspended_for = False, now, reason
    client.save(update_fields=["active", "suspended_at", "suspended_for"])
    record(events.ClientSuspended(client.pk, client.code), about=f"accounts.client:{client.pk}", actor=actor, now=now)
    selectors.forget()


@transaction.atomic
def resume_client(*, client_id: int, actor: Actor, now: datetime) -> None:
    """A suspended one goes on with the same secrets. Raises NotTheirs, ClientNotFound, ClientEnded."""
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    client = selectors.get_client(client_id, for_update=True)
    if client.active:
        return
    if client.suspended_at is None:
        raise ClientEnded
    client.active, client.suspended_at, client.suspended_for = True, None, ""
    client.save(update_fields=["active", "suspended_at", "suspended_for"])
    record(events.ClientResumed(client.pk, client.code), about=f"accounts.client:{client.pk}", actor=actor, now=now)
    selectors.forget()


def said_reason(text: str) -> str:
    """The reason in one line. Raises ReasonMissing."""
    text = " ".join(text.split())[:200]
    if len(text) < SHORTEST:
        raise ReasonMissing
    return text


def _judged(wish: Wish) -> dict[str, Any]:
    demand_scopes(wish.scopes)
    if not CODE.fullmatch(wish.code):
        raise ClientCodeMalformed
    purpose, contact = (" ".join(text.split()) for text in (wish.purpose, wish.contact))
    if len(purpose) < SHORTEST or len(contact) < SHORTEST:
        raise ProposalIncomplete
    known = {department.division_code for department in selectors.all_departments()}
    if set(wish.areas) - known:
        raise AreaUnknown
    found, wrong = networks.read(wish.addresses)
    if wrong:
        raise NetworkWrong(f"“{wrong[0][:60]}”不是可用的地址或网段。{NetworkWrong.message}")
    if len(found) > networks.MOST:
        raise NetworkWrong(f"一个接入系统最多登记 {networks.MOST} 个网段，请合并。")
    if any(quota is not None and not 0 < quota < 2**31 for quota in (wish.per_minute, wish.per_day)):
        raise QuotaWrong
    return {
        "code": wish.code,
        "name": " ".join(wish.name.split()),
        "department_id": wish.department_id,
        "purpose": purpose,
        "contact": contact,
        "scopes": sorted(wish.scopes),
        "areas": sorted(wish.areas),
        "addresses": found,
        "per_minute": wish.per_minute,
        "per_day": wish.per_day,
    }


def _open_proposal(proposal_id: int, actor: Actor) -> ClientProposal:
    if not policies.may_manage_clients(actor):
        raise NotTheirs
    proposal = selectors.get_proposal(proposal_id, for_update=True)
    if proposal.state != ClientProposal.State.PROPOSED:
        raise AlreadyDecided
    if proposal.proposed_by == actor.key:
        raise ProposedByOneself
    return proposal


def _decide(
    proposal: ClientProposal, state: str, *, client: ClientSystem | None, remark: str, actor: Actor, now: datetime
) -> None:
    proposal.state, proposal.client, proposal.remark = state, client, remark
    proposal.decided_by, proposal.decided_at = actor.key, now
    proposal.save(update_fields=["state", "client", "remark", "decided_by", "decided_at"])
