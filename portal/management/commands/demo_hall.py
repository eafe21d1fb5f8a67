"""manage.py demo_hall: let the demo's acceptance page carry the plug-in. Refuses outside DEMO."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.services.demo_hall import register_hall
from toolkit import clock


class Command(BaseCommand):
    help = "Register the demo's acceptance page / 登记演示受理页面"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("there is no acceptance page outside DEMO / 非演示环境没有受理页面")
        if settings.HALL_ADDRESS:
            register_hall(address=settings.HALL_ADDRESS, now=clock.now())
