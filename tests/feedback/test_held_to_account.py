"""Chasers, 督办 and badly closed hits: who is written to, what is opened, what may follow what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from accounts.selectors import forget
from feedback.models import Due, Supervision
from feedback.rules.supervision import Fault, Flaw, Verb
from feedback.selectors import badly
from feedback.services import chasing, supervising
from kernel.actor import Role
from office.models import Message
from tests.factories import accounts
from tests.factories.accounts import PLATFORM
from tests.feedback.test_intake import Town, done
from toolkit import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    town = Town(clock.now())
    Department.objects.filter(pk=town.department.pk).update(email="yjj@example.gov.cn")
    forget()
    return town


def test_departments_are_written_to_before_and_after(town: Town) -> None:
    town.check(honoured=True)
    today = clock.today()
    owed = Due.objects.filter(owed=True)

    def chase(day: date) -> int:
        return chasing.chase(today=day, actor=PLATFORM, now=town.now)

    assert chase(today) == 0  # nothing is due soon
    owed.update(due_on=today + timedelta(days=2))
    assert (chase(today), chase(today), chase(today + timedelta(days=1))) == (1, 0, 0)
    assert chase(today + timedelta(days=3)) == 1  # the day after the last day
    assert (chase(today + timedelta(days=4)), chase(today + timedelta(days=10))) == (0, 1)
    first, late, _ = Message.objects.order_by("pk")
    assert (first.to, first.subject) == ("yjj@example.gov.cn", "奖惩反馈提醒：待反馈 2 项，其中逾期 0 项")
    assert "逾期 2 项" in late.subject and "B-1" in late.body
    for due in owed:
        town.take(done(case=due.case_number))
    assert chase(today + timedelta(days=30)) == 0


def test_who_is_late_is_put_on_the_ledger_once_and_led_through_it(client: Client, town: Town) -> None:
    town.check()
    today = clock.today()
    Due.objects.update(due_on=today - timedelta(days=8))

    def escalate() -> int:
        return supervising.escalate(today=today, actor=PLATFORM, now=town.now)

    assert (escalate(), escalate()) == (1, 0)
    row = Supervision.objects.get()
    assert (row.fault, row.figure, row.state, row.department_id) == ("overdue", 2, "opened", town.department.pk)
    page = reverse("feedback:supervision", args=[row.pk])
    client.force_login(accounts.user(Role.UPLOADER, department=town.department))
    assert client.get(page).status_code == 200 and client.post(page, {"verb": "notice"}).status_code == 403
    client.force_login(accounts.user(Role.UPLOADER))
    assert client.get(page).status_code == 404
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    assert client.get(reverse("feedback:supervision_candidates")).status_code == 200
    notice = {"verb": "notice", "text": "请尽快反馈", "correct_by": (today + timedelta(days=5)).isoformat()}
    assert client.post(page, notice).status_code == 409  # without its number
    assert client.post(page, {"verb": "talk", "text": "x"}).status_code == 409  # before the notice
    assert client.post(page, notice | {"document_no": "江信办督〔2026〕1号"}).status_code == 302
    assert "江信办督" in Message.objects.get(about=f"feedback.supervision:{row.pk}").subject
    assert client.post(page, {"verb": "talk", "text": "已约谈分管负责人"}).status_code == 302
    assert client.post(page, {"verb": "correct", "text": "已全部反馈"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("corrected", 3) and row.closed_at is not None
    assert "已约谈分管负责人" in client.get(page).text
    assert escalate() == 0  # once a month
    listed = client.get(reverse("feedback:supervisions"), {"open": "1"})
    assert listed.context["rows"] == [] and len(client.get(reverse("feedback:supervisions")).context["rows"]) == 1


def test_badly_closed_hits_are_found(client: Client, town: Town) -> None:
    entries = [town.check(file_number=f"B-{n}") for n in range(6)]
    copied = {"action": "未实施", "content": "", "reason": "经核实该企业不符合实施条件，暂不实施。"}
    for number, entry, _ in entries[:5]:
        town.take(done(receipt=number, measure="Y-1", **copied))
        if entry == entries[0][1]:
            town.take(done(trigger=f"entry:{entry}", own_number="N-1"))
    town.take(done(receipt=entries[5][0], measure="Y-1", **copied | {"reason": "无。"}))
    Due.objects.filter(reported_at=None).update(due_on=clock.today() - timedelta(days=1))
    office = accounts.actor(Role.CREDIT_OFFICE)
    counts = {flaw: number.value for flaw, number in badly.flaw_counts(office, today=clock.today()).items()}
    assert counts == {Flaw.NO_CASE: 6, Flaw.NO_MEASURE: 1, Flaw.WEAK: 1, Flaw.COPIED: 1}
    [group] = badly.copied(office)
    assert (group.cases, group.reason, group.department_id) == (5, copied["reason"], town.department.pk)
    assert badly.badly_closed_by_department() == {town.department.pk: 7}
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    page = reverse("feedback:badly_closed")
    for flaw, rows in ((Flaw.NO_CASE, 6), (Flaw.NO_MEASURE, 1), (Flaw.WEAK, 1)):
        assert len(client.get(page, {"flaw": flaw}).context["rows"]) == rows
    said: dict[str, Any] = {"flaw": "copied", "department": group.department_id, "reason": group.reason_key}
    assert len(client.get(page, said).context["rows"]) == 5
    assert client.get(page, {"flaw": "copied"}).context["groups"][0][0] == group
    opened = client.post(
        reverse("feedback:open_supervision"), {"department": town.department.pk, "fault": Fault.BADLY_CLOSED}
    )
    assert opened.status_code == 302 and Supervision.objects.get().figure == 7
    assert client.post(reverse("feedback:open_supervision"), {"department": 1, "fault": "x"}).status_code == 422
    with pytest.raises(supervising.CannotSupervise):
        supervising.note(
            supervision_id=Supervision.objects.get().pk, verb=Verb.DROP, text="x", document_no="", correct_by=None,
            actor=town.clerk, now=town.now,
        )  # fmt: skip
