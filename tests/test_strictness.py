"""The tests' own ground: what conftest.py promises is true."""

import socket
import warnings

import pytest
from django.db import connection, connections
from django.template import engines

from tests.environment import ENGINES
from tools.temporary import Temporary


def current_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_an_ordinary_test_is_rolled_back(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('left_behind')")
        assert cursor.fetchone()[0] is None
        cursor.execute("CREATE TABLE left_behind (id int)")


@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_has_a_database_of_its_own(transactional_db: None, turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('left_behind')")
        assert cursor.fetchone()[0] is None
        cursor.execute("CREATE TABLE left_behind (id int)")
    assert current_database() == connections.settings["default"]["NAME"] != "postgres"


@pytest.mark.django_db
def test_chinese_has_trigrams() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT show_trgm('南川市'), current_setting('server_version_num')::int / 10000")
        trigrams, version = cursor.fetchone()
    assert trigrams
    assert version == 18


def test_an_undefined_template_variable_fails() -> None:
    template = engines["django"].from_string("{{ nobody_knows_me }}")
    with pytest.raises(pytest.fail.Exception):
        template.render({})


def test_the_network_ends_at_this_machine() -> None:
    with socket.socket() as probe, pytest.raises(AssertionError, match="reaches for the network"):
        probe.connect(("192.0.2.1", 80))


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("look", stacklevel=1)


def test_engines_of_my_own_can_be_stopped_without_harm_to_others(engines_of_my_own: Temporary) -> None:
    assert engines_of_my_own.folder != ENGINES.folder
    assert engines_of_my_own.postgres.is_ready()
    engines_of_my_own.switch_postgres_off()
    assert not engines_of_my_own.postgres.is_ready()
    engines_of_my_own.switch_postgres_on()
    assert engines_of_my_own.postgres.is_ready()
