"""What was lifted stays lifted, by whatever way the decision comes again."""

from datetime import date, datetime

import pytest

from collection.models import Record, Trigger
from collection.services import end_record
from tests.factories import accounts
from tests.factories import collection as sources
from tests.factories import rows as make

pytestmark = pytest.mark.django_db
LIFTED = date(2026, 11, 18)
RAISES = [{"source": "P-X", "field": "FACTS", "words": ["吊销"], "begins": "DAY", "ends": "UNTIL", "ground": "FACTS"}]
WITH, WITHOUT = "吊销许可证", "未按规定公示"


def _repair(record_id: int, now: datetime) -> None:
    end_record(
        record_id=record_id, ended_on=LIFTED, publicity_state="终止公示", reason="已修复", actor=accounts.PLATFORM,
        now=now,
    )  # fmt: skip


def test_a_limit_that_one_change_dropped_and_the_next_raises_stays_lifted(reporter, now) -> None:
    sources.source(code="P-X")
    at = reporter(raises=RAISES)
    row = make.row(有效期止="2027-11-15", 事实=WITH)
    at.send(row)
    [trigger] = Trigger.objects.all()
    _repair(trigger.record_id, now)
    at.send(row | {"事实": WITHOUT})
    assert not Trigger.objects.filter(rev_to=None).exists()
    at.send(row | {"事实": WITH})
    assert Trigger.objects.get(rev_to=None).released_on == LIFTED


def test_one_that_was_dropped_and_never_lifted_is_in_force_again(reporter) -> None:
    sources.source(code="P-X")
    at = reporter(raises=RAISES)
    row = make.row(有效期止="2027-11-15", 事实=WITH)
    for facts in (WITH, WITHOUT, WITH):
        at.send(row | {"事实": facts})
    assert Trigger.objects.get(rev_to=None).released_on is None


def test_one_that_was_dropped_when_the_record_was_repaired_stays_lifted(reporter, now) -> None:
    sources.source(code="P-X")
    at = reporter(raises=RAISES)
    row = make.row(有效期止="2027-11-15", 事实=WITH)
    at.send(row)
    [record] = Record.objects.all()
    at.send(row | {"事实": WITHOUT})
    _repair(record.pk, now)  # nothing is in force: the publicity ends, and the record remembers the day
    at.send(row | {"事实": WITH})
    assert Trigger.objects.get(rev_to=None).released_on == LIFTED


def test_what_a_repaired_record_never_raised_before_is_lifted_too(reporter, now) -> None:
    sources.source(code="P-X")
    at = reporter(raises=RAISES)
    row = make.row(有效期止="2027-11-15", 事实=WITHOUT)
    at.send(row)
    [record] = Record.objects.all()
    Record.objects.update(publicity_state="终止公示")  # as the department may have reported it: no repair of ours yet
    _repair(record.pk, now)
    at.send(row | {"事实": WITH})
    assert Trigger.objects.get(rev_to=None).released_on == LIFTED


def test_a_term_of_its_own_is_not_lifted_by_a_repair_before_it_was_raised(reporter, now) -> None:
    sources.source(code="P-X")
    at = reporter(raises=[one | {"own_term": True} for one in RAISES])
    row = make.row(有效期止="2027-11-15", 事实=WITHOUT)
    at.send(row)
    [record] = Record.objects.all()
    _repair(record.pk, now)
    at.send(row | {"事实": WITH})
    assert Trigger.objects.get(rev_to=None).released_on is None
