"""A day's files made by a worker: asked for once, made file by file, gone on with after a death, stopped."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import Event
from collection.handlers import on_job_ended
from collection.models import Handover, HandoverRun
from collection.services import receive_rows, upward
from collection.services.extraction import NotYourIntake
from collection.services.handing import STOPPED, RunNotFound, RunOver, ask_handover, run_handover, stop_handover
from collection.services.upward import HandoverUnfinished, NothingToHandUp, handover_file, mark_handed
from kernel.actor import Actor, Role
from office.models import Job
from office.services import sweep_jobs
from tests.collection.definitions import GOOD
from tests.collection.items import published_penalty
from tests.conftest import NOW
from tests.factories import accounts
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db
DAY = day_of(NOW)
LATER = NOW + timedelta(minutes=3)  # the lease of whoever died is over
NUMBERS = [f"江环罚〔2026〕{number}号" for number in range(101, 106)]


@pytest.fixture
def office() -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


@pytest.fixture
def item(monkeypatch: pytest.MonkeyPatch) -> str:
    """With five records of today; a file holds two."""
    monkeypatch.setattr(upward, "PART", 2)
    code = published_penalty("penalty-up")
    receive_rows(
        item_code=code, rows=[GOOD | {"CF_WSH": number} for number in NUMBERS], channel="page", call_key="call-1",
        department_id=accounts.department().pk, all_or_nothing=False, actor=accounts.PLATFORM, now=NOW,
    )  # fmt: skip
    return code


def asked(item: str, office: Actor) -> HandoverRun:
    return HandoverRun.objects.get(pk=ask_handover(item_code=item, day=DAY, actor=office, now=NOW))


def work(run: HandoverRun, at: Any = NOW) -> HandoverRun:
    run_handover(job_id=run.job_id or 0, clock=lambda: at)
    return HandoverRun.objects.select_related("job").get(pk=run.pk)


def told(office: Actor) -> list[str]:
    """The numbers in all files, in their order."""
    found = []
    for pk in Handover.objects.order_by("number").values_list("pk", flat=True):
        _, stream = handover_file(handover_id=pk, kind="xml", actor=office, now=NOW)
        with stream:
            text = stream.read().decode()
        found += [number for number in NUMBERS if number in text]
    return found


def facts(run: HandoverRun) -> list[tuple[str, str]]:
    rows = Event.objects.filter(about=f"collection.handoverrun:{run.pk}").order_by("id")
    return list(rows.values_list("name", "actor"))


def test_asked_for_and_made(item: str, office: Actor) -> None:
    run = asked(item, office)
    assert asked(item, office) == run and not Handover.objects.exists()
    run = work(run)
    assert told(office) == NUMBERS and (run.files, run.dealt_with, run.trouble) == (3, 5, "")
    assert run.job and (run.job.state, run.job.done, run.job.total) == ("done", 5, 5)
    assert facts(run) == [("collection.handover.asked", office.key), ("collection.handover.ended", office.key)]
    assert set(Handover.objects.order_by("id").values_list("made_by", flat=True)) == {office.key}
    assert work(run).files == 3 and Handover.objects.count() == 3  # called once more
    again = work(asked(item, office))
    assert again.pk != run.pk and list(Handover.objects.order_by("id").values_list("number", flat=True)) == [
        *range(1, 7)
    ]


def test_a_worker_dies_between_two_files(item: str, office: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(item, office)
    make = upward.as_xlsx

    def dies(cover: Any, records: Any, fields: Any) -> bytes:
        if cover.number == 2:
            raise MemoryError
        return make(cover, records, fields)

    with monkeypatch.context() as patch:
        patch.setattr(upward, "as_xlsx", dies)
        with pytest.raises(MemoryError):
            work(run)
    assert told(office) == NUMBERS[:2]
    with pytest.raises(HandoverUnfinished):
        mark_handed(handover_id=Handover.objects.get().pk, note="省平台", actor=office, now=NOW)
    assert sweep_jobs(now=LATER) == 1
    run = work(run, LATER)
    assert told(office) == NUMBERS and run.trouble == "" and Handover.objects.count() == 3
    mark_handed(handover_id=Handover.objects.get(number=1).pk, note="省平台", actor=office, now=NOW)


def test_stopped_after_a_file_and_asked_for_anew(item: str, office: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(item, office)
    make = upward.as_xlsx

    def meanwhile(cover: Any, records: Any, fields: Any) -> bytes:
        Job.objects.update(cancel_asked=True)
        return make(cover, records, fields)

    with monkeypatch.context() as patch:
        patch.setattr(upward, "as_xlsx", meanwhile)
        run = work(run)
    assert told(office) == NUMBERS[:2] and run.trouble == STOPPED and run.job and run.job.state == "cancelled"
    with pytest.raises(HandoverUnfinished):
        mark_handed(handover_id=Handover.objects.get().pk, note="省平台", actor=office, now=NOW)
    with pytest.raises(RunOver):
        stop_handover(run_id=run.pk, actor=office, now=NOW)
    assert work(asked(item, office)).trouble == "" and Handover.objects.count() == 4


def test_stopped_in_the_queue_given_up_and_refused(item: str, office: Actor) -> None:
    run = asked(item, office)
    with pytest.raises(NotYourIntake):
        stop_handover(run_id=run.pk, actor=accounts.actor(Role.UPLOADER), now=NOW)
    with pytest.raises(RunNotFound):
        stop_handover(run_id=run.pk + 1, actor=office, now=NOW)
    stop_handover(run_id=run.pk, actor=office, now=NOW)
    assert work(run).trouble == STOPPED and not Handover.objects.exists()

    run = asked(item, office)
    fact = {"job_id": run.job_id, "about": f"collection.handoverrun:{run.pk}", "state": "failed"}
    on_job_ended(fact, now=NOW)  # not true: nothing
    assert HandoverRun.objects.get(pk=run.pk).finished_at is None
    Job.objects.filter(pk=run.job_id).update(
        state="failed", failure="处理多次中断。", finished_at=NOW, lease_until=None
    )
    for _ in range(2):
        on_job_ended(fact, now=NOW)
    assert HandoverRun.objects.get(pk=run.pk).trouble == "处理多次中断。" and len(facts(run)) == 2

    closed = published_penalty("penalty-closed", sharing_scope="不予共享")
    receive_rows(
        item_code=closed, rows=[GOOD], channel="page", call_key="call-2", department_id=accounts.department().pk,
        all_or_nothing=False, actor=accounts.PLATFORM, now=NOW,
    )  # fmt: skip
    run = work(asked(closed, office))
    assert "不得上报" in run.trouble and run.job and run.job.state == "done" and not Handover.objects.exists()
    with pytest.raises(NothingToHandUp):
        ask_handover(item_code=item, day=DAY - timedelta(days=9), actor=office, now=NOW)
