"""The verbs of the register: what they change, record and refuse."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from kernel.actor import ANONYMOUS, Actor, Kind, Role
from subjects import selectors, services
from subjects.models import Conflict, Name, Person, PersonIndex, Responsibility, Subject
from tests.conftest import NOW
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db
CLERK = Actor(kind=Kind.USER, name="zc01", id=1, department_id=1, roles=frozenset({Role.CLERK}))
OFFICE = Actor(kind=Kind.USER, name="xyb01", id=2, department_id=2, roles=frozenset({Role.CREDIT_OFFICE}))
ADMIN = Actor(kind=Kind.USER, name="sysadmin", id=3, roles=frozenset({Role.SYSTEM_ADMIN}))


def facts(subject_id: int) -> list[str]:
    rows = Event.objects.filter(about=f"subjects.subject:{subject_id}").order_by("id")
    return list(rows.values_list("name", flat=True))


def test_registering_twice_is_registering_once() -> None:
    code, before = make.uscc(), selectors.revision()
    one = make.organisation("江澜甲乙食品有限公司", code=code)
    two = make.organisation("江瀾甲乙食品 有限责任公司", code=code.lower())
    assert one == two and selectors.revision() == before + 1
    assert facts(one) == ["subjects.subject.registered"]
    value = selectors.subject_of(one)
    assert value and (value.uscc, value.org_code, value.division_code) == (code, code[8:17], "339901")


def test_one_code_with_two_names_is_kept_visible() -> None:
    code = make.uscc()
    one = make.organisation("江澜甲乙食品有限公司", code=code)
    assert make.organisation("江澜丙丁化工有限公司", code=code) == one
    make.organisation("江澜丙丁化工有限公司", code=code)
    conflict = Conflict.objects.get(subject_id=one)
    assert (conflict.kept_name, conflict.other_name, conflict.state) == (
        "江澜甲乙食品有限公司",
        "江澜丙丁化工有限公司",
        "open",
    )
    assert Subject.objects.get(pk=one).name == "江澜甲乙食品有限公司"
    assert facts(one) == ["subjects.subject.registered", "subjects.conflict.found"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"code": "9133990OMA9K3H5T3Y"}, services.IdentifierWrong),
        ({"code": "", "reg_no": "320404000009559"}, services.IdentifierWrong),
        ({"code": "", "org_code": "MA9K3H5T-4"}, services.IdentifierWrong),
        ({"code": ""}, services.NoIdentifier),
        ({"name": "（）"}, services.NameWrong),
        ({"name": "公" * 201}, services.NameWrong),
        ({"kind": "natural_person"}, services.IdentifierWrong),
        ({"actor": CLERK}, services.NotYours),
        ({"actor": ANONYMOUS}, services.NotYours),
    ],
)
def test_registering_refuses(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make.organisation(**{"name": "江澜甲乙食品有限公司"} | fields)


def test_an_organisation_known_by_its_old_number_gets_its_unified_code() -> None:
    code = make.uscc()
    old = make.organisation("江澜甲乙食品有限公司", code="", org_code=f"{code[8:16]}-{code[16]}")
    assert make.organisation("江澜甲乙食品有限公司", code=code) == old
    assert Subject.objects.get(pk=old).uscc == code
    assert facts(old) == ["subjects.subject.registered", "subjects.code.adopted"]


def test_a_new_name_makes_the_old_one_a_former_name() -> None:
    one = make.organisation("江澜甲乙食品有限公司")
    revision = selectors.revision()
    services.add_name(
        subject_id=one,
        name="江澜丙丁食品有限公司",
        kind="current",
        valid_from=date(2026, 3, 1),
        actor=OFFICE,
        now=NOW,
    )
    assert [(n.name, n.kind, n.valid_until) for n in selectors.names_of(one)] == [
        ("江澜丙丁食品有限公司", "current", None),
        ("江澜甲乙食品有限公司", "former", date(2026, 2, 28)),
    ]
    assert Subject.objects.get(pk=one).name == "江澜丙丁食品有限公司"
    history = Name.objects.filter(subject_id=one, name="江澜甲乙食品有限公司").order_by("rev_from")
    assert [(n.kind, n.rev_to) for n in history] == [("current", revision + 1), ("former", None)]


def test_the_same_name_again_changes_nothing() -> None:
    one = make.organisation("江澜甲乙食品有限公司")
    short: dict[str, Any] = {"subject_id": one, "name": "甲乙食品", "kind": "short", "actor": OFFICE, "now": NOW}
    first, revision = services.add_name(**short), selectors.revision()
    assert services.add_name(**short) == first and selectors.revision() == revision


def test_the_credit_office_decides_a_conflict_once() -> None:
    code = make.uscc()
    one = make.organisation("江澜甲乙食品有限公司", code=code)
    make.organisation("江澜丙丁化工有限公司", code=code)
    conflict = Conflict.objects.get(subject_id=one).pk
    decide: dict[str, Any] = {"conflict_id": conflict, "outcome": "renamed", "now": NOW}
    with pytest.raises(services.NotYours):
        services.resolve_conflict(ground="变更通知书", actor=CLERK, **decide)
    with pytest.raises(services.GroundMissing):
        services.resolve_conflict(ground=" ", actor=OFFICE, **decide)
    services.resolve_conflict(ground="变更通知书〔2026〕1号", actor=OFFICE, **decide)
    assert Subject.objects.get(pk=one).name == "江澜丙丁化工有限公司"
    assert not selectors.conflicts_waiting().filter(subject_id=one).exists()
    with pytest.raises(services.ConflictNotFound):
        services.resolve_conflict(ground="变更通知书〔2026〕1号", actor=OFFICE, **decide)


def test_nothing_of_a_person_is_stored_in_clear() -> None:
    number = make.citizen_id()
    one = make.person("沈建国", number=number)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s::text || p::text || (SELECT string_agg(i::text, '') FROM subjects_person_index i
               WHERE i.subject_id = s.id) || (SELECT string_agg(e.payload::text, '') FROM audit_event e)
            FROM subjects_subject s JOIN subjects_person p ON p.subject_id = s.id WHERE s.id = %s""",
            [one],
        )
        stored = cursor.fetchone()[0]
    assert number not in stored and "沈建国" not in stored and "沈某某" in stored


def test_a_person_is_known_by_the_number_however_written() -> None:
    number = make.citizen_id()
    one = make.person("沈建国", number=number)
    assert make.person("沈建国", number=" ".join(number)) == one
    assert selectors.find_person(number.lower()) == one
    assert selectors.find_person(number, id_kind="passport") is None
    with pytest.raises(services.PersonNameDiffers):
        make.person("沈建军", number=number)


@pytest.mark.parametrize(
    ("id_kind", "number"),
    [
        ("citizen_id", "110101199003070135"),
        ("citizen_id", "110101900307013"),
        ("passport", "1"),
        ("badge", "E12345678"),
    ],
)
def test_a_wrong_number_registers_nobody(id_kind: str, number: str) -> None:
    with pytest.raises(services.IdentifierWrong) as refused:
        make.person("沈建国", number=number, id_kind=id_kind)
    assert number not in str(refused.value) or len(number) == 1


def test_a_look_at_the_number_needs_a_reason_and_is_recorded() -> None:
    number = make.citizen_id()
    one = make.person("沈建国", number=number)
    look: dict[str, Any] = {"subject_id": one, "now": NOW}
    for reason, file_number in (("", "JL-1"), ("核验", " "), (" ", "")):
        with pytest.raises(services.ReasonMissing):
            services.reveal_identifier(reason=reason, file_number=file_number, actor=CLERK, **look)
    for reason, file_number in ((f"核验 {number}", "JL-1"), ("核验身份", number)):
        with pytest.raises(services.ReasonTellsNumber):  # the fact of the look would keep it
            services.view_person(reason=reason, file_number=file_number, actor=CLERK, **look)
    for nobody in (ADMIN, ANONYMOUS, make.ACTOR):
        with pytest.raises(services.NotYours):
            services.reveal_identifier(reason="核验身份", file_number="JL-1", actor=nobody, **look)
    assert services.reveal_identifier(reason="核验身份", file_number="JL-1", actor=CLERK, **look) == number
    seen = services.view_person(reason="核验身份", file_number="JL-1", actor=CLERK, **look)
    assert (seen.name, seen.masked_number) == ("沈某某", f"{number[:6]}********{number[-4:]}")
    assert facts(one) == [
        "subjects.subject.registered",
        "subjects.identifier.revealed",
        "subjects.dossier.viewed",
    ]
    fact = Event.objects.get(about=f"subjects.subject:{one}", name="subjects.identifier.revealed")
    assert (fact.actor, fact.payload) == (
        "user:zc01",
        {"subject_id": one, "reason": "核验身份", "file_number": "JL-1"},
    )


def test_an_organisation_has_no_personal_page() -> None:
    with pytest.raises(services.SubjectNotFound):
        services.reveal_identifier(
            subject_id=make.organisation(), reason="核验身份", file_number="1", actor=CLERK, now=NOW
        )


def test_erasing_destroys_the_persons_own_key() -> None:
    number = make.citizen_id()
    one, other = make.person("沈建国", number=number), make.person("李明")
    make.responsible(make.organisation(), one)
    with pytest.raises(services.NotYours):
        services.erase_person(subject_id=one, ground="本人申请", actor=CLERK, now=NOW)
    services.erase_person(subject_id=one, ground="本人申请", actor=OFFICE, now=NOW)
    services.erase_person(subject_id=one, ground="本人申请", actor=OFFICE, now=NOW)
    erased = Person.objects.get(pk=one)
    assert (erased.data_key, erased.name_ct, erased.id_ct) == (None, "", "")
    assert PersonIndex.objects.filter(subject_id=one).exists()
    assert selectors.find_person(number) == one  # a limit still in force is found, never read as clear
    assert Subject.objects.get(pk=one).name == "（已删除）"
    with pytest.raises(services.PersonIsErased):
        services.reveal_identifier(subject_id=one, reason="核验身份", file_number="1", actor=CLERK, now=NOW)
    assert services.view_person(subject_id=one, reason="核验身份", file_number="1", actor=CLERK, now=NOW).erased
    assert services.reveal_identifier(subject_id=other, reason="核验身份", file_number="1", actor=CLERK, now=NOW)
    assert facts(one).count("subjects.person.erased") == 1


def test_posts_have_periods_and_are_closed_by_a_new_row() -> None:
    firm, one = make.organisation(), make.person()
    row = make.responsible(firm, one)
    with pytest.raises(services.AlreadyStated):
        make.responsible(firm, one)
    with pytest.raises(services.PostUnknown):
        make.responsible(firm, one, post="门卫")
    with pytest.raises(services.PeriodReversed):
        make.responsible(firm, one, post="负责人", until=date(2019, 1, 1))
    with pytest.raises(services.SubjectNotFound):
        make.responsible(one, firm)
    services.end_responsible(responsibility_id=row, valid_until=date(2026, 9, 30), actor=OFFICE, now=NOW)
    assert [(r.post, r.valid_until) for r in selectors.responsible_for(firm)] == [("法定代表人", date(2026, 9, 30))]
    assert Responsibility.objects.get(pk=row).rev_to == selectors.revision()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT masked_name, valid_until FROM subjects_pub_responsible WHERE organisation_id = %s", [firm]
        )
        assert cursor.fetchall() == [("沈某某", date(2026, 9, 30))]


def test_a_revision_belongs_to_its_transaction() -> None:
    before = selectors.revision()
    make.organisation()
    assert selectors.revision() == before + 1
