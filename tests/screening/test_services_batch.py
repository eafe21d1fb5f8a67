from datetime import datetime

import pytest

from collection.rules.sheets import SheetRow
from screening.services.batch import check_rows
from screening.services.checking import MOST_SUBJECTS
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.conftest import City

pytestmark = pytest.mark.django_db


def test_a_row_that_asks_too_much_does_not_stop_the_others(city: City, now: datetime) -> None:
    many = " ".join(make.uscc() for _ in range(MOST_SUBJECTS + 1))
    rows = [SheetRow(number, {"代码": text}) for number, text in enumerate((city.uscc, many, city.uscc), start=2)]
    said = check_rows(
        rows=rows,
        code_column="代码",
        name_column=None,
        matter_code=city.matter,
        stage="before",
        run="run-1",
        actor=PLATFORM,
        now=now,
    )
    answers = list(said)
    assert [one.answer for one in answers] == ["clear", "could_not_check", "clear"]
    assert "一次最多核查" in answers[1].problem
