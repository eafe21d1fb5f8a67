"""The city grade of an organisation, from collected records to the page; and never of a person."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kernel.actor import Role
from redblack import services
from redblack.rules.grades import CityGrade
from redblack.rules.lists import Origin, ReleaseKind
from redblack.selectors import grades
from tests.conftest import NOW
from tests.factories import accounts, collection, redblack, screening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
ON = date(2026, 11, 20)


def penalty(firm: int, day: date, **said: Any) -> int:
    content = {"CF_WFXW": said.pop("kind", "无证经营"), "CF_CFLB": said.pop("penalty", "警告")}
    if fine := said.pop("fine_wan", ""):
        content["CF_NR_FK"] = fine
    return collection.record(subject_id=firm, raised=[], decided_on=day, content=content, **said)


def grade_of(firm: int) -> CityGrade | None:
    return grades.grading_of(accounts.actor(Role.CLERK), firm, on=ON).standing.grade


def test_collected_penalties_raise_the_grade() -> None:
    firm = screening.firm()
    assert grade_of(firm) is None
    penalty(firm, date(2026, 3, 1))
    assert grade_of(firm) is CityGrade.GENERAL
    penalty(firm, date(2026, 9, 1))
    assert grade_of(firm) is CityGrade.HEAVIER
    penalty(firm, date(2026, 9, 2), penalty="罚款", fine_wan="100")
    assert grade_of(firm) is CityGrade.SERIOUS


@pytest.mark.parametrize(
    "said",
    [
        {"publicity_state": "终止公示"},
        {"publicity_until": date(2026, 11, 19)},
        {"publicity_state": "不予公示", "publicity_until": None, "day": date(2025, 11, 20)},
    ],
)
def test_what_is_repaired_or_over_does_not_count(said: dict[str, Any]) -> None:
    firm = screening.firm()
    penalty(firm, said.pop("day", date(2026, 3, 1)), **said)
    assert grade_of(firm) is None


def test_a_minor_record_that_is_not_published_counts_for_a_year() -> None:
    firm = screening.firm()
    penalty(firm, date(2025, 11, 21), publicity_state="不予公示", publicity_until=None)
    assert grade_of(firm) is CityGrade.GENERAL


def test_a_judgment_debtor_in_default_is_serious_until_the_entry_ends() -> None:
    firm = screening.firm()
    court = redblack.list_type(origin=Origin.COURT, freshness_days=2)
    entry = redblack.entry(court.code, firm)
    assert grade_of(firm) is CityGrade.SERIOUS
    services.release(
        entry_id=entry,
        kind=ReleaseKind.EARLY,
        document_no="某移1号",
        reason="履行完毕",
        released_on=ON,
        actor=accounts.PLATFORM,
        now=NOW,
    )
    assert grade_of(firm) is None


def test_never_of_a_person_or_a_sole_trader() -> None:
    trader = screening.firm(kind="sole_trader")
    for subject in (screening.person(), trader, 999_999_999):
        with pytest.raises(grades.NotGraded):
            grade_of(subject)


@pytest.fixture
def client(db: None) -> Client:
    made = Client()
    made.force_login(accounts.user(Role.CLERK))
    return made


def test_the_page_says_which_records_led_there(client: Client) -> None:
    code = screening.uscc()
    firm = screening.firm(code)
    penalty(firm, date(2026, 3, 1), document_no="某罚〔2026〕甲号")
    penalty(firm, date(2026, 9, 1), document_no="某罚〔2026〕乙号")
    answer = client.post(reverse("redblack:grades"), {"code": f" {code.lower()} "})
    assert answer["Location"] == reverse("redblack:grade", args=[firm])
    page = client.get(answer["Location"]).content.decode()
    assert "较重失信行为" in page and "两次同类一般失信行为" in page and "忻政办发〔2015〕153号 第十二条" in page
    assert page.count("某罚〔2026〕甲号") == 2 and "不是名单，不产生惩戒措施" in page
    assert "没有应计入的失信行为" in client.get(reverse("redblack:grade", args=[screening.firm()])).content.decode()


@pytest.mark.parametrize(("code", "status"), [("330102199001011234", 400), ("", 400), (screening.uscc(), 404)])
def test_what_is_no_organisations_code(code: str, status: int, client: Client) -> None:
    answer = client.post(reverse("redblack:grades"), {"code": code})
    assert answer.status_code == status and "不针对自然人" in answer.content.decode()
    assert not code or code not in answer.content.decode()


def test_a_person_has_no_page(client: Client) -> None:
    assert client.get(reverse("redblack:grade", args=[screening.person()])).status_code == 404
