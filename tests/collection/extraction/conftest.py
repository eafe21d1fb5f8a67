"""Servers of a department, one of each kind per run; an extraction of a view of theirs."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Department
from collection.services.extraction import Setup, save_extraction
from kernel.actor import Actor, Role
from tests.collection.extraction import servers
from tests.collection.extraction.running import Clock
from tests.collection.extraction.servers import DATABASE, PASSWORD, READER, Server
from tests.collection.items import published_penalty
from tests.conftest import NOW
from tests.factories import accounts


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with servers.postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    program = servers.mariadb_program()
    if program is None:
        pytest.skip("no mariadbd on this machine: install mariadb-server from Debian")
    with warnings.catch_warnings():  # MariaDB's own notes on DROP … IF EXISTS
        warnings.simplefilter("ignore")
        with servers.mariadb(program) as server:
            yield server


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each kind in turn."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office() -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


@pytest.fixture
def department() -> Department:
    return accounts.department(email="scjg@jianglan.example")


@pytest.fixture
def set_up(office: Actor, department: Department) -> Callable[..., int]:
    item = published_penalty("penalty-x")

    def set_up(server: Server, **changed: Any) -> int:
        said = {
            "name": "处罚视图",
            "department_id": department.pk,
            "item_code": item,
            "kind": server.kind,
            "host": "127.0.0.1",
            "port": server.port,
            "database": DATABASE,
            "username": READER,
            "relation": "penalty_v",
            "order_column": "id",
            "every_minutes": 30,
        }
        password = changed.pop("password", PASSWORD)
        return save_extraction(
            extraction_id=None, setup=Setup(**said | changed), password=password, actor=office, now=NOW
        )

    return set_up
