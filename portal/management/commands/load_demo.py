"""manage.py load_demo [--firms N]: the cast of the story and its fictional city. Refuses outside DEMO and tests."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.services.demo_city import FIRMS, load_story
from toolkit import clock


class Command(BaseCommand):
    help = "Load the demo story around the last working day / 载入演示数据"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--firms", type=int, default=FIRMS, help="generated enterprises beside the cast")

    def handle(self, *args: Any, firms: int, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("demo data are loaded under DEMO only / 只有演示环境可以载入演示数据")
        done = load_story(today=clock.today(), now=clock.now(), firms=firms)
        if done.new:
            self.stdout.write(
                f"故事日 {done.working_day}：企业 {done.firms} 家（另有主角 9 家），名单条目 {done.entries} 条，"
                f"行政处罚 {done.penalties} 件"
            )
        else:
            self.stdout.write(f"演示数据已在（故事日 {done.working_day}），未作改动")
