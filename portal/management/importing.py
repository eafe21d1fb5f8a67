"""What the four import commands share: arguments, the actor, and how the outcome is told."""

import getpass
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from kernel.actor import system
from kernel.errors import Refusal
from portal.services.imports import Imported
from toolkit import clock

SHOWN = 50


class ImportCommand(BaseCommand):
    """A dry run without --apply. One wrong row, and nothing is written."""

    run: ClassVar[Callable[..., Imported]]
    what: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx, xls or csv (UTF-8, GB18030); columns are found by header")
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is written")

    def extra(self, file: Path, options: dict[str, Any]) -> dict[str, Any]:
        return {}

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        actor = system(f"{self.what}:{getpass.getuser()}")
        try:
            outcome = type(self).run(
                path=file, apply=apply, actor=actor, now=clock.now(), **self.extra(file, options)
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for problem in outcome.problems[:SHOWN]:
            self.stderr.write(str(problem))
        if outcome.problems:
            rest = f"（仅显示前 {SHOWN} 处）" if len(outcome.problems) > SHOWN else ""
            raise CommandError(f"{len(outcome.problems)} 处有误{rest}，未写入任何数据；改正后重新导入。")
        known = f"，其中 {outcome.known} 行已有" if outcome.known else ""
        if outcome.applied:
            self.stdout.write(f"已导入 {outcome.rows} 行{known}。")
        else:
            self.stdout.write(f"试运行：{outcome.rows} 行可以导入{known}，未写入任何数据；确认后加 --apply。")
