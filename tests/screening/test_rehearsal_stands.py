"""A rehearsal publishes only while its figures are true, and tells of every past check that the draft would reach."""

from datetime import timedelta

import pytest

from measures import services as measure_services
from measures.models import MeasureItem
from screening.models import Rehearsal
from screening.services import rehearsing as services
from tests.conftest import NOW
from tests.factories import measures
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


def test_nor_after_another_publication(city: City) -> None:
    city.submit()
    done = city.rehearse()
    measures.published(triggers=[city.black.source_id], department_id=city.unit.pk)
    with pytest.raises(services.ComparedMoved):
        city.publish(done, now=LATER)


def test_nor_after_a_change_of_an_application_list(city: City) -> None:
    city.submit()
    done = city.rehearse()
    make.matter(consults=[city.black.source_id])
    with pytest.raises(services.ComparedMoved):
        city.publish(done, now=LATER)


def test_nor_a_rehearsal_of_which_it_is_not_known(city: City) -> None:
    city.submit()
    done = city.rehearse()
    Rehearsal.objects.filter(pk=done.pk).update(measures_revision=None, lists_revision=None)
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
