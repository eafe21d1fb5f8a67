import threading
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from audit.models import Delivery, Event
from audit.services import deliver
from feedback import services
from feedback.models import Case, Due
from feedback.rules.cases import Action, Report
from feedback.selectors import DueNotFound, counts, open_dues
from kernel.actor import Role
from kernel.workdays import due_on
from office.selectors import calendar
from redblack.rules.lists import Ground
from redblack.services import mark_disputed
from screening.models import Matter
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
Ask = Callable[..., str]


@pytest.fixture
def ask(now: datetime) -> Ask:
    """A check of a listed firm at a matter with two measures and a reward. The receipt's number."""
    black, red = redblack.list_type(), redblack.list_type(kind="reward")
    matter = make.matter(consults=[black.source_id, red.source_id])
    for code in ("Y-1", "Y-2"):
        measures.item(code=code, matter_code=matter, triggers=[black.source_id])
    measures.reward(code="Z-1", matter_code=matter, triggers=[red.source_id], unless_bad=[])
    uscc = make.uscc()
    firm = make.firm(uscc)
    entry = redblack.entry(black.code, firm)
    redblack.entry(red.code, firm, papers=redblack.red_papers())

    def asked(*, disputed: bool = False) -> str:
        if disputed:
            mark_disputed(
                entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=date(2026, 11, 18), actor=PLATFORM, now=now
            )
        return make.ask(matter, uscc, now=now, file_number="B-1").number

    return asked


def opened(number: str, now: datetime) -> int:
    return services.open_dues(number=number, actor=PLATFORM, now=now)


def content(**fields: Any) -> Report:
    said = {
        "action": Action.DONE,
        "reason": "",
        "content": "未予受理",
        "amount": Decimal("0"),
        "done_from": None,
        "done_until": None,
        "effect": "",
    }
    return Report(**said | fields)


def implementer(due: Due, role: Role = Role.UPLOADER):
    department = Matter.objects.get(code=due.matter_code).implementing_department
    return accounts.actor(role, department=department)


def report(due: Due, now: datetime, *, seen: int = 0, actor=None, **fields: Any) -> Case:
    return services.report(
        due_id=due.pk, seen_version=seen, content=content(**fields), actor=actor or implementer(due), now=now
    )


# --- what is owed -------------------------------------------------------------------------------------------------


def test_the_outbox_opens_one_due_for_each_measure_once(ask: Ask, now: datetime) -> None:
    number = ask()
    event = Event.objects.get(about=f"screening.receipt:{number}")
    [waiting] = Delivery.objects.filter(event_id=event.pk).values_list("id", flat=True)
    assert deliver(delivery_id=waiting, now=now) is True
    assert deliver(delivery_id=waiting, now=now) is False
    assert opened(number, now) == 0
    dues = list(Due.objects.filter(number=number).order_by("measure_code"))
    assert [(d.measure_code, d.owed) for d in dues] == [("Y-1", True), ("Y-2", True), ("Z-1", False)]  # it is offered
    dues.pop()
    expected = due_on(date(2026, 11, 20), settings.FEEDBACK_WORKING_DAYS, calendar())
    matter = Matter.objects.get(code=dues[0].matter_code)
    for due in dues:
        assert (due.due_on, due.provisional) == (expected.on, expected.provisional)
        assert (due.department_id, due.file_number) == (matter.implementing_department_id, "B-1")
    assert payload_of(f"screening.receipt:{number}", "feedback.due.opened") == {"number": number, "dues": 2}


def test_a_suspended_measure_is_not_owed(ask: Ask, now: datetime) -> None:
    number = ask(disputed=True)
    assert opened(number, now) == 0 and not Due.objects.filter(owed=True).exists()


def test_only_the_implementing_department_sees_and_reports(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    mine, other, office = implementer(due), accounts.actor(Role.UPLOADER), accounts.actor(Role.CREDIT_OFFICE)
    assert counts(mine, today=date(2026, 11, 20)).open.value == 2
    assert counts(other, today=date(2026, 11, 20)).open.value == 0
    assert counts(office, today=date(2099, 1, 1)).overdue.value >= 2
    with pytest.raises(DueNotFound):
        report(due, now, actor=other)
    with pytest.raises(services.CannotReport):
        report(due, now, actor=office)
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_report_nothing(ask: Ask, role: Role, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    with pytest.raises((services.CannotReport, DueNotFound)):
        report(due, now, actor=implementer(due, role))


def test_pages_by_key_are_whole_and_do_not_overlap(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    actor = implementer(Due.objects.order_by("id")[0])
    first = open_dues(actor, limit=1)
    second = open_dues(actor, after=(first[0].due_on, first[0].pk), limit=5)
    assert {d.pk for d in (*first, *second)} == set(Due.objects.filter(owed=True).values_list("id", flat=True))
    assert len(first) + len(second) == 2


# --- the report ---------------------------------------------------------------------------------------------------


def test_a_report_closes_the_due_and_is_corrected_by_a_new_version(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    first = report(due, now)
    due.refresh_from_db()
    assert (first.version, due.reported_at) == (1, now)
    assert len(open_dues(implementer(due))) == 1
    second = report(due, now, seen=1, action=Action.NOT_DONE, reason="已履行")
    assert list(Case.objects.order_by("version").values_list("version", "action")) == [(1, "已实施"), (2, "未实施")]
    assert payload_of(f"feedback.due:{due.pk}", "feedback.case.reported")["version"] == second.version == 2


@pytest.mark.parametrize("seen", [0, 2, 99])
def test_who_has_not_seen_the_last_version_is_told(ask: Ask, seen: int, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    report(due, now)
    with pytest.raises(services.ReportedMeanwhile):
        report(due, now, seen=seen)
    assert Case.objects.count() == 1


def test_what_is_incomplete_is_refused_with_its_reasons(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    with pytest.raises(services.ReportIncomplete) as refused:
        report(due, now, action=Action.PARTLY, content="", amount=Decimal(-1))
    assert {r.code for r in refused.value.reasons} == {"reason_missing", "content_missing", "negative_amount"}
    due.refresh_from_db()
    assert due.reported_at is None


def test_a_report_with_a_citizens_number_is_not_kept(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    with pytest.raises(services.ReportTellsAPerson):
        report(due, now, effect=f"经办人{make.citizen_id()}已签收")
    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_report_at_once(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    due = Due.objects.order_by("id")[0]
    actor = implementer(due)
    start, outcomes = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            outcomes.append(str(report(due, now, actor=actor).version))
        except services.ReportedMeanwhile:
            outcomes.append("refused")
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["1", "refused"]


def test_a_new_calendar_moves_open_dues_only(ask: Ask, now: datetime) -> None:
    opened(ask(), now)
    done, still = Due.objects.filter(owed=True).order_by("id")
    right = still.due_on
    report(done, now)
    Due.objects.filter(owed=True).update(due_on=date(2026, 12, 31))
    assert services.recompute_dues(year=2026, actor=PLATFORM, now=now) == 1
    assert services.recompute_dues(year=2026, actor=PLATFORM, now=now) == 0
    still.refresh_from_db()
    done.refresh_from_db()
    assert (still.due_on, done.due_on) == (right, date(2026, 12, 31))
