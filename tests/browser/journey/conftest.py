"""One demo city at the first scene of its story, on the Friday that the story prints, and everything around it.

Fourteen scenes are played on it in their order. A scene that is asked for by itself, or on another worker, is reached
by playing those before it.
"""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

import accounts.selectors
import audit.services
import screening.selectors.checks
from accounts.models import ClientSystem
from accounts.services import quotas, set_origins
from audit.models import Delivery
from collection.selectors import source_ages
from exchange.models import Subscription
from exchange.tasks import deliver, number_changes, read_acknowledgements
from portal.services.demo_city import load_story
from portal.services.exchange_story import connect_receivers
from portal.services.files import demo
from redblack.services import ReceivedRow, receive
from tests import database
from tests.browser.conftest import STANDARD, Desk
from tests.environment import ENGINES, WORKER
from tests.exchange import departments
from tests.exchange.departments import Department
from tests.factories import redblack
from tests.factories import screening as firms
from tests.factories.accounts import PLATFORM
from toolkit import clock
from tools import places
from tools.temporary import wait

TODAY = date(2026, 11, 20)
CURTAIN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
CITY = 60  # background firms beside the cast; lists that a scene counts are filled by themselves
TAXPAYERS = 100
IMAGES = os.environ.get("MANUAL_IMAGES")
QUEUES = "celery,interactive,import,screening,push"
TOKEN = "a-token-for-this-journey-alone"
Scene = Callable[["Stage"], None]


@dataclass
class Stage:
    """The city while it is played: its address, its seats, and what the scenes hand on to each other."""

    browser: Browser
    address: str
    folder: Path
    hall: str
    receivers: dict[str, Department]
    seats: dict[str, Desk] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    def reach(self, number: int, scenes: list[Scene]) -> None:
        """Play every scene up to this one that has not been played. One that failed is not tried again."""
        for scene in scenes[: number + 1]:
            if scene.__name__ not in self.played:
                self.played.append(scene.__name__)
                scene(self)
                self.nobody_complains()

    def seat(self, username: str, path: str | None = None) -> Desk:
        """The desk of a member of staff, or of "" (anybody): one browser for each, kept for the whole story."""
        if username not in self.seats:
            context = self.browser.new_context(
                locale="zh-CN", timezone_id="Asia/Shanghai", viewport=STANDARD, accept_downloads=True
            )  # type: ignore[arg-type]  # width and height
            context.set_default_timeout(15_000)
            desk = Desk(context.new_page(), self.address)
            context.on("weberror", lambda error: desk.complaints.append(str(error.error)))
            context.on("console", lambda m: desk.complaints.append(m.text) if "Security Policy" in m.text else None)
            self.seats[username] = desk
            if username and not username.startswith("@"):
                desk.enter_as(username)
        if path is not None:
            assert self.seats[username].go(path).status == 200, (username, path)
        return self.seats[username]

    def shot(self, name: str, page: Page, *, full: bool = False) -> None:
        """A picture for the manual, when it is wanted."""
        if IMAGES:
            path = str(Path(IMAGES) / f"{name}.jpg")
            page.screenshot(path=path, type="jpeg", quality=55, full_page=full, caret="initial")

    def nobody_complains(self) -> None:
        assert [complaint for desk in self.seats.values() for complaint in desk.complaints] == []

    # --- what happens by itself ------------------------------------------------------------------------------------
    def settled(self) -> None:
        """The sweep of a minute: whatever no worker was woken for is delivered."""
        for delivery in Delivery.objects.filter(delivered_at=None).order_by("id"):
            audit.services.deliver(delivery_id=delivery.pk, now=clock.now())

    def minute(self) -> None:
        """What beat asks of the workers once a minute, for the receivers of lists."""
        number_changes()
        for one in connected():
            deliver(one)
        read_acknowledgements()


def connected() -> list[int]:
    return list(Subscription.objects.order_by("id").values_list("pk", flat=True))


@pytest.fixture(scope="package")
def stage(
    django_db_setup: None, django_db_blocker: Any, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The city before its first scene. Its worker, its receivers and the systems around it are processes."""
    folder = tmp_path_factory.mktemp("stage")
    changed = {
        "DEMO": True,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "DATA_DIR": folder,  # the exported heads of the audit chain; files stay where they are
        "EXCHANGE_FOLDER": folder / "outgoing",
        "REPAIR_UPSTREAM_TOKEN": TOKEN,
    }
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(override_settings(**changed))
        name = stack.enter_context(database.clone(ENGINES, f"{WORKER}_stage", of=database.TEMPLATE))
        load_story(today=TODAY, now=CURTAIN, firms=CITY)
        clock.move_demo_clock(CURTAIN - clock.wall())
        stack.callback(clock.move_demo_clock, None)
        last_week()
        cache.clear()
        quotas.forget()
        accounts.selectors.forget()
        screening.selectors.checks._plans.clear()
        server = LiveServer("127.0.0.1")
        stack.callback(server.stop)
        stack.enter_context(server._live_server_modified_settings)
        above = stack.enter_context(upstream(folder))
        stack.enter_context(override_settings(SITE_ADDRESS=server.url, REPAIR_UPSTREAM_URL=above))
        stack.enter_context(a_worker(name, server.url, above, folder))
        hall = stack.enter_context(acceptance_system(server.url))
        receivers = stack.enter_context(three(folder))
        made = Stage(browser, server.url, folder, hall, receivers)
        made.settled()
        yield made
        for desk in made.seats.values():
            desk.page.context.close()


def last_week() -> None:
    """The tax list as it has stood for nine days: a hundred firms."""
    [tax] = [age for age in source_ages(as_of=TODAY) if age.code == "L5"]
    assert tax.loaded_at is not None
    rows = [
        ReceivedRow(
            subject_id=firms.firm(name=f"江澜第{n}税收商行有限公司"),
            papers=redblack.papers(document_no=f"税公告〔2026〕{n}号", notice_served_on=None, decided_on=None),
        )
        for n in range(TAXPAYERS)
    ]
    receive(list_code="L5", version="上周", rows=rows, loaded_at=tax.loaded_at, actor=PLATFORM, now=CURTAIN)


@contextmanager
def process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[None]:
    running = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=places.ROOT, env=os.environ | (environment or {})
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(timeout=20)


@contextmanager
def a_worker(name: str, address: str, above: str, folder: Path) -> Iterator[None]:
    """A Celery worker on every queue, at the stage's database and clock."""
    command = ["celery", "-A", "credit_platform", "worker", "-Q", QUEUES, "--pool", "threads", "--concurrency", "4"]
    environment = {
        "DATABASE_URL": ENGINES.postgres.url(name),
        "DJANGO_SETTINGS_MODULE": "credit_platform.settings",
        "DEMO": "1",
        "SITE_ADDRESS": address,
        "REPAIR_UPSTREAM_URL": above,
        "REPAIR_UPSTREAM_TOKEN": TOKEN,
        "EXCHANGE_FOLDER": str(folder / "outgoing"),
    }
    with process([*command, "--loglevel", "ERROR", "--without-gossip", "--without-mingle"], environment):
        yield


@contextmanager
def acceptance_system(address: str) -> Iterator[str]:
    """The system of the comprehensive window, another process at another origin; its address."""
    port = places.free_port()
    with process(["tools.hall", str(port), address]):
        assert wait(lambda: answers(port, "/hall.css"), 30)
        hall = f"http://127.0.0.1:{port}"
        client = ClientSystem.objects.get(code="hall")
        set_origins(client_id=client.pk, origins=[hall], actor=PLATFORM, now=CURTAIN)
        yield hall


def answers(port: int, path: str) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as web:
            web.request("GET", path)
            return web.getresponse().status == 200
    except OSError:
        return False


@contextmanager
def upstream(folder: Path) -> Iterator[str]:
    """The single window above (信用中国) as a process; its address."""
    (folder / "token").write_text(TOKEN)
    port = places.free_port()
    with process(["tools.upstream", str(port), str(folder / "above"), str(folder / "token"), "http://127.0.0.1:1"]):
        address = f"http://127.0.0.1:{port}"
        assert wait(lambda: opens(address), 30)
        yield address


def opens(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def three(folder: Path) -> Iterator[dict[str, Department]]:
    """The departments that are told of lists, as the story's ledgers left them; then switched off, as the demo is."""
    with ExitStack() as stack:
        found = {
            "jyzx": stack.enter_context(departments.table()),
            "czj": stack.enter_context(departments.folder(folder / "outgoing", folder)),
            "gxj": stack.enter_context(departments.web(folder)),
        }
        ways = {"jyzx": {"port": found["jyzx"].settings["port"]}, "gxj": {"url": found["gxj"].settings["url"]}}
        assert connect_receivers(places=ways, clock=clock.now) == ["czj", "gxj", "jyzx"]
        builder = next(one["uscc"] for one in demo("cast")["subjects"] if one["key"] == "dingfeng")
        assert wait(lambda: all(one.holds(builder) for one in found.values()), 30), "the files are read in a moment"
        for one in found.values():
            one.turn(False)
        yield found
