"""Recompute the whole chain and name every row that it contradicts. Ends with 1 when there is one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import selectors

WORDS = {
    "changed": "event {id} changed ({detail}) / 第 {id} 号记录已被改动",
    "missing": "event {id} missing (link {detail}) / 第 {id} 号记录缺失",
    "unsealed": "event {id} stands behind the chain ({detail}) / 第 {id} 号记录不在封存链内，疑为事后插入",
    "seal_missing": "links {detail} missing before event {id} / 封存链第 {detail} 环缺失",
    "seal_broken": "link {detail} of event {id} does not hold / 封存链第 {detail} 环与前一环不符",
    "cut": "exported head {detail} (event {id}) is not in the chain / 已导出的第 {detail} 环不在链中，链尾被截改",
}


class Command(BaseCommand):
    help = "Verify the audit log against its seals / 核验审计记录是否被改动、缺失"

    def handle(self, *args: Any, **options: Any) -> None:
        counts, wrong = selectors.Verification(), 0
        path = settings.DATA_DIR / "audit-heads.jsonl"
        if not path.exists():
            self.stderr.write(f"no exported heads at {path}: a cut end cannot be seen / 无导出链首，不能核验链尾")
        for problem in selectors.problems(counts, key=settings.SEAL_KEY.encode(), heads=_heads(path)):
            wrong += 1
            self.stdout.write(WORDS[problem.kind].format(id=problem.event_id, detail=problem.detail))
        self.stdout.write(
            f"events {counts.events}, links {counts.seals}, heads {counts.heads}, not sealed yet {counts.waiting}, "
            f"wrong {wrong} / 记录 {counts.events} 条，封存环 {counts.seals} 个，待封存 {counts.waiting} 条，"
            f"问题 {wrong} 处"
        )
        if wrong:
            raise CommandError(f"{wrong} problem(s) in the audit log / 审计记录有 {wrong} 处问题", returncode=1)


def _heads(path: Path) -> Iterator[selectors.Head]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            head = json.loads(line)
            yield selectors.Head(head["number"], head["event_id"], bytes.fromhex(head["chain"]))
