"""Reports many at once: every reference to a case, what comes back, the same again, corrections, what was told."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from audit.models import Event
from feedback import handlers
from feedback.models import Case, Due, Known, Tally
from feedback.rules.cases import Channel
from feedback.services import intake, open_dues, take_cases
from feedback.services.tallying import fold_tallies
from kernel.actor import Actor, Kind, Role
from screening.models import Matter, ResponseTask
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.factories.feedback import response_task

pytestmark = pytest.mark.django_db


class Town:
    """A matter with two measures and a reward; firms that stand on its black list and on its red one."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.black, self.red = redblack.list_type(), redblack.list_type(kind="reward")
        self.matter = make.matter(consults=[self.black.source_id, self.red.source_id])
        for code in ("Y-1", "Y-2"):
            measures.item(code=code, matter_code=self.matter, triggers=[self.black.source_id])
        measures.reward(code="Z-1", matter_code=self.matter, triggers=[self.red.source_id], unless_bad=[])
        self.department = Matter.objects.get(code=self.matter).implementing_department
        self.clerk = accounts.actor(Role.UPLOADER, department=self.department)
        self.system = replace(
            self.clerk, kind=Kind.CLIENT, name="hall", roles=frozenset(), scopes=frozenset({"feedback:write"})
        )

    def check(self, *, honoured: bool = False, opened: bool = True, file_number: str = "B-1") -> tuple[str, int, str]:
        """(receipt's number, entry, code of the firm) of a check."""
        uscc = make.uscc()
        firm = make.firm(uscc)
        entry = redblack.entry(self.black.code, firm)
        if honoured:
            redblack.entry(self.red.code, firm, papers=redblack.red_papers())
        number = make.ask(self.matter, uscc, now=self.now, file_number=file_number).number
        if opened:
            open_dues(number=number, actor=PLATFORM, now=self.now)
        return number, entry, uscc

    def take(self, *rows: dict[str, str], actor: Actor | None = None, **more: Any) -> intake.Taken:
        return take_cases(rows=rows, channel=Channel.REST, actor=actor or self.system, now=self.now, **more)


@pytest.fixture
def town(now: datetime) -> Town:
    return Town(now)


def done(**fields: str) -> dict[str, str]:
    return {"action": "已实施", "content": "未予受理", "amount": "120000", "done_from": "2026-11-20"} | fields


def outcomes(taken: intake.Taken) -> list[str]:
    return [one.outcome for one in taken.results]


def told() -> dict[str, int]:
    rows = Tally.objects.values("action").annotate(n=Sum("cases")).order_by("action")
    return {row["action"]: row["n"] for row in rows if row["n"]}


def test_a_case_is_named_in_every_way(town: Town) -> None:
    number, entry, uscc = town.check(honoured=True)
    first = Due.objects.get(number=number, measure_code="Y-1")
    taken = town.take(
        done(case=first.case_number, own_number="N-1"),
        done(receipt=number.lower(), measure="Y-2", place="1", subject=uscc),
        done(receipt=number, measure="Z-1", action="已激励"),
        done(trigger=f"entry:{entry}", measure="Y-1", file_number="另一件"),
        done(trigger=f"entry:{entry}", own_number="N-2", content="清单外的做法"),
    )
    assert outcomes(taken) == ["taken"] * 5 and taken.taken == 5
    first.refresh_from_db()
    assert (first.version, first.own_number, first.amount) == (1, "N-1", Decimal("120000.00"))
    assert first.reported_on == date(2026, 11, 20) and first.area and first.source_id == town.black.source_id
    reward = Due.objects.get(number=number, measure_code="Z-1")
    assert (reward.reward, reward.owed, reward.due_on) == (True, False, None)
    known = Due.objects.get(own_number="N-2")
    assert (known.basis, known.measure_code, known.trigger) == ("entry", "", f"entry:{entry}")
    again = town.take(done(own_number="N-1"), done(own_number="N-2", content="清单外的做法"))
    assert outcomes(again) == ["same", "same"] and Case.objects.count() == 5
    assert told() == {"": 2, "已实施": 5}


def test_the_same_changes_nothing_and_another_amount_is_a_new_version(town: Town) -> None:
    number, _, _ = town.check()
    row = done(receipt=number, measure="Y-1")
    assert outcomes(town.take(row)) == ["taken"]
    assert outcomes(town.take(row)) == ["same"]
    other = row | {"amount": "90,000.5"}
    assert [(r.outcome, r.version) for r in town.take(other).results] == [("corrected", 2)]
    assert outcomes(town.take(row)) == ["same"]  # an old letter that comes late changes nothing back
    assert outcomes(town.take(row | {"version": "1"})) == ["refused"]
    assert outcomes(town.take(row | {"version": "2"})) == ["corrected"]  # unless it says what it corrects
    assert list(Case.objects.order_by("version").values_list("amount", flat=True)) == [
        Decimal("120000.00"), Decimal("90000.50"), Decimal("120000.00"),
    ]  # fmt: skip
    assert told() == {"": 2, "已实施": 1}
    assert Tally.objects.filter(action="已实施").aggregate(n=Sum("amount"))["n"] == Decimal("120000.00")
    before = told()
    fold_tallies(actor=PLATFORM, now=town.now)
    assert told() == before and not Tally.objects.filter(rolled=False).exists()
    town.take(row | {"action": "未实施", "reason": "该企业已经履行完毕全部义务"})
    fold_tallies(actor=PLATFORM, now=town.now)
    assert told() == {"": 2, "未实施": 1}


def test_each_bad_row_comes_back_with_its_reason(town: Town) -> None:
    number, entry, _ = town.check()
    person = make.citizen_id()
    strange = redblack.entry(town.black.code, make.firm(make.uscc()))
    bad = {
        "没有说明是哪一件": done(),
        "“实施情况”为空": done(receipt=number, measure="Y-1", action=""),
        "理由": done(receipt=number, measure="Y-1", action="未实施"),
        "实施的具体内容": done(receipt=number, measure="Y-1", content=""),
        "最多两位小数": done(receipt=number, measure="Y-1", amount="1.005"),
        "以元为单位": done(receipt=number, measure="Y-1", amount="十二万"),
        "不能为负数": done(receipt=number, measure="Y-1", amount="-1"),
        "晚于今天": done(receipt=number, measure="Y-1", done_from="2026-11-21"),
        "早于开始日期": done(receipt=number, measure="Y-1", done_until="2026-11-01"),
        "如 2026-11-20 的日期": done(receipt=number, measure="Y-1", done_from="昨天"),
        "公民身份号码": done(receipt=number, measure="Y-1", content=f"{person}未予受理"),
        "超过 2000 个字": done(receipt=number, measure="Y-1", content="长" * 2001),
        "控制字符": done(receipt=number, measure="Y-1", content="a\x00b"),
        "AL-000000123": done(case="12"),
        "还须填写“措施编码”": done(receipt=number),
        "不由本部门反馈": done(receipt="JL-20261120-999999", measure="Y-1"),
        "entry:12": done(trigger="条目"),
        "请核对触发编号": done(trigger="entry:999999999", own_number="x"),
        "未经核查": done(trigger=f"entry:{strange}", own_number="x"),
        "措施清单": done(trigger=f"entry:{entry}", own_number="x", measure="Y-404"),
        "以便识别": done(trigger=f"entry:{entry}"),
    }  # fmt: skip
    taken = town.take(
        *bad.values(), done(receipt=number, measure="Y-1"), done(receipt=number, measure="Y-1", amount="1")
    )
    assert taken.taken == 1 and taken.refused == len(bad) + 1
    for (said, _), result in zip(bad.items(), taken.results, strict=False):
        assert result.outcome == "refused" and said in result.message and result.message.endswith("。"), said
    assert taken.results[-1].code == "feedback.case_twice"
    assert person[:17] not in json.dumps([r.message for r in taken.results], ensure_ascii=False)


def test_an_entry_counts_where_its_department_was_told(town: Town, settings: Any) -> None:
    _, entry, _ = town.check()
    assert Known.objects.filter(trigger=f"entry:{entry}", department_id=town.department.pk).exists()
    other = accounts.actor(Role.UPLOADER)
    row = done(trigger=f"entry:{entry}", own_number="x")
    assert "未经核查" in town.take(row, actor=other).results[0].message
    settings.ENTRY_TOLD = ["tests.feedback.test_intake.everything_was_pushed"]
    assert outcomes(town.take(row, actor=other)) == ["taken"]
    assert Due.objects.get(own_number="x").department_id == other.department_id


def everything_was_pushed(*, department_ids: list[int], refs: list[str]) -> set[tuple[int, str]]:
    return {(department, ref) for department in department_ids for ref in refs}


def test_a_receipt_that_the_worker_has_not_seen_yet(town: Town) -> None:
    number, _, _ = town.check(opened=False)
    assert outcomes(town.take(done(receipt=number, measure="Y-2"))) == ["taken"]
    assert Due.objects.filter(number=number).count() == 2
    assert open_dues(number=number, actor=PLATFORM, now=town.now) == 0


def test_nobody_reports_for_others_or_without_the_scope(town: Town) -> None:
    number, _, _ = town.check(opened=False)
    other = accounts.actor(Role.UPLOADER)
    assert "不由本部门反馈" in town.take(done(receipt=number, measure="Y-1"), actor=other).results[0].message
    assert not Due.objects.exists()
    for actor in (
        replace(town.system, scopes=frozenset()),
        accounts.actor(Role.SYSTEM_ADMIN, department=town.department),
    ):
        with pytest.raises(intake.CannotReport):
            town.take(done(receipt=number, measure="Y-1"), actor=actor)
    for rows, refusal in (((), intake.NoRows), ([done()] * 1001, intake.TooManyRows)):
        with pytest.raises(refusal):
            town.take(*rows)


def test_the_same_key_gets_the_same_answer(town: Town) -> None:
    number, _, _ = town.check()
    rows = [done(receipt=number, measure="Y-1"), done()]
    first = town.take(*rows, key="k-1")
    assert town.take(*rows, key="k-1") == first and outcomes(first) == ["taken", "refused"]
    with pytest.raises(intake.CallKeyUsed):
        town.take(rows[0], key="k-1")
    [fact] = Event.objects.filter(name="feedback.cases.taken")
    due = Due.objects.get(number=number, measure_code="Y-1")
    assert fact.payload == {"channel": "rest", "same": 0, "refused": 1, "cases": [[due.pk, 1]]}


def test_own_numbers_do_not_cross(town: Town) -> None:
    number, _, _ = town.check()
    rows = [done(receipt=number, measure=code, own_number="N") for code in ("Y-1", "Y-2")]
    taken = town.take(*rows)
    assert outcomes(taken) == ["taken", "refused"] and taken.results[1].code == "feedback.own_number_used"
    assert outcomes(town.take(rows[1])) == ["refused"]
    assert outcomes(town.take(rows[0] | {"own_number": "M"})) == ["refused"]


def test_a_response_task_is_a_case_too(town: Town) -> None:
    _, entry, _ = town.check()
    subject = Known.objects.get(department_id=town.department.pk).subject_id
    task = ResponseTask.objects.get(
        pk=response_task(trigger=f"entry:{entry}", subject_id=subject, department_id=town.department.pk)
    )
    assert outcomes(town.take(done(response=str(task.pk)))) == ["taken"]
    assert outcomes(town.take(done(response=str(task.pk)))) == ["same"]
    due = Due.objects.get(response=task)
    assert (due.basis, due.owed, due.measure_code, due.department_id) == (
        "response",
        False,
        "R-1",
        town.department.pk,
    )
    assert outcomes(town.take(done(response=str(task.pk)), actor=accounts.actor(Role.UPLOADER))) == ["refused"]


def test_what_was_said_of_a_task_is_its_report(town: Town) -> None:
    _, entry, _ = town.check()
    done_one, declined, waiting = (
        response_task(trigger=f"entry:{entry}", department_id=town.department.pk) for _ in range(3)
    )
    for task, state in ((done_one, "responded"), (declined, "not_apply")):
        ResponseTask.objects.filter(pk=task).update(
            state=state, answer="已取消其参评资格并通知", answered_at=town.now, answered_by="user:x"
        )
    payload = {"verb": "respond", "tasks": [done_one, declined, waiting]}
    handlers.on_responses_answered(payload, now=town.now)
    handlers.on_responses_answered(payload, now=town.now)
    said = dict(Case.objects.values_list("due__response_id", "action"))
    assert said == {done_one: "已实施", declined: "不适用本事项"}
    assert set(Case.objects.values_list("channel", "version")) == {("task", 1)}
    town.take(done(response=str(done_one), amount="5"))
    assert Due.objects.get(response_id=done_one).version == 2
