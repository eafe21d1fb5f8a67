"""A rehearsal publishes only while its figures are true, and tells of every past check that the draft would reach."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from measures import services as measure_services
from measures.models import MeasureItem
from redblack.models import Binding, Doubt
from screening.models import Receipt, Rehearsal, RehearsalRow
from screening.services import rehearsing as services
from tests.conftest import NOW
from tests.factories import collection, measures, received, redblack
from tests.factories import screening as make
from tests.screening.test_rehearsal import City

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def city(db: None) -> City:
    city = City(condition=None)
    city.write(None, content="限制申请和参评")
    city.firm("甲")
    return city


# --- the figures are still true ------------------------------------------------------------------------------------
def test_figures_against_an_item_that_was_withdrawn_publish_nothing(city: City) -> None:
    city.submit()
    done = city.rehearse()
    assert (done.base_item_id, done.subjects_newly) == (city.item, 0)
    measure_services.withdraw_item(code=city.code, reason="依据废止", actor=city.author, now=NOW)
    with pytest.raises(services.ComparedMoved) as refused:
        city.publish(done, now=LATER)
    assert "请重新预演" in refused.value.message
    assert MeasureItem.objects.get(pk=city.draft).state == "in_review"
    again = city.rehearse(now=LATER)
    assert (again.base_item_id, again.subjects_newly) == (None, 1)
    assert city.publish(again, now=LATER) == city.code


def test_what_is_published_of_other_measures_moves_no_figure(city: City) -> None:
    city.submit()
    done = city.rehearse()
    measures.published(
        triggers=[city.black.source_id], department_id=city.unit.pk, matter_code=city.matter, stages=["before"]
    )
    assert city.called() == {"甲"}
    city.publish(done, now=LATER)
    assert city.called() == {"甲"} and done.subjects_newly == done.subjects_no_longer == 0


def test_nor_after_a_change_of_an_application_list(city: City) -> None:
    city.submit()
    done = city.rehearse()
    make.matter(consults=[city.black.source_id])
    with pytest.raises(services.ComparedMoved):
        city.publish(done, now=LATER)


def test_nor_a_rehearsal_of_which_it_is_not_known(city: City) -> None:
    city.submit()
    done = city.rehearse()
    Rehearsal.objects.filter(pk=done.pk).update(lists_revision=None)
    with pytest.raises(services.ComparedMoved):
        city.publish(done)


# --- what is rehearsed could be published ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slip", "reason"),
    [({"verb": "", "wording": ""}, "no_verb"), ({"organisation": " "}, "blank"), ({"matter_code": ""}, "matter")],
)
def test_a_draft_that_is_half_written_is_not_rehearsed(city: City, slip: dict[str, str], reason: str) -> None:
    city.write(None, **slip)
    with pytest.raises(services.DraftNotWhole) as refused:
        city.rehearse()
    assert any(one.code.startswith(reason) for one in refused.value.reasons)
    assert all(one.message in str(refused.value) for one in refused.value.reasons)
    assert not Rehearsal.objects.exists()


# --- past checks that a wider measure would reach -------------------------------------------------------------------
def test_a_clear_check_counts_when_the_draft_extends_to_responsible_persons(city: City) -> None:
    source = collection.source(code="P-EXT")
    matter = make.matter(consults=[source], implementing_department_id=city.unit.pk)
    said = {"matter_code": matter, "stages": ["before"], "triggers": [source], "department_id": city.unit.pk}
    owner, uscc = make.firm(), make.uscc()
    led = make.firm(uscc)
    raised = [collection.raised("P-EXT", owner), collection.raised("P-EXT", led, responsible=True)]
    collection.record(subject_id=owner, raised=raised)
    city.item = measures.published(**said)
    checked = make.ask(matter, uscc, now=NOW)
    assert Receipt.objects.get(number=checked.number).answer == "clear"
    city.draft = measure_services.draft_from_item(item_id=city.item, actor=city.author, now=NOW)
    city.write(None, extends_to_responsible=True)
    found = city.rehearse()
    assert (found.checks, found.checks_newly, found.subjects_newly) == (1, 1, 1)
    assert RehearsalRow.objects.get(rehearsal=found, receipt=checked.number).subject_id == led


def test_a_clear_check_counts_when_its_matter_consults_another_list_since(city: City) -> None:
    other, uscc = redblack.list_type(), make.uscc()
    firm = make.firm(uscc)
    redblack.entry(other.code, firm)
    checked = make.ask(city.matter, uscc, now=NOW)
    make.ask(city.matter, make.uscc(), now=NOW)  # of him nothing is known: counted, not replayed
    assert Receipt.objects.get(number=checked.number).answer == "clear"
    consults = [city.black.source_id, other.source_id]
    make.matter(
        code=city.matter, consults=consults, stages=["before", "during"], implementing_department_id=city.unit.pk
    )
    value = measures.changed(city.draft)
    wider = replace(value, triggers=frozenset(consults))
    measure_services.save_draft(item_id=city.draft, value=wider, seen=value.seen, actor=city.author, now=NOW)
    found = city.rehearse()
    assert (found.checks, found.checks_newly, found.subjects_newly) == (2, 1, 1)
    assert RehearsalRow.objects.get(rehearsal=found, receipt=checked.number).subject_id == firm


def test_a_row_known_by_the_old_number_alone_counts_as_in_the_check(city: City) -> None:
    """The entry hangs on the twin; the measure is narrowed away from it."""
    org = make.org_code()
    uscc = make.uscc(org)
    firm, twin = make.firm(uscc), make.firm(org_code=org)
    redblack.entry(city.black.code, twin)
    checked = make.ask(city.matter, uscc, now=NOW)
    city.write({"fact": "grade", "is": "in", "value": ["严重"]})
    found = city.rehearse()
    row = RehearsalRow.objects.exclude(receipt="").get(rehearsal=found)
    assert (row.receipt, row.change, row.subject_id) == (checked.number, "no_longer", firm)


@pytest.mark.parametrize("missing", ["stale", "doubt", "bad twin"])
def test_an_honour_counts_where_a_check_would_offer_it(city: City, missing: str) -> None:
    """Today and in past checks: not while a source that may pause it cannot be asked, nor for what a twin holds."""
    red = redblack.list_type(kind="reward")
    bad = redblack.list_type(freshness_days=30 if missing == "stale" else None)
    org = make.org_code()
    uscc = make.uscc(org)
    firm, twin = make.firm(uscc), make.firm(org_code=org)
    redblack.entry(red.code, twin, papers=redblack.red_papers())
    matter = make.matter(consults=[red.source_id], implementing_department_id=city.unit.pk)
    said: dict[str, Any] = {
        "reward": True, "kind": None, "wording": "可以提供", "content": "容缺受理", "means": "推荐应用",
        "basic_id": None, "triggers": [red.source_id], "unless_bad": [bad.source_id], "stages": ["before"],
        "matter_code": matter, "department_id": city.unit.pk, "actor": city.author,
    }  # fmt: skip
    if missing == "doubt":
        held = received.held(city.unit, at=NOW)
        Doubt.objects.create(source_id=bad.source_id, subject_id=twin, list_version=held, rev_from=1)
    elif missing == "bad twin":
        redblack.entry(bad.code, twin)
    make.ask(matter, uscc, now=NOW)
    city.draft = measures.draft(**said)
    found = city.rehearse()
    assert (found.checks, found.checks_newly, found.subjects, found.subjects_newly) == (1, 0, 1, 0)
    for source in (bad.source_id, red.source_id):
        collection.load(source, at=NOW)
    Doubt.objects.update(rev_to=2)
    Binding.objects.filter(source_id=bad.source_id).delete()
    make.ask(matter, uscc, now=NOW)
    found = city.rehearse()
    # the first check had not asked the bad list: of what it did not read it is told what is known now
    assert (found.checks_newly, found.subjects, found.subjects_newly) == (2, 1, 1)
    assert {row.subject_id for row in RehearsalRow.objects.filter(rehearsal=found)} == {firm}
