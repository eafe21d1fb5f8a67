"""load_subjects FILE.csv[.gz] [--apply] [--errors FILE]: organisations from a register extract.

Without --apply nothing is written. Wrong rows never stop the right ones; twice changes nothing.
"""

import csv
import getpass
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actor import system
from subjects import services
from subjects.rules.rows import Columns, Row, RowError, columns_of, read_rows
from toolkit import clock
from toolkit.textfiles import csv_rows, open_text

CHUNK = 20_000
SHOWN = 20
FIELDS_LIMIT = 1 << 16


class Command(BaseCommand):
    help = "Load organisations (name, uscc, reg_date, province, city) from a csv; a dry run without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write; without it rows are only judged")
        parser.add_argument("--errors", type=Path, help="write every wrong row to this csv")

    def handle(self, *args: Any, file: Path, apply: bool, errors: Path | None, **options: Any) -> None:
        began = time.monotonic()
        csv.field_size_limit(FIELDS_LIMIT)
        if not file.is_file():
            raise CommandError(f"没有这个文件：{file}")
        report = errors.open("w", encoding="utf-8-sig", newline="") if errors else None
        try:
            good, bad, loaded = self._load(file, apply, report)
        except (OSError, EOFError, zlib.error, csv.Error) as error:
            raise CommandError(f"文件读取失败，已载入的部分保留，修复文件后可重新载入：{error}") from error
        finally:
            if report:
                report.close()
        self._close(good, bad, loaded, apply, time.monotonic() - began, errors)

    def _load(self, file: Path, apply: bool, report: IO[str] | None) -> tuple[int, int, services.Loaded]:
        good = bad = created = known = conflicts = 0
        actor, now = system(f"load_subjects:{getpass.getuser()}"), clock.now()
        writer = csv.writer(report) if report else None
        if writer:
            writer.writerow(("行", "信息项", "值", "原因"))
        chunk: list[Row] = []
        with open_text(file) as text:
            rows = csv_rows(text)
            columns = columns_of(next(rows, []))
            if not isinstance(columns, Columns):
                raise CommandError(columns)
            for outcome in self._outcomes(rows, columns):
                if isinstance(outcome, RowError):
                    bad += 1
                    self._tell(outcome, bad, writer)
                    continue
                good += 1
                chunk.append(outcome)
                if len(chunk) == CHUNK:
                    if apply:
                        part = services.load_rows(rows=chunk, source=file.name, actor=actor, now=now)
                        created, known = created + part.created, known + part.known
                        conflicts += part.conflicts
                    self.stderr.write(f"\r{good + bad} 行", ending="")
                    chunk = []
        if apply and chunk:
            part = services.load_rows(rows=chunk, source=file.name, actor=actor, now=now)
            created, known, conflicts = created + part.created, known + part.known, conflicts + part.conflicts
        if apply and created:
            services.finish_loading(actor=actor)
        return good, bad, services.Loaded(created, known, conflicts)

    def _outcomes(self, rows: Iterator[list[str]], columns: Columns) -> Iterator[Row | RowError]:
        return read_rows(rows, columns, clock.today())

    def _tell(self, error: RowError, number: int, writer: Any) -> None:
        if number <= SHOWN:
            self.stderr.write(str(error))
        elif number == SHOWN + 1:
            self.stderr.write("其余错误行不再逐条显示，可用 --errors 文件 保存全部。")
        if writer:
            value = "'" + error.value if error.value[:1] in ("=", "+", "-", "@") else error.value
            writer.writerow((error.line, error.field, value, error.reason))

    def _close(
        self, good: int, bad: int, loaded: services.Loaded, apply: bool, seconds: float, errors: Path | None
    ) -> None:
        self.stderr.write("")
        if not apply:
            self.stdout.write(f"试运行：{good} 行可以载入，{bad} 行有误，未写入任何数据；确认后加 --apply 载入。")
            return
        self.stdout.write(
            f"载入完成：新增 {loaded.created}，已有 {loaded.known}，名称冲突 {loaded.conflicts}，有误 {bad}；"
            f"用时 {seconds:.1f} 秒。" + (f"错误行见 {errors}。" if errors and bad else "")
        )
