"""The file of results from above: xlsx or csv, its columns by their headings."""

from typing import BinaryIO

from collection.rules.sheets import column_of, read_sheet, require_column
from kernel.identifiers import normalise_code, uscc_problem
from repair.rules.states import Target
from repair.services.results import MOST, Said, TooMany, read_result

UPSTREAM_NO = ("上级编号", "申请编号", "修复编号", "受理编号")
CODE = ("统一社会信用代码", "信用代码")
DOCUMENT = ("文号", "决定书文号", "行政处罚决定书文号", "列入决定书文号")
DAY = ("修复日期", "准予修复日期", "决定日期")
KIND = ("信息种类", "种类")
AUTHORITY = ("认定单位", "处罚机关", "认定部门")


def read_results(*, stream: BinaryIO) -> tuple[list[Said], list[str]]:
    """The results of a file, and what is wrong with which row: those rows are left out.

    Raises collection.rules.sheets.FileRefused (unreadable, too large, a column is not there), TooMany.
    """
    sheet = read_sheet(stream, expected=[*UPSTREAM_NO, *CODE, *DOCUMENT, *DAY])
    numbers = require_column(sheet.headers, UPSTREAM_NO)
    codes = require_column(sheet.headers, CODE)
    documents = require_column(sheet.headers, DOCUMENT)
    days = require_column(sheet.headers, DAY)
    kinds, authorities = column_of(sheet.headers, KIND), column_of(sheet.headers, AUTHORITY)
    said: list[Said] = []
    faults: list[str] = []
    for row in sheet.rows:
        code = normalise_code(row.cells[codes])
        listed = "名单" in (row.cells.get(kinds, "") if kinds else "")
        read = read_result(
            {
                "upstream_no": row.cells[numbers].strip(),
                "code": code,
                "document_no": row.cells[documents],
                "target": (Target.ENTRY if listed else Target.RECORD).value,
                "repaired_on": row.cells[days].strip().replace("/", "-")[:10],
                "authority": row.cells.get(authorities, "").strip() if authorities else "",
            }
        )
        if problem := uscc_problem(code):
            faults.append(f"第 {row.number} 行“统一社会信用代码”：{problem}")
        elif read is None or not read.upstream_no or not read.document_no:
            faults.append(
                f"第 {row.number} 行：上级编号、文号不得为空，修复日期应为如 2026-11-20 的写法。请改正后重新上传。"
            )
        else:
            said.append(read)
        if len(said) > MOST:
            raise TooMany
    return said, faults
