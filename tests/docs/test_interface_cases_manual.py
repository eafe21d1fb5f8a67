"""The examples of docs/manual/interface-cases.md run as they stand, in their order, against a real server."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.rules.scopes import SCOPES
from collection.models import Record
from exchange.rules.channels import Kind
from exchange.services.delivering import deliver
from exchange.services.numbering import number_changes
from feedback.api import CaseIn, CasesOut, RowOut
from feedback.models import Case
from objections.api import ObjectionIn, ObjectionOut
from objections.rules.kinds import Kind as Objected
from repair.api import ApplicationIn
from repair.models import Application
from repair.services import handling
from tests.architecture.project import ROOT
from tests.docs.test_interface_manual import MANUAL as FIRST
from tests.factories import accounts as make
from tests.factories import exchange, exits, redblack, repair, screening
from tests.feedback.test_intake import Town
from toolkit import clock
from tools import places
from tools.temporary import wait

MANUAL = (ROOT / "docs" / "manual" / "interface-cases.md").read_text()
SECRET = "the-manuals-own-secret"
FEEDBACK, FORWARD, SUPPLEMENT, RESULTS, OBJECTION, RECEIVER = re.findall(
    r"^```python\n(.*?)^```", MANUAL, flags=re.MULTILINE | re.DOTALL
)
SECTIONS = re.split(r"^## ", MANUAL, flags=re.MULTILINE)[1:]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(live_server: LiveServer) -> Run:
    """Run an example after what the first handbook defines; returns all names."""
    [code, *_] = re.findall(r"^```python\n(.*?)^```", FIRST, flags=re.MULTILINE | re.DOTALL)
    for old, new in {"https://credit.example": live_server.url, "签名密钥": SECRET}.items():
        code = code.replace(f'"{old}"', f'"{new}"')
    names: dict[str, Any] = {}
    exec(compile(code.split("\n\n\nnonce = ")[0], "docs/manual/interface.md", "exec"), names)

    def run(example: str, **changed: str) -> dict[str, Any]:
        for old, new in changed.items():
            assert f"{old} = 1 " in example
            example = example.replace(f"{old} = 1 ", f"{old} = {new} ")
        exec(compile(example, "docs/manual/interface-cases.md", "exec"), names)
        return names

    return run


@pytest.mark.django_db(transaction=True)
def test_cases_are_reported_corrected_and_read_back(run: Run) -> None:
    town = Town(clock.now())
    town.check()
    scopes = ("feedback:read", "feedback:write")
    make.client_system(SECRET, department=town.department, code="hall", scopes=scopes)
    told = run(FEEDBACK)
    assert [one["outcome"] for one in told["reported"]["results"]] == ["taken", "refused"]
    assert told["reported_again"] == told["reported"] and told["corrected"]["corrected"] == 1
    [own] = told["own"].values()
    assert (own["version"], own["action"], own["own_number"]) == (2, "部分实施", "JYZX-2026-0087")
    assert Case.objects.count() == 2 and told["after"] == f"{town.department.pk}.2"
    said = set(re.findall(r"`(\w+)`", SECTIONS[0]))
    assert set(CaseIn().fields) <= said and set(RowOut().fields) | set(CasesOut().fields) <= said


@pytest.mark.django_db(transaction=True)
def test_an_application_is_forwarded_supplemented_and_repaired(run: Run) -> None:
    firm = screening.firm("91339902MA9K5L6Y29")
    one = repair.penalty(firm=firm, document_no="江环罚〔2026〕47号")
    scopes = ("repair:forward", "repair:results")
    make.client_system(SECRET, department=make.department(), code="hall", scopes=scopes)
    told = run(FORWARD)
    assert told["forwarded"]["new"] and told["forwarded_again"] == told["forwarded"] | {"new": False}
    row = Application.objects.get()
    assert row.attachments.count() == 1
    handling.notify(application_id=row.pk, missing="复测报告", actor=one.desk.drafter, now=clock.now())
    run(SUPPLEMENT)
    assert row.attachments.count() == 2
    told = run(RESULTS)
    assert [each["state"] for each in told["delivered"]["results"]] == ["applied", "unmatched"]
    assert Record.objects.get(pk=one.record).publicity_state == "终止公示"
    assert set(ApplicationIn().fields) <= set(re.findall(r"`(\w+)`", SECTIONS[1]))


@pytest.mark.django_db(transaction=True)
def test_an_objection_is_forwarded_once_and_read_back(run: Run) -> None:
    make.client_system(SECRET, department=make.department(), code="hall", scopes=("objections:forward",))
    desk = exits.desk()
    listed = redblack.list_type(initiator_department_id=desk.department.pk)
    entry = redblack.entry(listed.code, screening.firm(), authority_department_id=desk.department.pk)
    told = run(OBJECTION, ENTRY=str(entry))
    assert told["filed_again"] == told["filed"] == told["stands"] and told["stands"]["clocks"]
    said = set(re.findall(r"`(\w+)`", SECTIONS[2]))
    assert set(ObjectionIn().fields) | set(Objected) <= said
    assert set(ObjectionOut().fields) - {"number", "filed_at", "answered_at"} <= said


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The receiver of the handbook, on a port of its own."""
    program, port, held = tmp_path / "receiver.py", places.free_port(), tmp_path / "held.db"
    program.write_text(RECEIVER)
    process = subprocess.Popen([sys.executable, str(program), str(port), str(held), SECRET])
    try:
        assert wait(lambda: not places.is_free(port), 30)
        yield port, held
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.django_db
def test_the_receiver_holds_what_it_is_told(receiver: tuple[int, Path]) -> None:
    port, held = receiver
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.WEBHOOK, {"url": f"http://127.0.0.1:{port}/credit?from=jianglan"}, SECRET)
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(3)]
    number_changes(subscription_id=row.pk, actor=make.PLATFORM, now=clock.now())
    assert deliver(subscription_id=row.pk, clock=clock.now, actor=make.PLATFORM) == 3
    row.refresh_from_db()
    assert (row.confirmed_seq, row.confirmed_count) == (3, 3)
    with closing(sqlite3.connect(held)) as db:
        assert [entry for (entry,) in db.execute("SELECT entry FROM held ORDER BY entry")] == entries


def test_the_scopes_exist() -> None:
    assert set(re.findall(r"`(\w+:\w+)`", MANUAL)) - {"entry:12"} <= set(SCOPES)
