"""A condition asks for the grade and the amount of a record as it does for an entry's."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from measures.models import MeasureItem
from measures.rules.conditions import Test, written
from screening.selectors.triggers import facts_relation
from tests.factories import collection, measures
from tests.factories import screening as make

pytestmark = pytest.mark.django_db
ONLY_SERIOUS = Test("grade", "in", ("严重",))
FROM_HALF_A_MILLION = Test("amount", ">=", Decimal(500_000))


def asked(condition: Test, now: datetime, *, grade: str, amount: Decimal | None = None) -> tuple[str, int]:
    """(answer, measures) of a matter whose only measure has that condition, about a firm with one penalty."""
    source = collection.source(code="P-GEN")
    uscc = make.uscc()
    firm, matter = make.firm(uscc), make.matter(consults=[source])
    measures.item(code="Y-1", matter_code=matter, triggers=[source])
    MeasureItem.objects.filter(code="Y-1").update(condition=written(condition))
    raised = collection.raised("P-GEN", firm, amount=amount)
    collection.record(subject_id=firm, raised=[raised], grade=grade, now=now)
    checked = make.ask(matter, uscc, now=now)
    [subject] = checked.content["subjects"]
    return checked.answer, len(subject["measures"])


@pytest.mark.parametrize(("grade", "applied"), [("严重", 1), ("一般", 0), ("轻微", 0), ("", 0)])
def test_only_serious_grade(grade: str, applied: int, now: datetime) -> None:
    assert asked(ONLY_SERIOUS, now, grade=grade) == ("hit", applied)


@pytest.mark.parametrize(("amount", "applied"), [("500000", 1), ("499999.99", 0), (None, 0)])
def test_the_amount_of_a_record(amount: str | None, applied: int, now: datetime) -> None:
    said = Decimal(amount) if amount else None
    assert asked(FROM_HALF_A_MILLION, now, grade="严重", amount=said) == ("hit", applied)


def test_rehearsals_and_responses_read_the_same(now: datetime) -> None:
    source = collection.source(code="P-GEN")
    firm = make.firm(make.uscc())
    raised = collection.raised("P-GEN", firm, amount=Decimal("1234.50"))
    collection.record(subject_id=firm, raised=[raised], grade="严重", now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.grade, f.amount FROM ({facts_relation()}) f", {"day": date(2026, 11, 20), "sources": [source]}
        )
        assert cursor.fetchall() == [("严重", Decimal("1234.50"))]
