"""Verifying a printed receipt: what anybody learns, and what nobody does."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import segno
import time_machine
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from kernel.actor import Role
from screening.models import Receipt, VerifyTries
from screening.rules.verification import Validity, last_day, read_number, validity
from screening.services.verifying import CannotVerify, TooManyTries, code_of, forget_tries, verify
from screening.views.verification import mark_of
from tests.factories import accounts, collection, redblack
from tests.factories import screening as make
from toolkit import crypto
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db
NUMBER = "JL-20261120-000037"
KEYS = ["k1:" + "A" * 43 + "=", "k2:" + "B" * 43 + "="]
NEUTRAL = "未能核验：编号与核验码不符，或不是本平台出具的回执"


@pytest.fixture
def receipt(now: datetime) -> Receipt:
    """Of a firm that is on a list."""
    black = redblack.list_type()
    code = make.uscc()
    redblack.entry(black.code, make.firm(code))
    made = make.ask(make.matter(consults=[black.source_id]), code, file_number="办件77", now=now)
    return Receipt.objects.get(number=made.number)


def page(client: Client, number: str, code: str, **headers: str) -> Any:
    return client.get(reverse("screening:verify_receipt", args=[number]), {"c": code}, **headers)  # type: ignore[arg-type]


def main_of(response: Any) -> str:
    """The text of the page's main part."""
    html = response.content.decode()
    inner = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner))


def test_number_time_result_class_validity_and_nothing_else(
    client: Client, receipt: Receipt, frozen: object, settings: Any
) -> None:
    response = page(client, receipt.number, code_of(receipt.number))
    text = main_of(response)
    assert response.status_code == 200
    for said in (receipt.number, "2026-11-20 10:00:00", "命中", "● 有效"):
        assert said in text
    [subject] = receipt.content["subjects"]
    for hidden in (subject["name"], subject["code"], "办件77", receipt.content["matter"]["name"],
                   receipt.content["department"], receipt.content["operator"],
                   subject["triggers"][0]["document_no"]):  # fmt: skip
        assert hidden and hidden not in response.content.decode()
    assert "no-store" in response["Cache-Control"] and response["X-Robots-Tag"] == "noindex"
    assert "sessionid" not in response.cookies


def test_whatever_does_not_fit_gets_one_and_the_same_answer(client: Client, receipt: Receipt, frozen: object) -> None:
    """Another code, an altered digit, a number that nobody has: nobody learns which numbers there are."""
    number, code = receipt.number, code_of(receipt.number)
    with_another_key = f"other:{'C' * 43}="
    altered = number[:-1] + str((int(number[-1]) + 1) % 10)
    cases = [
        (number, code[:-1] + ("0" if code[-1] != "0" else "1")),
        (altered, code),
        (number.replace("1120", "1119"), code),
        ("JL-20261120-999999", "0123456789"),
        ("JX-20261120-000037", code),
        (number, ""),
        (number, "’; DROP TABLE screening_receipt;--"),
        ("😀" * 30, code),
        ("沈建国", "沈建国"),
        (number, "9" * 500),
        ("JL-20261120-" + "9" * 18, code_of("JL-20261120-" + "9" * 18)),  # a good code of a number never given
    ]
    texts = set()
    for said, typed in cases:
        response = client.get(reverse("screening:verify"), {"number": said, "c": typed or "X"})
        assert response.status_code == 404, (said, typed)
        assert NEUTRAL in main_of(response)
        texts.add(re.sub(r'value="[^"]*"', "", response.content.decode()))
    assert len(texts) == 1
    configured_keys = configured.RECEIPT_KEYS
    try:
        configured.RECEIPT_KEYS = with_another_key  # another city's
        foreign = code_of(number)
    finally:
        configured.RECEIPT_KEYS = configured_keys
    assert NEUTRAL in main_of(page(client, number, foreign))


def test_as_people_type_it(client: Client, receipt: Receipt, frozen: object) -> None:
    code = code_of(receipt.number)
    typed = f" {code[:5].lower().replace('0', 'o').replace('1', 'l')} - {code[5:]} "
    wide = receipt.number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789JL"}).replace("-", "－").lower()
    response = client.get(reverse("screening:verify"), {"number": f" {wide} ", "c": typed})
    assert response.status_code == 200 and receipt.number in main_of(response)


def test_half_of_it_asks_for_the_other(client: Client, receipt: Receipt, frozen: object) -> None:
    for said in ({"number": receipt.number}, {"c": "X"}):
        response = client.get(reverse("screening:verify"), said)
        assert response.status_code == 200 and "请同时输入" in main_of(response)
    assert not VerifyTries.objects.exists()
    assert client.post(reverse("screening:verify"), {"number": "x", "c": "y"}).status_code in (403, 405)


def test_the_page_says_when_it_is_over(
    client: Client, receipt: Receipt, frozen: time_machine.Traveller, now: datetime
) -> None:
    for years, told in ((1, "已过有效期"), (11, "已超过保存期限")):
        frozen.move_to(now.replace(year=now.year + years))
        text = main_of(page(client, receipt.number, code_of(receipt.number)))
        assert told in text and "● 有效" not in text
        assert ("结果类别 命中" in text, "10:00:00" in text) == (years == 1, years == 1)


@pytest.mark.parametrize(("days", "until"), [(1, "2026-11-20"), (30, "2026-12-19"), (0, "2026-11-20")])
def test_valid_until(days: int, until: str) -> None:
    assert last_day(datetime(2026, 11, 20, tzinfo=UTC).date(), valid_days=days).isoformat() == until


@pytest.mark.parametrize(
    ("later", "worth"),
    [
        (timedelta(0), Validity.VALID),
        (timedelta(hours=13), Validity.VALID),  # 23:00 in Shanghai
        (timedelta(hours=14), Validity.OVER),  # the next day there
        (timedelta(days=3652), Validity.OVER),
        (timedelta(days=3654), Validity.PAST_RETENTION),
    ],
)
def test_validity_ends_at_midnight_in_shanghai(receipt: Receipt, now: datetime, later: timedelta, worth: str) -> None:
    asked = {"number": receipt.number, "code": code_of(receipt.number), "address": "127.0.0.1", "wall": now}
    found = verify(now=now + later, **asked)  # type: ignore[arg-type]
    assert found.validity is worth
    assert (found.checked_at is None, found.result == "") == (worth is Validity.PAST_RETENTION,) * 2
    rule = validity(day_of(now), today=day_of(now + later), valid_days=1, years=10)
    assert rule is worth


def test_the_limit_holds_for_all_processes_and_ends_with_its_window(
    receipt: Receipt, now: datetime, settings: Any
) -> None:
    settings.VERIFY_TRIES = 3
    asked = {"number": receipt.number, "code": code_of(receipt.number), "now": now}

    def tried(address: str, wall: datetime = now) -> bool:
        try:
            verify(address=address, wall=wall, **asked)  # type: ignore[arg-type]
        except TooManyTries:
            return False
        return True

    assert [tried("198.51.100.7") for _ in range(5)] == [True] * 3 + [False] * 2
    assert tried("198.51.100.8")
    assert tried("2001:db8::1") and tried("2001:db8::2") and tried("2001:db8::ffff")
    assert not tried("2001:db8::3") and tried("2001:db8:0:1::1")  # a subscriber has a network to himself
    assert tried("unix:") and tried("198.51.100.7", now + timedelta(minutes=10))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(address, 'escape'), ',') FROM screening_verifytries")
        assert "198.51" not in cursor.fetchone()[0]
    assert forget_tries(wall=now + timedelta(minutes=11)) == 5 and VerifyTries.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_one_by_one(now: datetime, settings: Any) -> None:
    settings.VERIFY_TRIES = 20

    def once(_: int) -> str:
        try:
            verify(number=NUMBER, code="X", address="198.51.100.7", now=now, wall=now)
        except (CannotVerify, TooManyTries) as refusal:
            return refusal.code
        finally:
            connection.close()
        raise AssertionError

    with ThreadPoolExecutor(8) as hands:
        codes = list(hands.map(once, range(40)))
    assert codes.count("screening.cannot_verify") == 20


def test_over_the_limit_the_page_says_when_to_come_back(
    client: Client, receipt: Receipt, frozen: object, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the cache is away: nothing here asks it."""

    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(type(cache._connections["default"]), name, away, raising=False)  # type: ignore[attr-defined]
    settings.VERIFY_TRIES = 1
    assert page(client, receipt.number, code_of(receipt.number)).status_code == 200
    response = page(client, receipt.number, code_of(receipt.number))
    assert (response.status_code, response["Retry-After"]) == (429, "600")
    assert "10 分钟后再试" in main_of(response) and receipt.number not in main_of(response).replace("value", "")


def test_a_rotation_leaves_printed_codes_good(receipt: Receipt, now: datetime, settings: Any) -> None:
    settings.RECEIPT_KEYS = KEYS[0]
    printed = code_of(receipt.number)
    settings.RECEIPT_KEYS = f"{KEYS[1]},{KEYS[0]}"
    assert code_of(receipt.number) != printed
    assert crypto.is_check_code(printed, receipt.number, purpose="screening.receipt")
    settings.INDEX_HASH = "SM3"
    assert crypto.is_check_code(printed, receipt.number, purpose="screening.receipt")
    assert crypto.is_check_code(code_of(receipt.number), receipt.number, purpose="screening.receipt")
    settings.RECEIPT_KEYS = KEYS[1]
    assert not crypto.is_check_code(printed, receipt.number, purpose="screening.receipt")


def test_the_qr_code_leads_to_the_address_that_was_set(client: Client, receipt: Receipt, settings: Any) -> None:
    settings.SITE_ADDRESS = ""
    assert mark_of(receipt.number).picture == ""
    settings.SITE_ADDRESS = "https://credit.example"
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    for printing in ({}, {"print": "1"}):
        shown = client.get(
            reverse("screening:receipt", args=[receipt.number]), printing, headers={"host": "evil.example"}
        )
        html = shown.content.decode()
        code = code_of(receipt.number)
        assert f"{code[:5]}-{code[5:]}" in html and "https://credit.example/v/" in html
        target = f"https://credit.example/v/{receipt.number}?c={code}"
        assert escape(segno.make(target, error="m").svg_data_uri(scale=3, border=2, light="#fff")) in html
        assert "evil.example" not in html


@pytest.mark.parametrize("text", ["jl-20261120-000037", "ＪＬ－２０２６１１２０－０００037", " JL—20261120–000037\n"])
def test_a_number_is_read_in_any_width(text: str) -> None:
    assert read_number(text) == NUMBER


def test_a_receipt_of_a_person_tells_no_more(client: Client, now: datetime, frozen: object) -> None:
    listed = collection.source()
    number = make.citizen_id()
    make.person(number, name="沈建国")
    made = make.ask(make.matter(consults=[listed]), number, file_number="F9", now=now)
    html = page(client, made.number, code_of(made.number)).content.decode()
    assert "未命中" in html and "沈" not in html and number[:6] not in html
