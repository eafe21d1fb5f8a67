"""Who applies is told of every step, counted at the door, and judged by the rules of the day on which he applied."""

import pytest
from django.test import Client
from django.urls import reverse

from citizens.models import Visitor
from office.models import Message
from repair.models import Application
from repair.rules.sets import from_json
from repair.services import clockwork, deciding, filing, handling
from subjects.models import Subject
from tests.conftest import NOW
from tests.factories import accounts, citizens, repair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def told_to(address: str, number: str) -> list[str]:
    rows = Message.objects.filter(to=address, body__contains=number).order_by("id")
    return [one.body for one in rows]


def test_who_applied_is_told_of_each_step() -> None:
    one = repair.penalty()
    client = citizens.client_of()
    citizens.represents(Visitor.objects.get().pk, one.firm)
    said = {"statement": "罚款已缴纳，行为已改正", "committed": "on"}
    assert client.post(reverse("repair:apply", args=["record", one.record]), said).status_code == 302
    row = Application.objects.get()
    assert told_to("shen@example.com", row.number) == []
    handling.notify(application_id=row.pk, missing="请补充缴款凭证", actor=one.desk.drafter, now=NOW)
    assert client.post(reverse("repair:my_supplement", args=[row.number]), said).status_code == 302
    handling.accept(application_id=row.pk, actor=one.desk.drafter, now=NOW)
    deciding.grant(
        application_id=row.pk, decision_no="信修1号", finding="已核实履行完毕", actor=one.desk.reviewer, now=NOW
    )
    words = ["信用修复补正告知书", "信用修复受理通知书", "准予信用修复决定书"]
    found = told_to("shen@example.com", row.number)
    assert [word in body for word, body in zip(words, found, strict=True)] == [True] * 3
    assert not any(one.no in body or "缴款凭证" in body or "信修1号" in body for body in found)


def test_a_contact_left_at_the_counter_is_told_and_a_useless_one_holds_nothing_up() -> None:
    good, bad = repair.penalty(), repair.penalty()
    first = repair.accepted(good, contact="Boss@Example.com")
    second = repair.accepted(bad, contact="请打门卫电话")
    assert len(told_to("boss@example.com", first.number)) == 1 and second.state == "accepted"
    assert not Message.objects.filter(body__contains=second.number).exists()


def test_the_rules_of_the_day_of_application_govern_to_the_end(settings: object) -> None:
    """The city gives itself fewer days after an application: who has applied keeps them."""
    one = repair.penalty()
    row = repair.accepted(one)
    kept, due = from_json(row.rules), row.due_on
    settings.REPAIR_VALUES = {"handle_days": 2}  # type: ignore[attr-defined]
    later = repair.accepted(repair.penalty())
    assert from_json(later.rules).handle_days == 2 and later.due_on < due
    clockwork.recompute(year=NOW.year, actor=accounts.PLATFORM, now=NOW)
    row.refresh_from_db()
    assert row.due_on == due and from_json(row.rules) == kept
    deciding.grant(
        application_id=row.pk, decision_no="信修2号", finding="已核实履行完毕", actor=one.desk.reviewer, now=NOW
    )
    assert Application.objects.get(pk=row.pk).state == "granted"


def test_progress_is_asked_only_so_often() -> None:
    one = repair.penalty()
    row, code = repair.filed(one), Subject.objects.get(pk=one.firm).uscc
    client, url = Client(), reverse("repair:progress")
    right = {"number": row.number.lower(), "code": code}
    assert "待受理" in client.post(url, right).content.decode()
    assert client.post(url, right | {"code": "91339901MA9K0000X0"}).status_code == 404
    for n in range(28):
        assert client.post(url, {"number": f"XF2026112000000{n:03d}", "code": code}).status_code == 404
    last = client.post(url, right)
    assert last.status_code == 429 and last["Retry-After"] and "待受理" not in last.content.decode()
    other = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(18):  # one number from many addresses
        other.post(url, right | {"code": "91339901MA9K0000X0"})
    assert Client(REMOTE_ADDR="203.0.113.10").post(url, right).status_code == 429


def test_an_application_is_withdrawn_by_who_filed_it_and_by_nobody_else() -> None:
    one = repair.penalty()
    himself, stranger = repair.of_firm(one.firm), repair.of_firm(repair.penalty().firm)
    row = repair.filed(one, actor=himself)
    with pytest.raises(Exception, match="没有"):
        filing.withdraw(application_id=row.pk, reason="不再申请了", actor=stranger, now=NOW)
    filing.withdraw(application_id=row.pk, reason="不再申请了", actor=himself, now=NOW)
    assert Application.objects.get(pk=row.pk).state == "withdrawn"
