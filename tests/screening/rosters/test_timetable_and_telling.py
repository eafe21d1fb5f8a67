"""Rosters that run by themselves, and what their recipients hear of it: once, in numbers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from kernel.actor import Role
from office.models import Message
from office.services import send_waiting
from screening.models import Roster, RosterRun
from screening.services.rosters import notifying
from screening.services.rosters.keeping import set_state
from screening.services.rosters.notifying import tell_runs
from screening.services.rosters.scheduling import set_forward, start_due
from tests.conftest import NOW
from tests.factories import accounts, collection, redblack, rosters
from tests.factories import screening as make
from tests.facts import facts_about
from toolkit.clock import SHANGHAI

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HERE = [{"channel": "mail", "to": "yj@example.test"}, {"channel": "sms", "to": "13900000001"}]


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> None:
    settings.SMS_GATEWAY_URL, settings.SITE_ADDRESS = "http://127.0.0.1:9/send", "https://credit.example"


def timed(schedule: str, at: datetime = NOW, **fields: Any) -> Roster:
    return rosters.roster(sources=[redblack.list_type().source_id], schedule=schedule, next_run_at=at, **fields)


def test_what_is_due_is_asked_for_once_and_set_forward() -> None:
    roster = timed("每天 06:00")
    later, paused = timed("每天 06:00", NOW + MINUTE), timed("每天 06:00", state="paused")
    assert (start_due(now=NOW), start_due(now=NOW)) == (1, 0)
    run = RosterRun.objects.get()
    assert (run.roster_id, run.why, run.asked_by) == (roster.pk, "scheduled", "system:rosters")
    roster.refresh_from_db()
    assert roster.next_run_at == datetime(2026, 11, 21, 6, 0, tzinfo=SHANGHAI)
    assert not later.runs.exists() and not paused.runs.exists()


def test_moments_that_nobody_was_there_for_are_one_run() -> None:
    roster = timed("每小时", NOW - 3 * DAY)
    assert start_due(now=NOW) == 1
    roster.refresh_from_db()
    assert roster.runs.count() == 1 and roster.next_run_at and NOW < roster.next_run_at <= NOW + timedelta(hours=1)


def test_a_paused_roster_has_no_moment_and_gets_one_when_it_is_taken_up_again() -> None:
    roster = timed("每天 06:00")
    keeper = accounts.actor(Role.UPLOADER, department=roster.department)
    set_state(roster_id=roster.pk, state=Roster.State.PAUSED, actor=keeper, now=NOW)
    roster.refresh_from_db()
    assert roster.next_run_at is None and start_due(now=NOW + DAY) == 0
    set_state(roster_id=roster.pk, state=Roster.State.ACTIVE, actor=keeper, now=NOW)
    roster.refresh_from_db()
    assert roster.next_run_at is not None and roster.next_run_at > NOW


def test_when_working_days_change_the_next_moment_is_worked_out_again() -> None:
    wrong = NOW + 30 * DAY
    roster, due = timed("每个工作日 08:30", wrong), timed("每个工作日 08:30", NOW)
    assert set_forward(now=NOW) == 1 and set_forward(now=NOW) == 0
    roster.refresh_from_db()
    due.refresh_from_db()
    assert roster.next_run_at == datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    assert due.next_run_at == NOW


def test_a_run_with_changes_is_told_once_in_numbers() -> None:
    black, code = redblack.list_type(), make.uscc()
    redblack.entry(black.code, make.firm(code, name="江澜宏晟化工有限公司"))
    roster = rosters.roster(sources=[black.source_id], name="危化企业", recipients=HERE)
    rosters.members(roster, code, make.uscc())
    run = rosters.run(roster, at=NOW)
    assert (tell_runs(now=NOW), tell_runs(now=NOW)) == (1, 0)
    letter, text = Message.objects.order_by("id")
    assert (letter.channel, letter.to, text.channel, text.to) == ("mail", "yj@example.test", "sms", "13900000001")
    assert letter.subject == "监管对象名单“危化企业”筛查有 1 项变化"
    assert "新增命中 1" in letter.body and "https://credit.example/rosters/findings/?roster=" in letter.body
    assert "新增命中 1" in text.body and len(text.body) <= 300
    for told in (letter.subject, letter.body, text.body):
        assert "宏晟" not in told and code not in told
    assert send_waiting(clock=lambda: NOW) == 1 and len(mail.outbox) == 1  # nobody listens at the gateway: it waits
    assert ("screening.roster.told", "system:rosters") in facts_about(f"screening.roster:{roster.pk}")
    run.refresh_from_db()
    assert run.told_at == NOW

    rosters.run(roster, at=NOW + DAY)
    assert tell_runs(now=NOW + DAY) == 0 and Message.objects.count() == 2  # nothing has changed


def test_a_worker_that_dies_while_telling_has_told_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    black, code = redblack.list_type(), make.uscc()
    redblack.entry(black.code, make.firm(code))
    wrong = {"channel": "mail", "to": "二 号"}
    roster = rosters.roster(sources=[black.source_id], recipients=[wrong, *HERE])
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(notifying, "record", None)  # it dies when all messages are written and nothing is committed
        with pytest.raises(TypeError):
            tell_runs(now=NOW)
    assert not Message.objects.exists() and RosterRun.objects.get().told_at is None
    assert tell_runs(now=NOW) == 1  # and the wrong address keeps it from nobody else
    assert [message.to for message in Message.objects.order_by("id")] == [one["to"] for one in HERE]


def test_a_list_that_can_no_longer_be_relied_on_is_news_and_so_is_a_failure() -> None:
    stale = redblack.list_type(freshness_days=3)
    roster = rosters.roster(sources=[stale.source_id], recipients=HERE[:1])
    rosters.members(roster, make.uscc())
    collection.load(stale.source_id, at=NOW)
    rosters.run(roster, at=NOW)
    assert tell_runs(now=NOW) == 0
    rosters.run(roster, at=NOW + 5 * DAY)
    assert tell_runs(now=NOW + 5 * DAY) == 1
    assert stale.name in Message.objects.get().body and "未能核查 1" in Message.objects.get().body
    rosters.run(roster, at=NOW + 6 * DAY)
    assert tell_runs(now=NOW + 6 * DAY) == 0  # the same gap is not news twice
    failed: dict[str, Any] = {
        "why": "manual",
        "state": "failed",
        "asked_by": "x",
        "asked_at": NOW,
        "finished_at": NOW,
    }
    RosterRun.objects.create(roster=roster, failure="名单变动频繁", **failed)
    assert tell_runs(now=NOW) == 1
    RosterRun.objects.create(roster=roster, failure="又一次", **failed)
    assert tell_runs(now=NOW) == 0  # that it still fails is not news
    assert (
        "筛查未完成" in Message.objects.latest("id").subject and "名单变动频繁" in Message.objects.latest("id").body
    )


def test_a_roster_of_persons_goes_by_its_number_outside() -> None:
    black, number = redblack.list_type(), make.citizen_id()
    redblack.entry(black.code, make.person(number))
    roster = rosters.roster(
        sources=[black.source_id], name="沈建国等人", persons=True, purpose="《某条例》第一条", recipients=HERE
    )
    rosters.members(roster, number)
    rosters.run(roster, at=NOW)
    assert tell_runs(now=NOW) == 1
    told = " ".join(f"{m.subject} {m.body}" for m in Message.objects.order_by("id"))
    assert "沈" not in told and number not in told and f"（编号 {roster.pk}）" in told


def test_without_a_gateway_the_mail_goes_out_all_the_same(settings: Any) -> None:
    settings.SMS_GATEWAY_URL = ""
    black, code = redblack.list_type(), make.uscc()
    redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id], recipients=HERE)
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    assert tell_runs(now=NOW) == 1 and Message.objects.get().channel == "mail"


def test_the_due_ones_are_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            """EXPLAIN SELECT id FROM screening_roster WHERE state = 'active' AND next_run_at IS NOT NULL
            AND next_run_at <= now() ORDER BY next_run_at, id LIMIT 500"""
        )
        assert "screening_roster_due" in "".join(row[0] for row in cursor.fetchall())
