"""The steps that `push` measures, each in a process of its own: `push_run STEP …`. Prints one JSON object."""

import hashlib
import hmac
import http.client
import io
import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import django
import psycopg2
from django.conf import settings
from django.db import connection

django.setup()

# after setup(): these import models
from accounts.selectors import clients, department_by_code  # noqa: E402
from accounts.services import register_client  # noqa: E402
from exchange.models import Channel, LedgerRow, Subscription  # noqa: E402
from exchange.rules.channels import Kind  # noqa: E402
from exchange.rules.scopes import Wish  # noqa: E402
from exchange.rules.timetable import Pace  # noqa: E402
from exchange.services import confirming, subscribing  # noqa: E402
from exchange.services.channels import setting  # noqa: E402
from exchange.services.channels.setting import Setup  # noqa: E402
from exchange.services.delivering import deliver  # noqa: E402
from exchange.services.numbering import number_changes  # noqa: E402
from kernel.actor import Actor, Role, system  # noqa: E402
from kernel.actor import Kind as ActorKind  # noqa: E402
from redblack.models import Entry  # noqa: E402
from redblack.rules.lists import ReleaseKind  # noqa: E402
from redblack.services import release  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import HALL  # noqa: E402

BENCH = system("bench")
SECRET = "a-secret-of-the-bench-2026"
CLIENT = "push"
PAGE = 1_000
ASK_EVERY = 0.05
LONGEST_LAG = 90.0
PULL = "pull"
KINDS = (Kind.TABLE.value, Kind.FOLDER.value, Kind.WEBHOOK.value, PULL)


def person(number: int) -> Actor:
    """Two people of the credit office: one proposes, the other opens."""
    roles = frozenset({Role.CREDIT_OFFICE, Role.UPLOADER})
    return Actor(kind=ActorKind.USER, name=f"bench{number}", id=number, roles=roles)


def subscribe(count: str, port: str, hook: str) -> dict[str, Any]:
    hall = department_by_code(HALL).id
    register_client(
        code=CLIENT,
        name="性能测试接收",
        department_id=hall,
        scopes=["exchange:pull"],
        secret=SECRET,
        actor=BENCH,
        now=clock.now(),
    )
    client_id = next(one.pk for one in clients() if one.code == CLIENT)
    taking = set(Entry.objects.order_by("list_type_id").values_list("list_type__code", flat=True).distinct())
    lists = sorted(taking)
    for number in range(int(count)):
        wish = Wish(
            frozenset({lists[number // len(KINDS) % len(lists)]}), frozenset({"legal_person"}), "", "性能测试用途"
        )
        made = subscribing.propose(
            department_id=hall,
            client_id=client_id,
            name=f"订阅{number}",
            wish=wish,
            actor=person(1),
            now=clock.now(),
        )
        subscribing.step(subscription_id=made, name="approve", actor=person(2), now=clock.now())
        _channel(made, KINDS[number % len(KINDS)], port, hook)
    return {"lists": lists}


def _channel(made: int, kind: str, port: str, hook: str) -> None:
    if kind == PULL:
        return
    said = {
        Kind.TABLE.value: {
            "engine": "postgresql", "host": "127.0.0.1", "port": port, "database": "postgres", "username": "postgres",
            "relation": f"held_{made}", "deletions": "delete",
        },
        Kind.FOLDER.value: {"path": f"f{made}"},
        Kind.WEBHOOK.value: {"url": f"http://127.0.0.1:{hook}/"},
    }[kind]  # fmt: skip
    setup = Setup(kind=Kind(kind), said=said, secret=SECRET, pace=Pace.AT_ONCE)
    setting.save_channel(subscription_id=made, setup=setup, actor=person(1), now=clock.now())
    tried = setting.try_channel(subscription_id=made, actor=person(1), now=clock.now())
    assert tried.tested_well, tried.tested_said
    setting.approve_channel(subscription_id=made, actor=person(2), now=clock.now())


def send(number: str, hands: str) -> dict[str, Any]:
    """This hand's share: number, send, and where the receiver pulls, read page by page and confirm."""
    began = time.time()
    mine = Subscription.objects.filter(state="active").order_by("id").values_list("pk", flat=True)
    for one in list(mine)[int(number) :: int(hands)]:
        number_changes(subscription_id=one, actor=BENCH, now=clock.now())
        if Channel.objects.filter(subscription_id=one).exists():
            deliver(subscription_id=one, clock=clock.now, actor=BENCH)
        else:
            _pull(one)
    return {"began": began, "ended": time.time()}


def _pull(one: int) -> None:
    row = Subscription.objects.select_related("client").get(pk=one)
    actor = Actor(kind=ActorKind.CLIENT, name=CLIENT, id=row.client_id, scopes=frozenset({"exchange:pull"}))
    after, held, more = 0, set[int](), True
    while more:
        page = confirming.pull(subscription_id=one, after=after, limit=PAGE, actor=actor, now=clock.now())
        for change in page.rows:
            (held.add if change.change == "upsert" else held.discard)(change.entry)
            after = change.seq
        json.dumps([change.content for change in page.rows])  # as the interface writes it
        more = page.more
    confirming.confirm(subscription_id=one, seq=after, count=len(held), actor=actor, now=clock.now())


def floor(port: str, folder: str) -> dict[str, Any]:
    """Half of the rows into one table by COPY, half into bare files; read from the ledgers in pieces."""
    began, rows = time.monotonic(), 0
    bare = Path(folder)
    bare.mkdir(exist_ok=True)
    there = psycopg2.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres")
    with closing(there), there.cursor() as cursor, connection.cursor() as ours:
        cursor.execute("CREATE TABLE bare (subscription bigint, seq bigint, content text)")
        for one in Subscription.objects.order_by("id").values_list("pk", flat=True):
            after = 0
            while True:
                ours.execute(
                    "SELECT subscription_id, seq, content::text FROM exchange_ledgerrow"
                    " WHERE subscription_id = %s AND seq > %s ORDER BY seq LIMIT 5000",
                    [one, after],
                )
                part = ours.fetchall()
                if not part:
                    break
                text = "".join(f"{a}\t{b}\t{c}\n".replace("\\", "\\\\") for a, b, c in part)
                if one % 2:
                    cursor.copy_expert("COPY bare FROM STDIN", io.StringIO(text))
                else:
                    (bare / f"{one}-{after}").write_text(text, encoding="utf-8")
                rows, after = rows + len(part), part[-1][1]
        there.commit()
    return {"rows": rows, "seconds": round(time.monotonic() - began, 2)}


def check(port: str) -> dict[str, Any]:
    """Whether every receiver has confirmed all; of files, whether they are there to the last row."""
    by_channel, agree = dict.fromkeys(KINDS, 0), True
    for row in Subscription.objects.order_by("id"):
        channel = Channel.objects.filter(subscription=row).first()
        kind = channel.kind if channel else PULL
        by_channel[kind] += row.last_seq
        if kind == Kind.FOLDER:
            manifests = list((settings.EXCHANGE_FOLDER / f"f{row.pk}").glob("*-manifest.xml"))
            agree &= channel is not None and channel.sent_seq == row.last_seq and bool(manifests)
        else:
            agree &= (row.confirmed_seq, row.confirmed_count) == (row.last_seq, row.standing)
    return {"rows": LedgerRow.objects.count(), "by_channel": by_channel, "agree": agree}


def lag(port: str, changes: str) -> dict[str, float]:
    """Milliseconds from the commit of a release to the answer that has its row."""
    row = Subscription.objects.filter(channel=None, state="active").order_by("id")[0]
    standing = Entry.objects.filter(list_type__code=row.lists[0], effective_until__gt=clock.today()).order_by("id")
    lags = []
    for entry in list(standing.values_list("pk", flat=True)[: int(changes)]):
        seq = Subscription.objects.values_list("last_seq", flat=True).get(pk=row.pk)
        release(
            entry_id=entry,
            kind=ReleaseKind.EARLY,
            released_on=clock.today(),
            document_no="移1号",
            reason="已履行",
            actor=BENCH,
            now=clock.now(),
        )
        began = time.monotonic()
        while not _changes(int(port), row.pk, seq):
            time.sleep(ASK_EVERY)
            if time.monotonic() - began > LONGEST_LAG:
                raise TimeoutError("the change was never told")
        lags.append(1000 * (time.monotonic() - began))
    lags.sort()
    return {"p50": round(lags[len(lags) // 2]), "p95": round(lags[int(len(lags) * 0.95)]), "most": round(lags[-1])}


def _changes(port: int, subscription: int, after: int) -> bool:
    path, query = f"/api/v1/exchange/subscriptions/{subscription}/changes", f"after={after}&limit=10"
    stamp, nonce = str(int(time.time())), f"bench-{time.monotonic_ns()}"
    text = "\n".join(["GET", path, query, hashlib.sha256(b"").hexdigest(), stamp, nonce])
    headers = {
        "X-Client": CLIENT,
        "X-Timestamp": stamp,
        "X-Nonce": nonce,
        "X-Signature": hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest(),
        "Host": settings.ALLOWED_HOSTS[0].lstrip("*.") or "127.0.0.1",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as web:
        web.request("GET", f"{path}?{query}", headers=headers)
        answer = web.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise OSError(answer.status, said[:500])
        return bool(json.loads(said)["rows"])


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "subscribe": subscribe,
    "send": send,
    "floor": floor,
    "check": check,
    "lag": lag,
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
