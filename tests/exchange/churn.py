"""Changes of a list on a running machine: `python -m tests.exchange.churn LIST SUBJECTS COUNT SEED`.

SUBJECTS is a file of subject ids, one a line. Changes are calls of the services, ten in a transaction; where the
database was away nobody knows what was committed, so what stands is read before each ten.
"""

import os
import random
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credit_platform.settings")
django.setup()

from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402

from kernel.actor import Actor, Kind  # noqa: E402
from kernel.errors import Refusal  # noqa: E402
from redblack import services  # noqa: E402
from redblack.models import Entry  # noqa: E402
from redblack.rules.lists import ReleaseKind  # noqa: E402
from tests.factories.redblack import papers  # noqa: E402
from toolkit import clock  # noqa: E402

CHURN = Actor(kind=Kind.SYSTEM, name="churn")
PATIENCE = 120.0
TOGETHER = 10


class Churn:
    def __init__(self, list_code: str, subjects: list[int], seed: int) -> None:
        self.code, self.chance = list_code, random.Random(seed)
        self.free, self.entered = subjects, dict[int, int]()
        self.done = 0

    def change(self) -> None:
        roll = self.chance.random()
        if self.free and (roll < 0.55 or not self.entered):
            self.enter(self.free.pop())
        elif roll < 0.85 or not self.free:
            self.correct(self.chance.choice(list(self.entered)))
        else:
            self.release(self.chance.choice(list(self.entered)))

    def some(self) -> None:
        """A few changes in one transaction, counted when it is committed."""
        self.look()
        with transaction.atomic():
            for _ in range(TOGETHER):
                try:
                    self.change()
                except Refusal:
                    continue  # one of these has just left
        self.done += TOGETHER

    def enter(self, subject: int) -> None:
        services.enter(
            list_code=self.code,
            subject_id=subject,
            papers=papers(document_no=f"失〔2026〕{subject}号"),
            authority_department_id=None,
            actor=CHURN,
            now=clock.now(),
        )

    def correct(self, entry: int) -> None:
        services.correct(
            entry_id=entry,
            papers=papers(document_no=Entry.objects.get(pk=entry).document_no, ground=f"更正{self.chance.random()}"),
            performance="",
            version=str(self.done),
            actor=CHURN,
            now=clock.now(),
        )

    def release(self, entry: int) -> None:
        services.release(
            entry_id=entry,
            kind=ReleaseKind.EARLY,
            released_on=clock.today(),
            document_no=f"移{self.done}号",
            reason="已履行",
            actor=CHURN,
            now=clock.now(),
        )

    def look(self) -> None:
        """What stands: after a connection was lost nobody knows what was committed."""
        rows = Entry.objects.filter(list_type__code=self.code, released_on=None).order_by("pk")
        self.entered = dict(rows.values_list("pk", "subject_id"))


def main() -> None:
    code, file, count, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    churn = Churn(code, [int(line) for line in file.read_text().split()], seed)
    away_since = 0.0
    while churn.done < count:
        try:
            churn.some()
            away_since = 0.0
        except (OperationalError, InterfaceError):
            connection.close()
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since > PATIENCE:
                raise
            time.sleep(0.2)
    sys.stdout.write(f"{churn.done}\n")


if __name__ == "__main__":
    main()
