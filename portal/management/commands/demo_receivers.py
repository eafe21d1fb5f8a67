"""manage.py demo_receivers jyzx.port=5433 gxj.url=http://…: set up the ways to the demo's receivers. DEMO only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import Refusal
from portal.services.exchange_story import connect_receivers
from toolkit import clock


class Command(BaseCommand):
    help = "Connect the demo's receivers of lists / 接通演示的接收系统"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("places", nargs="*", help="code.setting=value")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("there are no receivers outside DEMO / 非演示环境没有演示的接收系统")
        places: dict[str, dict[str, str]] = {}
        for one in options["places"]:
            name, _, value = one.partition("=")
            code, _, setting = name.partition(".")
            places.setdefault(code, {})[setting] = value
        try:
            connect_receivers(places=places, clock=clock.now)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
