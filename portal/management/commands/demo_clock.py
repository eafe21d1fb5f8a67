"""manage.py demo_clock [--shift 3d | --reset]: moves the day of the demo for every process. Refuses outside DEMO."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.services.demo_clock import move
from toolkit import clock

SHIFT = re.compile(r"([+-]?\d{1,4})([dhm])")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def shift_of(text: str) -> timedelta:
    """3d, -2h, 45m."""
    found = SHIFT.fullmatch(text.strip())
    if found is None:
        raise ArgumentTypeError(f"“{text}” is no shift: write 3d, -2h or 45m / 请写成 3d、-2h 或 45m")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


class Command(BaseCommand):
    help = "Move the demo's day / 拨动演示日期"

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--shift", type=shift_of, help="3d, 45m, --shift=-2h: added to the shift there is")
        choice.add_argument("--reset", action="store_true", help="back to the real time")

    def handle(self, *args: Any, shift: timedelta | None, reset: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the clock moves under DEMO only / 只有演示环境可以拨动日期", returncode=2)
        if shift is not None or reset:
            whole = move(shift=None if reset else shift, now=clock.now())
            self.stdout.write(f"shifted by {whole} / 共拨动 {whole}")
        self.stdout.write(f"演示时间 {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}")
