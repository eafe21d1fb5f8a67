import pytest

from kernel.identifiers import Found
from screening.rules.identity import PERSON_KINDS, Ask, question, role_for
from screening.rules.question import Why
from tests.factories.screening import APPLICANT, LEGAL

CODE = "91339901MA9K3H5T3Y"


@pytest.mark.parametrize(
    ("kind", "file_number", "ask", "why"),
    [
        ("uscc", "", Ask.CODE, Why.NONE),
        ("reg_no", "", Ask.LEGACY, Why.NONE),
        ("org_code", "", Ask.LEGACY, Why.NONE),
        ("name", "", Ask.NAME, Why.IDENTIFY),
        ("missing", "", Ask.NOTHING, Why.MISSING_CODE),
        ("invalid", "", Ask.NOTHING, Why.INVALID_CODE),
        ("citizen_id", "B-1", Ask.NOTHING, Why.PERSONS_NOT_CHECKED_HERE),
        ("something else", "", Ask.NOTHING, Why.INVALID_CODE),
    ],
)
def test_for_an_organisation(kind: str, file_number: str, ask: Ask, why: Why) -> None:
    asked = question(Found(kind, CODE), role=APPLICANT, file_number=file_number)
    assert (asked.ask, asked.why) == (ask, why)


@pytest.mark.parametrize("kind", sorted(PERSON_KINDS))
def test_personal_information_law_article_34(kind: str) -> None:
    number = Found(kind, "330001198001010017", original="330001198001010017", name="沈建国")
    for file_number in ("", "  "):
        refused = question(number, role=LEGAL, file_number=file_number)
        assert (refused.ask, refused.why) == (Ask.NOTHING, Why.PERSON_NEEDS_FILE_NUMBER)
    asked = question(number, role=LEGAL, file_number="B-1")
    assert (asked.ask, asked.why) == (Ask.PERSON, Why.NONE)
    for one in (refused, asked):
        subject = one.subject()
        assert (subject.code, subject.name, subject.given) == ("", "", "")


def test_only_a_unified_code_goes_on_into_the_answer() -> None:
    known = question(Found("uscc", CODE, original="扫码 " + CODE, name="某公司"), role=APPLICANT, file_number="")
    assert (known.subject().code, known.subject().name) == (CODE, "")  # a name comes from the register alone
    named = question(Found("name", "沈建国", original="姓名：沈建国", name="沈建国"), role=APPLICANT, file_number="")
    assert (named.subject().code, named.subject().name) == ("", "")


@pytest.mark.parametrize(
    ("kind", "roles", "role"),
    [
        ("uscc", (APPLICANT, LEGAL), APPLICANT),
        ("citizen_id", (APPLICANT, LEGAL), LEGAL),
        ("citizen_id", (APPLICANT,), APPLICANT),
        ("name", (LEGAL, APPLICANT), LEGAL),
    ],
)
def test_a_subject_without_a_role_gets_one(kind: str, roles: tuple, role: object) -> None:
    assert role_for(Found(kind, "x"), roles) is role
