"""Files that a presenter needs in hand: the list of scene five, the spreadsheet of scene six."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import connection
from xlsxwriter import Workbook

from accounts.selectors import department_by_code
from catalog.selectors import current_version, definition_of
from collection.rules.samples import write_xlsx
from kernel.workdays import shift
from office.selectors import calendar
from portal.rules.city_reports import SCENE_SIX_ROWS, scene_six
from portal.services.files import demo

BUREAU = "11339900009910297B"
FILE_NAME = "生态环境局行政处罚20条.xlsx"
LIST_FILE_NAME = "重大税收违法失信主体名单_本周.xlsx"
LIST_HEADINGS = ("纳税人名称", "统一社会信用代码", "公告号", "认定部门", "列入事由", "列入日期", "有效期止")
TAX_LIST, GONE = "L5", 41  # of a hundred rows of the tax list, so many are missing this week
HELD = """SELECT s.name, s.uscc, b.document_no, b.authority, b.ground, b.valid_from, b.valid_until
FROM redblack_pub_binding b JOIN collection_pub_source z ON z.id = b.source_id AND z.code = %s
JOIN subjects_pub_subject s ON s.id = b.subject_id
WHERE b.rev_to IS NULL AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %s)
  AND s.uscc IS NOT NULL ORDER BY b.entry_id"""
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


def scene_five_file(*, today: date) -> bytes:
    """This week's tax list, which lost 41 of 100 rows on the way: what the platform holds, with gaps."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        with Workbook(path) as book:
            sheet = book.add_worksheet("名单")
            sheet.write_row(0, 0, LIST_HEADINGS)
            for number, row in enumerate(_left_over(today), start=1):
                sheet.write_row(number, 0, row)
        return path.read_bytes()


def _left_over(today: date) -> Iterator[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, [TAX_LIST, today])
        rows = cursor.fetchall()
    for number, row in enumerate(rows):
        if (number + 1) * GONE // 100 == number * GONE // 100:  # missing rows are spread evenly
            yield ["" if cell is None else str(cell) for cell in row]


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
