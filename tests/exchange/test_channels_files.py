"""Rows as XML files in a folder and by SFTP: whole or not at all, acknowledged by a file, judged by the schema."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from audit.models import Event
from exchange.models import Channel, Delivery, Recall, Subscription
from exchange.rules.channels import Kind, Trouble
from exchange.rules.formats import NotByTheSchema, acknowledgement
from exchange.selectors.channels import listening
from exchange.services import reconciling
from exchange.services.channels import setting
from exchange.services.channels.setting import Setup
from kernel.actor import Role
from tests.conftest import NOW
from tests.exchange.conftest import SECRET, Counterpart
from tests.exchange.receivers import filing
from tests.exchange.receivers.book import Book
from tests.exchange.test_channels_table import batch, release, send
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: object, tmp_path: Path) -> Iterator[Path]:
    settings.EXCHANGE_FOLDER = tmp_path / "outgoing"  # type: ignore[attr-defined]
    yield tmp_path / "outgoing" / "jyzx"


def set_up() -> tuple[Subscription, redblack.List]:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.FOLDER, {"path": "jyzx"})
    return row, listed


def said_by_now(row: Subscription) -> tuple[int, int]:
    assert listening(files_only=True) == [row.pk]
    reconciling.reconcile(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    row.refresh_from_db()
    return row.confirmed_seq, row.confirmed_count


def test_files_are_whole_listed_and_acknowledged(folder: Path, tmp_path: Path) -> None:
    row, listed = set_up()
    book = Book(tmp_path / "book.sqlite")
    stays, leaves = (redblack.entry(listed.code, screening.firm()) for _ in range(2))
    assert send(row) == 2
    names = sorted(path.name for path in folder.iterdir())
    stem = f"changes-{row.pk}-000000000001-000000000002"
    assert names == [f"{stem}-0001.xml", f"{stem}-manifest.xml"]
    assert said_by_now(row) == (0, 0), "it has not been taken yet"
    release(leaves)
    assert send(row) == 1
    assert filing.take(folder, book) == 2 and set(book.held()) == {stays}
    assert said_by_now(row) == (3, 1) and Recall.objects.get().confirmed_at == NOW
    assert listening(files_only=True) == []
    Channel.objects.update(sent_seq=0, round_to=0)  # our commits were lost: everything goes out once more
    assert send(row) == 3
    assert sorted(path.name for path in folder.glob("*.xml")) == ["ack.xml"], "what was applied stays away"
    (folder / "ack.xml").unlink()
    Channel.objects.update(sent_seq=0, round_to=0)
    assert send(row) == 3 and filing.take(folder, book) == 1 and set(book.held()) == {stays}
    reconciling.send_everything(subscription_id=row.pk, actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW)
    with_nothing = Book(tmp_path / "another.sqlite")
    assert send(row) == 1 and filing.take(folder, with_nothing) == 1 and with_nothing.stands() == (3, 1)


def test_files_that_were_lost_are_laid_down_again(folder: Path, tmp_path: Path) -> None:
    row, listed = set_up()
    book = Book(tmp_path / "book.sqlite")
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 1 and filing.take(folder, book) == 1 and said_by_now(row) == (1, 1)
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 1
    later = NOW + timedelta(hours=3)
    reconciling.reconcile(subscription_id=row.pk, actor=PLATFORM, now=later)
    assert Channel.objects.get().sent_seq == 2, "they wait for the receiver"
    for path in folder.glob("changes-*"):
        path.unlink()  # somebody has tidied up
    reconciling.reconcile(subscription_id=row.pk, actor=PLATFORM, now=NOW + timedelta(minutes=5))
    assert Channel.objects.get().sent_seq == 2, "they may have been taken this minute"
    reconciling.reconcile(subscription_id=row.pk, actor=PLATFORM, now=later)
    assert Event.objects.get(name="exchange.gap.found").payload["seq"] == 1
    assert send(row) == 1 and filing.take(folder, book) == 1 and said_by_now(row) == (2, 2)


def test_the_same_batch_is_the_same_file(folder: Path) -> None:
    row, listed = set_up()
    redblack.entry(listed.code, screening.firm())
    send(row)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    Delivery.objects.update(done_at=None, retry_at=NOW)
    Channel.objects.update(sent_seq=0, round_to=0)
    send(row, timedelta(minutes=5))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_full_disk_a_closed_folder_and_a_missing_one_are_named_and_nothing_half_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, listed = set_up()
    redblack.entry(listed.code, screening.firm())
    if os.geteuid() == 0:  # a disk of its own, of one page, and then another that cannot be written
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], check=False, capture_output=True)
    if not folder.is_mount():
        pytest.skip("mounting a small disk needs the right to mount")
    try:
        (folder / "filler").write_bytes(b"x" * 4096)
        assert send(row) == 0 and batch().trouble == Trouble.FULL and "磁盘已满" in batch().last_error
        assert [path.name for path in folder.iterdir()] == ["filler"]
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        assert send(row, timedelta(minutes=2)) == 0 and batch().trouble == Trouble.WRITE
    finally:
        subprocess.run(["umount", folder], check=True)
    folder.rmdir()
    assert send(row, timedelta(minutes=10)) == 0 and batch().trouble == Trouble.FOLDER
    folder.mkdir()
    assert send(row, timedelta(minutes=20)) == 1 and len(list(folder.iterdir())) == 2


def test_half_an_acknowledgement_or_somebody_elses_is_not_believed(folder: Path, tmp_path: Path) -> None:
    row, listed = set_up()
    redblack.entry(listed.code, screening.firm())
    send(row)
    filing.take(folder, Book(tmp_path / "book.sqlite"))
    right = (folder / "ack.xml").read_text()
    bomb = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>' + right.replace('count="1"', 'count="&y;"')
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + right
    for wrong, word in [
        (right[:40], "不是完整的 XML"),
        (right.replace(f'subscription="{row.pk}"', 'subscription="999999"'), "不是本订阅的"),
        (right.replace('seq="1"', 'seq="-1"'), "不符合"),
        (right.replace('seq="1"', 'seq="7"'), "大于本平台推送的最后一号"),
        (right.replace("Acknowledgement", "Manifest"), "不符合"),
        (bomb, "回执文件"),
        (outside, "回执文件"),
        (right + " " * 70_000, "过大"),
    ]:
        (folder / "ack.xml").write_text(wrong)
        assert said_by_now(row) == (0, 0)
        assert word in Channel.objects.get().asked_said, wrong[:80]
    (folder / "ack.xml").write_text(right)
    assert said_by_now(row) == (1, 1) and Channel.objects.get().asked_said == ""


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_lies_there_is_read_or_refused(raw: bytes) -> None:
    with pytest.raises(NotByTheSchema):
        acknowledgement(raw, subscription_id=1)


def test_a_name_with_signs_that_xml_has_no_letters_for(folder: Path) -> None:
    row, listed = set_up()
    redblack.entry(listed.code, screening.firm(), document_no="失〔2026〕1号 <&>\"'")
    send(row)
    [rows] = [path for path in folder.iterdir() if "manifest" not in path.name]
    assert "失〔2026〕1号 <&>\"'" in "".join(etree.parse(rows).getroot().itertext())


def test_by_sftp_into_their_folder(sftp: Counterpart, tmp_path: Path) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.SFTP, sftp.said, SECRET)
    folder, book = sftp.folder / "root" / "in", Book(tmp_path / "book.sqlite")
    stays = redblack.entry(listed.code, screening.firm())
    assert send(row) == 1 and filing.take(folder, book) == 1 and set(book.held()) == {stays}
    assert said_by_now(row) == (1, 1)
    redblack.entry(listed.code, screening.firm())
    minutes = iter(range(0, 600, 70))
    for mood, trouble in [("full", Trouble.FULL), ("half", Trouble.FULL), ("readonly", Trouble.WRITE)]:
        sftp.mood(mood)
        assert send(row, timedelta(minutes=next(minutes))) == 0 and batch().trouble == trouble
        assert sorted(path.name for path in folder.iterdir()) == [".subscription", "ack.xml"], "half a file stays"
    sftp.mood("")
    sftp.kill()
    assert send(row, timedelta(minutes=next(minutes))) == 0 and batch().trouble == Trouble.HOST
    sftp.start()
    (folder).rename(folder.with_name("moved"))
    assert send(row, timedelta(minutes=next(minutes))) == 0 and batch().trouble == Trouble.FOLDER
    folder.with_name("moved").rename(folder)
    assert send(row, timedelta(minutes=next(minutes))) == 1 and filing.take(folder, book) == 1
    assert said_by_now(row) == (2, 2)


def test_another_server_in_its_place_learns_no_password(sftp: Counterpart) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.SFTP, sftp.said, SECRET)
    redblack.entry(listed.code, screening.firm())
    sftp.kill()
    for name in ("host_key", "host_key.pub"):
        (sftp.folder / name).unlink()
    sftp.start()
    assert send(row) == 0 and batch().trouble == Trouble.HOST_KEY
    uploader = accounts.actor(Role.UPLOADER, department=row.department)
    wrong = Setup(kind=Kind.SFTP, said=sftp.said, secret="wrong-password")
    setting.save_channel(subscription_id=row.pk, setup=wrong, actor=uploader, now=NOW)
    tried = setting.try_channel(subscription_id=row.pk, actor=uploader, now=NOW)
    assert not tried.tested_well and "登录被拒绝" in tried.tested_said
