import pytest

from accounts import selectors
from kernel.actor import Role, system
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


def test_a_department_by_its_code() -> None:
    row = make.department()
    value = selectors.department_by_code(row.code)
    assert (value.id, value.name, value.division_code) == (row.pk, row.name, "339900")
    with pytest.raises(selectors.DepartmentNotFound):
        selectors.department_by_code("0" * 18)
    assert selectors.departments_by_id([row.pk, -1]) == {row.pk: value}


def test_the_scope_is_one_s_own_department_and_what_hangs_below() -> None:
    city, other = make.department(), make.department()
    county = make.department(parent=city)
    office = make.department(parent=county)
    chief = make.actor(Role.REVIEWER, department=city)
    assert selectors.scope(chief) == {city.pk, county.pk, office.pk}
    assert selectors.scope(make.actor(Role.CLERK, department=office)) == {office.pk}
    assert other.pk not in chief.departments


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_see_no_business(role: Role) -> None:
    assert selectors.scope(make.actor(role, department=None)) == frozenset()


def test_the_credit_office_and_the_platform_see_the_city() -> None:
    assert selectors.scope(make.actor(Role.CREDIT_OFFICE)) is None
    assert selectors.scope(system("seal")) is None


def test_a_client_system_sees_its_department_and_its_areas() -> None:
    own, elsewhere = make.department(), make.department(division_code="999903")
    system_row = make.client_system(department=own, areas=["999903"])
    client = selectors.client_by_code(system_row.code)
    assert client is not None
    assert client.actor.departments == {own.pk, elsewhere.pk}
    assert client.actor.scopes == {"checks:create"}


def test_a_ring_of_departments_ends() -> None:
    one = make.department()
    two = make.department(parent=one)
    one.parent = two
    one.save()
    assert selectors.with_subordinates(one.pk) == {one.pk, two.pk}


def test_users_come_in_pages(django_user_model: object) -> None:
    for number in range(selectors.PAGE + 2):
        make.user(username=f"page{number:03}", department=None)
    rows = selectors.users(text="page")
    assert len(rows) == selectors.PAGE + 1
    rest = selectors.users(text="page", after=rows[selectors.PAGE - 1].username)
    assert [user.username for user in rest] == ["page050", "page051"]
