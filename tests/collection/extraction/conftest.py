"""Servers of a department, one of each kind per run."""

import warnings
from collections.abc import Iterator

import pytest

from tests.collection.extraction import servers
from tests.collection.extraction.servers import Server


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
