"""The process that `report_pdf` measures: `report_run RECORDS`. Prints one JSON object."""

import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

# after setup(): these import models
import typst  # noqa: E402
from django.db import connection  # noqa: E402
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402

from collection.models import Record  # noqa: E402
from collection.services import take_record  # noqa: E402
from kernel.actor import Actor, system, visitor  # noqa: E402
from office.services import open_file  # noqa: E402
from office.services.letters import fonts  # noqa: E402
from reports.models import Report  # noqa: E402
from reports.rules.issuing import Channel, Edition  # noqa: E402
from reports.selectors.gathering import gather  # noqa: E402
from reports.services import Asked, issue  # noqa: E402
from reports.services.layout import Heading, layout  # noqa: E402
from subjects.selectors import subject_of  # noqa: E402
from subjects.services import register_organisation  # noqa: E402
from toolkit import clock  # noqa: E402

TIMES = 15
PENALTY = {
    "CF_WFXW": "违反污染防治管理制度",
    "CF_SY": "超过水污染物排放标准排放水污染物，经责令改正后逾期未改正，情节严重，证据充分",
    "CF_YJ": "《中华人民共和国水污染防治法》第八十三条第（二）项、《中华人民共和国行政处罚法》第二十八条",
    "CF_CFLB": "罚款",
    "CF_NR": "责令改正违法行为，处罚款人民币十二万元整",
    "CF_NR_FK": "12",
    "CF_CFJG": "江澜市生态环境局",
}
PLAIN = """#let d = json(bytes(sys.inputs.data))
#set text(font: "Noto Serif SC", size: 10pt, lang: "zh", fallback: false)
#for line in d { par(line) }
"""


def main(records: int) -> dict[str, Any]:
    firm = _firm(records)
    actor = visitor(1, subjects=frozenset({firm}))
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "plain.typ"
        template.write_text(PLAIN, encoding="utf-8")
        words = _words(firm)
        report = Report.objects.get(pk=_issue(firm, actor))  # the first of a process reads fonts and definitions
        ours, floor = [], []
        for number in range(TIMES):
            ours.append(_timed(lambda: _issue(firm, actor)))
            lines = json.dumps([*words, str(number)], ensure_ascii=False)  # else typst remembers
            floor.append(_timed(lambda lines=lines: _plain(template, lines)))  # type: ignore[misc]
    with open_file(file_id=report.file_id) as stream:
        body = stream.read()
    return {
        "clock_ms": [one[0] for one in ours],
        "processor_ms": [one[1] for one in ours],
        "floor_clock_ms": [one[0] for one in floor],
        "floor_processor_ms": [one[1] for one in floor],
        "bytes": len(body),
        "pages": int(PdfFileReader(io.BytesIO(body)).root["/Pages"]["/Count"]),
    }


def _firm(records: int) -> int:
    now, actor = clock.now(), system("bench")
    firm = register_organisation(
        kind="legal_person", name="江澜排污大户有限公司", uscc="91339902MA9K5L6Y29", registered_on=date(2015, 3, 1),
        division_code="339901", actor=actor, now=now,
    )  # fmt: skip
    take_record(
        subject_id=firm, raised=[], item_code="penalty", document_no="江环罚〔2026〕0号",
        authority="江澜市生态环境局", authority_department_id=None, decided_on=date(2026, 8, 12),
        procedure="普通程序", grade="一般",
        publicity_state="公示中", publicity_until=date(2099, 1, 1), content=PENALTY, actor=actor, now=now,
    )  # fmt: skip
    sample = Record.objects.get(subject_id=firm)
    same = {field.attname: getattr(sample, field.attname) for field in Record._meta.concrete_fields}
    rows = []
    for number in range(1, records):
        day = date(2026, 1, 1) + timedelta(days=number % 300)
        own = {"id": sample.pk + number, "document_no": f"江环罚〔2026〕{number}号", "decided_on": day}
        content = PENALTY | {"CF_NR": f"责令改正违法行为，处罚款人民币{number}元整"}
        rows.append(Record(**same | own | {"content": content}))
    Record.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE collection_record")
    return firm


def _issue(firm: int, actor: Actor) -> int:
    asked = Asked(edition=Edition.OWN, channel=Channel.PORTAL, purpose="主体申请")
    return issue(subject_id=firm, asked=asked, actor=actor, now=clock.now())


def _words(firm: int) -> list[str]:
    subject = subject_of(firm)
    assert subject is not None
    today = clock.today()
    found = gather(subject, on=today, edition=Edition.OWN, limit=10**6)
    heading = Heading(
        city="", number="", on=today, edition=Edition.OWN, purpose="", code="", page="", picture=""
    )  # fmt: skip
    return ["　".join(item) for part in layout(found, heading)["sections"] for item in part["items"]]


def _plain(template: Path, lines: str) -> None:
    typst.compile(template, font_paths=fonts(), sys_inputs={"data": lines}, timestamp=0)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of this process's processors."""
    used, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    clock_ms, after = (time.perf_counter() - began) * 1000, resource.getrusage(resource.RUSAGE_SELF)
    return clock_ms, (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) * 1000


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
