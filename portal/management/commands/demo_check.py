"""manage.py demo_check: the main job. A readable table, then one line of JSON; an unexpected answer ends with 1."""

import json
import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel.errors import Refusal
from portal.rules.table import aligned
from portal.services.main_job import Outcome, compare_story
from toolkit import clock


class Command(BaseCommand):
    help = "Check every firm of the cast at every matter and compare with what is expected / 主要任务：核查对照"

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            outcome = compare_story(now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        self._print(outcome)
        wrong = [(line, matter) for line in outcome.lines for matter in line.wrong]
        for line, matter in wrong:
            self.stdout.write(f"✗ {line.name} {matter}：应为 {line.expected[matter]}，实为 {line.got[matter]}")
        self.stdout.write(json.dumps(self._summary(outcome) | {"seconds": round(time.monotonic() - started, 2)}))
        if wrong:
            raise CommandError(
                f"{len(wrong)} 项与预期不符。若演示已进行到后面的场景，请用 make demo RESET=1 回到第一幕。",
                returncode=1,
            )

    def _print(self, outcome: Outcome) -> None:
        rows = [
            [line.number, line.name, *(str(cell) + (" ✗" if m in line.wrong else "") for m, cell in line.got.items())]
            for line in outcome.lines
        ]
        self.stdout.write(f"核查对照表（故事日 {outcome.working_day}，核查日 {outcome.as_of}）")
        self.stdout.write(aligned(["序号", "主体", *outcome.matters], rows))

    def _summary(self, outcome: Outcome) -> dict[str, int]:
        answers = Counter(cell.answer.value for line in outcome.lines for cell in line.got.values())
        return outcome.counts | {
            "checked": answers.total(),
            "hit": answers["hit"],
            "clear": answers["clear"],
            "could_not_check": answers["could_not_check"],
        }
