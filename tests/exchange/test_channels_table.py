"""Rows into a department's own PostgreSQL and MariaDB: created, matched, once in effect, gaps found and filled."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pymysql
import pytest

from exchange.models import Channel, Delivery, Recall, Subscription
from exchange.rules.channels import Kind, Trouble
from exchange.selectors.channels import waiting_for_delivery
from exchange.services import reconciling
from exchange.services.delivering import deliver
from exchange.services.numbering import number_changes
from kernel.actor import Role
from redblack import services as lists
from redblack.rules.lists import ReleaseKind
from tests.collection.extraction.servers import DATABASE, PASSWORD, READER, Server
from tests.conftest import NOW
from tests.exchange.conftest import TABLE_SECRET, table_said
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM
from tools.engines import engine_user

pytestmark = pytest.mark.django_db


def ask(server: Server, statement: str) -> list[tuple[Any, ...]]:
    where = {"host": "127.0.0.1", "port": server.port, "user": READER, "password": PASSWORD}
    connection: Any = (
        psycopg2.connect(dbname=DATABASE, **where)
        if server.kind == "postgresql"
        else pymysql.connect(database=DATABASE, charset="utf8mb4", autocommit=True, **where)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
    connection.commit()
    connection.close()
    return rows


def send(row: Subscription, after: timedelta = timedelta()) -> int:
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    return deliver(subscription_id=row.pk, clock=lambda: NOW + after, actor=PLATFORM)


def release(entry: int) -> None:
    lists.release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=NOW.date(), document_no="移〔2026〕1号", reason="已履行",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip


def batch() -> Delivery:
    return Delivery.objects.order_by("-id")[0]


def set_up(server: Server, relation: str, **changed: str) -> tuple[Subscription, redblack.List]:
    server.run(f"DROP TABLE IF EXISTS {relation}", f"DROP TABLE IF EXISTS {relation}_state")
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.TABLE, table_said(server, relation, **changed), TABLE_SECRET)
    return row, listed


def test_the_table_is_made_filled_and_emptied_and_the_receivers_count_confirms(server: Server) -> None:
    row, listed = set_up(server, "black_list")
    code = screening.uscc()
    stays = redblack.entry(listed.code, screening.firm(code), document_no="某失信列〔2026〕7号")
    leaves = redblack.entry(listed.code, screening.firm())
    assert send(row) == 2 and send(row) == 0
    assert ask(server, "SELECT last_seq, row_count FROM black_list_state") == [(2, 2)]
    [(found, number, paper)] = ask(server, f"SELECT code, seq, document_no FROM black_list WHERE entry_id = {stays}")
    assert (found, number, paper) == (code, 1, "某失信列〔2026〕7号")
    release(leaves)
    assert send(row) == 1
    assert ask(server, "SELECT entry_id FROM black_list") == [(stays,)]
    row.refresh_from_db()
    assert (row.confirmed_seq, row.confirmed_count, row.expected_count) == (3, 1, 1)
    assert Recall.objects.get().confirmed_at == NOW
    assert waiting_for_delivery(now=NOW) == []


def test_a_batch_that_comes_again_changes_nothing(server: Server) -> None:
    row, listed = set_up(server, "again")
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(3)]
    send(row)
    release(entries[0])
    send(row)
    told = ask(server, "SELECT entry_id, seq FROM again ORDER BY 1")
    Channel.objects.update(sent_seq=0)  # as if every commit of ours had been lost
    Channel.objects.update(round_to=0)
    assert deliver(subscription_id=row.pk, clock=lambda: NOW, actor=PLATFORM) == 4
    assert ask(server, "SELECT entry_id, seq FROM again ORDER BY 1") == told
    assert ask(server, "SELECT last_seq, row_count FROM again_state") == [(4, 2)]
    assert Channel.objects.get().sent_seq == 4 and not Channel.objects.get().wants_full


def test_a_renamed_or_altered_table_is_named_and_goes_on_when_it_is_back(server: Server) -> None:
    row, listed = set_up(server, "renamed")
    redblack.entry(listed.code, screening.firm())
    send(row)
    ask(server, "ALTER TABLE renamed RENAME TO elsewhere")
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 0
    assert batch().trouble == Trouble.TABLE and "没有表 renamed" in batch().last_error
    ask(server, "ALTER TABLE elsewhere RENAME TO renamed")
    ask(server, "ALTER TABLE renamed DROP COLUMN document_no")
    assert send(row) == 0, "it is not tried before its time"
    assert send(row, timedelta(minutes=2)) == 0
    assert "缺少列 document_no" in batch().last_error and batch().attempts == 2
    ask(server, "ALTER TABLE renamed ADD COLUMN document_no varchar(20) NOT NULL DEFAULT ''")
    assert send(row, timedelta(minutes=10)) == 0 and "至少应为 200" in batch().last_error
    ask(server, "DROP TABLE renamed")
    office = accounts.actor(Role.CREDIT_OFFICE)
    reconciling.send_everything(subscription_id=row.pk, actor=office, now=NOW)
    assert send(row) == 2 and batch().kind == "snapshot" and batch().last_seq == 2
    assert ask(server, "SELECT count(*) FROM renamed") == [(2,)]


@pytest.fixture
def small_disk(department_postgresql: Server) -> Iterator[Path]:
    """A tablespace of theirs, `small`, of one megabyte."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs the right to mount")
    place = Path(tempfile.mkdtemp(prefix="disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("no disk may be mounted here")
    try:
        (place / "pg").mkdir()
        shutil.chown(place / "pg", engine_user())
        department_postgresql.run(f"CREATE TABLESPACE small LOCATION '{place}/pg'")
        yield place
        department_postgresql.run("DROP TABLE IF EXISTS crammed", "DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", place], check=True)
        place.rmdir()


def test_their_full_disk_is_named_and_nothing_half_stays(small_disk: Path, department_postgresql: Server) -> None:
    server = department_postgresql
    row, listed = set_up(server, "crammed")
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 1
    server.run("ALTER TABLE crammed SET TABLESPACE small")
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 4096))
    for _ in range(30):  # more than a page
        redblack.entry(listed.code, screening.firm(), ground="严重违法" * 70)
    assert send(row) == 0 and batch().trouble == Trouble.FULL and "磁盘已满" in batch().last_error
    assert ask(server, "SELECT last_seq, row_count FROM crammed_state") == [(1, 1)]
    filler.unlink()
    assert send(row, timedelta(minutes=2)) == 30
    assert ask(server, "SELECT count(*) FROM crammed") == [(31,)]


def test_lost_rows_and_a_number_that_went_back_are_found_and_filled(server: Server) -> None:
    row, listed = set_up(server, "gaps")
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(4)]
    send(row)
    ask(server, f"DELETE FROM gaps WHERE entry_id = {entries[1]}")  # somebody's hand
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 1 + 5, "the batch, then everything"
    assert ask(server, "SELECT count(*) FROM gaps") == [(5,)]
    ask(server, f"DELETE FROM gaps WHERE entry_id IN ({entries[2]}, {entries[3]})")  # yesterday's backup
    ask(server, "UPDATE gaps_state SET last_seq = 2, row_count = 3")
    said = reconciling.reconcile(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    assert said is not None and said.seq == 2
    assert send(row) == 3
    assert ask(server, "SELECT count(*), max(seq) FROM gaps") == [(5, 5)]
    ask(server, f"DELETE FROM gaps WHERE entry_id = {entries[0]}")
    ask(server, "UPDATE gaps_state SET last_seq = 0, row_count = 0")
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 6, "from the first row on, in one go"
    assert ask(server, "SELECT last_seq, row_count FROM gaps_state") == [(6, 6)]


def test_what_leaves_may_stay_with_a_mark(server: Server) -> None:
    row, listed = set_up(server, "marked", deletions="mark")
    stays, leaves = (redblack.entry(listed.code, screening.firm()) for _ in range(2))
    send(row)
    release(leaves)
    send(row)
    assert [(e, bool(m)) for e, m in ask(server, "SELECT entry_id, removed FROM marked ORDER BY 1")] == [
        (stays, False), (leaves, True),
    ]  # fmt: skip
    row.refresh_from_db()
    assert row.confirmed_count == 1
    reconciling.send_everything(subscription_id=row.pk, actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW)
    send(row)
    assert ask(server, "SELECT count(*) FROM marked") == [(2,)] and batch().count == 1


def test_a_table_belongs_to_one_subscription_and_a_wrong_password_says_so(server: Server) -> None:
    row, listed = set_up(server, "shared")
    redblack.entry(listed.code, screening.firm())
    send(row)
    other = exchange.opened(listed.code)
    said = table_said(server, "shared")
    with pytest.raises(AssertionError, match="另一项推送订阅"):
        exchange.channel(other, Kind.TABLE, said, TABLE_SECRET)
    with pytest.raises(AssertionError, match="登录被拒绝"):
        exchange.channel(other, Kind.TABLE, said, "wrong")
    with pytest.raises(AssertionError, match="没有这个数据库"):
        exchange.channel(other, Kind.TABLE, said | {"database": "nowhere"}, TABLE_SECRET)
    with pytest.raises(AssertionError, match="主机无法连接"):
        exchange.channel(other, Kind.TABLE, said | {"port": "1"}, TABLE_SECRET)
