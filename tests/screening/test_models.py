from datetime import UTC, date, datetime

import pytest
from django.db import connection

from screening.models import (
    ApplicationLists,
    Choice,
    Consulted,
    FavouriteMatter,
    Matter,
    Receipt,
    ReceiptKey,
    Rehearsal,
    RehearsalRow,
    ResponseTask,
)
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories import screening as make
from tests.factories.accounts import LONG_AGO, department, user
from tests.factories.collection import source
from tests.factories.measures import item
from tests.screening import breaches
from tests.screening.test_replay_marks import TABLES

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def matter(**fields):
    given = {"code": "x", "name": "x", "implementing_department": department(), "stages": ["before"], "roles": []}
    return Matter.objects.create(**given | fields)


def consulted(times: int = 1, **fields):
    given = {"matter": matter(), "source_id": source(), "rev_from": 5}
    for _ in range(times):
        Consulted.objects.create(**given | fields)


def receipt(**fields):
    given = {
        "id": 1,
        "number": "JL-20261120-000001",
        "checked_at": AT,
        "as_of": date(2026, 11, 20),
        "matter": matter(),
        "stage": "before",
        "actor": "user:x",
        "implementing_department_id": 1,
        "answer": "clear",
        "complete": True,
        "no_measure": False,
        "subject_ids": [],
        "content": {},
        "vector": {},
    }
    return Receipt.objects.create(**given | fields)


def key(times: int = 1):
    for _ in range(times):
        ReceiptKey.objects.create(requester="user:x", key="k", body_hash=b"", number="n", checked_at=LONG_AGO)


def choice(times: int = 1, **fields):
    for _ in range(times):
        Choice.objects.create(**{"number": "n", "what": "hold", "chosen_by": "user:x", "chosen_at": AT} | fields)


def response(times: int = 1, **fields):
    said = {
        "item_id": item(triggers=[source(kind="serious")]),
        "item_code": "Y",
        "department": department(),
        "source_id": 1,
        "trigger": "entry:1",
        "subject_id": 1,
        "state": "waiting",
        "raised_at": AT,
        "due_on": AT.date(),
    }
    for _ in range(times):
        ResponseTask.objects.create(**said | fields)


def rehearsal_row(**fields):
    period = {"checked_from": AT.date(), "checked_until": AT.date()}
    made = Rehearsal.objects.create(
        item_id=item(triggers=[source(kind="serious")]), digest="x", made_by="x", made_at=AT, **period
    )
    RehearsalRow.objects.create(rehearsal=made, subject_id=1, trigger="entry:1", **fields)


def favourite(times: int) -> None:
    clerk, one = user(), matter()
    for _ in range(times):
        FavouriteMatter.objects.create(user=clerk, matter=one)


BREACHES = {
    "screening_matter_stages_known": lambda: matter(stages=["事前"]),
    "screening_consulted_once": lambda: consulted(2),
    "screening_consulted_revisions_in_order": lambda: consulted(rev_to=5),
    "screening_lists_one_row": lambda: ApplicationLists.objects.create(pk=False),
    "screening_favourite_once": lambda: favourite(2),
    "screening_receipt_answer_known": lambda: receipt(answer="none"),
    "screening_receipt_clear_is_complete": lambda: receipt(complete=False),
    "screening_receiptkey_once": lambda: key(2),
    "screening_choice_once_per_receipt": lambda: choice(2),
    "screening_choice_going_on_has_reason": lambda: choice(what="go_on"),
    "screening_response_once_per_trigger": lambda: response(2),
    "screening_response_state_known": lambda: response(state="seen"),
    "screening_response_answer_is_whole": lambda: response(state="responded", answer="已办"),
    "screening_response_end_is_whole": lambda: response(state="ended", ended_at=AT),
    "screening_response_stops_what_was_begun": lambda: response(
        state="ended", ended_at=AT, ended_reason="移出", stop_due_on=AT.date()
    ),
    "screening_rehearsalrow_change_known": lambda: rehearsal_row(change="more"),
} | breaches.BREACHES


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    assert_each_is_broken("screening", [*BREACHES, *TABLES], elsewhere=breaches.DRAWS)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("screening_response_answer_is_whole", {"state": "not_apply", "answered_at": AT}),
        ("screening_response_end_is_whole", {"state": "waiting", "ended_at": AT, "ended_reason": "移出"}),
        ("screening_response_stops_what_was_begun", {"stop_due_on": AT.date()}),
        ("screening_response_stops_what_was_begun", {"stopped_at": AT}),
    ],
)
def test_a_response_is_whole(name: str, fields: dict[str, object]) -> None:
    assert_refused(name, lambda: response(**fields))


def test_an_ended_response_may_be_called_for_anew() -> None:
    response(2, state="ended", ended_at=AT, ended_reason="移出")
    response()


def test_a_matter_has_a_stage() -> None:
    assert_refused("screening_matter_stages_known", lambda: matter(stages=[]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE screening_receipt SET answer = 'clear'",
        "DELETE FROM screening_receipt",
        "TRUNCATE screening_receipt",
        f"TRUNCATE screening_receipt_{AT:%Y%m}",
        "TRUNCATE screening_receipt_default",
    ],
)
def test_what_was_answered_stays_what_was_answered(statement: str) -> None:
    made = make.ask(make.matter(consults=[source(kind="serious")]), make.uscc(), now=AT)

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks waiting cannot be emptied anyway
            cursor.execute(statement)

    assert_refused("screening_receipt is append-only", change)
    assert Receipt.objects.get(number=made.number).answer == "clear"


@pytest.mark.parametrize("statement", ["DELETE FROM screening_matter", "UPDATE screening_matter SET id = id + 1"])
def test_a_matter_that_receipts_may_name_stays(statement: str) -> None:
    matter()

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert_refused("a matter is never deleted", change)


def test_partitions_made_later_refuse_to_be_emptied_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT toolkit_make_month_partitions('screening_receipt', '2040-02-01', '2040-02-29')")
        assert cursor.fetchone() == (1,)

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE screening_receipt_204002")

    assert_refused("screening_receipt is append-only", empty)
