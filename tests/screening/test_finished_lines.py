"""A file number is one office's own: which offices' checks count for a finished matter that bears it."""

import pytest

from accounts.models import Department
from kernel.actor import Actor, Role
from screening.models import FinishedCase, Matter
from screening.services.finished import report_finished
from tests.factories import accounts
from tests.factories import screening as make
from tests.screening.conftest import City
from tests.screening.test_finished import row
from toolkit import clock

pytestmark = pytest.mark.django_db


def clerk(department: Department) -> Actor:
    return accounts.actor(Role.CLERK, department=department)


def test_a_file_number_leads_to_a_check_of_the_cases_own_line_alone(city: City) -> None:
    matter = Matter.objects.select_related("implementing_department").get(code=city.matter)
    desk, county = accounts.department(), accounts.department(parent=matter.implementing_department)
    Matter.objects.filter(pk=matter.pk).update(handled_by=desk)
    office = accounts.actor(Role.CREDIT_OFFICE)
    askers = {
        "L-1": office,  # numbers its own cases, and may ask about every matter
        "L-2": clerk(matter.implementing_department),
        "L-3": clerk(county),
        "L-4": clerk(desk),
        "L-5": clerk(make.general_window()),
    }
    made = {n: make.ask(city.matter, make.uscc(), file_number=n, actor=a, now=clock.now()) for n, a in askers.items()}
    made["L-6"] = make.ask(city.matter, make.uscc(), file_number="L-6", now=clock.now())  # the platform itself
    both = make.ask(city.matter, make.uscc(), file_number="L-7", actor=askers["L-2"], now=clock.now())
    make.ask(city.matter, make.uscc(), file_number="L-7", actor=office, now=clock.now())  # later, of another case
    rows = [row(city, number) for number in [*made, "L-7"]]
    assert report_finished(rows=rows, actor=office, now=clock.now()).taken == len(rows)
    found = dict(FinishedCase.objects.values_list("file_number", "receipt"))
    assert found == {n: one.number for n, one in made.items()} | {"L-1": "", "L-7": both.number}
