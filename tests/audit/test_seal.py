"""The chain: what the sealer hangs on it, and what verify_audit finds when somebody with every right touches it.

The tests connect as superuser, as an attacker with the database's password would.
"""

import io
import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from audit import services
from audit.models import Event, Seal
from tests.audit.test_services import Happened
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db(transaction=True)
Tell = Callable[[int], list[int]]


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, settings: object, now: datetime) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    with connection.cursor() as cursor:  # whatever the template's loading left
        cursor.execute("SELECT count(*) FROM audit_event WHERE id NOT IN (SELECT event_id FROM audit_seal)")
        seal(now, count=cursor.fetchone()[0])
    return tmp_path / "audit-heads.jsonl"


@pytest.fixture
def tell(now: datetime) -> Tell:
    def facts(count: int) -> list[int]:
        with transaction.atomic():
            return [services.record(Happened(n), about=f"x:{n}", actor=make.PLATFORM, now=now) for n in range(count)]

    return facts


def seal(now: datetime, *, count: int) -> None:
    """Seal until `count` facts are sealed: another worker's open transaction, in a database beside ours, holds the
    sealer back for as long as it runs, as it must.
    """
    until = time.monotonic() + 60
    while count and time.monotonic() < until:
        count -= services.seal(now=now).count
        if count:
            time.sleep(0.05)
    assert count == 0


def verify() -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def as_superuser(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # triggers are off
        for statement in statements:
            cursor.execute(statement)


def test_everything_committed_is_sealed_in_order_and_verifies(tell: Tell, now: datetime, heads: Path) -> None:
    keys = tell(5)
    seal(now, count=5)
    assert services.seal(now=now).count == 0
    assert list(Seal.objects.filter(event_id__in=keys).order_by("number").values_list("event_id", flat=True)) == keys
    assert verify()[0] == 0
    last = json.loads(heads.read_text().splitlines()[-1])
    assert last["event_id"] == keys[-1]


def test_what_is_not_sealed_yet_only_waits(tell: Tell) -> None:
    tell(3)
    status, text = verify()
    assert status == 0 and "not sealed yet 3" in text


def test_batches_make_one_chain(tell: Tell, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 3)
    tell(10)
    seal(now, count=10)
    assert verify()[0] == 0


def test_one_changed_byte_is_named(tell: Tell, now: datetime) -> None:
    keys = tell(5)
    seal(now, count=5)
    as_superuser(f"UPDATE audit_event SET payload = jsonb_set(payload, '{{words}}', '\"坏\"') WHERE id = {keys[2]}")
    status, text = verify()
    assert status == 1 and f"event {keys[2]} changed" in text and "wrong 1 " in text
    assert f"第 {keys[2]} 号记录已被改动" in text


@pytest.mark.parametrize("column", ["actor", "name", "about", "request_id"])
def test_every_column_counts(tell: Tell, now: datetime, column: str) -> None:
    keys = tell(2)
    seal(now, count=2)
    as_superuser(f"UPDATE audit_event SET {column} = 'other' WHERE id = {keys[0]}")
    assert f"event {keys[0]} changed" in verify()[1]


def test_a_moved_moment_is_missing_and_behind_the_chain(tell: Tell, now: datetime) -> None:
    keys = tell(2)
    seal(now, count=2)
    as_superuser(f"UPDATE audit_event SET happened_at = happened_at + interval '1 second' WHERE id = {keys[0]}")
    status, text = verify()
    assert status == 1 and f"event {keys[0]} missing" in text and f"event {keys[0]} stands behind" in text


def test_a_deleted_row_is_named(tell: Tell, now: datetime) -> None:
    keys = tell(5)
    seal(now, count=5)
    as_superuser(f"DELETE FROM audit_event WHERE id = {keys[1]}")
    status, text = verify()
    assert status == 1 and f"event {keys[1]} missing" in text


def test_a_row_deleted_with_its_link_is_noticed(tell: Tell, now: datetime) -> None:
    keys = tell(5)
    seal(now, count=5)
    as_superuser(
        f"DELETE FROM audit_event WHERE id = {keys[1]}", f"DELETE FROM audit_seal WHERE event_id = {keys[1]}"
    )
    status, text = verify()
    assert status == 1 and f"missing before event {keys[2]}" in text


def test_links_closed_up_after_a_deletion_do_not_hold(tell: Tell, now: datetime) -> None:
    keys = tell(5)
    seal(now, count=5)
    as_superuser(
        f"DELETE FROM audit_event WHERE id = {keys[1]}",
        f"DELETE FROM audit_seal WHERE event_id = {keys[1]}",
        f"UPDATE audit_seal SET number = number + 1000 WHERE event_id > {keys[1]}",
        f"UPDATE audit_seal SET number = number - 1001 WHERE event_id > {keys[1]}",
    )
    status, text = verify()
    assert status == 1 and f"of event {keys[2]} does not hold" in text


def test_a_tail_cut_with_its_links_is_found_by_the_exported_heads(tell: Tell, now: datetime, heads: Path) -> None:
    keys = tell(5)
    seal(now, count=5)
    as_superuser(
        f"DELETE FROM audit_event WHERE id >= {keys[3]}", f"DELETE FROM audit_seal WHERE event_id >= {keys[3]}"
    )
    status, text = verify()
    assert status == 1 and f"(event {keys[4]}) is not in the chain" in text
    heads.unlink()  # without them nobody could tell
    assert verify()[0] == 0


def test_a_tail_grown_again_is_found_too(tell: Tell, now: datetime) -> None:
    keys = tell(3)
    seal(now, count=3)
    as_superuser(
        f"DELETE FROM audit_event WHERE id >= {keys[1]}", f"DELETE FROM audit_seal WHERE event_id >= {keys[1]}"
    )
    tell(4)
    seal(now, count=4)
    status, text = verify()
    assert status == 1 and f"(event {keys[2]}) is not in the chain" in text


def test_deleted_links_leave_rows_behind_the_chain(tell: Tell, now: datetime, heads: Path) -> None:
    keys = tell(3)
    seal(now, count=3)
    heads.unlink()
    as_superuser(f"DELETE FROM audit_seal WHERE event_id = {keys[2]}")
    status, text = verify()
    assert status == 1 and f"event {keys[2]} stands behind the chain" in text


def test_a_row_put_in_behind_the_chain_is_named(tell: Tell, now: datetime) -> None:
    keys = tell(2)
    seal(now, count=2)
    as_superuser(
        "INSERT INTO audit_event (happened_at, name, actor, about, payload, xact) "
        f"SELECT happened_at, name, actor, about, payload, xact FROM audit_event WHERE id = {keys[0]}"
    )
    status, text = verify()
    assert status == 1 and "stands behind the chain" in text


def test_a_chain_made_anew_with_another_key_does_not_hold(
    tell: Tell, now: datetime, heads: Path, settings: object
) -> None:
    tell(2)
    seal(now, count=2)
    heads.unlink()
    settings.SEAL_KEY = "another"  # type: ignore[attr-defined]
    assert verify()[0] == 1


def test_rows_of_a_transaction_that_runs_are_left_for_later(tell: Tell, now: datetime) -> None:
    """A smaller id may still be committed after a larger one: neither is lost, and both end in the chain."""
    opened, finish = threading.Event(), threading.Event()
    early: list[int] = []

    def slow() -> None:
        with transaction.atomic():
            early.append(services.record(Happened(0), about="x:0", actor=make.PLATFORM, now=now))
            opened.set()
            finish.wait(10)
        connections.close_all()

    writer = threading.Thread(target=slow)
    writer.start()
    opened.wait(10)
    late = tell(2)
    assert services.seal(now=now).count == 0  # the writer that still runs is older than these
    finish.set()
    writer.join()
    seal(now, count=3)
    assert early[0] < late[0]
    assert verify()[0] == 0


def test_sealers_at_once_make_one_chain(tell: Tell, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 7)
    before = Seal.objects.count()
    tell(50)
    start, counts = threading.Barrier(3), []

    def work() -> None:
        start.wait()
        counts.append(services.seal(now=now).count)
        connections.close_all()

    sealers = [threading.Thread(target=work) for _ in range(3)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    seal(now, count=50 - sum(counts))
    assert Seal.objects.count() == before + 50
    assert verify()[0] == 0


def test_a_restored_database_goes_on_sealing(tell: Tell, now: datetime) -> None:
    """Transaction numbers begin anew there: the horizon lies in the future, and so do the rows' own numbers."""
    tell(2)
    seal(now, count=2)
    tell(2)
    as_superuser(
        "UPDATE audit_sealer SET horizon = '900000000'",
        "UPDATE audit_event SET xact = '900000000' WHERE id = (SELECT max(id) FROM audit_event)",
    )
    keys = tell(1)
    seal(now, count=3)
    assert Seal.objects.filter(event_id__in=keys).exists()
    assert verify()[0] == 0


def test_the_log_keeps_what_was_told(tell: Tell) -> None:
    keys = tell(1)
    assert Event.objects.get(pk=keys[0]).payload == {"number": 0, "words": "好"}
