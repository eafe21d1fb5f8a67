"""From where, how often, and while it is not suspended: what a client system meets after its signature."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import selectors, services
from accounts.models import ClientDay, ClientProposal, ClientSystem
from accounts.rules import networks
from accounts.services import quotas
from kernel.actor import Role
from tests.factories import accounts as make
from tests.signing import send

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.interfaces")]
SECRET = ("secret-one",)
PATH = "/api/v1/own"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def ask(client: Client, code: str, **headers: str) -> Any:
    return send(client, code, PATH, body=b"{}", **headers)


def type_of(answer: Any) -> str:
    return str(json.loads(answer.content)["type"]).removeprefix("/problems/")


def day(client_id: int) -> ClientDay:
    return ClientDay.objects.get(client_id=client_id)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("10.20.0.0/16", "10.20.0.0/16"),
        (" 10.20.3.4 ", "10.20.3.4/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("10.20.3.4/16", None),
        ("0.0.0.0/0", None),
        ("::/0", None),
        ("hall.example", None),
    ],
)
def test_networks_are_read_or_refused(line: str, read: str | None) -> None:
    assert networks.read([line, line]) == (([read], []) if read else ([], [line.strip()] * 2))


def test_only_from_its_networks_and_only_as_our_proxies_say(client: Client, settings: Any) -> None:
    make.client_system(*SECRET, code="hall", addresses=["10.20.0.0/16", "2001:db8::/32"])
    for address, status in (("10.20.3.4", 200), ("::ffff:10.20.3.4", 200), ("2001:db8::5", 200), ("10.21.0.1", 403)):
        client.defaults["REMOTE_ADDR"] = address
        answer = ask(client, "hall", **{"X-Forwarded-For": "10.20.3.4"})  # anybody may write that
        assert answer.status_code == status, address
    assert type_of(answer) == "accounts.address_not_listed" and "10.21.0.1" in answer.json()["title"]
    settings.TRUSTED_PROXIES = 1
    client.defaults["REMOTE_ADDR"] = "127.0.0.1"
    assert ask(client, "hall", **{"X-Forwarded-For": "6.6.6.6, 10.20.3.4"}).status_code == 200
    assert ask(client, "hall", **{"X-Forwarded-For": "10.20.3.4, 6.6.6.6"}).status_code == 403
    wrong = send(client, "hall", PATH, body=b"{}", **{"X-Signature": "0" * 64, "X-Forwarded-For": "6.6.6.6"})
    assert type_of(wrong) == "accounts.signature_wrong"  # who has no secret learns nothing of networks


def test_a_suspended_one_is_told_so_and_comes_back(client: Client, now: datetime) -> None:
    system, security = make.client_system(*SECRET, code="hall"), make.actor(Role.SECURITY_ADMIN)
    services.suspend_client(client_id=system.pk, reason="排查故障", actor=security, now=now)
    assert type_of(ask(client, "hall")) == "accounts.client_suspended"
    assert type_of(send(client, "hall", PATH, body=b"{}", **{"X-Signature": "0" * 64})) == "accounts.signature_wrong"
    assert selectors.client_by_code("hall") is None  # so it issues no token for its pages, either
    services.resume_client(client_id=system.pk, actor=security, now=now)
    assert ask(client, "hall").status_code == 200


@pytest.mark.parametrize("quota", [1, 7, 250])
def test_a_minutes_quota_is_never_exceeded(client: Client, quota: int, frozen: Any) -> None:
    """250: in lots of two; the rest of a lot that another process holds is not given twice."""
    make.client_system(*SECRET, code="hall", per_minute=quota)
    taken = [ask(client, "hall").status_code for _ in range(quota + 3)]
    assert taken == [200] * quota + [429] * 3
    refused = ask(client, "hall")
    assert type_of(refused) == "accounts.minute_spent" and "配额" in refused.json()["title"]
    assert 1 <= int(refused["Retry-After"]) <= 60
    quotas.forget()  # as another process, which knows nothing yet
    assert ask(client, "hall").status_code == 429
    frozen.shift(timedelta(seconds=60))
    assert ask(client, "hall").status_code == 200


def test_a_days_quota_ends_at_midnight_of_the_legal_day(client: Client, frozen: Any) -> None:
    make.client_system(*SECRET, code="hall", per_day=3)
    frozen.move_to(datetime(2026, 11, 20, 15, 59, 0, tzinfo=UTC))
    assert [ask(client, "hall").status_code for _ in range(5)] == [200] * 3 + [429] * 2
    refused = ask(client, "hall")
    assert type_of(refused) == "accounts.day_spent" and refused["Retry-After"] == "60"
    frozen.shift(timedelta(seconds=60))
    assert ask(client, "hall").status_code == 200


def test_counting_costs_no_query(client: Client, settings: Any) -> None:
    make.client_system(*SECRET, code="hall", per_minute=100_000, per_day=1_000_000)
    settings.REREAD_SECONDS = 60.0
    selectors.forget()
    ask(client, "hall")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _ in range(20):
            assert ask(client, "hall").status_code == 200
    assert not asked.captured_queries


def test_last_use_and_last_refusal_are_remembered(client: Client, settings: Any) -> None:
    settings.COUNTS_WRITTEN_EVERY = 0.0
    system = make.client_system(*SECRET, code="hall", scopes=())
    client.defaults["REMOTE_ADDR"] = "10.20.3.4"
    assert send(client, "hall", PATH, body=b"{}", **{"X-Signature": "0" * 64}).status_code == 401
    row = day(system.pk)
    assert (row.calls, row.refused, row.refusal, row.refused_from) == (0, 1, "accounts.signature_wrong", "10.20.3.4")
    assert ask(client, "hall").status_code == 403  # it lacks the scope: it has called, and was refused
    row.refresh_from_db()
    assert (row.calls, row.refused, row.used_from) == (
        1,
        2,
        "10.20.3.4",
    ) and row.refusal != "accounts.signature_wrong"
    assert ask(client, "nobody").status_code == 401
    assert ClientDay.objects.count() == 1


def test_the_counts_of_two_processes_add_up(now: datetime) -> None:
    row = make.client_system(*SECRET, code="hall", per_minute=200)
    hall = selectors.known_client("hall")
    assert hall is not None
    for _ in range(3):
        for _ in range(10):
            quotas.admit(client=hall, address="10.0.0.1", now=NOON)
        quotas.forget()  # what this process held is lost; the row keeps what was written
    kept = day(row.pk)
    assert kept.granted == 30 and 27 <= kept.calls <= 30
    assert quotas.prune(now=NOON + timedelta(days=401)) == 1


def test_one_person_cannot_do_both(now: datetime) -> None:
    """Also where somebody's role was changed in between; the table itself refuses it."""
    security = make.actor(Role.SECURITY_ADMIN)
    own = make.proposal(make.department(), proposed_by=security.key)
    with pytest.raises(services.ProposedByOneself):
        services.approve_client(proposal_id=own.pk, actor=security, now=now)
    with pytest.raises(IntegrityError, match="accounts_clientproposal_decided_by_another"), transaction.atomic():
        ClientProposal.objects.filter(pk=own.pk).update(
            state="declined", remark="x", decided_by=security.key, decided_at=now
        )


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"scopes": ["all:everything"]}, services.ScopeUnknown),
        ({"code": "Bad Code"}, services.ClientCodeMalformed),
        ({"purpose": "x"}, services.ProposalIncomplete),
        ({"contact": " "}, services.ProposalIncomplete),
        ({"areas": ["110000"]}, services.AreaUnknown),
        ({"addresses": ["0.0.0.0/0"]}, services.NetworkWrong),
        ({"addresses": [f"10.0.0.{n}" for n in range(51)]}, services.NetworkWrong),
        ({"per_minute": 0}, services.QuotaWrong),
        ({"per_day": 2**31}, services.QuotaWrong),
    ],
)
def test_what_cannot_be_asked_for(said: dict[str, Any], refusal: type[Exception], now: datetime) -> None:
    with pytest.raises(refusal):
        services.propose_client(wish=make.wish(**said), actor=make.actor(Role.CREDIT_OFFICE), now=now)


def test_one_proposal_at_a_time_and_the_code_stays(now: datetime) -> None:
    office = make.actor(Role.CREDIT_OFFICE)
    services.propose_client(wish=make.wish(code="gov-hall"), actor=office, now=now)
    with pytest.raises(services.AlreadyProposed):
        services.propose_client(wish=make.wish(code="gov-hall"), actor=office, now=now)
    system = make.client_system(*SECRET, code="hall")
    asked = services.propose_client(wish=make.wish(code="other"), client_id=system.pk, actor=office, now=now)
    done = services.approve_client(proposal_id=asked, actor=make.actor(Role.SECURITY_ADMIN), now=now)
    system.refresh_from_db()
    assert (done.secret, system.code, system.purpose) == ("", "hall", "受理许可")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"suspended_for": "x"}, "accounts_clientsystem_suspended_is_not_active"),
        ({"suspended_at": NOON, "suspended_for": "x"}, "accounts_clientsystem_suspended_is_not_active"),
        ({"suspended_at": NOON, "active": False}, "accounts_clientsystem_suspended_is_not_active"),
        ({"per_minute": 0}, "accounts_clientsystem_quotas_above_zero"),
        ({"per_day": 0}, "accounts_clientsystem_quotas_above_zero"),
    ],
)
def test_what_no_client_can_be(change: dict[str, Any], name: str) -> None:
    system = make.client_system()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ClientSystem.objects.filter(pk=system.pk).update(**change)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "other", "decided_by": "user:a", "decided_at": NOON}, "accounts_clientproposal_state_known"),
        ({"state": "approved", "decided_by": "user:a", "decided_at": NOON}, "accounts_clientproposal_approved_has"),
        ({"state": "declined", "decided_by": "user:a", "decided_at": NOON}, "accounts_clientproposal_declined_says"),
        ({"state": "declined", "remark": "x"}, "accounts_clientproposal_decided_by_another"),
        ({"decided_by": "user:a"}, "accounts_clientproposal_decided_by_another"),
    ],
)
def test_what_no_proposal_can_be(change: dict[str, Any], name: str) -> None:
    proposal = make.proposal(make.department())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ClientProposal.objects.filter(pk=proposal.pk).update(**change)
    with pytest.raises(IntegrityError, match="accounts_clientproposal_one_open_per_code"), transaction.atomic():
        make.proposal(make.department(), code=proposal.code)
