"""Every public page, asked by nobody, with a thousand natural persons in the database: not one name, number or hint.

The pages come from the table of URLs and from the links on them, so that a new page is asked too.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from kernel.names import masked_person
from redblack.models import Entry
from subjects.models import Subject
from subjects.services import register_persons
from tests.architecture.urls_rows import OPEN
from tests.architecture.urls_table import WHO
from tests.conftest import NOW
from tests.factories import accounts, collection, redblack, subjects
from toolkit.references import reference

PERSONS = 1000
SURNAMES = "沈钱孙周吴郑冯陈褚卫蒋韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚"
GIVEN = "鸿煜 梓涵 昱珩 沁怡 翊晗 旻轩 霁月 槿嫣 骁睿 琬琰 彧宸 璟瑜 珞珈 泠鸢 斐然 昶晖 峤屿 黛玥 筠婷 麒骥".split()  # noqa: SIM905
MOBILE = "138{:08d}"
STEPS = 400  # pages asked at most


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "action"} and value]


@pytest.fixture
def sown(db: None, frozen: object) -> tuple[list[tuple[str, str, str]], int, int]:
    """A thousand persons in whatever tables hold texts; a firm and a sole trader who have much to do with them."""
    people = [
        (f"{SURNAMES[n % len(SURNAMES)]}{GIVEN[n // len(SURNAMES) % len(GIVEN)]}{'甲乙丙丁'[n % 4]}"[:3]
         if n % 2 else f"{SURNAMES[n % len(SURNAMES)]}{GIVEN[n // len(SURNAMES) % len(GIVEN)]}",
         subjects.citizen_id(born=f"19{60 + n % 40:02d}0{1 + n % 9}{10 + n % 18}"),
         MOBILE.format(n * 7919 % 10**8))
        for n in range(PERSONS)
    ]  # fmt: skip
    made = register_persons(
        persons=[("citizen_id", number, name) for name, number, _ in people],
        source="test",
        actor=accounts.PLATFORM,
        now=NOW,
    )
    ids = [one for one in made if isinstance(one, int)]
    assert len(ids) == PERSONS
    firm, trader = (
        subjects.organisation("江澜恒泰食品有限公司"),
        subjects.organisation("澜东区某小吃店", kind="sole_trader"),
    )
    subjects.responsible(firm, ids[0])
    subjects.responsible(trader, ids[1], post="经营者")
    lists = [redblack.list_type(kind=kind).code for kind in ("serious", "reward")]
    for start in range(0, PERSONS, 50):  # fifty persons in each text
        told = "；".join(f"{name}（{number}，电话{mobile}）" for name, number, mobile in people[start : start + 50])
        unnumbered = "；".join(f"{name}（电话{mobile}）" for name, _, mobile in people[start : start + 50])
        content = {
            "CF_WFXW": told[:200],
            "CF_SY": f"经查，{unnumbered}",
            "CF_NR": f"对{told}罚款",
            "CF_FRDB": people[start][0],
            "CF_CFLB": "罚款",
            "CF_XDR_MC": people[start][0],
        }
        for about in (firm, trader, ids[start]):
            collection.record(item_code="penalty", subject_id=about, raised=[], content=content)
    told = "、".join(f"{name}{number} {mobile}" for name, number, mobile in people[:20])
    redblack.entry(lists[0], firm, ground=f"与{told}串通", authority="江澜市某局")
    redblack.entry(lists[0], ids[2], ground=told)
    redblack.entry(lists[0], ids[3], ground=told)
    return people, firm, trader


def pages(firm: int, trader: int) -> list[str]:
    """Every open URL that a browser may ask, with the places that this test knows."""
    places = {
        "ref": [reference("firm", firm), reference("trader", trader)],
        "which": ["penalties", "permits"],
        "slug": ["listed", "repair", "objection", "publicity"],
        "code": list(Entry.objects.order_by("pk").values_list("list_type__code", flat=True).distinct()),
    }
    found = []
    for name, row in WHO.items():
        if row.who != OPEN or row.method != "get":
            continue
        for value in (None, *(one for values in places.values() for one in values)):
            for place in ([], *([key] for key in places)):
                try:
                    found.append(reverse(name, kwargs={key: value for key in place} if value else {}))
                except Exception:  # not the places of this URL
                    continue
    return sorted(set(found))


def asked(client: Client, people: list[tuple[str, str, str]], start: list[str]) -> Iterator[tuple[str, str]]:
    """Each page that can be reached, and its text with its headers."""
    name, number, mobile = people[5]
    todo = start + [
        f"/portal/search/?q={what}" for what in (name, mobile, "江澜恒泰", "某小吃店", masked_person(name))
    ]
    seen: set[str] = set()
    while todo and len(seen) < STEPS:
        path = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "replace")
        yield path, f"{unescape(text)}\n{answer.headers}\n{answer.cookies}"
        links = Links()
        links.feed(text)
        if (place := answer.headers.get("Location", "")).startswith("/"):
            links.found.append(place)
        for link in links.found:
            whole = link if link.startswith("/") else path.split("?")[0] + link if link.startswith("?") else ""
            if whole and not whole.startswith(("/static/", "/accounts/", "/portal/look/")):
                todo.append(whole.split("#")[0])
    assert client.post("/portal/search/").status_code == 405
    yield from ((f"POST {number}", client.get("/portal/search/", {"q": number}).content.decode()) for _ in range(1))


def told(people: list[tuple[str, str, str]], text: str, path: str) -> list[str]:
    """What of a person stands there; what was typed into the address may be said back."""
    said = re.sub(r'value="[^"]*"', "", text)
    parts = [
        part for name, number, mobile in people for part in (name, number, number[-8:], mobile, masked_person(name))
    ]
    return [part for part in set(parts) if part in said]


def test_a_thousand_persons_and_not_one_of_them_is_told(
    sown: tuple[list[tuple[str, str, str]], int, int], settings_open: None
) -> None:
    people, firm, trader = sown
    client, leaks, paths = Client(), {}, []
    for path, text in asked(client, people, pages(firm, trader)):
        paths.append(path)
        if found := told(people, text, path):
            leaks[path] = found[:5]
    assert leaks == {}
    wanted = {"/portal/", "/portal/status/", "/robots.txt", f"/portal/firm/{reference('firm', firm)}/"}
    assert wanted <= set(paths) and len(paths) > 40
    shown = client.get(f"/portal/firm/{reference('firm', firm)}/").content.decode()
    assert (
        "经查" in shown and "某某" in shown and "（号码不公开）" in shown
    )  # the texts are there, the persons are not


def test_the_crawl_sees_a_template_that_leaks(
    sown: tuple[list[tuple[str, str, str]], int, int], settings_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, firm, _ = sown
    monkeypatch.setattr("collection.selectors.public.without_persons", lambda texts: list(texts))
    page = Client().get(f"/portal/firm/{reference('firm', firm)}/").content.decode()
    assert told(people, page, "")


def test_no_page_is_about_a_person(sown: tuple[list[tuple[str, str, str]], int, int], settings_open: None) -> None:
    client = Client()
    for person in Subject.objects.filter(kind="natural_person").order_by("pk")[:5]:
        for what in ("firm", "trader"):
            assert client.get(f"/portal/firm/{reference(what, person.pk)}/").status_code == 404


def test_the_representative_is_shown_with_its_article_alone(
    sown: tuple[list[tuple[str, str, str]], int, int], settings_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, firm, trader = sown
    name = people[0][0]
    page = f"/portal/firm/{reference('firm', firm)}/"
    assert "法定代表人</dt>" not in Client().get(page).content.decode()
    monkeypatch.setattr(settings, "PUBLIC_LEGAL_REP_BASIS", "《企业信息公示暂行条例》第六条")
    text = Client().get(page).content.decode()
    assert name in text and "《企业信息公示暂行条例》第六条" in text
    trade = Client().get(f"/portal/firm/{reference('trader', trader)}/").content.decode()
    assert people[1][0] not in trade and "第六条" not in trade


@pytest.fixture
def settings_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLIC_PER_MINUTE", 0)
    monkeypatch.setattr(settings, "PUBLIC_PER_DAY", 0)


def test_names_that_somebody_guesses_by_script_end_at_the_limit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLIC_PER_MINUTE", 20)
    client = Client()
    answers = [client.get("/portal/search/", {"q": f"江澜{sign}食品"}) for sign in "甲乙丙丁戊己庚辛壬癸" * 3]
    assert [one.status_code for one in answers] == [200] * 20 + [429] * 10
    assert int(answers[-1]["Retry-After"]) <= 61 and "过于频繁" in answers[-1].content.decode()
    assert client.get("/portal/search/", {"q": "江澜"}, REMOTE_ADDR="192.0.2.9").status_code == 200
    assert client.get("/portal/").status_code == 200  # the first page and the guides stay open


@pytest.mark.parametrize(
    "path", ["/catalog/public/", "/measures/public/", "/lists/public/honours/", "/repair/verify/x/", "/public/cases/"]
)
def test_the_public_pages_of_lower_floors_end_at_the_limit_too(
    db: None, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(settings, "PUBLIC_PER_MINUTE", 3)
    client = Client(REMOTE_ADDR="192.0.2.77")
    answers = [client.get(path) for _ in range(5)]
    assert [one.status_code == 429 for one in answers] == [False, False, False, True, True]
    assert answers[-1]["Retry-After"] and "过于频繁" in answers[-1].content.decode()


def test_without_valkey_the_limit_holds_in_each_process(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> bool:
        raise ConnectionError

    monkeypatch.setattr(settings, "PUBLIC_PER_MINUTE", 3)
    monkeypatch.setattr("portal.services.limiting._away_until", 0.0)
    monkeypatch.setattr("portal.services.limiting._alone", {})
    monkeypatch.setattr("portal.services.limiting.cache.add", away)
    client = Client()
    assert [client.get("/portal/status/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    monkeypatch.setattr("portal.services.limiting._away_until", 0.0)


def test_what_is_asked_has_a_budget_in_the_database(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr("portal.services.searching.BUDGET", "100ms")
    monkeypatch.setattr("portal.services.searching.candidates", slow)
    answer = Client().get("/portal/search/", {"q": "江澜恒泰食品"})
    assert answer.status_code == 503 and "不代表没有记录" in answer.content.decode()
