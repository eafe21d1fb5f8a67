"""The monthly report and its way up: files that keep to their schema, sent to a real process till it is receipted."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from feedback.models import Case, Dispatch, Due, UpReport
from feedback.services import sending, upward
from kernel.actor import Role
from office.services import open_file
from tests.factories import accounts
from tests.factories import screening as make
from tests.feedback.test_intake import Town, done
from toolkit import clock
from tools import places
from tools.temporary import wait

pytestmark = pytest.mark.django_db
OFFICE = Role.CREDIT_OFFICE
TOKEN = "t" * 40


@pytest.fixture
def town() -> Town:
    town = Town(clock.now())
    number, entry, _ = town.check(honoured=True)
    town.take(
        done(receipt=number, measure="Y-1"),
        done(receipt=number, measure="Z-1", content="容缺受理 <&>"),
        done(trigger=f"entry:{entry}", own_number="N-1"),
    )
    return town


@pytest.fixture
def month(town: Town) -> date:
    """The month in which these cases were reported, seen from the next."""
    return clock.today().replace(day=1)


def later(month: date) -> datetime:
    return clock.start_of((month + timedelta(days=32)).replace(day=1)) + timedelta(hours=9)


@pytest.fixture
def above(tmp_path: Path, settings: Any) -> Iterator[Path]:
    port, token = places.free_port(), tmp_path / "token"
    token.write_text(TOKEN)
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.upstream", str(port), str(tmp_path), str(token), "http://127.0.0.1:1"]
    )
    settings.UPWARD_URL, settings.UPWARD_TOKEN, settings.UPWARD_TIMEOUT = f"http://127.0.0.1:{port}", TOKEN, 2

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        assert wait(answers, 30)
        yield tmp_path
    finally:
        process.terminate()
        process.wait(20)


def made(month: date) -> UpReport:
    [report] = upward.make_report(month=month, actor=accounts.actor(OFFICE), now=later(month))
    return UpReport.objects.get(pk=report)


def test_the_files_of_a_month(town: Town, month: date) -> None:
    with pytest.raises(upward.MonthNotOver):
        upward.make_report(month=month, actor=accounts.actor(OFFICE), now=clock.now())
    with pytest.raises(upward.ForTheOffice):
        upward.make_report(month=month, actor=town.clerk, now=later(month))
    person = make.citizen_id()
    Due.objects.filter(own_number="N-1").update(subject_id=make.person(person), subject_kind="natural_person")
    report = made(month)
    with open_file(file_id=report.xml_id) as stream:
        text = stream.read()
    schema = etree.XMLSchema(etree.fromstring(upward.schema()))
    tree = etree.fromstring(text)
    schema.assertValid(tree)
    assert report.cases == len(tree) == 3 and person.encode() not in text
    kinds = [one.findtext("{*}rewardType") for one in tree]
    assert sorted(kinds) == ["1", "1", "2"]
    with pytest.raises(upward.NothingNew):
        made(month)
    town.take(done(own_number="N-1", content="更正后的做法"))
    assert made(month).number == 2
    with pytest.raises(upward.NothingToReport):
        made((month - timedelta(days=1)).replace(day=1))


def test_by_hand(client: Client, town: Town, month: date) -> None:
    report = made(month)
    client.force_login(accounts.user(OFFICE))
    assert client.get(reverse("feedback:upward")).status_code == 200
    for kind, begins in (("xlsx", b"PK"), ("xml", b"<?xml"), ("xsd", b"<?xml")):
        assert client.get(reverse("feedback:up_report_file", args=[report.pk, kind])).content.startswith(begins)
    assert client.get(reverse("feedback:up_report_file", args=[report.pk, "exe"])).status_code == 400
    mark = reverse("feedback:mark_up_report", args=[report.pk])
    assert client.post(mark, {"note": ""}).status_code == 400
    assert client.post(mark, {"note": "网页提交，回执 2026-1"}).status_code == 302
    assert client.post(mark, {"note": "再次"}).status_code == 409
    assert client.post(reverse("feedback:send_up", args=["cases", report.pk])).status_code == 503
    assert client.post(reverse("feedback:make_up_report"), {"month": "x"}).status_code == 400


def test_by_interface_until_it_is_receipted_and_agrees(client: Client, town: Town, month: date, above: Path) -> None:
    report = made(month)
    client.force_login(accounts.user(OFFICE))
    assert client.post(reverse("feedback:send_up", args=["cases", report.pk])).status_code == 302
    now = clock.now()
    for minutes, fault in enumerate(("error", "html", "unsure")):
        (above / "fault").write_text(fault)
        Dispatch.objects.update(retry_at=now)
        assert sending.send_waiting(clock=lambda: now) == 0
        assert Dispatch.objects.get().attempts == minutes + 1
    (above / "fault").unlink()
    row = Dispatch.objects.get()
    assert row.state == "waiting" and row.retry_at > now
    assert sending.send_waiting(clock=lambda: now) == 0  # not yet
    assert sending.send_waiting(clock=lambda: now + timedelta(hours=3)) == 1
    row.refresh_from_db()
    assert row.state == "accepted" and row.receipt.startswith("SJPT-") and row.above is None
    assert len(list((above / "files").glob("*.json"))) == 1  # what came with no receipt was taken once
    assert sending.compare_all(clock=clock.now) == 0
    row.refresh_from_db()
    assert (row.above, row.rows) == (3, 3)
    Dispatch.objects.update(above=None, rows=4)
    assert sending.compare_all(clock=clock.now) == 1
    assert "对账不一致" in client.get(reverse("feedback:upward")).text


def test_what_is_refused_above_is_not_tried_for_ever(
    client: Client, town: Town, month: date, above: Path, settings: Any
) -> None:
    report = made(month)
    actor = accounts.actor(OFFICE)
    row = Dispatch.objects.get(pk=sending.dispatch(kind="cases", ref_id=report.pk, actor=actor, now=clock.now()))
    Dispatch.objects.update(attempts=sending.GIVE_UP_AFTER - 1)
    settings.UPWARD_TOKEN = "another"
    assert sending.send(dispatch_id=row.pk, now=clock.now()) == "dead"
    with pytest.raises(upward.ForTheOffice):
        sending.send_again(dispatch_id=row.pk, actor=town.clerk, now=clock.now())
    settings.UPWARD_TOKEN = TOKEN
    sending.send_again(dispatch_id=row.pk, actor=actor, now=clock.now())
    with pytest.raises(sending.NotToBeSentAgain):
        sending.send_again(dispatch_id=row.pk, actor=actor, now=clock.now())
    assert sending.send(dispatch_id=row.pk, now=clock.now()) == "accepted"
    assert sending.send(dispatch_id=row.pk, now=clock.now()) == "" and Case.objects.exists()
