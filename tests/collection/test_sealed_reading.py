"""Reading goes on from the sealed copy: what happens to the file that was handed in does not matter any more."""

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from collection.rules.samples import penalty_rows, write_csv, write_xlsx
from collection.rules.sheets import BULK, read_sheet
from collection.rules.stamp import Stamp, stamp_in
from collection.rules.template import template
from office.services import open_file, store_file
from tests.collection.files import TODAY, definition
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILES_DIR, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "files", tmp_path / "tmp"
    settings.FILES_DIR.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


def stored(path: Path, now: datetime) -> int:
    with path.open("rb") as stream:
        return store_file(stream=stream, name=path.name, keep_until=None, limit=BULK.size, actor=PLATFORM, now=now).id


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_file_that_changes_while_it_is_read(suffix: str, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / f"a{suffix}"
    rows = list(penalty_rows(3_000, bad_share=0, today=TODAY))
    (write_csv if suffix == ".csv" else write_xlsx)(path, rows, definition())
    was = list(read_sheet(path, limits=BULK).lines)
    file_id = stored(path, now)
    with open_file(file_id=file_id) as stream:
        lines = read_sheet(stream, limits=BULK).lines
        first = [next(lines) for _ in range(10)]
        path.write_bytes(b"somebody saves it again")
        path.unlink()
        assert [*first, *lines] == was and len(was) == 3_000


def test_a_stamp_is_found_in_the_sealed_copy(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(template(definition(version=6)))
    with open_file(file_id=stored(path, now)) as stream:
        assert stamp_in(stream) == Stamp("penalty", 6)
        assert not stream.closed
