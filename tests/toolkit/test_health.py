import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from portal.tasks import heartbeat
from tests.factories import redblack, screening
from toolkit import health


def state(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, json.loads(response.content)


@pytest.mark.django_db
def test_everything_is_ready_for_everybody(client: Client) -> None:
    heartbeat()
    status, body = state(client)
    assert status == 200
    assert body["ready"] is True
    assert {name for name, part in body["parts"].items() if not part["ok"]} == {"lists"}, body  # none is loaded yet
    assert set(body["parts"]) == {"database", "migrations", "trigram", "valkey", "beat", "disk", "lists"}


@pytest.mark.django_db
def test_a_list_that_cannot_be_consulted_is_named(client: Client) -> None:
    loaded, never = redblack.list_type(), redblack.list_type(loaded=False)
    screening.matter(consults=[loaded.source_id, never.source_id])
    status, body = state(client)
    assert (status, body["ready"]) == (200, True)  # its matters answer "could not check", the others as ever
    told = body["parts"]["lists"]["detail"]
    assert f"{never.name}: never_loaded" in told and loaded.name not in told


def test_the_process_lives_without_a_database(client: Client) -> None:
    response = client.get("/healthz")  # pytest-django would fail this test if it asked the database
    assert response.status_code == 200
    assert response.content == b"ok"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.fixture
def database_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError("could not connect to server at 10.0.0.7")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(health, "_all_migrated", False)
    yield


@pytest.mark.django_db
def test_without_a_database_not_ready_and_no_address_is_told(client: Client, database_down: None) -> None:
    status, body = state(client)
    assert status == 503
    assert body["ready"] is False
    assert body["parts"]["database"] == {"ok": False, "detail": "OperationalError"}
    assert "10.0.0.7" not in json.dumps(body)


@pytest.mark.django_db
def test_without_valkey_the_window_goes_on(client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    status, body = state(client)
    assert status == 200
    assert body["ready"] is True
    assert body["parts"]["valkey"]["ok"] is False
    assert body["parts"]["beat"]["ok"] is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "ok"), [(None, False), (0, True), (health.HEARTBEAT_LATE_SECONDS - 1, True), (600, False)]
)
def test_beat_is_late(client: Client, age: int | None, ok: bool) -> None:
    if age is not None:
        cache.set(health.HEARTBEAT_KEY, time.time() - age, timeout=None)
    status, body = state(client)
    assert status == 200
    assert body["parts"]["beat"]["ok"] is ok, body


@pytest.mark.django_db
def test_unapplied_migrations_make_it_unready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_all_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'toolkit'")
    status, body = state(client)
    assert status == 503
    assert body["parts"]["migrations"]["ok"] is False


@pytest.mark.django_db
def test_a_full_disk_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    assert state(client)[1]["parts"]["disk"]["ok"] is False


@pytest.mark.django_db
def test_the_driver_is_psycopg2() -> None:
    """Django silently prefers psycopg 3 where both can be imported."""
    assert connection.Database is psycopg2
