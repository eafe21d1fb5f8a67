"""`make demo` without the demo: what it refuses, and that its supervisor restarts what dies."""

import configparser
import mailbox
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tools import databases, demo, places
from tools.machine import Machine
from tools.services import ENGINES, Services
from tools.temporary import wait


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine of its own in a folder that PostgreSQL's user can reach."""
    home = Path(tempfile.mkdtemp(prefix="cd-", dir="/tmp"))
    home.chmod(0o755)
    monkeypatch.setenv("DATA_DIR", str(home))
    monkeypatch.setenv("PORT", str(places.free_port()))
    monkeypatch.delenv("EMAIL_PORT", raising=False)
    machine = Machine.here()
    yield machine
    Services(machine).stop()
    shutil.rmtree(home)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.demo", *arguments],
        cwd=places.ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_big_without_the_real_data_says_why() -> None:
    done = run("up", BIG="1", REAL_DATA_DIR="/nowhere/at/all")
    assert done.returncode == 2
    assert "/nowhere/at/all" in done.stderr
    assert "REAL_DATA_DIR" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_is_a_number(port: str) -> None:
    done = run("up", PORT=port)
    assert done.returncode == 2
    assert "PORT" in done.stderr


def test_clean_removes_nothing_that_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    done = run("clean", DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert (tmp_path / "letters").is_dir()


def test_the_supervisor_holds_everything(machine: Machine) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(machine.supervisor_configuration())
    programs = {s.removeprefix("program:") for s in parser.sections() if s.startswith("program:")}
    around = {"mail", "sms", "hall", "upstream", "province", "jyzx", "czj", "gxj"}
    assert programs == {"postgres", "valkey", "web", "worker", "beat"} | around
    assert all(parser[f"program:{name}"]["autorestart"] == "true" for name in programs)
    assert parser["program:postgres"]["stopsignal"] == "INT"
    keys = {p.read_text() for p in (machine.home / "keys").iterdir()}
    assert not [key for key in keys if key in machine.supervisor_configuration()], "a key is shown"
    told = machine.environment()
    assert not [name for name, value in told.items() if value in keys]


def test_another_environment_is_another_configuration(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = machine.supervisor_configuration()
    assert Machine.here().supervisor_configuration() == before
    monkeypatch.setenv("PORT", str(machine.web_port + 1))
    assert Machine.here().supervisor_configuration() != before


def test_what_dies_is_restarted_and_what_is_stopped_stays_so(machine: Machine) -> None:
    services = Services(machine)
    assert services.start_engines()
    assert not services.start_engines(), "a second start finds everything running"
    before = {name: services._call("getProcessInfo", name)["pid"] for name in ENGINES}
    for pid in before.values():
        os.kill(pid, 9)
    end = time.monotonic() + 60
    while True:
        after = {name: services._call("getProcessInfo", name) for name in ENGINES}
        if all(info["statename"] == "RUNNING" and info["pid"] != before[name] for name, info in after.items()):
            break
        assert time.monotonic() < end, after
        time.sleep(0.1)
    assert wait(lambda: not places.is_free(machine.mail_port), 30), "the mail sink does not listen again"
    with smtplib.SMTP("127.0.0.1", machine.mail_port, timeout=10) as post:
        post.sendmail("credit@jianglan.example", ["a@b.example"], b"Subject: =?utf-8?b?5ZGK55+l?=\n\nhello")
    (letter,) = mailbox.Maildir(machine.home / "mail" / "box")
    assert letter["X-Envelope-To"] == "a@b.example"
    services.stop()
    assert not services.is_running()
    assert machine.postgres.running_pid() is None
    assert not machine.valkey.is_ready()


def test_what_a_killed_supervisor_left_is_swept_up(machine: Machine) -> None:
    services = Services(machine)
    services.start_engines()
    os.kill(services._call("getPID"), 9)
    assert machine.postgres.is_ready(), "orphans live on"
    assert services.start_engines()
    assert machine.postgres.is_ready()
    assert machine.valkey.is_ready()


@pytest.mark.parametrize(
    ("today", "working"),
    [
        pytest.param(date(2026, 11, 20), date(2026, 11, 20), id="friday"),
        pytest.param(date(2026, 11, 22), date(2026, 11, 20), id="sunday"),
        pytest.param(date(2026, 10, 5), date(2026, 9, 30), id="national day's week"),
        pytest.param(date(2031, 3, 1), date(2031, 2, 28), id="a saturday of a year without a notice"),
    ],
)
def test_the_last_working_day(today: date, working: date) -> None:
    assert databases.last_working_day(today) == working


def test_the_template_remembers_code_and_keys(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = databases.fingerprint(machine.home / "keys")
    assert databases.fingerprint(machine.home / "keys") == before
    (machine.home / "keys" / "FIELD_KEYS").write_text("k2:other")
    assert databases.fingerprint(machine.home / "keys") != before
    sources = list(databases.sources())
    assert {p.relative_to(places.ROOT).parts[0] for p in sources} >= {"kernel", "toolkit", "portal", "screening"}
    assert any("initial" in p.parts for p in sources)
    monkeypatch.setattr(databases, "sources", lambda: iter(sources[1:]))
    assert databases.fingerprint(machine.home / "keys").split()[0] != before.split()[0]


@pytest.mark.parametrize(("value", "default", "result"), [("0", "1", False), ("", "1", True), ("1", "0", True)])
def test_a_switch(monkeypatch: pytest.MonkeyPatch, value: str, default: str, result: bool) -> None:
    monkeypatch.setenv("SERVE", value)
    assert demo.is_set("SERVE", default) is result
