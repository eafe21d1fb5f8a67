"""manage.py load_initial [--without-city]: what ships with the product, through the apps' services. Repeatable."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kernel.actor import system
from portal.services.files import demo
from portal.services.initial_data import load_city, load_reference_data
from toolkit import clock

BEFORE_THE_STORY = timedelta(days=430)


class Command(BaseCommand):
    help = "Load reference data; under DEMO and in tests also the demo city's departments, lists, matters, measures"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-city", action="store_true", help="reference data only")

    def handle(self, *args: Any, without_city: bool, **options: Any) -> None:
        actor, now = system("load_initial"), clock.now()
        if settings.DEMO:  # the story looks back on a year: what it rests on was there before
            now -= BEFORE_THE_STORY
        providers = demo("providers") if settings.DEMO else None
        done = load_reference_data(actor=actor, now=now, providers=providers)
        if (settings.DEMO or settings.TESTING) and not without_city:
            done |= load_city(actor=actor, now=now)
        self.stdout.write(", ".join(f"{what} {count}" for what, count in done.items()))
