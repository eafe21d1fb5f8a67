"""The engines are real, durable in the demo, reached without a port, and made whole or not at all."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import places
from tools.engines import Postgres, Valkey
from tools.temporary import Temporary, is_alive, wait


def test_the_demo_is_durable_and_closed() -> None:
    options = Postgres(Path("/d/postgres"), Path("/bin"), None).options()
    assert options["synchronous_commit"] == "on"
    assert "fsync" not in options
    assert options["listen_addresses"] == ""
    assert options["unix_socket_permissions"] == "0700"
    assert options["max_connections"] == "120"
    assert options["log_parameter_max_length_on_error"] == "0"


def test_a_long_folder_still_gives_a_url() -> None:
    postgres = Postgres(Path("/" + "d" * 150), Path("/bin"), None)
    assert len(postgres.url("x")) < 120


def test_valkey_keeps_its_queue_and_its_password(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path / "valkey", 6399, "word")
    valkey.make()
    configuration = tmp_path / "valkey" / "valkey.conf"
    text = configuration.read_text()
    assert configuration.stat().st_mode & 0o077 == 0
    assert {"appendonly yes", "bind 127.0.0.1", "requirepass word", "maxmemory-policy noeviction"} <= set(
        text.split("\n")
    )
    assert "word" not in " ".join(valkey.command())


def test_a_half_made_cluster_is_made_anew() -> None:
    engines = Temporary.plan("cx-")
    half = engines.folder / "pg.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    try:
        engines.start()
        engines.postgres.check_trigrams("postgres")
        assert not half.exists()
    finally:
        engines.stop()
    assert not engines.folder.exists()


def test_engines_end_with_the_process_that_wanted_them(tmp_path: Path) -> None:
    script = """
import os
from tools.temporary import Temporary
engines = Temporary.plan("cx-")
engines.start()
print(engines.folder, engines.postgres.running_pid(), flush=True)
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=places.ROOT, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    folder, pid = done.stdout.split()
    assert wait(lambda: not Path(folder).exists() and not is_alive(int(pid)), 30)


def test_a_killed_postgres_comes_back_with_what_was_committed(engines_of_my_own: Temporary) -> None:
    postgres = engines_of_my_own.postgres
    connection = postgres.connect()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS n")
    pid = postgres.running_pid()
    assert pid is not None
    subprocess.run(["kill", "-9", str(pid)], check=True)
    connection.close()
    end = time.monotonic() + 60
    while postgres.running_pid() in {pid, None} or not postgres.is_ready():
        assert time.monotonic() < end
        time.sleep(0.1)
    connection = postgres.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchall() == [(1,)]
    connection.close()


def test_a_wrong_locale_is_noticed(engines_of_my_own: Temporary) -> None:
    connection = engines_of_my_own.postgres.connect()
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE plain LOCALE 'C' TEMPLATE template0")
    connection.close()
    with pytest.raises(places.Trouble, match="no trigrams"):
        engines_of_my_own.postgres.check_trigrams("plain")
