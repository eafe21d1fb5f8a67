"""Each way to a receiver against a real department: rows, gaps, the whole anew, switched off and on, killed."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zeep
from django.test import override_settings
from zeep.transports import Transport

from exchange.rules.channels import Settings, Trouble
from exchange.selectors import Change
from exchange.services.channels import open_channel
from exchange.services.channels.base import Batch, CannotDeliver, Channel, Gap, Receipt, Snapshot, Target
from tests.exchange import departments
from tests.exchange.departments import Department
from toolkit import clock
from tools.places import ROOT

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OWN = 7
WAYS = ["table", "folder", "web"]


def row(seq: int, entry: int, change: str = "upsert") -> Change:
    name = {"code": f"9133{entry:014d}", "name": f"江澜{entry}号<建设>有限公司", "list": "L1"}
    standing = {
        "kind": "legal_person",
        "division": "339901",
        "reward": False,
        "suspended": False,
        "from": "2026-01-05",
    }
    standing |= {"document_no": "江人社失信列〔2025〕7号", "authority": "市人社局", "until": None, "origin": "here"}
    standing |= {"ground": "拖欠\x0b工资", "legal_basis": "条例", "decided_on": "2026-01-05", "exit_route": ""}
    content = name | standing if change == "upsert" else name | {"released_on": "2026-11-19", "until": None}
    return Change(seq, change, entry, "L1", AT, content)


def batch(*rows: Change, more: bool = False) -> Batch:
    return Batch(OWN, rows[0].seq, rows[-1].seq, rows, AT, more)


def whole(seq: int, *pages: list[Change]) -> Snapshot:
    return Snapshot(OWN, seq, sum(len(page) for page in pages), iter(pages), AT)


@pytest.fixture(params=WAYS)
def department(request: Any, django_db_setup: None, tmp_path: Path) -> Iterator[Department]:
    with ExitStack() as stack:
        stack.enter_context(override_settings(EXCHANGE_FOLDER=tmp_path / "outgoing"))
        made: dict[str, Callable[[], Any]] = {
            "table": departments.table,
            "folder": lambda: departments.folder(tmp_path / "outgoing", tmp_path),
            "web": lambda: departments.web(tmp_path),
        }
        yield stack.enter_context(made[request.param]())


def way(department: Department, *, secret: str = "") -> Channel:
    settings = Settings(department.kind, department.settings)
    target = Target(OWN, settings, secret or department.secret, clock.wall(), "jl-credit")
    return open_channel(target)


def reached(department: Department, wanted: tuple[int, int]) -> bool:
    """Files are read when the department looks; the others have it when the call ends."""
    for _ in range(100):
        if department.status() == wanted:
            return True
        time.sleep(0.1)
    return department.status() == wanted


def said(department: Department, receipt: Receipt | None, seq: int, count: int) -> None:
    """The receipt is that, or comes by file."""
    assert receipt is not None and receipt.seq == seq
    if department.kind != "folder":
        assert receipt.count == count
    assert reached(department, (seq, count))
    for _ in range(50):  # the file is written after the database
        if (later := way(department).state()) == Receipt(seq, count):
            break
        time.sleep(0.1)
    assert later == Receipt(seq, count)


def test_what_is_told_is_held_and_what_is_taken_back_is_not(department: Department) -> None:
    channel = way(department)
    assert channel.try_it()
    said(department, channel.deliver(batch(row(1, 11), row(2, 12), row(3, 13))), 3, 3)
    said(department, channel.deliver(batch(row(1, 11), row(2, 12), row(3, 13))), 3, 3)  # again
    said(department, channel.deliver(batch(row(2, 12), row(3, 13), row(4, 12, "remove"))), 4, 2)  # in part
    assert [department.holds(f"9133{entry:014d}") for entry in (11, 12, 13)] == [1, 0, 1]
    said(department, channel.replace(whole(9, [row(5, 12), row(6, 14)], [row(7, 15)])), 9, 3)
    assert [department.holds(f"9133{entry:014d}") for entry in (11, 12, 15)] == [0, 1, 1]
    said(department, channel.replace(whole(10)), 10, 0)


def test_switched_off_and_killed_it_goes_on_where_it_stood(department: Department) -> None:
    channel = way(department)
    said(department, channel.deliver(batch(row(1, 11))), 1, 1)
    department.turn(False)
    assert department.call("/state")["on"] is False
    if department.kind == "folder":
        channel.deliver(batch(row(2, 12)))  # the folder is there; who reads it is not
        time.sleep(1)
    else:
        with pytest.raises(CannotDeliver) as refusal:
            channel.deliver(batch(row(2, 12)))
        assert refusal.value.trouble is Trouble.HOST
    assert department.status() == (1, 1)
    department.turn(True)
    said(department, channel.deliver(batch(row(2, 12))), 2, 2)
    department.process.send_signal(signal.SIGKILL)
    department.process.wait(10)
    again = subprocess.Popen(department.arguments, cwd=ROOT)
    try:
        for _ in range(100):
            try:
                way(department).try_it()
                department.status()
                break
            except (CannotDeliver, OSError):
                time.sleep(0.1)
        said(department, channel.deliver(batch(row(2, 12), row(3, 11, "remove"))), 3, 1)
    finally:
        again.terminate()
        again.wait(20)


def test_rows_before_these_are_asked_for(department: Department) -> None:
    channel = way(department)
    said(department, channel.deliver(batch(row(1, 11))), 1, 1)
    if department.kind == "folder":  # it waits for what is missing, and takes both then
        channel.deliver(batch(row(3, 13)))
        channel.deliver(batch(row(2, 12)))
        assert reached(department, (3, 3))
        return
    with pytest.raises(Gap) as gap:
        channel.deliver(batch(row(3, 13)))
    assert gap.value.seq == 1 and department.status() == (1, 1)


@pytest.mark.parametrize("department", ["table", "web"], indirect=True)
def test_nobody_else_gets_in(department: Department) -> None:
    with pytest.raises(CannotDeliver) as refusal:
        way(department, secret="another-secret-of-nobody").deliver(batch(row(1, 11)))
    assert refusal.value.trouble is Trouble.LOGIN and department.status() == (0, 0)


@pytest.mark.parametrize("department", ["folder"], indirect=True)
def test_a_file_that_is_cut_or_changed_is_left_where_it_is(department: Department, tmp_path: Path) -> None:
    department.turn(False)
    way(department).deliver(batch(row(1, 11)))
    [rows] = [path for path in (tmp_path / "outgoing" / "czj").glob("*.xml") if "manifest" not in path.name]
    right = rows.read_bytes()
    rows.write_bytes(right[:-20])
    department.turn(True)
    time.sleep(1.5)
    assert department.status() == (0, 0) and not (tmp_path / "outgoing" / "czj" / "ack.xml").exists()
    rows.write_bytes(right)
    assert reached(department, (1, 1))


@pytest.mark.parametrize("department", ["web"], indirect=True)
def test_zeep_reads_the_receivers_contract_and_is_refused_without_a_signature(department: Department) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="签名不正确"):
        client = zeep.Client(str(ROOT / "exchange/rules/soap/receiver.wsdl"), transport=Transport(timeout=5))
        service = client.create_service("{urn:credit-platform:exchange:1}ReceiverSoap", department.settings["url"])
        service.Status(subscription=OWN)
