"""Two who act on one proceeding at the same moment: one is told."""

from datetime import datetime

import pytest
from django.db import connections

from kernel.actor import Role
from redblack.models import Entry, Proceeding
from redblack.rules.states import ProceedingState
from redblack.services import proceedings
from redblack.services.entries import TermsOverlap
from redblack.services.proceedings import WrongStep
from tests.factories import accounts
from tests.factories import proceedings as make
from tests.factories import redblack as lists
from tests.factories.proceedings import decide
from tests.together import at_once

pytestmark = pytest.mark.django_db


def state(proceeding_id: int) -> str:
    return Proceeding.objects.get(pk=proceeding_id).state


@pytest.mark.django_db(transaction=True)
def test_of_two_who_propose_at_once_one_is_told(now: datetime) -> None:
    at = make.bench()
    connections.close_all()
    outcomes = at_once(lambda: make.drafted(at, now=now))
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [
        proceedings.ProceedingOpen
    ]
    assert Proceeding.objects.filter(subject_id=at.subject_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_one_decides_and_the_other_is_told(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    reviewers = [at.reviewer, accounts.actor(Role.REVIEWER, department=at.department)]
    outcomes = at_once(lambda: decide(made, at, now=now, actor=reviewers.pop()))
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [WrongStep]
    assert Entry.objects.filter(subject_id=at.subject_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_deciding_against_dropping_one_wins(now: datetime) -> None:
    at = make.bench()
    made = make.submitted(at, now=now)
    other = accounts.actor(Role.REVIEWER, department=at.department)
    work = [
        lambda: decide(made, at, now=now),
        lambda: proceedings.drop(proceeding_id=made, reason="不成立", actor=other, now=now),
    ]
    outcomes = at_once(lambda: work.pop()())
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [WrongStep]
    assert Entry.objects.filter(subject_id=at.subject_id).exists() is (state(made) == ProceedingState.DECIDED)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_that_overlap_one_is_told_the_article(now: datetime) -> None:
    """One proceeding, and beside it the platform enters the same subject for the same time."""
    at = make.bench()
    made = make.submitted(at, now=now)
    work = [
        lambda: decide(made, at, now=now),
        lambda: lists.entry(at.list_code, at.subject_id, now=now, authority_department_id=at.department.pk),
    ]
    outcomes = at_once(lambda: work.pop()())
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(outcome) for outcome in refused] == [TermsOverlap] and refused[0].reasons
    assert Entry.objects.filter(subject_id=at.subject_id).count() == 1
