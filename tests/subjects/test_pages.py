"""Pages: what staff see of an organisation, what it takes to see a person, and the conflicts of the credit office."""

import pytest
from django.test import Client

from audit.models import Event
from kernel.actor import Role
from subjects import services
from subjects.models import Conflict
from tests.factories import accounts
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db
NEED = {"file_number": "JL-2026-1", "reason": "核验法定代表人"}


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(accounts.user(Role.CLERK))
    return client


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


def test_a_dossier_shows_names_codes_and_masked_persons(clerk: Client) -> None:
    code, number = make.uscc(), make.citizen_id()
    firm = make.organisation("江澜甲乙食品有限公司", code=code)
    make.responsible(firm, make.person("沈建国", number=number))
    page = clerk.get(f"/subjects/{firm}/").content.decode()
    assert "江澜甲乙食品有限公司" in page and code in page and "沈某某" in page and "法定代表人" in page
    assert "沈建国" not in page and number not in page


def test_a_persons_page_asks_for_the_reason_and_shows_nothing(clerk: Client) -> None:
    one = make.person("沈建国")
    page = clerk.get(f"/subjects/{one}/").content.decode()
    assert "办件号" in page and "本次查看将被记录" in page and "沈某某" not in page
    assert clerk.post(f"/subjects/{one}/person/", {"reason": "核验"}).status_code == 400
    assert clerk.post(f"/subjects/{one}/reveal/", {"file_number": "1"}).status_code == 400
    assert (
        not Event.objects.filter(about=f"subjects.subject:{one}").exclude(name="subjects.subject.registered").exists()
    )


def test_with_a_reason_a_person_is_shown_masked_then_once_in_clear(clerk: Client) -> None:
    number = make.citizen_id()
    firm, one = make.organisation("江澜甲乙食品有限公司"), make.person("沈建国", number=number)
    make.responsible(firm, one)
    seen = clerk.post(f"/subjects/{one}/person/", NEED)
    page = seen.content.decode()
    assert f"{number[:6]}********{number[-4:]}" in page and number not in page and "江澜甲乙食品有限公司" in page
    clear = clerk.post(f"/subjects/{one}/reveal/", NEED)
    assert number in clear.content.decode()
    assert "no-store" in seen["Cache-Control"] and "no-store" in clear["Cache-Control"]
    facts = Event.objects.filter(about=f"subjects.subject:{one}").order_by("id").values_list("name", flat=True)
    assert list(facts)[1:] == ["subjects.dossier.viewed", "subjects.identifier.revealed"]


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_the_administrators_see_no_business(client: Client, role: Role) -> None:
    client.force_login(accounts.user(role))
    firm, one = make.organisation(), make.person()
    for subject in (firm, one, 10**9):
        assert client.get(f"/subjects/{subject}/").status_code == 404
    assert client.post(f"/subjects/{one}/reveal/", NEED).status_code == 404
    assert client.get("/subjects/conflicts/").status_code == 403


def test_an_organisation_cannot_be_revealed(clerk: Client) -> None:
    assert clerk.post(f"/subjects/{make.organisation()}/reveal/", NEED).status_code == 404


def test_an_erased_person_says_so(clerk: Client) -> None:
    one = make.person()
    actor = accounts.actor(Role.CREDIT_OFFICE)
    services.erase_person(subject_id=one, ground="本人申请", actor=actor, now=make.LONG_AGO)
    assert "已删除" in clerk.post(f"/subjects/{one}/person/", NEED).content.decode()
    assert clerk.post(f"/subjects/{one}/reveal/", NEED).status_code == 409


def test_the_credit_office_works_through_the_conflicts(office: Client) -> None:
    code = make.uscc()
    firm = make.organisation("江澜甲乙食品有限公司", code=code)
    make.organisation("江澜丙丁化工有限公司", code=code)
    conflict = Conflict.objects.get(code=code).pk
    page = office.get("/subjects/conflicts/").content.decode()
    assert code in page and "江澜丙丁化工有限公司" in page
    door = f"/subjects/conflicts/{conflict}/"
    wrong = office.post(door, {"outcome": "kept", "ground": ""})
    assert wrong.status_code == 400 and "江澜丙丁化工有限公司" in wrong.content.decode()
    assert office.post(door, {"outcome": "kept", "ground": "登记机关核实"}).status_code == 302
    assert code not in office.get("/subjects/conflicts/").content.decode()
    assert office.post(door, {"outcome": "kept", "ground": "再次"}).status_code == 404
    assert "维持原名称" in office.get(f"/subjects/{firm}/").content.decode()


def test_a_clerk_resolves_no_conflict(clerk: Client) -> None:
    assert clerk.get("/subjects/conflicts/").status_code == 403
    assert clerk.post("/subjects/conflicts/1/", {"outcome": "kept", "ground": "核实"}).status_code == 403
