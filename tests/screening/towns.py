"""A town with a list, a measure that nobody applies for, and a firm: what tests of response tasks begin with."""

from datetime import date, datetime
from typing import Any

import pytest

from kernel.actor import Actor, Role
from redblack.rules.lists import ReleaseKind
from redblack.services import release
from screening.models import ResponseTask
from screening.rules.responses import Verb
from screening.services import responses as services
from screening.services.responses import Scope, reconcile
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM

TODAY = date(2026, 11, 20)


class Town:
    """A list, a measure of a department that nobody applies for, and a firm on the list."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.unit = accounts.department()
        self.black = redblack.list_type()
        self.item = measures.item(
            code="R-1", kind=2, triggers=[self.black.source_id], department_id=self.unit.pk, content="提高检查频次"
        )
        self.firm = make.firm()
        self.staff = accounts.actor(Role.UPLOADER, department=self.unit)

    def list_firm(self, firm: int = 0, **fields: Any) -> int:
        return redblack.entry(self.black.code, firm or self.firm, **fields)

    def reconcile(self, **fields: Any) -> tuple[int, int]:
        done = reconcile(scope=Scope(**fields), actor=PLATFORM, now=self.now)
        return done.raised, done.ended

    def release(self, entry: int) -> None:
        release(
            entry_id=entry, kind=ReleaseKind.EARLY, released_on=TODAY, document_no="移1号", reason="已改正",
            actor=PLATFORM, now=self.now,
        )  # fmt: skip

    def task(self) -> ResponseTask:
        return ResponseTask.objects.get()

    def say(self, verb: Verb, text: str = "", *, actor: Actor | None = None, tasks: list[int] | None = None) -> int:
        ids = tasks if tasks is not None else list(ResponseTask.objects.order_by("id").values_list("id", flat=True))
        return services.answer(task_ids=ids, verb=verb, text=text, actor=actor or self.staff, now=self.now)


@pytest.fixture
def town(db: None, now: datetime) -> Town:
    return Town(now)
