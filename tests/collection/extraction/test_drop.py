"""The drop folder: what is taken, what is left alone, what goes back, and that nothing outside is touched."""

import csv
import io
import os
import time
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Department
from collection.models import Batch, Extraction
from collection.services import drop
from collection.services.drop import FolderUnusable, folder_of, make_folder
from collection.services.extracting import run_extraction
from collection.services.extraction import Setup, SetupWrong, save_extraction
from kernel.actor import Role
from office.services import DiskFull
from tests.collection.definitions import GOOD
from tests.collection.items import published_penalty
from tests.conftest import NOW
from tests.factories import accounts
from tests.facts import facts_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def row(data_dir: Path) -> Extraction:
    department: Department = accounts.department()
    setup = Setup(
        name="投递", department_id=department.pk, item_code=published_penalty("penalty-drop"), kind="folder",
        every_minutes=1,
    )  # fmt: skip
    made = save_extraction(
        extraction_id=None, setup=setup, password="", actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW
    )
    found = Extraction.objects.select_related("item").get(pk=made)
    make_folder(row=found)
    return found


def as_csv(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(GOOD))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def lay(row: Extraction, name: str, data: bytes, *, age: float = 61) -> Path:
    path = folder_of(row) / name
    path.write_bytes(data)
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def run(row: Extraction) -> Any:
    Extraction.objects.filter(pk=row.pk).update(last_run_at=None)
    return run_extraction(extraction_id=row.pk, clock=lambda: NOW, actor=accounts.PLATFORM)


def inside(row: Extraction, name: str = "") -> list[str]:
    folder = folder_of(row) / name
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_taken_and_moved_on(row: Extraction) -> None:
    lay(row, "处罚.csv", as_csv(GOOD))
    assert str(run(row)) == "接收文件 1 个。"
    batch = Batch.objects.get()
    assert (batch.channel, batch.extraction_id, batch.department_id, batch.file_name) == (
        "extraction", row.pk, row.department_id, "处罚.csv",
    )  # fmt: skip
    assert inside(row) == []
    file, note = inside(row, "done")
    assert file.startswith("处罚.") and file.endswith(".csv") and note == f"{file}.txt"
    assert f"归集批次：{batch.pk}" in (folder_of(row) / "done" / note).read_text(encoding="utf-8-sig")
    assert Extraction.objects.get(pk=row.pk).last_outcome == "接收文件 1 个。"


def test_what_is_still_being_written_is_left(row: Extraction) -> None:
    lay(row, "young.csv", as_csv(GOOD), age=5)
    for name in ("half.csv.part", "half.tmp", "HALF.TMP", ".hidden.csv"):
        lay(row, name, as_csv(GOOD))
    assert run(row).files == 0
    assert len(inside(row)) == 5 and not Batch.objects.exists()


def test_a_refused_file_comes_with_the_reason(row: Extraction) -> None:
    lay(row, "photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(200))
    lay(row, "good.csv", as_csv(GOOD))
    ran = run(row)
    assert (ran.files, ran.refused) == (1, 1)
    file, note = inside(row, "refused")
    text = (folder_of(row) / "refused" / note).read_text(encoding="utf-8-sig")
    assert file.startswith("photo.") and text.startswith("未接收：") and "重新投递" in text
    names = [name for name, _ in facts_about(f"collection.extraction:{row.pk}")]
    assert "collection.extraction.file_refused" in names


def test_the_same_bytes_again_change_nothing(row: Extraction) -> None:
    for _ in range(2):
        lay(row, "处罚.csv", as_csv(GOOD))
        run(row)
    assert Batch.objects.count() == 1
    notes = [(folder_of(row) / "done" / n).read_text("utf-8-sig") for n in inside(row, "done") if n.endswith(".txt")]
    assert any("此前已接收" in note for note in notes)


def test_no_link_is_followed(row: Extraction, data_dir: Path) -> None:
    secret = data_dir / "secret.csv"
    secret.write_bytes(as_csv(GOOD))
    os.utime(secret, (0, 0))
    (folder_of(row) / "link.csv").symlink_to(secret)
    os.utime(folder_of(row) / "link.csv", (0, 0), follow_symlinks=False)
    assert run(row).files == 0
    assert secret.exists() and not Batch.objects.exists()


@pytest.mark.parametrize("part", ["item", "department", "done"])
def test_a_folder_that_is_a_link_is_not_entered(row: Extraction, data_dir: Path, part: str) -> None:
    outside = data_dir / "outside"
    folder = folder_of(row)
    place = {"item": folder, "department": folder.parent, "done": folder / "done"}[part]
    place.rename(outside)
    place.symlink_to(outside, target_is_directory=True)
    lay(row, "x.csv", as_csv(GOOD))
    assert "投递文件夹不可用" in run(row).failure
    assert not Batch.objects.exists()
    assert list(outside.rglob("*.txt")) == []


def test_a_pipe_and_a_folder_are_no_files(row: Extraction) -> None:
    os.mkfifo(folder_of(row) / "pipe.csv")
    (folder_of(row) / "more.csv").mkdir()
    assert run(row).files == 0


def test_a_full_disk_leaves_the_files(row: Extraction, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(row, "处罚.csv", as_csv(GOOD))

    def full(**said: Any) -> Any:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(drop, "receive_file", full)
        assert "存储空间不足" in run(row).failure
    assert inside(row) == ["处罚.csv"]
    Extraction.objects.filter(pk=row.pk).update(failures=0)
    assert run(row).files == 1


def test_a_file_that_changes_while_it_is_read_waits(row: Extraction, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lay(row, "处罚.csv", as_csv(GOOD))
    receive = drop.receive_file

    def slowly(**said: Any) -> Any:
        received = receive(**said)
        with path.open("ab") as file:
            file.write(b"\r\n")
        return received

    with monkeypatch.context() as patch:
        patch.setattr(drop, "receive_file", slowly)
        assert run(row).files == 0
    assert inside(row) == ["处罚.csv"] and not Batch.objects.exists()


def test_a_name_that_is_no_text(row: Extraction) -> None:
    name = os.fsdecode(b"\xb4\xa6\xb7\xa3.csv")  # GB18030
    lay(row, name, as_csv(GOOD))
    assert run(row).files == 1
    assert "\ufffd" in Batch.objects.get().file_name


def test_a_code_that_leads_out_of_the_folder(data_dir: Path) -> None:
    item = published_penalty("penalty/../../etc")
    setup = Setup(name="投递", department_id=accounts.department().pk, item_code=item, kind="folder")
    with pytest.raises(SetupWrong):
        save_extraction(
            extraction_id=None, setup=setup, password="", actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW
        )


@pytest.mark.parametrize("part", ["drop", "department", "item", "done"])
def test_a_linked_folder_is_not_made_use_of(row: Extraction, tmp_path: Path, part: str) -> None:
    """Nothing is made, read or moved where the link leads."""
    item = folder_of(row)
    place = {"drop": item.parents[1], "department": item.parent, "item": item, "done": item / "done"}[part]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place.rename(tmp_path / "was")
    place.symlink_to(elsewhere)
    with pytest.raises(FolderUnusable):
        make_folder(row=row)
    assert list(elsewhere.iterdir()) == []
