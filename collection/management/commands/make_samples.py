"""A file of sample rows of an item as departments would send it: for a demonstration, a drill, a measurement."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog import selectors
from collection.rules.samples import penalty_rows, permit_rows, write_csv, write_xlsx

MAKERS = {"penalty": penalty_rows, "permit": permit_rows}


class Command(BaseCommand):
    help = "make_samples ITEM COUNT FILE: invented rows of an item (penalty, permit) as .csv or .xlsx"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("item", choices=sorted(MAKERS))
        parser.add_argument("count", type=int)
        parser.add_argument("file", type=Path)
        parser.add_argument("--bad", type=float, default=0.03, help="share of rows with a fault")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--today", type=date.fromisoformat, help="the rows' decisions lie before it")
        parser.add_argument("--encoding", default="utf-8-sig", choices=["utf-8-sig", "gb18030"])

    def handle(self, *args: Any, **options: Any) -> None:
        version = selectors.current_version(options["item"])
        if version is None:
            raise CommandError(f"目录条目“{options['item']}”尚未发布。")
        definition = selectors.definition_of(version.version_id)
        today = options["today"] or timezone.localdate()
        rows = MAKERS[options["item"]](options["count"], seed=options["seed"], bad_share=options["bad"], today=today)
        path: Path = options["file"]
        if path.suffix == ".xlsx":
            count = write_xlsx(path, rows, definition)
        elif path.suffix == ".csv":
            count = write_csv(path, rows, definition, encoding=options["encoding"])
        else:
            raise CommandError("文件名须以 .csv 或 .xlsx 结尾。")
        self.stdout.write(f"{path}: {count}")
