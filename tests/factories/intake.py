"""Batches and returned rows as the intake leaves them, for tests of the pages. Rows, not services."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import yaml

from accounts.models import Department
from catalog.models import ItemVersion
from catalog.selectors import current_version
from collection.models import Batch, RowProblem
from collection.rules.places import row_place
from office.models import Job
from tests.factories import collection
from toolkit import crypto
from tools.places import ROOT

_numbers = count(1)
PENALTY: dict[str, Any] = yaml.safe_load((ROOT / "catalog/initial/items/penalty.yaml").read_text(encoding="utf-8"))[0]

NAMES = {field["code"]: field["name"] for field in PENALTY["fields"]}


def by_name(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells by field code as a file has them: under the fields' names."""
    return {NAMES[code]: text for code, text in cells.items()}


def penalty_item(code: str = "penalty", **fields: Any) -> str:
    """The penalty that ships, published; it raises nothing. Its code."""
    for basis in PENALTY["bases"]:
        collection.document(basis["document"])
    said = {key: value for key, value in PENALTY.items() if key not in ("code", "raises")}
    return collection.item(**said | {"code": code} | fields)


def batch(department: Department, item_code: str, *, at: datetime, **fields: Any) -> Batch:
    """A batch of that department, done unless `state` says otherwise."""
    current = current_version(item_code)
    assert current is not None
    fields.setdefault("state", "done")
    over = fields["state"] in ("done", "refused", "cancelled", "failed")
    said = {
        "item_version": ItemVersion.objects.get(pk=current.version_id),
        "item_id": current.item_id,
        "department": department,
        "channel": "file",
        "file_name": f"处罚{next(_numbers)}.xlsx",
        "sender": "user:u",
        "sender_name": "报送员",
        "created_at": at,
        "finished_at": at if over else None,
    }
    return Batch.objects.create(**said | fields)


def job(*, at: datetime, **fields: Any) -> Job:
    """A job that a worker is at."""
    said = {"task": "collection.tasks.run_import", "about": "collection.batch:0", "created_by": "user:u"}
    return Job.objects.create(
        **said | {"state": "running", "created_at": at, "lease_until": at + timedelta(minutes=2)} | fields
    )


def returned_row(
    of: Batch, number: int, cells: Mapping[str, str], problems: Sequence[Mapping[str, str]], **fields: Any
) -> RowProblem:
    """A row of the batch that went back, with its counts."""
    text = json.dumps(dict(cells), ensure_ascii=False)
    made = RowProblem.objects.create(
        batch=of,
        row_number=number,
        cells_ct=crypto.encrypt(text, aad=row_place(of.pk, number)),
        problems=[dict(one) for one in problems],
        **fields,
    )
    of.returned, of.total = of.returned + 1, of.total + 1
    of.open_problems += made.state == "open"
    for one in problems:
        known = of.problem_counts.setdefault(one["code"], {"label": one["code"], "count": 0})
        known["count"] += 1
    of.save()
    return made


def problem(field: str, code: str, message: str, severity: str = "error", **more: str) -> dict[str, str]:
    return {"field": field, "name": "", "code": code, "message": message, "severity": severity, **more}
