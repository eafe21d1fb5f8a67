"""A city to look at, and a desk to sit at: the demo story behind a live server, and a clerk who uses only keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Response

import accounts.selectors
import audit.services
import screening.selectors.checks
from accounts.models import User
from audit.models import Delivery
from portal.services.files import demo
from tests import database
from tests.environment import ENGINES
from tools.places import ROOT

PASSWORD = demo("users")["password"]
FIRMS = {subject["key"]: subject for subject in demo("cast")["subjects"]}
SHEN = demo("cast")["persons"][0]["id_number"]
MEASURES: dict[str, str] = {
    item["code"]: item["content"]
    for item in yaml.safe_load((ROOT / "measures/initial/measure_items.yaml").read_text(encoding="utf-8"))
}
STANDARD = {"width": 1366, "height": 768}


@pytest.fixture(scope="package", autouse=True)
def the_story_is_told(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), database.told_the_story(ENGINES):
        yield


@pytest.fixture
def city(live_server: Any) -> str:
    """The address of a server whose city stands before its first scene."""
    accounts.selectors.forget()
    screening.selectors.checks._plans.clear()  # they were made from another clone, in which ids may differ
    address: str = live_server.url
    return address


def run_deliveries() -> None:
    """What the worker would do at once: nobody waits for it in a test."""
    for delivery in Delivery.objects.filter(delivered_at=None).order_by("id"):
        audit.services.deliver(delivery_id=delivery.pk, now=datetime.now(UTC))


@dataclass
class Desk:
    """One browser at one desk. Everything is typed; nothing is clicked."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Response:
        response = self.page.goto(self.address + path)
        assert response is not None
        return response

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def log_in(self, username: str, to: str = "/") -> None:
        self.go(f"/accounts/login/?next={to}")
        self.type(username)
        self.press("Tab")
        self.type(PASSWORD)
        with self.page.expect_navigation(url=self.address + to):
            self.press("Enter")

    def enter_as(self, username: str) -> None:
        """Already logged in, as the page for that has its own test."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        session = client.cookies["sessionid"].value
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.address}])

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        for _ in range(60):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.press(key)
        raise AssertionError(f"{selector} is not reached by {key}")

    def choose_matter(self, code: str) -> None:
        """By a few characters, from wherever the focus is; it ends in the input."""
        self.press("Alt+m")
        self.type(code)
        self.press("Enter")  # quicker than the list: it chooses when the list has come
        self.page.wait_for_function(
            "code => document.querySelector('#id_matter').value.startsWith(code + ' ')"
            " && document.activeElement.id === 'id_text'",
            arg=code,
        )

    def check(self, text: str) -> None:
        """One question, and its answer is there."""
        self.press("/")
        self.type(text)
        with self.asking():
            self.press("Enter")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """What is done inside asks a question: at the end its answer, not the one before, has the focus."""
        self.page.evaluate("for (const old of document.querySelectorAll('#result > *')) old.dataset.old = ''")
        with self.page.expect_response(lambda r: r.url.endswith("/check/") and r.request.method == "POST"):
            yield
        self.page.wait_for_selector("#result:not(:has(> [data-old])) [data-focus]:focus")

    @property
    def focused(self) -> str:
        text: str = self.page.evaluate("document.activeElement.innerText || document.activeElement.id")
        return text.replace("\n", " ")

    @property
    def verdicts(self) -> list[str]:
        return [text.replace("\n", " ") for text in self.page.locator("#result .verdict h2").all_inner_texts()]

    @property
    def answer(self) -> str:
        return self.page.locator("#result").inner_text()

    @property
    def number(self) -> str:
        return self.page.locator("#actions .receipt a").inner_text()


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desks(browser: Browser, city: str) -> Iterator[MakeDesk]:
    """Desks as they are wanted; whatever a page complains of (script errors, CSP) fails the test."""
    contexts: list[BrowserContext] = []
    made: list[Desk] = []

    def make(*, cookies: dict[str, str] | None = None, **options: Any) -> Desk:
        wanted = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": STANDARD} | options
        context = browser.new_context(**wanted)
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.add_cookies([{"name": k, "value": v, "url": city} for k, v in (cookies or {}).items()])
        desk = Desk(context.new_page(), city)
        context.on("weberror", lambda error: desk.complaints.append(str(error.error)))
        context.on("console", lambda m: desk.complaints.append(m.text) if "Security Policy" in m.text else None)
        made.append(desk)
        return desk

    yield make
    for context in contexts:
        context.close()
    assert [complaint for desk in made for complaint in desk.complaints] == []


@pytest.fixture
def desk(desks: MakeDesk) -> Desk:
    """zc01 at the window."""
    desk = desks()
    desk.enter_as("zc01")
    desk.go("/check/")
    return desk
