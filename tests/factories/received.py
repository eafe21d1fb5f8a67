"""Versions of received lists, as files that somebody hands in, and the worker that works them off."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Kind, Role
from redblack.models import Entry, ListVersion
from redblack.rules.lists import Origin
from redblack.services import receive_version, work_version
from tests.factories import redblack
from tests.factories.accounts import PLATFORM

HEADINGS = ("企业名称", "统一社会信用代码", "案号", "执行法院", "列入事由", "列入日期", "有效期止")
OFFICE = Actor(
    kind=Kind.USER, name="xyb01", display="信用办经办", roles=frozenset({Role.CREDIT_OFFICE, Role.UPLOADER})
)
SECOND = Actor(
    kind=Kind.USER, name="xyb02", display="信用办审核", roles=frozenset({Role.CREDIT_OFFICE, Role.REVIEWER})
)


def received_list(**fields: Any) -> redblack.List:
    """A list that comes from the court, never loaded."""
    return redblack.list_type(**{"origin": Origin.COURT, "loaded": False, "exit_rule": "履行完毕"} | fields)


def row(code: str, number: int = 1, *, name: str = "", **said: str) -> dict[str, str]:
    """A row as it is sent: every heading, and what is said otherwise."""
    whole = ("江澜某公司", code, f"（2026）江01执{number}号", "江澜市中级人民法院", "有履行能力而拒不履行")
    cells = dict(zip(HEADINGS, (*whole, "2026-03-18", ""), strict=True))
    return cells | ({"企业名称": name} if name else {}) | said


def as_csv(rows: Sequence[dict[str, str]], headings: Sequence[str] = HEADINGS) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, headings, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def handed_in(
    list_code: str,
    rows: Sequence[dict[str, str]] | bytes,
    *,
    at: datetime,
    version: str = "",
    actor: Actor = OFFICE,
    **said: Any,
) -> ListVersion:
    """A version that arrived and that no worker has begun. `at` is also the moment that it states."""
    content = rows if isinstance(rows, bytes) else as_csv(rows)
    received = receive_version(
        list_code=list_code,
        version=version or at.isoformat(timespec="minutes"),
        stated_at=said.pop("stated_at", at),
        file_name=said.pop("file_name", "名单.csv"),
        stream=BytesIO(content),
        channel="file",
        actor=actor,
        now=said.pop("now", at),
    )
    return ListVersion.objects.get(pk=received.version_id)


def worked_off(version: ListVersion, *, at: datetime) -> ListVersion:
    """What a worker makes of it. Needs rows that other connections see: transactional tests."""
    version.refresh_from_db()
    assert version.job_id is not None
    work_version(job_id=version.job_id, clock=lambda: at)
    version.refresh_from_db()
    return version


def received(list_code: str, rows: Sequence[dict[str, str]] | bytes, *, at: datetime, **said: Any) -> ListVersion:
    """A version that arrived and was worked off."""
    return worked_off(handed_in(list_code, rows, at=at, **said), at=at)


def held(department: Department, *, at: datetime, **fields: Any) -> ListVersion:
    """A version of a list of that department that waits for a person. A row, not a service."""
    made = received_list(initiator_department_id=department.pk)
    said = {
        "version": "x",
        "stated_at": at,
        "received_at": at,
        "channel": "file",
        "sha256": "0" * 64,
        "state": "held",
        "sent_by": "user:xyb01",
        "reasons": [{"code": "shrunk", "message": "新版本缺少上一版本在期的 41 条，占 41%。"}],
    }
    return ListVersion.objects.create(list_type_id=made.id, **said | fields)


def standing(list_code: str) -> set[str]:
    """The numbers of the documents by which somebody stands on that list."""
    rows = Entry.objects.filter(list_type__code=list_code, released_on=None)
    return set(rows.values_list("document_no", flat=True))


def department_actor(department: Department, *roles: Role, name: str = "d01") -> Actor:
    return Actor(
        kind=Kind.USER,
        name=name,
        department_id=department.pk,
        departments=frozenset({department.pk}),
        roles=frozenset(roles),
    )


__all__ = ["HEADINGS", "OFFICE", "PLATFORM", "SECOND", "as_csv", "handed_in", "received", "received_list", "row"]
