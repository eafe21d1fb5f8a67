"""Every named constraint of files, jobs, messages and the register of documents, broken once."""

from typing import Any

import pytest

from office.models import Job, LegalRegister, Message, StoredFile
from tests.conftest import NOW
from tests.constraints import assert_each_is_broken, assert_refused, cases

pytestmark = pytest.mark.django_db
# broken where what they hold is tested: test_calendar.py, test_services.py
ELSEWHERE = {
    "office_calendarday_is_of_its_year",
    "office_calendaryear_final_has_a_notice",
    "office_calendaryear_plausible",
    "office_division_code_shape",
    "office_division_level_known",
    "office_industry_level_known",
    "office_legaldocument_confidence_known",
    "office_legaldocument_has_a_title",
    "office_legaldocument_period_in_order",
    "office_legaldocument_rank_known",
}


def file(**fields: Any) -> None:
    given = {"sha256": "a" * 64, "size": 1, "name": "x", "data_key": "k", "stored_at": NOW}
    StoredFile.objects.create(**given | fields)


def job(**fields: Any) -> None:
    given = {"task": "t", "about": "a:1", "lease_until": NOW, "created_by": "user:x", "created_at": NOW}
    Job.objects.create(**given | fields)


def message(**fields: Any) -> None:
    given = {"to": "a@b.test", "subject": "x", "body": "x", "about": "x", "created_at": NOW, "retry_at": NOW}
    Message.objects.create(**given | fields)


OVER = {"lease_until": None, "finished_at": NOW}
BREACHES = {
    "office_storedfile_digest_shape": lambda: file(sha256="A" * 64),
    "office_storedfile_destroyed_iff_no_key": lambda: file(destroyed_at=NOW),
    "office_job_finished_iff_over": lambda: job(state="done", lease_until=None),
    "office_job_leased_iff_unfinished": lambda: job(state="running", lease_until=None),
    "office_job_failed_iff_why": lambda: job(state="failed", **OVER),
    "office_job_attempts_within_allowed": lambda: job(attempts=21),
    "office_message_channel_known": lambda: message(channel="fax"),
    "office_message_sent_or_dead_not_both": lambda: message(sent_at=NOW, dead_at=NOW),
    "office_legalregister_one_row": lambda: LegalRegister.objects.create(id=False),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


@pytest.mark.parametrize(
    ("constraint", "breach"),
    [
        ("office_storedfile_destroyed_iff_no_key", lambda: file(data_key="")),
        ("office_job_finished_iff_over", lambda: job(finished_at=NOW)),
        ("office_job_finished_iff_over", lambda: job(state="asleep")),
        ("office_job_leased_iff_unfinished", lambda: job(lease_until=None)),
        ("office_job_leased_iff_unfinished", lambda: job(state="done", finished_at=NOW)),
        ("office_job_failed_iff_why", lambda: job(failure="因故")),
    ],
)
def test_refused_from_the_other_side(constraint: str, breach: Any) -> None:
    assert_refused(constraint, breach)


def test_all_are_here() -> None:
    assert_each_is_broken("office", BREACHES, elsewhere=ELSEWHERE)
