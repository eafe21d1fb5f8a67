"""Response tasks: answered by the department that owes them, and what the facts say of them (D9)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from kernel.actor import Role
from kernel.workdays import due_on
from measures.rules.conditions import Facts
from measures.services import withdraw_item
from office.selectors import calendar
from redblack.models import Binding
from redblack.rules.lists import Ground
from redblack.services import mark_disputed
from screening.models import ResponseTask
from screening.rules.question import Subject
from screening.rules.responses import Verb
from screening.rules.triggers import facts_of
from screening.selectors import look, make_plan
from screening.selectors import responses as selectors
from screening.selectors.responses import ResponseNotFound
from screening.selectors.triggers import facts_relation
from screening.services import responses as services
from tests.factories import accounts, collection
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.facts import payload_of
from tests.screening.towns import TODAY, Town, town
from tests.together import at_once

__all__ = ["town"]  # a fixture: pytest finds it here
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
REFERENCE = {"kind": 3, "wording": "供参考，自主决定"}


@pytest.mark.django_db
def test_only_the_implementing_department_sees_and_answers(town: Town) -> None:
    town.list_firm()
    town.reconcile()
    task = town.task()
    office = accounts.actor(Role.CREDIT_OFFICE)
    assert selectors.get_visible(office, task.pk) == task
    with pytest.raises(services.CannotAnswer):
        town.say(Verb.ACCEPT, actor=office)
    for stranger in (accounts.actor(Role.UPLOADER), accounts.actor(Role.SYSTEM_ADMIN, department=town.unit)):
        with pytest.raises(ResponseNotFound):
            town.say(Verb.ACCEPT, actor=stranger)
    refusals: list[tuple[Callable[[], int], type[Exception]]] = [
        (lambda: town.say(Verb.ACCEPT, tasks=[]), services.NothingChosen),
        (lambda: town.say(Verb.ACCEPT, tasks=list(range(1, 300))), services.TooManyChosen),
        (lambda: town.say(Verb.DECLINE, f"{make.citizen_id()} 已亡"), services.ResponseTellsAPerson),
        (lambda: town.say(Verb.DECLINE), services.ResponseRefused),
    ]
    for act, refusal in refusals:
        with pytest.raises(refusal):
            act()
    assert town.task().state == "waiting"
    town.say(Verb.DECLINE, "企业已注销")
    assert (town.task().state, town.task().answer, town.task().answered_by) == (
        "not_apply", "企业已注销", town.staff.key
    )  # fmt: skip
    assert payload_of(f"screening.response:{task.pk}", "screening.responses.answered") == {
        "verb": "decline", "tasks": [task.pk]
    }  # fmt: skip
    assert town.reconcile() == (0, 0)  # declined stays declined


@pytest.mark.django_db
def test_several_are_answered_together_or_not_at_all(town: Town) -> None:
    for _ in range(3):
        town.list_firm(make.firm())
    town.reconcile()
    first, *rest = ResponseTask.objects.order_by("id").values_list("id", flat=True)
    town.say(Verb.DECLINE, "不在辖区", tasks=[first])
    with pytest.raises(services.ResponseRefused):
        town.say(Verb.RESPOND, "已办", tasks=[first, *rest])
    assert ResponseTask.objects.filter(state="waiting").count() == 2
    assert town.say(Verb.RESPOND, "已办", tasks=rest) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_is_told(now: datetime) -> None:
    town = Town(now)
    town.list_firm()
    town.reconcile()
    outcomes = at_once(lambda: town.say(Verb.RESPOND, "已办"))
    assert 1 in outcomes and any(isinstance(o, services.ResponseRefused) for o in outcomes)


@pytest.mark.django_db(transaction=True)
def test_what_is_answered_while_its_measure_is_withdrawn_is_to_be_stopped(now: datetime) -> None:
    town = Town(now)
    town.list_firm()
    town.reconcile()
    withdraw_item(code="R-1", reason="依据废止", actor=PLATFORM, now=now)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            town.say(Verb.RESPOND, "已办")
            ended = pool.submit(_on_its_own_connection, town.reconcile)
            with connection.cursor() as cursor:
                waits = False
                while not waits and not ended.done():
                    cursor.execute(BLOCKED)
                    waits = cursor.fetchone()[0] > 0
        assert ended.result() == (0, 1)
    assert (town.task().state, town.task().stop_due_on) == (
        "ended", due_on(TODAY, settings.STOP_WORKING_DAYS, calendar()).on
    )  # fmt: skip


def _on_its_own_connection(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connections.close_all()


# --- the facts ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_relation_says_of_every_trigger_what_the_check_says(town: Town) -> None:
    """One definition of the facts for a single question (facts_of) and for a whole city (selectors.triggers)."""
    source = collection.source(code="P-FACTS")
    code = make.matter(consults=[town.black.source_id, source], stages=["before"])
    entry = town.list_firm()
    Binding.objects.filter(entry_id=entry).update(grade="严重", amount="120000.50")
    mark_disputed(entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=TODAY, actor=PLATFORM, now=town.now)
    collection.record(
        subject_id=town.firm, grade="一般", raised=[collection.raised("P-FACTS", town.firm, own_term=True)]
    )
    prepared = make_plan(matter_code=code, stage="before", as_of=TODAY)
    looked = look(prepared, codes=[None], ids=[town.firm], as_of=TODAY)
    [found] = looked.subjects
    subject = Subject(role="", role_label="", id=found.id, kind=found.kind, name=found.name, code=found.code)
    said = [
        facts_of(t, subject=subject, plan=replace(prepared.plan, matter_code="", stage=""), sources=looked.sources)
        for t in found.triggers
    ]
    values = {"day": TODAY, "sources": [town.black.source_id, source]}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({facts_relation()}) f ORDER BY f.ref", values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    fields = [name for name in Facts.__dataclass_fields__ if name not in ("matter", "stage")]
    by_source = {one.source: one for one in said}
    assert len(rows) == 2 == len(by_source)
    for row in rows:
        facts = by_source[row["source"]]
        assert {name: row[name] for name in fields} == {name: getattr(facts, name) for name in fields}
