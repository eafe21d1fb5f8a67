"""manage.py big_check --folder DIR: real enterprises, real published lists, 10,000 real names and codes.

Refuses outside DEMO and tests: the published lists are years old and say nothing about any firm today.
"""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kernel.actor import system
from kernel.errors import Refusal
from portal.rules.table import aligned
from portal.services.main_job import counts
from portal.services.real_check import NOT_LOADED, REGISTER, Checked, check_sample, demand_files, sample_of
from portal.services.real_lists import LISTS, ListsLoaded, load_lists
from toolkit import clock


class Command(BaseCommand):
    help = "Load real enterprises and published lists, check a sample, explain what was not resolved / 真实数据核查"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, required=True)
        parser.add_argument("--count", type=int, default=10_000, help="names and codes to check")

    def handle(self, *args: Any, folder: Path, count: int, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("only under DEMO / 只有演示环境可以载入公开的历史名单", returncode=2)
        started = time.monotonic()
        actor, now, today = system("big_check"), clock.now(), clock.today()
        try:
            demand_files(folder)
            call_command("load_subjects", str(folder / REGISTER), apply=True, stdout=self.stderr, stderr=self.stderr)
            lists = load_lists(folder=folder, actor=actor, now=now)
            self._print_lists(lists)
            report = settings.DATA_DIR / "big_check.csv"
            checked = check_sample(
                sample=sample_of(folder, lists.asked, count),
                unresolved=lists.unresolved,
                report=report,
                as_of=today,
                actor=actor,
                now=now,
                progress=lambda done: self.stderr.write(f"已核查 {done} 个"),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        self._print_checked(checked, report)
        summary = counts(as_of=today) | {
            "checked": checked.answers.total(),
            "hit": checked.answers["hit"],
            "clear": checked.answers["clear"],
            "could_not_check": checked.answers["could_not_check"],
            "list_rows": lists.rows.total(),
            "list_rows_unresolved": len(lists.unresolved),
            "agrees_with_sql": checked.agrees,
            "seconds": round(time.monotonic() - started, 1),
        }
        self.stdout.write(json.dumps(summary))
        if not checked.agrees:
            raise CommandError(f"counts differ from SQL / 与 SQL 计数不符：{checked.by_sql}", returncode=1)

    def _print_lists(self, lists: ListsLoaded) -> None:
        rows = [
            [code, title, str(lists.rows[code]), str(lists.entered[code]), str(missed)]
            for code, (title, _) in LISTS.items()
            for missed in [sum(u.list_code == code for u in lists.unresolved)]
        ]
        self.stdout.write(aligned(["名单", "名称", "行数", "列入主体", "未能确定"], rows))

    def _print_checked(self, checked: Checked, report: Path) -> None:
        rows = [[reason, str(number)] for reason, number in checked.reasons.most_common()]
        self.stdout.write(aligned(["未解析到主体的原因", "数量"], rows))
        self.stdout.write(f"逐条说明见 {report}（库外企业取自 {NOT_LOADED}）")
