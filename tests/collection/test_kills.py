"""kill -9 of worker, web server and PostgreSQL while a file of penalties comes in: then every row is there once.

Two files in the ordinary run, each killed in several places; ten kills at random moments of 100,000 rows in the soak.
"""

import csv
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.selectors import current_version, definition_of
from collection.rules.samples import penalty_rows, write_csv
from kernel.actor import Role
from tests.collection.counting import wrong_with
from tests.factories import accounts
from tests.machines import Running, machine, session_of
from toolkit import clock

ROWS = 40_000  # what a quick machine does not finish before it is killed
SOAK_ROWS = 100_000
KILLS = 10
ITEM = "penalty"
OVER = "SELECT finished_at IS NOT NULL FROM collection_batch WHERE id = %s"
PLACE = f"/collection/reporting/{ITEM}/file/"


@dataclass(frozen=True)
class Uploader:
    """Somebody who reports penalties on a machine."""

    machine: Running
    session: str
    folder: Path

    def file(self, seed: int, rows: int, *, bad_share: float = 0.03) -> tuple[Path, list[str]]:
        """A file and its document numbers, row by row."""
        item = current_version(ITEM)
        assert item is not None
        definition = definition_of(item.version_id)
        path = self.folder / f"penalties-{seed}.csv"
        write_csv(path, penalty_rows(rows, seed=seed, bad_share=bad_share, today=clock.today()), definition)
        name = definition.by_code[definition.roles.document_no].name
        with path.open(encoding="utf-8-sig", newline="") as file:
            return path, [row[name] for row in csv.DictReader(file)]

    def hand_in(self, path: Path, **fields: str) -> int:
        """The batch's id."""
        place = self.machine.upload(self.session, PLACE, path, **fields)
        return int(place.rstrip("/").rpartition("/")[2])


@pytest.fixture
def uploader(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Running], Uploader]:
    user = accounts.user(Role.UPLOADER, department=accounts.department())
    session = session_of(user)
    return lambda running: Uploader(running, session, tmp_path)


def at(running: Running, batch: int, column: str, count: int) -> None:
    """Wait until so many rows of the batch are checked (checked_to) or taken."""
    asked = f"SELECT {column} >= %s OR finished_at IS NOT NULL FROM collection_batch WHERE id = %s"
    running.until(lambda: running.one(asked, count, batch), f"{column} {count}")
    assert not running.one(OVER, batch), "too late to kill"


def kill(running: Running, name: str) -> None:
    """Kill it, and wait until it is there again."""
    before = running.pid(name)
    running.kill(name)
    running.until(lambda: running.is_up(name, not_pid=before), f"{name} comes back")
    if name == "postgres":
        running.ask("SELECT 1")


def recover(running: Running, batch: int) -> None:
    """Time passes until some worker has the job again, or it is over."""
    attempts = "SELECT attempts FROM office_job WHERE about = %s"
    over = "SELECT finished_at IS NOT NULL FROM office_job WHERE about = %s"
    about = f"collection.batch:{batch}"
    before = running.one(attempts, about)

    def again() -> bool:
        if running.one(over, about) or running.one(attempts, about) > before:
            return True
        running.time_passes()
        time.sleep(3)
        return bool(running.one(attempts, about) > before)

    running.until(again, "a worker takes the job again")


def finished(running: Running, batch: int, rows: list[str]) -> None:
    running.until(lambda: running.one(OVER, batch), "the end", 300)
    assert wrong_with(running.ask, batch, rows) == []


def verified(running: Running) -> None:
    """The audit chain holds, and what waits is delivered."""
    running.manage("seal_audit")
    assert "问题 0 处" in running.manage("verify_audit")


def test_killed_in_the_middle_every_row_is_there_once(
    uploader: Callable[[Running], Uploader], monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine(monkeypatch) as running:
        user = uploader(running)
        path, numbers = user.file(1, ROWS)
        running.services.start_application()
        running.until(running.is_ready, "the web server")

        batch = user.hand_in(path)
        at(running, batch, "checked_to", ROWS // 4)
        kill(running, "worker")
        recover(running, batch)
        kill(running, "web")
        at(running, batch, "taken", 1)
        kill(running, "postgres")
        recover(running, batch)
        finished(running, batch, numbers)

        path, numbers = user.file(2, ROWS)
        running.until(running.is_ready, "the web server after the kill")
        before = set(running.files("files", "tmp"))
        running.upload_half(user.session, PLACE, path, lambda: kill(running, "web"))
        assert set(running.files("files", "tmp")) == before, "half an upload stays"
        assert running.one("SELECT count(*) FROM collection_batch") == 1
        running.until(running.is_ready, "the web server after the second kill")
        again = user.hand_in(path)
        at(running, again, "checked_to", ROWS // 4)
        kill(running, "postgres")
        recover(running, again)
        at(running, again, "taken", 1)
        kill(running, "worker")
        recover(running, again)
        finished(running, again, numbers)
        verified(running)


@pytest.mark.soak
def test_killed_ten_times_at_random_moments(
    uploader: Callable[[Running], Uploader], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20261122)
    batches: list[tuple[int, list[str]]] = []
    with machine(monkeypatch) as running:
        user = uploader(running)
        running.services.start_application()
        running.until(running.is_ready, "the web server")
        for _ in range(KILLS):
            if not batches or running.one(OVER, batches[-1][0]):
                path, numbers = user.file(len(batches) + 1, SOAK_ROWS)
                running.until(running.is_ready, "the web server")
                batches.append((user.hand_in(path), numbers))
            time.sleep(chance.uniform(0.3, 8))
            victim = chance.choice(["worker", "worker", "postgres", "postgres", "web"])
            kill(running, victim)
            if victim != "web":
                recover(running, batches[-1][0])
        for batch, _ in batches:
            running.until(lambda batch=batch: running.one(OVER, batch), "the end", 300)
        for batch, numbers in batches:
            finished(running, batch, numbers)
        verified(running)


@pytest.mark.soak
def test_all_or_nothing_killed_has_taken_nothing(
    uploader: Callable[[Running], Uploader], monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine(monkeypatch) as running:
        user = uploader(running)
        path, numbers = user.file(1, SOAK_ROWS, bad_share=0)
        running.services.start_application()
        running.until(running.is_ready, "the web server")
        batch = user.hand_in(path, all_or_nothing="1")
        for victim in ("worker", "postgres"):
            running.until(
                lambda: running.one("SELECT state FROM collection_batch WHERE id = %s", batch) == "taking", "taking"
            )
            time.sleep(2)
            kill(running, victim)
            assert running.one("SELECT count(*) FROM collection_record WHERE batch_id = %s", batch) == 0
            recover(running, batch)
        finished(running, batch, numbers)
        verified(running)
