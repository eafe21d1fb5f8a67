"""What production runs is held here as far as it can be without a second machine."""

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.project import ROOT
from tools import keys

SECRETS = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS", "SEAL_KEY", "DATABASE_URL")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
APPLICATION = {n: s for n, s in COMPOSE["services"].items() if "build" in s}


def production(tmp_path: Path, **changes: str | None) -> dict[str, str]:
    environment: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        **keys.throwaway(),
        "DATABASE_URL": "postgres://credit:secret@pgbouncer:6432/credit",
        "REDIS_URL": "redis://:secret@valkey:6379/0",
        "ALLOWED_HOSTS": "credit.example",
        "CSRF_TRUSTED_ORIGINS": "https://credit.example",
        "BEHIND_PGBOUNCER": "1",
        "TRUSTED_PROXIES": "1",
        "DATA_DIR": str(tmp_path),
        **changes,
    }
    return {name: value for name, value in environment.items() if value is not None}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_check_deploy_is_clean(tmp_path: Path) -> None:
    done = run(production(tmp_path), "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize("name", SECRETS)
def test_without_a_secret_nothing_starts(tmp_path: Path, name: str) -> None:
    done = run(production(tmp_path, **{name: None}), "-c", "import credit_platform.settings")
    assert done.returncode != 0
    assert f"{name} (or {name}_FILE) is not set" in done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "SEAL_KEY"])
@pytest.mark.parametrize("sample", ["short", "change-me-" * 5, "demo-" * 10, "django-insecure-" * 4])
def test_a_sample_secret_is_refused(tmp_path: Path, name: str, sample: str) -> None:
    done = run(production(tmp_path, **{name: sample}), "-c", "import credit_platform.settings")
    assert done.returncode != 0
    assert f"{name} is short or a sample" in done.stderr


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    environment = production(tmp_path, SECRET_KEY=None, SECRET_KEY_FILE=str(file))
    done = run(environment, "-c", "import credit_platform.settings as s; print(s.SECRET_KEY)")
    assert done.stdout.strip() == "k" * 40, done.stderr


def test_compose_has_what_production_runs() -> None:
    assert {"postgres", "pgbouncer", "valkey", "migrate", "web", "beat", "nginx"} <= set(COMPOSE["services"])
    commands = [s.get("command", []) for s in APPLICATION.values()]
    queues = {q for c in commands if "-Q" in c for q in c[c.index("-Q") + 1].split(",")}
    assert queues == {"interactive", "import", "push", "screening"}
    assert sum("beat" in command for command in commands) == 1


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_secret_is_a_file(name: str) -> None:
    service = COMPOSE["services"][name]
    environment = service.get("environment", {})
    shown = [n for n in environment if re.search(r"KEY|PASSWORD|SECRET|_URL", n) and not n.endswith("_FILE")]
    assert not shown
    named = {value.removeprefix("/run/secrets/") for n, value in environment.items() if n.endswith("_FILE")}
    assert named <= set(service.get("secrets", []))
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", sorted(APPLICATION))
def test_the_application_has_no_more_rights_than_it_needs(name: str) -> None:
    service = APPLICATION[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert name == "migrate" or "healthcheck" in service


def test_postgres_is_made_with_a_locale_in_which_chinese_has_trigrams() -> None:
    postgres = COMPOSE["services"]["postgres"]
    assert "--locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]
    assert "alpine" not in postgres["image"]


def test_pgbouncer_pools_by_transaction() -> None:
    pgbouncer = configparser.ConfigParser()
    pgbouncer.read(ROOT / "deploy" / "pgbouncer.ini")
    assert pgbouncer["pgbouncer"]["pool_mode"] == "transaction"


def test_nginx_logs_no_query_and_believes_no_client() -> None:
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "$request_uri" not in nginx.split("log_format")[1].split(";")[0]
    assert "$args" not in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr" in nginx
