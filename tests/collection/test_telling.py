"""Whoever handed a large file in is written to when it is over: once, with what came of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Department
from collection import tasks
from collection.models import Batch
from office.models import Message
from tests.conftest import NOW
from tests.factories import accounts, intake
from tests.facts import facts_about

pytestmark = pytest.mark.django_db
Made = Callable[..., Batch]


@pytest.fixture
def home(frozen: object) -> Department:
    return accounts.department(email="scjg@jianglan.example")


@pytest.fixture
def made(home: Department) -> Made:
    item = intake.penalty_item("penalty-of-tests")

    def made(*, seconds: int = 301, ago: int = 1, **fields: Any) -> Batch:
        over = NOW - timedelta(minutes=ago)
        began = over - timedelta(seconds=seconds)
        said = {"total": 9, "taken": 5, "changed": 1, "same": 1, "returned": 2, "open_problems": 2}
        said |= {"job": intake.job(at=began), "finished_at": over}
        return intake.batch(home, item, at=began, **said | fields)

    return made


def test_what_came_of_it_is_told_once(made: Made, home: Department, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://credit.example"
    batch = made()
    assert (tasks.tell_senders(), tasks.tell_senders()) == (1, 0)
    [message] = Message.objects.all()
    assert message.to == home.email and f"批次 {batch.pk} 已处理完毕" in message.subject
    assert "共 9 行：入库 5，变更 1，重复 1，退回 2。" in message.body and "待修正 2 行" in message.body
    assert message.body.startswith("报送员：") and batch.file_name in message.body
    assert message.body.endswith(f"https://credit.example/collection/batches/{batch.pk}/")
    assert facts_about(f"collection.batch:{batch.pk}") == [("collection.sender.told", "system:tell_senders")]


def test_without_a_known_address_of_the_platform_there_is_no_link(made: Made) -> None:
    batch = made()
    tasks.tell_senders()
    assert Message.objects.get().body.endswith(f"请登录系统，在“数据报送”中查看批次 {batch.pk}。")


def test_a_refusal_says_why(made: Made) -> None:
    made(state="refused", refusal="退回行超过 50%。")
    tasks.tell_senders()
    message = Message.objects.get()
    assert "整批退回" in message.subject and "没有任何行入库。退回行超过 50%。" in message.body


def test_a_failure_says_what_stays(made: Made) -> None:
    made(state="failed", refusal="处理多次中断，请再点“继续处理”。")
    tasks.tell_senders()
    message = Message.objects.get()
    assert "处理失败" in message.subject and "已入库的 6 行保留，其余尚未处理。处理多次中断" in message.body


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds": 299},
        {"ago": 24 * 60 + 1},
        {"state": "cancelled"},
        {"state": "taking", "finished_at": None},
        {"sender": "system:extraction"},
        {"sender": "client:hall"},
        {"job": None},
        {"told_at": NOW},
    ],
    ids=str,
)
def test_nobody_is_told_of_what_is_no_news(made: Made, fields: dict[str, Any]) -> None:
    made(**fields)
    assert tasks.tell_senders() == 0
    assert not Message.objects.exists()


def test_a_department_without_an_address_is_not_written_to(made: Made, home: Department) -> None:
    made()
    Department.objects.filter(pk=home.pk).update(email="")
    assert tasks.tell_senders() == 0
