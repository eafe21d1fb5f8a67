"""manage.py demo_upward: hand up what the demo city owes to the platform above, and compare. DEMO only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel.errors import Refusal
from portal.services.upward_story import hand_up
from toolkit import clock


class Command(BaseCommand):
    help = "Hand up the demo's records and cases / 演示的记录日报、案例月报上报和对账"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or not settings.UPWARD_URL:
            raise CommandError("there is no platform above outside DEMO / 非演示环境没有演示的上级平台")
        try:
            done = hand_up(clock=clock.now)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"handed up: {done.made} files, {done.receipted} receipted, {done.unequal} not equal")
