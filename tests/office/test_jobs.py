"""Jobs: one worker at a time, taken up again when it dies, stopped and resumed by a person."""

from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from audit.models import Event
from kernel.actor import Actor, Kind, system
from office import services, tasks
from office.models import Job
from office.selectors import JobValue, job_of, jobs_of
from office.services.jobs import ATTEMPTS, LEASE
from tests.conftest import NOW
from tests.together import at_once

WORKER = system("run_import")
SENDER = Actor(kind=Kind.USER, name="sj01", id=3)
TASK = "collection.tasks.run_import"
LATER = NOW + LEASE


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the jobs whose task was sent."""
    ids: list[int] = []

    def send(self: Celery, name: str, *, kwargs: dict[str, int], retry: bool, **_: Any) -> None:
        assert (name, retry) == (TASK, False)
        ids.append(kwargs["job_id"])

    monkeypatch.setattr(Celery, "send_task", send)  # of the class: "the current app" differs from thread to thread
    return ids


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("Error 111 connecting")

    monkeypatch.setattr(Celery, "send_task", away)


def open_job() -> int:
    return services.open_job(task=TASK, about="collection.batch:5", actor=SENDER, now=NOW)


def seen(job_id: int) -> JobValue:
    value = job_of(job_id)
    assert value is not None
    return value


def held() -> tuple[int, int]:
    """A running job and its attempt."""
    job_id = open_job()
    return job_id, services.claim(job_id=job_id, now=NOW)


def step(job_id: int, attempt: int, done: int = 10, **other: Any) -> bool:
    given = {"total": 100, "stage": "逐行校验", "now": NOW}
    return services.step(job_id=job_id, attempt=attempt, done=done, **given | other)


@pytest.mark.django_db
class TestLife:
    def test_it_is_sent_after_the_commit(self, sent: list[int], django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            job_id = open_job()
            assert sent == []
        assert sent == [job_id]
        value = seen(job_id)
        assert (value.state, value.label, value.percent, value.is_over) == ("queued", "排队中", None, False)
        assert Event.objects.get(about=f"office.job:{job_id}").name == "office.job.opened"

    def test_claimed_stepped_finished(self, sent: list[int]) -> None:
        job_id, attempt = held()
        assert attempt == 1
        assert services.claim(job_id=job_id, now=NOW) == 0, "it is another worker's"
        assert step(job_id, attempt, 45) is True
        value = seen(job_id)
        assert (value.state, value.stage, value.percent, value.done) == ("running", "逐行校验", 45, 45)
        services.finish_job(job_id=job_id, attempt=attempt, actor=WORKER, now=NOW)
        assert seen(job_id).is_over and seen(job_id).label == "已完成"
        assert services.claim(job_id=job_id, now=NOW) == 0, "it is over"
        with pytest.raises(services.JobTaken):
            step(job_id, attempt)
        fact = Event.objects.get(name="office.job.ended", about=f"office.job:{job_id}")
        assert fact.payload["state"] == "done"

    def test_it_may_fail_and_go_on(self, sent: list[int], django_capture_on_commit_callbacks: Any) -> None:
        job_id, attempt = held()
        services.fail_job(job_id=job_id, attempt=attempt, failure="文件已损坏。", actor=WORKER, now=NOW)
        assert (seen(job_id).failure, seen(job_id).may_resume) == ("文件已损坏。", True)
        with django_capture_on_commit_callbacks(execute=True):
            services.resume_job(job_id=job_id, actor=SENDER, now=NOW)
        assert sent[-1] == job_id and seen(job_id).failure == ""
        assert services.claim(job_id=job_id, now=NOW) == 2
        with pytest.raises(services.JobTaken):
            services.fail_job(job_id=job_id, attempt=attempt, failure="旧", actor=WORKER, now=NOW)

    def test_what_is_done_or_unknown_does_not_go_on(self, sent: list[int]) -> None:
        job_id, attempt = held()
        with pytest.raises(services.JobNotStopped):
            services.resume_job(job_id=job_id, actor=SENDER, now=NOW)
        services.finish_job(job_id=job_id, attempt=attempt, actor=WORKER, now=NOW)
        with pytest.raises(services.JobNotStopped):
            services.resume_job(job_id=job_id, actor=SENDER, now=NOW)
        with pytest.raises(services.JobOver):
            services.ask_cancel(job_id=job_id, actor=SENDER, now=NOW)
        with pytest.raises(services.JobUnknown):
            services.ask_cancel(job_id=0, actor=SENDER, now=NOW)
        assert services.claim(job_id=0, now=NOW) == 0 and job_of(0) is None

    def test_a_list_reads_its_jobs_at_once(self, sent: list[int], django_assert_num_queries: Any) -> None:
        ids = {open_job(), open_job()}
        with django_assert_num_queries(1):
            assert set(jobs_of(ids)) == ids


@pytest.mark.django_db
class TestStop:
    def test_nobody_is_at_it(self, sent: list[int]) -> None:
        job_id = open_job()
        assert services.ask_cancel(job_id=job_id, actor=SENDER, now=NOW) is True
        assert seen(job_id).state == "cancelled"
        assert services.claim(job_id=job_id, now=NOW) == 0

    def test_the_worker_hears_of_it_at_its_next_step(self, sent: list[int]) -> None:
        job_id, attempt = held()
        assert services.ask_cancel(job_id=job_id, actor=SENDER, now=NOW) is False
        assert services.ask_cancel(job_id=job_id, actor=SENDER, now=NOW) is False
        assert Event.objects.filter(name="office.job.stop_asked").count() == 1, "asked twice, said once"
        assert seen(job_id).stopping
        assert step(job_id, attempt) is False
        services.cancel_job(job_id=job_id, attempt=attempt, actor=WORKER, now=NOW)
        value = seen(job_id)
        assert (value.state, value.done, value.stopping, value.may_resume) == ("cancelled", 10, False, True)

    def test_a_dead_worker_was_asked(self, sent: list[int]) -> None:
        job_id, _ = held()
        services.ask_cancel(job_id=job_id, actor=SENDER, now=NOW)
        assert services.sweep_jobs(now=LATER) == 1
        attempt = services.claim(job_id=job_id, now=LATER)
        assert attempt == 2 and step(job_id, attempt, now=LATER) is False

    def test_the_wish_is_taken_back(self, sent: list[int]) -> None:
        job_id, attempt = held()
        services.ask_cancel(job_id=job_id, actor=SENDER, now=NOW)
        services.resume_job(job_id=job_id, actor=SENDER, now=NOW)
        assert step(job_id, attempt) is True


@pytest.mark.django_db
class TestSweep:
    def test_what_runs_is_left_alone(self, sent: list[int]) -> None:
        job_id, attempt = held()
        assert services.sweep_jobs(now=LATER - timedelta(seconds=1)) == 0
        step(job_id, attempt, now=LATER)
        assert services.sweep_jobs(now=LATER + timedelta(seconds=1)) == 0

    def test_a_dead_workers_job_goes_to_another(self, sent: list[int]) -> None:
        job_id, first = held()
        step(job_id, first, 40)
        assert services.sweep_jobs(now=LATER) == 1 and sent == [job_id]
        second = services.claim(job_id=job_id, now=LATER)
        assert (first, second) == (1, 2)
        for late in (
            lambda: step(job_id, first, 50),
            lambda: services.finish_job(job_id=job_id, attempt=first, actor=WORKER, now=LATER),
            lambda: services.cancel_job(job_id=job_id, attempt=first, actor=WORKER, now=LATER),
        ):
            with pytest.raises(services.JobTaken):
                late()
        assert seen(job_id).done == 40

    def test_without_a_broker_the_row_waits(
        self, no_broker: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            job_id = open_job()
        assert services.sweep_jobs(now=NOW) == 0, "still no broker"
        found: list[int] = []
        monkeypatch.setattr(Celery, "send_task", lambda self, name, *, kwargs, **_: found.append(kwargs["job_id"]))
        assert services.sweep_jobs(now=NOW) == 1 and found == [job_id], "it does not wait for the lease"
        assert services.sweep_jobs(now=NOW) == 0, "the message is under way"

    def test_a_lost_message_is_sent_again(self, sent: list[int]) -> None:
        open_job()
        assert services.sweep_jobs(now=NOW) == 0
        assert services.sweep_jobs(now=LATER) == 1

    def test_after_so_many_deaths_it_is_given_up(
        self, sent: list[int], django_capture_on_commit_callbacks: Any
    ) -> None:
        job_id, moment = open_job(), NOW
        for attempt in range(1, ATTEMPTS + 1):
            assert services.claim(job_id=job_id, now=moment) == attempt
            moment += LEASE
            assert services.sweep_jobs(now=moment) == (attempt < ATTEMPTS)
        value = seen(job_id)
        assert value.state == "failed" and "继续处理" in value.failure
        assert Event.objects.get(name="office.job.ended").actor == "system:sweep_jobs"
        services.resume_job(job_id=job_id, actor=SENDER, now=moment)
        assert services.claim(job_id=job_id, now=moment) == ATTEMPTS + 1, "a person gives it as many again"

    def test_a_lease_from_a_clock_that_was_set_back_is_none(self, sent: list[int]) -> None:
        held()
        assert services.sweep_jobs(now=NOW - timedelta(minutes=1)) == 0
        assert services.sweep_jobs(now=NOW - timedelta(days=7)) == 1

    def test_the_task(self, sent: list[int], frozen: Any) -> None:
        job_id = open_job()
        Job.objects.filter(pk=job_id).update(lease_until=NOW)
        assert tasks.sweep_jobs() == 1 and sent == [job_id]


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_many_one_gets_it(self, sent: list[int]) -> None:
        for _ in range(5):
            job_id = open_job()
            got = at_once(lambda job_id=job_id: services.claim(job_id=job_id, now=NOW), hands=6)
            assert sorted(got) == [0, 0, 0, 0, 0, 1]

    def test_two_sweeps_send_it_once(self, sent: list[int]) -> None:
        held()
        assert sorted(at_once(lambda: services.sweep_jobs(now=LATER), hands=4)) == [0, 0, 0, 1]
        assert len(sent) == 2  # when it was opened, and by the one sweep

    def test_the_sweep_does_not_take_it_from_a_worker_in_the_middle_of_a_chunk(self, sent: list[int]) -> None:
        """Its lease has lapsed, but the chunk that it steps in is not committed yet."""
        job_id, attempt = held()
        with transaction.atomic():
            step(job_id, attempt)
            assert at_once(lambda: services.sweep_jobs(now=LATER), hands=1) == [0]
        assert services.sweep_jobs(now=LATER) == 1

    def test_a_worker_that_was_given_up_loses_its_chunk(self, sent: list[int]) -> None:
        job_id, attempt = held()
        services.sweep_jobs(now=LATER)
        with pytest.raises(services.JobTaken), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE a_chunk ()")
            step(job_id, attempt)
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('a_chunk')")
            assert cursor.fetchone() == (None,)
