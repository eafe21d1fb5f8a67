from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audit.models import Event
from kernel.actor import Role
from kernel.errors import Refusal
from screening.models import Choice, Receipt
from screening.services.choosing import AlreadyChosen, ReasonMissing, UnknownChoice, choose
from screening.views import lines
from tests.factories import accounts, collection, redblack
from tests.factories import screening as make
from tests.screening.conftest import City

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
WINDOW = "/check/"
HTMX = {"HX-Request": "true"}
ADMINS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


@pytest.fixture
def clerk(client: Client, frozen: time_machine.Traveller) -> Any:
    user = accounts.user(Role.CLERK, department=make.general_window())
    client.force_login(user)
    return user


def ask(client: Client, city: City, text: str = "", *, key: str = "", htmx: bool = False, **fields: str) -> Any:
    given = {"matter": city.matter, "stage": "before", "file_number": "", "text": text or city.uscc}
    given["key"] = key or f"key-{Receipt.objects.count():08d}"
    return client.post(WINDOW, given | fields, headers=HTMX if htmx else {})


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- the window ---------------------------------------------------------------------------------------------------


def test_the_page_works_without_htmx(client: Client, clerk: Any, city: City) -> None:
    redblack.entry(city.black.code, city.firm)
    page = ask(client, city)
    number = Receipt.objects.get().number
    assert page.status_code == 200
    assert "<html" in text_of(page)
    for words in ("命中", "依法应当", "限制申请", number, city.black.name):
        assert words in text_of(page)


def test_the_fragment_is_a_part_of_the_page(client: Client, clerk: Any, city: City) -> None:
    redblack.entry(city.black.code, city.firm)
    fragment = ask(client, city, htmx=True, key="key-the-same")
    page = ask(client, city, key="key-the-same")
    assert "<html" not in text_of(fragment)
    start = text_of(fragment).index("<article")
    article = text_of(fragment)[start : text_of(fragment).index("</article>")]
    assert "限制申请" in article and article in text_of(page)
    assert Receipt.objects.count() == 1


def test_a_clear_answer_says_until_when(client: Client, clerk: Any, city: City) -> None:
    assert "未命中：截至 2026-11-20 10:00" in text_of(ask(client, city, htmx=True))


def test_a_gap_is_as_loud_as_a_hit(client: Client, clerk: Any, city: City, now: datetime) -> None:
    collection.load(city.black.source_id, at=now, held=True)
    told = text_of(ask(client, city, htmx=True))
    assert "未能核查" in told and "更新待确认" in told and "不得据此认定为无记录" in told and "未命中" not in told


def test_matter_and_stage_are_remembered(client: Client, clerk: Any, city: City) -> None:
    other = make.matter(consults=[city.black.source_id], stages=["before", "during"])
    ask(client, city, matter=other, stage="during")
    page = client.get(WINDOW)
    assert page.context["matter"].startswith(f"{other} ") and page.context["form"]["stage"].value() == "during"
    assert (client.session["matter"], client.session["stage"]) == (other, "during")


def test_every_question_gets_a_key_of_its_own(client: Client, clerk: Any, city: City) -> None:
    first = client.get(WINDOW).context["key"]
    second = ask(client, city, key=first).context["key"]
    assert first != second and len(second) >= 16


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": " "}, 400),
        ({"text": "x" * 4001}, 422),
        ({"matter": "NOWHERE"}, 400),
        ({"stage": "after"}, 404),
        ({"key": "x" * 65}, 422),
        ({"text": "a\x00b"}, 422),
    ],
)
def test_what_cannot_be_asked_is_said_and_leaves_no_receipt(
    client: Client, clerk: Any, city: City, fields: dict[str, str], status: int
) -> None:
    for htmx in (True, False):
        response = ask(client, city, htmx=htmx, **{"key": "key-1"} | fields)
        assert response.status_code == status
        assert "未命中" not in text_of(response)
    assert not Receipt.objects.exists()


def test_the_same_key_for_another_question(client: Client, clerk: Any, city: City) -> None:
    ask(client, city, key="key-the-same")
    response = ask(client, city, make.uscc(), key="key-the-same", htmx=True)
    assert response.status_code == 409 and "该请求编号已用于另一次核查" in text_of(response)


@pytest.mark.parametrize("role", ADMINS)
def test_administrators_do_not_check(client: Client, city: City, role: Role) -> None:
    client.force_login(accounts.user(role))
    assert client.get(WINDOW).status_code == 403
    assert ask(client, city).status_code == 403
    assert client.get(reverse("screening:today")).status_code == 403
    assert not Receipt.objects.exists()


def test_nobody_without_logging_in(client: Client, city: City) -> None:
    assert client.get(WINDOW).status_code == 302
    assert ask(client, city).status_code == 302
    assert ask(client, city, htmx=True).status_code == 401
    assert not Receipt.objects.exists()


# --- receipts -----------------------------------------------------------------------------------------------------


def receipt_of(client: Client, city: City) -> str:
    ask(client, city)
    return Receipt.objects.order_by("-id")[0].number


def test_a_receipt_is_found_again_and_the_look_is_recorded(client: Client, clerk: Any, city: City) -> None:
    redblack.entry(city.black.code, city.firm)
    number = receipt_of(client, city)
    found = client.get(reverse("screening:today"), {"number": f" {number.lower()} "})
    assert found.status_code == 302 and number in found["Location"]
    page, print_out = client.get(found["Location"]), client.get(found["Location"], {"print": "1"})
    for shown in (page, print_out):
        assert shown.status_code == 200
        assert number in text_of(shown) and "限制申请" in text_of(shown)
    reads = Event.objects.filter(about=f"screening.receipt:{number}", name="screening.receipt.read").order_by("id")
    assert [r["purpose"] for r in reads.values_list("payload", flat=True)] == ["查看", "打印"]


def test_another_departments_receipt_is_not_there(client: Client, clerk: Any, city: City) -> None:
    redblack.entry(city.black.code, city.firm)
    number = receipt_of(client, city)
    client.force_login(accounts.user(Role.CLERK))
    place = reverse("screening:receipt", args=[number])
    assert client.get(place).status_code == 404
    assert client.post(f"{place}choice/", {"decision": "hold"}).status_code == 404
    assert number not in text_of(client.get(reverse("screening:today")))
    assert not Choice.objects.exists()


@pytest.mark.parametrize("role", ADMINS)
def test_an_administrator_of_the_same_department_sees_no_receipt(
    client: Client, clerk: Any, city: City, role: Role
) -> None:
    number = receipt_of(client, city)
    client.force_login(accounts.user(role, department=clerk.department))
    assert client.get(reverse("screening:receipt", args=[number])).status_code in (403, 404)


def test_the_implementing_department_sees_it_and_the_credit_office(client: Client, clerk: Any, city: City) -> None:
    number = receipt_of(client, city)
    implementer = Receipt.objects.get(number=number).matter.implementing_department
    place = reverse("screening:receipt", args=[number])
    for user in (accounts.user(Role.UPLOADER, department=implementer), accounts.user(Role.CREDIT_OFFICE)):
        client.force_login(user)
        assert client.get(place).status_code == 200


@pytest.mark.parametrize("number", ["JL-20261120-999999", "JL-99991231-000001", "JL-20261320-000001", "nonsense"])
def test_no_such_receipt(client: Client, clerk: Any, number: str) -> None:
    assert client.get(reverse("screening:receipt", args=[number])).status_code == 404


@pytest.mark.parametrize("number", ["nonsense", "A/B", "../../", "JL-20261120-000001?x", "%2F"])
def test_what_is_no_number_is_not_looked_for(client: Client, clerk: Any, number: str) -> None:
    assert client.get(reverse("screening:today"), {"number": number}).status_code == 404


def test_the_receipts_of_a_day(client: Client, clerk: Any, city: City) -> None:
    redblack.entry(city.black.code, city.firm)
    hit = receipt_of(client, city)
    ask(client, city, make.uscc())
    clear = Receipt.objects.order_by("-id")[0].number
    page = reverse("screening:today")
    assert hit in text_of(client.get(page)) and clear in text_of(client.get(page))
    only = text_of(client.get(page, {"answer": "hit"}))
    assert hit in only and clear not in only
    assert hit not in text_of(client.get(page, {"day": "2026-11-19"}))
    assert client.get(page, {"day": "9999-12-31"}).status_code == 200


def test_todays_list_keeps_lines_and_shows_each_only_whom_it_concerns(
    client: Client, clerk: Any, city: City, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RECEIPT_LINES_KEPT = 3
    kept: dict[Any, Any] = {}
    monkeypatch.setattr(lines, "_lines", kept)
    redblack.entry(city.black.code, city.firm)
    told = [text_of(ask(client, city, text, htmx=True)) for text in (city.uscc, make.uscc(), city.uscc)]
    numbers = list(Receipt.objects.order_by("-id").values_list("number", flat=True))
    shown = told[-1].partition('id="today"')[2]
    assert len(kept) == 3 and "今日 3 笔" in shown
    assert [shown.index(number) for number in numbers] == sorted(shown.index(number) for number in numbers)
    assert text_of(client.get(WINDOW)).partition('id="today"')[2].count("<li>") == 3
    other = Client()
    other.force_login(accounts.user(Role.CLERK, department=make.general_window()))
    assert numbers[0] not in text_of(other.get(WINDOW)) and "今日 0 笔" in text_of(other.get(WINDOW))
    ask(client, city)
    assert len(kept) == 1, "emptied when it is full"


# --- the choice ---------------------------------------------------------------------------------------------------


def test_the_choice_is_noted_once(client: Client, clerk: Any, city: City) -> None:
    redblack.entry(city.black.code, city.firm)
    number = receipt_of(client, city)
    place = reverse("screening:choose", args=[number])
    first = client.post(place, {"decision": "go_on", "reason": "已核实"}, headers=HTMX)
    assert first.status_code == 200
    second = client.post(place, {"decision": "hold"}, headers=HTMX)  # another browser
    assert second.status_code == 409 and "已经登记过" in text_of(second)
    made = Choice.objects.get()
    assert (made.number, made.what, made.reason) == (number, "go_on", "已核实")
    assert Event.objects.filter(name="screening.choice.made").count() == 1


@pytest.mark.parametrize(
    ("what", "reason", "refusal"),
    [("go_on", " ", ReasonMissing), ("refuse", "x", UnknownChoice), ("", "", UnknownChoice)],
)
def test_what_is_no_choice(
    client: Client, clerk: Any, city: City, what: str, reason: str, refusal: type[Refusal]
) -> None:
    redblack.entry(city.black.code, city.firm)
    number = receipt_of(client, city)
    response = client.post(reverse("screening:choose", args=[number]), {"decision": what, "reason": reason})
    assert response.status_code == 400 and refusal.message in text_of(response)
    assert not Choice.objects.exists()


def test_twice_by_service(client: Client, clerk: Any, city: City, now: datetime) -> None:
    redblack.entry(city.black.code, city.firm)
    number = receipt_of(client, city)
    actor = accounts.actor(Role.CLERK, department=clerk.department)
    choose(number=number, what="hold", reason="", actor=actor, now=now)
    with pytest.raises(AlreadyChosen):
        choose(number=number, what="hold", reason="", actor=actor, now=now)
    assert date(2026, 11, 20) == Choice.objects.get().chosen_at.date()
