"""What returned rows said is destroyed with the time of their file, and the page says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from collection import tasks
from collection.models import Batch, RowProblem
from collection.selectors.batches import cells_of
from kernel.actor import Role
from tests.conftest import NOW
from tests.factories import accounts, intake
from tests.facts import facts_about

pytestmark = pytest.mark.django_db
Made = Callable[..., Batch]
WRONG = "统一社会信用代码第9位应为数字。"


@pytest.fixture
def home(frozen: object) -> Department:
    return accounts.department()


@pytest.fixture
def made(home: Department) -> Made:
    item = intake.penalty_item("penalty-of-tests")

    def made(days: int = 181, **fields: object) -> Batch:
        batch = intake.batch(home, item, at=NOW - timedelta(days=days), **fields)
        for number in (3, 4):
            problems = [intake.problem("CF_XDR_SHXYM", "uscc_wrong", WRONG)]
            intake.returned_row(batch, number, intake.by_name({"CF_XDR_MC": "江澜恒泰食品有限公司"}), problems)
        return batch

    return made


def kept(batch: Batch) -> list[bool]:
    return [bool(cells_of(row)) for row in RowProblem.objects.filter(batch=batch).order_by("row_number")]


def test_rows_that_nobody_mended_are_blanked_after_their_time(made: Made) -> None:
    old, young = made(), made(180)
    assert tasks.put_aside() == 2
    assert (kept(old), kept(young)) == ([False, False], [True, True])
    old.refresh_from_db()
    assert (old.open_problems, old.returned) == (0, 2)
    assert RowProblem.objects.filter(batch=old).first().problems[0]["message"] == WRONG  # type: ignore[union-attr]
    assert facts_about(f"collection.batch:{old.pk}") == [("collection.rows.expired", "system:put_aside")]
    assert tasks.put_aside() == 0


@pytest.mark.parametrize("state", ["refused", "cancelled", "failed"])
def test_so_are_those_of_a_batch_that_was_not_taken(made: Made, state: str) -> None:
    batch = made(state=state)
    Batch.objects.filter(pk=batch.pk).update(open_problems=0)  # as a refusal leaves it
    assert tasks.put_aside() == 2
    assert kept(batch) == [False, False]
    assert tasks.put_aside() == 0


def test_a_batch_that_is_still_being_mended_waits(made: Made, home: Department) -> None:
    batch = made()
    intake.batch(home, "penalty-of-tests", at=NOW - timedelta(days=3), mends=batch)
    assert tasks.put_aside() == 0
    assert kept(batch) == [True, True]


def test_one_under_way_waits(made: Made) -> None:
    batch = made(state="taking")
    assert tasks.put_aside() == 0
    assert kept(batch) == [True, True]


def test_the_page_says_so(made: Made, home: Department, client: Client) -> None:
    batch = made()
    tasks.put_aside()
    client.force_login(accounts.user(Role.UPLOADER, department=home))
    shown = client.get(reverse("collection:batch", args=[batch.pk])).content.decode()
    assert "没有待修正的行。逾期未修正，退回内容已按保存期限清除" in shown
    everything = client.get(reverse("collection:batch", args=[batch.pk]), {"all": "1"}).content.decode()
    assert everything.count("请从原表重新报送") == 2 and WRONG in everything
    grid = client.get(reverse("collection:mend", args=[batch.pk]))
    assert grid.status_code == 200 and "江澜恒泰" not in grid.content.decode()
