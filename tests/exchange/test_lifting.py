"""After an entry left: departments that were shown it, or applied a measure because of it, undo that and say so."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from audit.models import Event
from exchange.handlers import (
    on_entry_corrected,
    on_entry_disputed,
    on_entry_released,
    on_entry_restored,
    on_rows_applied,
)
from exchange.models import Lifting
from exchange.selectors.liftings import LiftingNotFound, waiting_liftings
from exchange.services.lifting import BACK, NEWER, CannotLift, SaidWrong, chase_liftings, confirm_lifting
from feedback.models import Due
from feedback.rules.cases import Action
from kernel.actor import Actor, Role
from office.models import Message
from portal.selectors import queue
from redblack import services as lists
from redblack.rules.lists import Ground, ReleaseKind
from redblack.services.restoring import restore_entry
from tests.conftest import NOW
from tests.factories import accounts, redblack, screening
from tests.factories.accounts import PLATFORM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TODAY = NOW.date()
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def case(entry: int, department: Department, **said: Any) -> Due:
    """What a check left with feedback: a measure for the subject of that entry."""
    usual = {
        "number": f"JL-{Due.objects.count()}",
        "checked_on": TODAY,
        "measure_code": "Y-1",
        "measure_text": "限制",
    }
    usual |= {
        "measure_text": "限制",
        "department_id": department.pk,
        "trigger": f"entry:{entry}",
        "due_on": TODAY,
        "basis": "receipt",
    }
    return Due.objects.create(**usual | said)


def reported(action: Action) -> dict[str, Any]:
    return {"action": action.value, "reported_at": NOW, "reported_on": TODAY, "version": 1}


def release(entry: int) -> None:
    lists.release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=TODAY, document_no="移1号", reason="已履行",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip


def tell(*entries: int) -> None:
    for entry in entries:
        on_entry_released({"entry_id": entry}, now=NOW)


@pytest.fixture
def bureau() -> Department:
    return accounts.department(email="bureau@jianglan.example")


@pytest.fixture
def clerk(bureau: Department) -> Actor:
    return accounts.actor(Role.UPLOADER, department=bureau)


@pytest.fixture
def entry() -> int:
    return redblack.entry(redblack.list_type().code, screening.firm())


def test_who_applied_and_who_was_shown_are_told_once(bureau: Department, entry: int) -> None:
    applied = case(entry, bureau, **reported(Action.DONE))
    partly = case(entry, bureau, **reported(Action.PARTLY))
    shown = case(entry, bureau)
    case(entry, bureau, **reported(Action.NOT_DONE))
    case(entry, bureau, reward=True, owed=False)
    case(entry, bureau, checked_on=TODAY - timedelta(days=91))
    case(entry + 1, bureau)
    tell(entry)
    assert not Lifting.objects.exists()  # it stands: a fact that came late tells nobody
    release(entry)
    tell(entry, entry)
    on_rows_applied({"released": [entry], "corrected": [], "version_id": 1}, now=NOW)
    found = {one.case_id: one.kind for one in Lifting.objects.all()}
    assert found == {applied.pk: "applied", partly.pk: "applied", shown.pk: "shown"}
    assert Event.objects.filter(name="exchange.liftings.opened").count() == 1


def test_only_its_department_says_that_it_was_undone(bureau: Department, clerk: Actor, entry: int) -> None:
    case(entry, bureau, **reported(Action.DONE))
    release(entry)
    tell(entry)
    row = Lifting.objects.get()
    said = {"lifting_id": row.pk, "lifted": True, "said": "11月20日恢复申报资格", "now": NOW}
    with pytest.raises(LiftingNotFound):
        confirm_lifting(**said, actor=accounts.actor(Role.UPLOADER))
    with pytest.raises(CannotLift):
        confirm_lifting(**said, actor=accounts.actor(Role.CLERK, department=bureau))
    for words in ("", "恢复 11010519491231002X", "长" * 301):
        with pytest.raises(SaidWrong):
            confirm_lifting(**said | {"said": words}, actor=clerk)
    confirm_lifting(**said, actor=clerk)
    confirm_lifting(**said | {"said": "再说一次"}, actor=clerk)
    row.refresh_from_db()
    assert (row.lifted, row.said, row.confirmed_by) == (True, "11月20日恢复申报资格", clerk.key)
    assert not waiting_liftings(clerk).exists()
    assert Event.objects.filter(name="exchange.lifting.confirmed").count() == 1


def waiting() -> list[tuple[str, str]]:
    """(why, kind) of what waits to be confirmed."""
    return sorted(Lifting.objects.filter(confirmed_at=None).values_list("why", "kind"))


def test_an_entry_that_is_restored_asks_nothing_more_and_what_was_undone_is_looked_at_again(
    bureau: Department, clerk: Actor, entry: int
) -> None:
    undone = case(entry, bureau, **reported(Action.DONE))
    case(entry, bureau)
    release(entry)
    tell(entry)
    lifted = Lifting.objects.get(case_id=undone.pk)
    confirm_lifting(lifting_id=lifted.pk, lifted=True, said="已恢复资格", actor=clerk, now=NOW)
    on_entry_restored({"entry_id": entry}, now=NOW)
    assert waiting() == [("left", "shown")]  # it is out still: a fact that came early changes nothing
    restore_entry(entry_id=entry, document_no="撤1号", actor=PLATFORM, now=NOW)
    for _ in range(2):
        on_entry_restored({"entry_id": entry}, now=NOW)
    assert waiting() == [("restored", "applied")]
    lifted.refresh_from_db()
    assert (lifted.lifted, lifted.said, lifted.withdrawn_at) == (True, "已恢复资格", NOW)
    turned = Event.objects.filter(name="exchange.liftings.turned").get()
    assert turned.payload == {"entry_id": entry, "closed": 1}
    late = Lifting.objects.get(said=BACK)  # its department had undone it, and says so from a page of before
    for _ in range(2):
        confirm_lifting(lifting_id=late.pk, lifted=True, said="已停止使用", actor=clerk, now=NOW)
    late.refresh_from_db()
    assert (late.lifted, late.said, late.confirmed_by) == (True, "已停止使用", clerk.key)
    assert waiting() == [("restored", "applied"), ("restored", "shown")]
    release(entry)  # it leaves once more: everybody is asked once more
    tell(entry, entry)
    assert waiting() == [("left", "applied"), ("left", "shown")]


@pytest.mark.django_db(transaction=True)
def test_who_says_that_it_was_undone_while_the_entry_is_restored_is_asked_to_restore(
    bureau: Department, clerk: Actor, entry: int
) -> None:
    undone, other = case(entry, bureau, **reported(Action.DONE)), case(entry, bureau)
    release(entry)
    tell(entry)
    restore_entry(entry_id=entry, document_no="撤1号", actor=PLATFORM, now=NOW)

    def turn() -> None:
        on_entry_restored({"entry_id": entry}, now=NOW)
        connections.close_all()

    turning = threading.Thread(target=turn)
    with transaction.atomic():
        row = Lifting.objects.get(case_id=undone.pk)
        confirm_lifting(lifting_id=row.pk, lifted=True, said="已恢复资格", actor=clerk, now=NOW)
        turning.start()
        with connection.cursor() as cursor:  # until the other one waits for us
            for _ in range(600):
                cursor.execute(BLOCKED)
                if cursor.fetchone()[0]:
                    break
                cursor.execute("SELECT pg_sleep(0.05)")
            else:
                pytest.fail("it does not wait for who has not ended yet")
    turning.join()
    found = Lifting.objects.order_by("pk").values_list("case_id", "why", "lifted", "said")
    assert list(found) == [
        (undone.pk, "left", True, "已恢复资格"), (other.pk, "left", False, BACK), (undone.pk, "restored", None, ""),
    ]  # fmt: skip


def test_a_correction_is_looked_at_by_who_acted_once_for_each_that_matters(
    bureau: Department, clerk: Actor, entry: int
) -> None:
    case(entry, bureau, **reported(Action.DONE))
    said = {"entry_id": entry, "version": "2026-11", "changed": ["performance"]}
    on_entry_corrected(said, now=NOW)
    assert not waiting()
    for changed in (["ground"], ["ground", "grade"]):
        on_entry_corrected(said | {"changed": changed}, now=NOW)
    assert waiting() == [("corrected", "applied")]
    row = Lifting.objects.get()
    confirm_lifting(lifting_id=row.pk, lifted=True, said="已按新期限", actor=clerk, now=NOW)
    received = {"released": [], "corrected": [entry]}
    on_rows_applied(received | {"version_id": 6}, now=NOW)  # told before `changed_matters` was
    on_rows_applied(received | {"version_id": 7, "changed_matters": []}, now=NOW)
    assert not waiting()
    for _ in range(2):
        on_rows_applied(received | {"version_id": 8, "changed_matters": [entry]}, now=NOW)
    assert waiting() == [("corrected", "applied")]
    release(entry)
    tell(entry)
    assert waiting() == [("left", "applied")]


def test_of_two_corrections_who_has_not_answered_looks_at_the_last_only(bureau: Department, entry: int) -> None:
    case(entry, bureau, **reported(Action.DONE))
    versions = [{"released": [], "corrected": [entry], "changed_matters": [entry], "version_id": n} for n in (7, 8)]
    for told in (*versions, versions[0]):  # the first once more: it is not asked again, and closes nothing
        on_rows_applied(told, now=NOW)
    older, newer = Lifting.objects.order_by("pk")
    assert (older.occasion, older.withdrawn_at, older.lifted, older.said) == ("版本 7", NOW, False, NEWER)
    assert (newer.occasion, newer.confirmed_at) == ("版本 8", None)


def test_measures_that_rest_are_asked_for_until_they_rest_no_more(
    bureau: Department, clerk: Actor, entry: int
) -> None:
    case(entry, bureau, **reported(Action.DONE))
    said = {"entry_id": entry, "suspended": True, "marked_on": "2026-11-20"}
    on_entry_disputed(said, now=NOW)
    assert not waiting()  # nobody has marked it: the fact came late
    assert lists.mark_disputed(entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=PLATFORM, now=NOW)
    on_entry_disputed(said, now=NOW)
    assert waiting() == [("suspended", "applied")]
    confirm_lifting(lifting_id=Lifting.objects.get().pk, lifted=True, said="已暂停", actor=clerk, now=NOW)
    lists.end_dispute(entry_id=entry, outcome="维持", ended_on=TODAY, actor=PLATFORM, now=NOW)
    on_entry_disputed(said | {"suspended": False}, now=NOW)
    assert waiting() == [("restored", "applied")]
    assert "移出" not in Lifting.objects.get(why="restored").words.asked  # nobody was removed


def test_who_paused_before_the_entry_left_is_asked_to_go_on_when_it_is_restored(
    bureau: Department, clerk: Actor, entry: int
) -> None:
    case(entry, bureau, **reported(Action.DONE))
    assert lists.mark_disputed(entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=PLATFORM, now=NOW)
    on_entry_disputed({"entry_id": entry, "suspended": True, "marked_on": "2026-11-20"}, now=NOW)
    paused = Lifting.objects.get()
    confirm_lifting(lifting_id=paused.pk, lifted=True, said="已暂停", actor=clerk, now=NOW)
    lists.end_dispute(entry_id=entry, outcome="成立", ended_on=TODAY, actor=PLATFORM, now=NOW)
    release(entry)
    tell(entry)
    assert waiting() == [("left", "applied")]
    restore_entry(entry_id=entry, document_no="撤1号", actor=PLATFORM, now=NOW)
    on_entry_restored({"entry_id": entry}, now=NOW)
    assert waiting() == [("restored", "applied")]


def test_what_is_late_is_chased_daily_and_told_to_the_credit_office_once(bureau: Department, entry: int) -> None:
    office = accounts.department(email="xyb@jianglan.example")
    accounts.user(Role.CREDIT_OFFICE, department=office)
    case(entry, bureau)
    release(entry)
    tell(entry)
    due = Lifting.objects.get().due_on
    assert chase_liftings(today=due, actor=PLATFORM, now=NOW) == 0
    for days in (1, 1, 2):
        chase_liftings(today=due + timedelta(days=days), actor=PLATFORM, now=NOW)
    sent = list(Message.objects.order_by("id").values_list("to", flat=True))
    assert sent.count("bureau@jianglan.example") == 2 and sent.count("xyb@jianglan.example") == 1


def test_the_home_page_has_a_line_for_who_must_and_for_who_watches(
    bureau: Department, clerk: Actor, entry: int
) -> None:
    office = accounts.actor(Role.CREDIT_OFFICE)
    for _ in range(3):
        case(entry, bureau)
    release(entry)
    tell(entry)
    due = Lifting.objects.earliest("pk").due_on
    Lifting.objects.filter(pk=Lifting.objects.earliest("pk").pk).update(due_on=due - timedelta(days=3))

    def lines(actor: Actor, day: date) -> list[tuple[str, str, bool]]:
        return [(one.what, one.about, one.overdue) for one in queue(actor, today=day) if "解除" in one.what]

    assert lines(clerk, due) == [("确认解除措施", "3 项，其中逾期 1 项", True)]
    assert lines(office, due) == [("督办解除确认逾期", "1 项", True)]
    assert lines(office, due - timedelta(days=9)) == []
    assert lines(accounts.actor(Role.UPLOADER), due) == []


def test_the_page_lists_what_waits_and_the_holders_page_who_has_not(
    client: Client, bureau: Department, entry: int
) -> None:
    case(entry, bureau, **reported(Action.DONE))
    release(entry)
    tell(entry)
    row = Lifting.objects.get()
    office = Client()
    office.force_login(accounts.user(Role.CREDIT_OFFICE))
    place = reverse("exchange:holders", args=[entry])
    assert "没有确认解除" in office.get(place).content.decode()
    assert "由实施部门确认" in office.get(reverse("exchange:liftings")).content.decode()
    client.force_login(accounts.user(Role.UPLOADER, department=bureau))
    assert row.case_number in client.get(reverse("exchange:liftings")).content.decode()
    assert client.post(reverse("exchange:lift", args=[row.pk]), {"lifted": "yes", "said": ""}).status_code == 400
    assert client.post(reverse("exchange:lift", args=[row.pk]), {"lifted": "no", "said": ""}).status_code == 302
    assert "没有待确认的解除" in client.get(reverse("exchange:liftings")).content.decode()
    assert "没有实施过" in office.get(place).content.decode()
