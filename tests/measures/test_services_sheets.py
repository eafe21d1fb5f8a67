"""Departments' lists in the eight columns become drafts, none twice, and export gives the same rows back."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from kernel.actor import Role
from measures import selectors, services
from measures.models import MeasureItem
from measures.rules.sheet import SheetItem, read_rows, workbook
from tests.factories import accounts
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
LISTS = Path(__file__).parent / "lists"


def listed(name: str) -> bytes:
    return (LISTS / name).read_bytes()


def exported(actor, department_id: int) -> tuple[SheetItem, ...]:
    items = selectors.sheet_items(actor, department_id=department_id, state="draft")
    return read_rows(workbook([services.sheet_row(one) for one in items])).rows


@pytest.mark.parametrize("name", ["tax.csv", "others.csv"])
def test_a_departments_list_comes_in_and_goes_out_the_same(name: str, now: datetime) -> None:
    actor = accounts.actor(Role.UPLOADER)
    rows = read_rows(listed(name)).rows
    taken = services.import_sheet(
        department_id=actor.department_id, data=listed(name), reward=None, matters={}, actor=actor, now=now
    )
    assert (taken.drafted, taken.known) == (len(set(rows)), len(rows) - len(set(rows)))
    assert sorted(exported(actor, actor.department_id), key=repr) == sorted(set(rows), key=repr)
    with (LISTS / name).open(encoding="utf-8-sig") as file:
        source = list(csv.DictReader(file))
    assert len(rows) == len(source)
    assert [(r.content, r.target_text, r.basis_text, r.reward) for r in rows] == [
        (s["奖惩措施"], s["奖惩对象"], s["奖惩依据"], s["性质"] == "激励") for s in source
    ]
    said = payload_of(f"accounts.department:{actor.department_id}", "measures.items.imported")
    assert said["rows"] == taken.drafted


def test_twice_changes_nothing_and_a_new_row_is_added(now: datetime) -> None:
    actor = accounts.actor(Role.UPLOADER)
    said = {"department_id": actor.department_id, "reward": None, "matters": {"M3": "专项资金申报"}, "actor": actor}
    row = SheetItem(
        matter_name="专项资金申报",
        responsible_office="技改科",
        basis_text="某办法",
        target_text="失信主体",
        content="限制申请",
        stages=("before",),
        organisation="受理时核查",
        means="强制应用",
        reward=False,
    )
    first = services.import_sheet(data=workbook([row]), now=now, **said)
    [item] = MeasureItem.objects.filter(department_id=actor.department_id)
    assert (item.matter_code, item.state, item.kind, item.wording) == ("M3", "draft", None, "")
    again = services.import_sheet(data=workbook([row]), now=now, **said)
    assert (first.drafted, again.drafted, again.known) == (1, 0, 1)


def test_of_a_file_with_a_problem_nothing_is_taken_and_of_others_neither(now: datetime) -> None:
    actor, other = accounts.actor(Role.UPLOADER), accounts.actor(Role.UPLOADER)
    said = {"reward": None, "matters": {}, "now": now}
    with pytest.raises(services.SheetRefused):
        services.import_sheet(department_id=actor.department_id, data=workbook([]), actor=actor, **said)
    with pytest.raises(services.CannotDraft):
        services.import_sheet(department_id=other.department_id, data=listed("tax.csv"), actor=actor, **said)
    assert not MeasureItem.objects.filter(department_id__in=[actor.department_id, other.department_id]).exists()
