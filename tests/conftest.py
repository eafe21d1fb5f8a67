"""What every test stands on: real engines, and strictness that no single test should have to remember.

- `django_db`: rolled back. `transactional_db`, `live_server`: a fresh clone of the template, never flushed.
- `now` (and the constant NOW): a Friday, ten in the morning in Shanghai. `frozen`: the process's clock stands there.
- `engines_of_my_own`: another PostgreSQL and Valkey, for a test that stops one. `browser`: chromium, or a skip.
"""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import django
import pytest

from tests.environment import ENGINES, IS_OWNER, WORKER

django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]  # xdist's workers come in here by themselves, with a place of their own

# after setup(): these import what needs the settings
import time_machine  # noqa: E402
from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db.models.sql.compiler import SQLCompiler  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: E402

from accounts.services import quotas  # noqa: E402
from tests import database  # noqa: E402
from tools.temporary import Temporary  # noqa: E402

pytest_plugins = ["tests.browsing"]

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WITH_DATABASE = {"db", "transactional_db", "live_server"}
# slow by design; the same algorithm with less to do
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64


def pytest_unconfigure() -> None:
    if IS_OWNER:
        ENGINES.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Soak tests run only when they are asked for by name."""
    if "soak" not in (config.option.markexpr or ""):
        left_out = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]


def pytest_collection_finish() -> None:
    """Modules and tests live to the end: the collector need not walk through them again with every test's garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: the worker's own clone of the run's template."""
    with django_db_blocker.unblock():
        database.prepare(ENGINES)
        with database.clone(ENGINES, WORKER):
            yield


@pytest.fixture(scope="session", autouse=True)
def transactional_tests_get_a_clone() -> Iterator[None]:
    """Django would flush after such a test. TestCase, which rolls back, has its own methods and is not touched."""
    clones: list[Any] = []

    def set_up(cls: type[TransactionTestCase]) -> None:
        clones.append(database.clone(ENGINES, WORKER))
        clones[-1].__enter__()

    def tear_down(self: TransactionTestCase) -> None:
        clones.pop().__exit__(None, None, None)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(set_up))
    patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def the_cache_is_empty(request: pytest.FixtureRequest, django_db_blocker: Any) -> None:
    if request.node.get_closest_marker("django_db") or WITH_DATABASE & set(request.fixturenames):
        request.getfixturevalue("django_db_setup")  # Valkey runs when PostgreSQL does
        cache.clear()
        quotas.forget()


@pytest.fixture(autouse=True)
def unordered_queries_come_back_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test must not pass because PostgreSQL happened to keep the order."""
    original = SQLCompiler.get_order_by

    def shuffled(self: SQLCompiler) -> list[Any]:
        order = original(self)
        query = self.query
        if order or query.distinct or query.combinator or query.group_by or query.is_sliced or query.order_by:
            return order
        query.order_by = ("?",)
        try:
            return original(self)
        finally:
            query.order_by = ()

    monkeypatch.setattr(SQLCompiler, "get_order_by", shuffled)


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once() -> Iterator[None]:
    """Each new client has middleware of its own, which would look for the files and stat each again."""
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def add_files_from_finders(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    patch = pytest.MonkeyPatch()
    patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def no_network_beyond_this_machine() -> Iterator[None]:
    original = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test reaches for the network: {address}")
        original(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()


@pytest.fixture
def engines_of_my_own() -> Iterator[Temporary]:
    """Empty engines that only this test uses, so that it may stop them or break them."""
    engines = Temporary.plan("co-")
    engines.start()
    yield engines
    engines.stop()
