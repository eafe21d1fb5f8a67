from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from collection.models import Batch
from collection.services import Receipt, Received, receive_file, receive_rows, run_import
from tests.factories import rows as make


class Reporter:
    """A department with an uploader and an item, and the ways by which it hands rows in."""

    def __init__(self, now: datetime, **item: Any) -> None:
        self.now = now
        self.department = make.department()
        self.actor = make.uploader(self.department)
        self.item = make.item(**item)

    def colleague(self) -> "Reporter":
        """Another department that reports under the same item."""
        other = object.__new__(Reporter)
        other.now, other.item = self.now, self.item
        other.department = make.department()
        other.actor = make.uploader(other.department)
        return other

    def send(self, *rows: Mapping[str, str], **more: Any) -> Receipt:
        said: dict[str, Any] = {"item_code": self.item, "department_id": self.department.pk, "actor": self.actor}
        said |= {"now": self.now, "channel": "page", "call_key": make.key(), "all_or_nothing": False}
        return receive_rows(rows=rows, **said | more)

    def upload(self, *rows: Mapping[str, str], **more: Any) -> Received:
        return self.upload_stream(make.as_csv(rows), **more)

    def upload_stream(self, stream: Any, **more: Any) -> Received:
        said: dict[str, Any] = {"item_code": self.item, "department_id": self.department.pk, "actor": self.actor}
        said |= {"now": self.now, "file_name": "处罚.csv", "all_or_nothing": False}
        return receive_file(stream=stream, **said | more)

    def work(self, batch_id: int) -> Batch:
        """What a worker does."""
        batch = Batch.objects.get(pk=batch_id)
        run_import(job_id=batch.job_id, clock=lambda: self.now)
        return Batch.objects.get(pk=batch_id)

    def file(self, *rows: Mapping[str, str], **more: Any) -> Batch:
        return self.work(self.upload(*rows, **more).batch_id)


@pytest.fixture
def reporter(now: datetime) -> Callable[..., Reporter]:
    return lambda **item: Reporter(now, **item)
