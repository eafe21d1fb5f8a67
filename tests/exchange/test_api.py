"""The receiver's side: a cursor, the whole, a confirmation; and what another system may not learn."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import ClientSystem
from audit.models import Event
from collection.services import mark_loaded
from exchange.models import Recall, Subscription
from exchange.services.numbering import number_changes
from exchange.services.subscribing import step
from kernel.actor import Role
from redblack import services as lists
from redblack.rules.lists import ReleaseKind
from tests.conftest import NOW
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM
from tests.signing import send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]


class Receiver:
    """Written from the handbook: it applies what it reads and remembers where it was."""

    def __init__(self, client: ClientSystem, subscription: Subscription) -> None:
        self.code, self.base = client.code, f"/api/v1/exchange/subscriptions/{subscription.pk}"
        self.seq, self.held = 0, dict[int, dict[str, Any]]()

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
        sent = json.dumps(body).encode() if body is not None else b""
        return send(Client(), self.code, self.base + path, method=method, body=sent, **headers)

    def pull(self, limit: int = 2) -> None:
        more = True
        while more:
            page = self.ask(f"/changes?after={self.seq}&limit={limit}").json()
            for row in page["rows"]:
                assert row["seq"] == self.seq + 1
                self.apply(row)
                self.seq = row["seq"]
            more = page["more"]

    def rebuild(self, limit: int = 2) -> None:
        self.held, after, began, more = {}, 0, None, True
        while more:
            page = self.ask(f"/snapshot?after={after}&limit={limit}").json()
            began = page["last_seq"] if began is None else began
            for row in page["rows"]:
                self.apply(row)
                after = row["entry"]
            more = page["more"]
        assert began is not None
        self.seq = began

    def apply(self, row: dict[str, Any]) -> None:
        if row["change"] == "upsert":
            self.held[row["entry"]] = row["content"]
        else:
            self.held.pop(row["entry"], None)

    def confirm(self, **said: int) -> Any:
        return self.ask("/confirmations", "POST", {"seq": self.seq, "count": len(self.held)} | said)


def number(row: Subscription) -> None:
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)


def release(entry: int) -> None:
    lists.release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=NOW.date(), document_no="移1号", reason="已履行",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip


@pytest.fixture
def listed() -> redblack.List:
    return redblack.list_type()


@pytest.fixture
def receiver(listed: redblack.List) -> Receiver:
    client = exchange.system()
    return Receiver(client, exchange.opened(listed.code, client=client))


def of(receiver: Receiver) -> Subscription:
    return Subscription.objects.get(pk=int(receiver.base.rpartition("/")[2]))


def test_what_is_decided_reaches_the_receiver_and_a_release_closes_when_it_confirms(
    receiver: Receiver, listed: redblack.List
) -> None:
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(5)]
    number(of(receiver))
    receiver.pull()
    assert set(receiver.held) == set(entries)
    assert receiver.confirm().json() == {"seq": 5, "count": 5, "expected": 5, "recalls": 0, "agrees": True}
    release(entries[1])
    number(of(receiver))
    assert Recall.objects.filter(confirmed_at=None).count() == 1
    receiver.pull()
    assert set(receiver.held) == set(entries) - {entries[1]}
    assert Recall.objects.filter(confirmed_at=None).count() == 1  # reading confirms nothing
    assert receiver.confirm().json()["recalls"] == 1
    assert not Recall.objects.filter(confirmed_at=None).exists()
    assert receiver.confirm().json() == {"seq": 6, "count": 4, "expected": 4, "recalls": 0, "agrees": True}
    assert Event.objects.filter(name="exchange.ledger.confirmed").count() == 2  # said again, it is no news


def test_the_same_question_gets_the_same_rows(receiver: Receiver, listed: redblack.List) -> None:
    for _ in range(3):
        redblack.entry(listed.code, screening.firm())
    number(of(receiver))
    first, again = (receiver.ask("/changes?after=0&limit=2").json() for _ in range(2))
    assert first == again and [row["seq"] for row in first["rows"]] == [1, 2] and first["more"] is True
    assert first["last_seq"] == 3
    rest = receiver.ask("/changes?after=3").json()
    assert (rest["last_seq"], rest["more"], rest["rows"]) == (3, False, [])


def test_the_whole_and_then_the_changes_come_to_the_same(receiver: Receiver, listed: redblack.List) -> None:
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(5)]
    number(of(receiver))
    release(entries[0])
    number(of(receiver))
    receiver.rebuild()
    release(entries[4])  # after it has read the whole
    number(of(receiver))
    receiver.pull()
    assert set(receiver.held) == set(entries[1:4])
    assert receiver.confirm().json()["agrees"] is True


def test_only_a_list_that_can_be_relied_on_says_so(receiver: Receiver, listed: redblack.List) -> None:
    """No row is no answer: a list that was never loaded, is held, or is not numbered yet must not read as clear."""
    number(of(receiver))

    def said(path: str = "/changes") -> tuple[str, bool]:
        (one,) = receiver.ask(path).json()["lists"]
        return one["state"], one["numbered"]

    assert said() == said("/snapshot") == ("current", True)
    redblack.entry(listed.code, screening.firm())
    assert said() == ("current", False)
    number(of(receiver))
    mark_loaded(
        source_id=listed.source_id, version="2", loaded_at=NOW, rows=0, held=True, actor=PLATFORM, now=NOW
    )  # fmt: skip
    number(of(receiver))
    assert said() == ("held", True)
    client = exchange.system()
    never = Receiver(client, row := exchange.opened(redblack.list_type(loaded=False).code, client=client))
    number(row)
    assert [one["state"] for one in never.ask("/changes").json()["lists"]] == ["never_loaded"]
    office = accounts.actor(Role.CREDIT_OFFICE)
    step(subscription_id=row.pk, name="pause", actor=office, now=NOW)
    paused = never.ask("/changes").json()
    assert paused["state"] == "paused" and not paused["lists"][0]["numbered"]


def test_who_holds_another_number_has_not_confirmed_a_recall(receiver: Receiver, listed: redblack.List) -> None:
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(2)]
    number(of(receiver))
    release(entries[0])
    number(of(receiver))
    receiver.pull()
    assert receiver.confirm(count=2).json()["recalls"] == 0
    assert Recall.objects.filter(confirmed_at=None).count() == 1
    assert receiver.confirm().json()["recalls"] == 1


def test_another_count_is_shown_until_it_is_mended(receiver: Receiver, listed: redblack.List) -> None:
    redblack.entry(listed.code, screening.firm())
    number(of(receiver))
    receiver.pull()
    assert receiver.confirm(count=3).json() == {"seq": 1, "count": 3, "expected": 1, "recalls": 0, "agrees": False}
    assert receiver.confirm().json()["agrees"] is True
    assert receiver.confirm(seq=0, count=0).json()["seq"] == 1  # an older number changes nothing


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/changes?after=-1", None, 400, "exchange.cursor_wrong"),
        ("GET", "/changes?after=x", None, 400, "exchange.cursor_wrong"),
        ("GET", "/changes?after=99999999999999999999", None, 400, "exchange.cursor_wrong"),
        ("GET", "/changes?limit=0", None, 400, "exchange.cursor_wrong"),
        ("GET", "/snapshot?limit=5001", None, 400, "exchange.cursor_wrong"),
        ("POST", "/confirmations", {"seq": 9, "count": 0}, 409, "exchange.seq_not_reached"),
        ("POST", "/confirmations", {"seq": 0, "count": -1}, 400, "exchange.count_wrong"),
        ("POST", "/confirmations", {"seq": True, "count": 0}, 400, "exchange.count_wrong"),
        ("POST", "/confirmations", {"seq": 10**30, "count": 0}, 400, "exchange.count_wrong"),
        ("POST", "/confirmations", [], 400, "exchange.count_wrong"),
        ("POST", "/changes", {}, 405, "toolkit.no_such_method"),
    ],
)
def test_what_cannot_be_read_is_said(
    receiver: Receiver, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = receiver.ask(path, method, body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")


def test_nobody_else_learns_that_there_is_anything(receiver: Receiver, listed: redblack.List) -> None:
    """Another department's system, one of the same department, one without the scope, and one not yet opened."""
    redblack.entry(listed.code, screening.firm())
    number(row := of(receiver))
    stranger, sibling = exchange.system(), exchange.system(row.department)
    unscoped = accounts.client_system(department=row.department)
    closed = exchange.proposed(listed.code, client=exchange.system())
    for client, subscription, status in (
        (stranger, row, 404), (sibling, row, 404), (unscoped, row, 403), (closed.client, closed, 404),
    ):  # fmt: skip
        other = Receiver(client, subscription)
        asked = [
            other.ask("/changes"),
            other.ask("/snapshot"),
            other.ask("/confirmations", "POST", {"seq": 0, "count": 0}),
        ]
        assert [answer.status_code for answer in asked] == [status] * 3
    missing = Receiver(stranger, row)
    missing.base = "/api/v1/exchange/subscriptions/999999"
    assert missing.ask("/changes").json() == Receiver(stranger, row).ask("/changes").json()
    assert Client().get(f"{receiver.base}/changes").status_code == 401


def test_a_repeated_confirmation_is_no_replay_but_another_nonce_is_needed_to_read(receiver: Receiver) -> None:
    body = json.dumps({"seq": 0, "count": 0}).encode()
    path = f"{receiver.base}/confirmations"
    answers = [send(Client(), receiver.code, path, body=body, nonce="one-and-the-same") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    pulls = [receiver.ask("/changes", nonce="two-and-the-same") for _ in range(2)]
    assert [answer.status_code for answer in pulls] == [200, 401]
