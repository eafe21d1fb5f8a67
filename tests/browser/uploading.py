"""What an uploader's browser tests do besides pressing keys: a worker, files filled in and mended, LibreOffice."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connections
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from accounts.models import Department
from collection.models import Batch
from collection.rules.samples import penalty_rows
from collection.services import run_import
from tests.browser.conftest import Desk
from tests.environment import ENGINES
from tests.factories import intake
from toolkit import clock
from tools.places import ROOT

HOME = "/collection/reporting/"
UPLOAD = "/collection/reporting/penalty/file/"
FORM = "/collection/reporting/penalty/form/"
FIRST_ROW = 2  # below the headings, as a spreadsheet counts
LONG = 60_000  # milliseconds: a worker starts, and works a file off


@contextmanager
def a_worker() -> Iterator[None]:
    """A Celery worker on the queue of imports, at this test's database."""
    database = connections.settings["default"]["NAME"]
    command = [sys.executable, "-m", "celery", "-A", "credit_platform", "worker", "-Q", "import", "--pool", "threads"]
    quiet = ["--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    environment = os.environ | {
        "DATABASE_URL": ENGINES.postgres.url(str(database)),
        "DJANGO_SETTINGS_MODULE": "credit_platform.settings",
    }
    worker = subprocess.Popen([*command, *quiet], cwd=ROOT, env=environment)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=20)


def work_off() -> None:
    """What the worker would do at once."""
    for job_id in Batch.objects.filter(state="received").order_by("pk").values_list("job_id", flat=True):
        run_import(job_id=job_id, clock=clock.now)


def good_rows(count: int, department: Department, *, seed: int = 1, bad_share: float = 0.0) -> list[dict[str, str]]:
    """Penalties of that department as it would type them."""
    rows = list(penalty_rows(count, seed=seed, bad_share=bad_share, people_share=0.1, today=clock.today()))
    for row in rows:
        row |= dict.fromkeys(("CF_CFJG", "CF_SJLY"), department.name)
        row |= dict.fromkeys(("CF_CFJGDM", "CF_SJLYDM"), department.code)
    return rows


def spoiled(rows: list[dict[str, str]]) -> dict[int, str]:
    """Scene 6: yuan for ten thousand yuan, O for 0, an end before the start. Row of the file -> the wrong field."""
    fined = next(i for i, row in enumerate(rows) if row["CF_NR_FK"] and "O" not in row["CF_XDR_SHXYM"])
    coded = next(i for i, row in enumerate(rows) if i != fined and "0" in row["CF_XDR_SHXYM"][8:])
    ended = next(i for i in range(len(rows)) if i not in (fined, coded))
    rows[fined]["CF_NR_FK"] = f"{float(rows[fined]['CF_NR_FK']) * 10_000:.0f}"
    code = rows[coded]["CF_XDR_SHXYM"]
    rows[coded]["CF_XDR_SHXYM"] = code[:8] + code[8:].replace("0", "O", 1)
    day = clock.today().fromisoformat(rows[ended]["CF_JDRQ"])
    rows[ended]["CF_YXQ"] = (day - timedelta(days=10)).isoformat()
    return {fined + FIRST_ROW: "CF_NR_FK", coded + FIRST_ROW: "CF_XDR_SHXYM", ended + FIRST_ROW: "CF_YXQ"}


def fill_in(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Type rows into a template, as text, under its own headings."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = {str(cell.value).lstrip("＊"): cell.column for cell in sheet[1]}
    for line, row in enumerate(rows, start=FIRST_ROW):
        for code, text in row.items():
            if text:
                typed = ILLEGAL_CHARACTERS_RE.sub("", text)  # what no spreadsheet program lets anybody type
                sheet.cell(line, place[intake.NAMES[code]], typed)
    book.save(path)


def corrected(path: Path, right: Mapping[int, Mapping[str, str]]) -> None:
    """Mend a returned workbook: the right value into the red cell of each row. By number of the original row."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = {str(cell.value).lstrip("＊"): cell.column for cell in sheet[1]}
    for line in range(2, sheet.max_row + 1):
        for code, text in right.get(int(str(sheet.cell(line, 1).value)), {}).items():
            sheet.cell(line, place[intake.NAMES[code]], text)
    book.save(path)


def through_libreoffice(path: Path, folder: Path) -> Path:
    """The file as LibreOffice opens and saves it; or a skip."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine")
    folder.mkdir()
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [program, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=120)
    return folder / path.name


def template_of(desk: Desk, folder: Path) -> Path:
    """Fetched from the list of items by its link."""
    desk.go(HOME)
    with desk.page.expect_download() as got:
        desk.page.locator("a[href$='/penalty/template.xlsx']").press("Enter")
    path = folder / got.value.suggested_filename
    got.value.save_as(path)
    return path


def send(desk: Desk, path: Path, *, to: str = UPLOAD) -> None:
    """Choose the file and press Enter; the page goes on to the batch."""
    if not desk.page.url.partition("?")[0].endswith(to):
        desk.go(to)
    desk.page.set_input_files("#id_file", path)
    desk.page.locator("#id_file").focus()
    desk.tab_to("button.go")
    with desk.page.expect_navigation(url="**/collection/batches/*/"):
        desk.press("Enter")


def returned_workbook(desk: Desk, folder: Path) -> Path:
    with desk.page.expect_download() as got:
        desk.press("1")
    path = folder / got.value.suggested_filename
    got.value.save_as(path)
    return path


def batch_of(desk: Desk) -> Batch:
    """The batch whose page is open."""
    return Batch.objects.get(pk=int(desk.page.url.partition("/batches/")[2].partition("/")[0]))


def headline(desk: Desk) -> str:
    return desk.page.locator("#batch h1").inner_text()
