"""Each constraint, broken once, by name."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from kernel.names import grams
from subjects.models import Conflict, Name, Person, PersonIndex, Responsibility, Revision, Subject
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


DECIDED = {"resolved_at": AT, "resolved_by": "x", "ground": "y"}


def subject(**fields: Any) -> Subject:
    defaults: dict[str, Any] = {"kind": "legal_person", "name": "某公司", "created_at": AT, "updated_at": AT}
    return Subject.objects.create(**defaults | fields)


def name(**fields: Any) -> Name:
    defaults = {"subject_id": make.organisation(), "name": "甲", "key": "甲", "kind": "short", "rev_from": 1}
    return Name.objects.create(**defaults | fields)


def person(**fields: Any) -> Person:
    defaults: dict[str, Any] = {
        "subject": subject(kind="natural_person"),
        "data_key": "v1.x",
        "name_ct": "v1.x",
        "id_ct": "v1.x",
        "id_kind": "citizen_id",
    }
    return Person.objects.create(**defaults | fields)


def responsibility(**fields: Any) -> Responsibility:
    defaults: dict[str, Any] = {"post": "法定代表人", "valid_from": date(2020, 1, 1), "rev_from": 1}
    if "organisation_id" not in fields:
        defaults |= {"organisation_id": make.organisation(), "person_id": make.person()}
    return Responsibility.objects.create(**defaults | fields)


def conflict(**fields: Any) -> Conflict:
    holder = make.organisation()
    defaults = {
        "code": "c",
        "subject_id": holder,
        "kept_name": "甲",
        "other_name": "乙",
        "source": "s",
        "found_at": AT,
    }
    return Conflict.objects.create(**defaults | fields)


@pytest.mark.parametrize(
    ("make_row", "broken", "constraint"),
    [
        (subject, {"kind": "cat"}, "subjects_subject_kind_known"),
        (subject, {"status": "gone"}, "subjects_subject_status_known"),
        (subject, {"name": ""}, "subjects_subject_has_a_name"),
        (subject, {"uscc": "91339901ma9k3h5t3y"}, "subjects_subject_uscc_shape"),
        (subject, {"uscc": "9133990OMA9K3H5T3Y"}, "subjects_subject_uscc_shape"),
        (subject, {"uscc": "91339901MA9K3H5T3"}, "subjects_subject_uscc_shape"),
        (subject, {"reg_no": "12"}, "subjects_subject_reg_no_shape"),
        (subject, {"org_code": "12345678-"}, "subjects_subject_org_code_shape"),
        (subject, {"kind": "natural_person", "uscc": "91339901MA9K3H5T3Y"},
         "subjects_subject_person_has_no_organisation_code"),
        (name, {"kind": "nick"}, "subjects_name_kind_known"),
        (name, {"key": ""}, "subjects_name_has_a_key"),
        (name, {"kind": "current"}, "subjects_name_one_current"),
        (name, {"valid_from": date(2020, 1, 2), "valid_until": date(2020, 1, 1)}, "subjects_name_period_in_order"),
        (name, {"rev_to": 1}, "subjects_name_revisions_in_order"),
        (person, {"id_kind": "library_card"}, "subjects_person_id_kind_known"),
        (person, {"erased_at": AT}, "subjects_person_erased_iff_no_key"),
        (person, {"data_key": None}, "subjects_person_erased_iff_no_key"),
        (person, {"id_ct": "110101199003070134"}, "subjects_person_is_sealed"),
        (responsibility, {"valid_until": date(2019, 1, 1)}, "subjects_responsibility_period_in_order"),
        (responsibility, {"rev_to": 1}, "subjects_responsibility_revisions_in_order"),
        (conflict, {"state": "lost"} | DECIDED, "subjects_conflict_state_known"),
        (conflict, {"state": "kept"}, "subjects_conflict_resolved_iff_decided"),
        (conflict, {"resolved_at": AT, "resolved_by": "x"}, "subjects_conflict_resolved_iff_decided"),
    ],
)  # fmt: skip
def test_the_database_refuses(make_row: Callable[..., Any], broken: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_row(**broken)


def test_a_code_has_one_holder() -> None:
    code = make.uscc()
    subject(uscc=code)
    with pytest.raises(IntegrityError, match="subjects_subject_one_holder_of_code"), transaction.atomic():
        subject(uscc=code)


def test_a_number_has_one_holder() -> None:
    people = [make.person(), make.person()]
    PersonIndex.objects.create(subject_id=people[0], key_id="z", digest=b"1")
    with pytest.raises(IntegrityError, match="subjects_person_index_one_holder"), transaction.atomic():
        PersonIndex.objects.create(subject_id=people[1], key_id="z", digest=b"1")
    with pytest.raises(IntegrityError, match="subjects_person_index_one_per_key"), transaction.atomic():
        PersonIndex.objects.create(subject_id=people[0], key_id="z", digest=b"2")


def test_a_natural_person_without_its_sealed_row_is_not_committed() -> None:
    with pytest.raises(IntegrityError, match="has no person row"), transaction.atomic():
        subject(kind="natural_person")
        connection.check_constraints()


def test_an_organisation_is_no_person_and_a_person_no_organisation() -> None:
    with pytest.raises(IntegrityError, match="is no natural person"), transaction.atomic():
        person(subject=subject())
    with pytest.raises(IntegrityError, match="is no organisation"), transaction.atomic():
        responsibility(organisation_id=make.person(), person_id=make.person())
    one = make.organisation()
    with pytest.raises(IntegrityError, match="subjects_responsibility_of_another"), transaction.atomic():
        responsibility(organisation_id=one, person_id=one)


def test_a_persons_name_never_enters_the_searched_table() -> None:
    with pytest.raises(IntegrityError, match="no searchable name"), transaction.atomic():
        name(subject_id=make.person())


def test_a_post_is_stated_once() -> None:
    one, two = make.organisation(), make.person()
    responsibility(organisation_id=one, person_id=two)
    with pytest.raises(IntegrityError, match="subjects_responsibility_stated_once"), transaction.atomic():
        responsibility(organisation_id=one, person_id=two)


def test_the_revision_is_one_row() -> None:
    with pytest.raises(IntegrityError, match="subjects_revision_is_one_row"), transaction.atomic():
        Revision.objects.create(id=2)


@pytest.mark.parametrize(
    "key", ["云帆科技", "云", "", "有限公司", "云帆有限公司北京分公司", "A1云帆有限公司有限公司"]
)
def test_grams_in_sql_are_those_of_python(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT subjects_grams(%s)", [key])
        assert sorted(set(cursor.fetchone()[0])) == grams(key)


def test_a_two_character_search_uses_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM subjects_name WHERE subjects_grams(key) @> ARRAY['云帆'] AND rev_to IS NULL"
        )
        assert "subjects_name_by_grams" in str(cursor.fetchall())
