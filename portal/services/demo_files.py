"""Files that a presenter needs in hand: the spreadsheet of scene six."""

import tempfile
from datetime import date
from pathlib import Path

from django.db import connection

from accounts.selectors import department_by_code
from catalog.selectors import current_version, definition_of
from collection.rules.samples import write_xlsx
from kernel.workdays import shift
from office.selectors import calendar
from portal.rules.city_reports import SCENE_SIX_ROWS, scene_six
from portal.services.files import demo

BUREAU = "11339900009910297B"
FILE_NAME = "生态环境局行政处罚20条.xlsx"
DAYS = range(2, 6)  # working days ago: within the seven of 双公示


def scene_six_file(*, today: date) -> bytes:
    """Twenty penalties of the environment bureau of the last days, three of them wrong, under the headings of the
    template. The subjects are firms of the demo city.
    """
    version = current_version("penalty")
    assert version is not None
    bureau, days = department_by_code(BUREAU), calendar()
    rows = scene_six(
        subjects=_firms(),
        department=bureau.name,
        code=bureau.code,
        decided=[shift(today, -back, days) for back in DAYS],
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.xlsx"
        write_xlsx(path, rows, definition_of(version.version_id))
        return path.read_bytes()


def _firms() -> list[tuple[str, str]]:
    """Legal persons of the city that nobody in the story is: (code, name), always the same."""
    cast = [one["uscc"] for one in demo("cast")["subjects"]]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT uscc, name FROM subjects_pub_subject
            WHERE kind = 'legal_person' AND uscc <> ALL(%s) AND uscc IS NOT NULL ORDER BY id LIMIT %s""",
            [cast, SCENE_SIX_ROWS],
        )
        return [(uscc, name) for uscc, name in cursor.fetchall()]
