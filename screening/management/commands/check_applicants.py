"""Check every row of a spreadsheet: check_applicants FILE --department CODE --matter CODE --out RESULT.xlsx"""

import dataclasses
import json
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.selectors import department_by_code
from kernel.actor import system
from kernel.errors import Refusal
from screening.services.batch import RowAnswer, check_rows, demand_department, open_sheet, write_answers
from toolkit import clock

EVERY = 500  # rows between two lines of progress


class Command(BaseCommand):
    help = (
        "Check the applicants of a spreadsheet (xlsx, xls, csv); the answers are written beside the user's own rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--department", required=True, help="unified code of the implementing department")
        parser.add_argument("--matter", required=True)
        parser.add_argument("--stage", default="before", choices=["before", "during", "after"])
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--json", action="store_true", help="one JSON line with the counts at the end")

    def handle(self, *args: Any, file: Path, out: Path, **options: Any) -> None:
        started = time.monotonic()
        try:
            department = department_by_code(options["department"])
            demand_department(matter_code=options["matter"], department_id=department.id)
            sheet, code, name = open_sheet(file)
            answers = check_rows(
                rows=sheet.rows,
                code_column=code,
                name_column=name,
                matter_code=options["matter"],
                stage=options["stage"],
                run=uuid.uuid4().hex,
                actor=dataclasses.replace(system("check_applicants"), department_id=department.id),
                now=clock.now(),
            )
            counts = write_answers(path=out, headers=sheet.headers, answers=self._watched(answers))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"不能读写文件：{error}") from error
        checked = sum(counts.values())
        seconds = round(time.monotonic() - started, 2)
        self.stdout.write(
            f"{checked} 行：命中 {counts['hit']}，未命中 {counts['clear']}，未能核查 {counts['could_not_check']}；"
            f"用时 {seconds} 秒，结果见 {out}"
        )
        if options["json"]:
            self.stdout.write(json.dumps({"checked": checked, **counts, "seconds": seconds, "out": str(out)}))

    def _watched(self, answers: Iterable[RowAnswer]) -> Iterator[RowAnswer]:
        for done, answer in enumerate(answers, start=1):
            yield answer
            if done % EVERY == 0:
                self.stderr.write(f"已核查 {done} 行")
