"""One demo machine: its folder, its engines, its ports, and the environment that all its processes share."""

import hashlib
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools import keys, oidc_provider, places
from tools.engines import Postgres, Valkey, binaries, engine_user
from tools.places import Trouble

HOME_VARIABLE = "CREDIT_HOME"  # marks every process of this machine, so that strays are found again
DATABASE = "credit_demo"
UPSTREAM_CLIENT = ("creditchina", "jianglan-demo-creditchina-secret-2026-for-this-city-only")
RECEIVERS = {"jyzx": "table", "czj": "folder", "gxj": "web"}  # departments of the story, and how each is told
ACCOUNTS = Path(__file__).with_name("oidc_accounts.json")  # whom the province vouches for in the demo: its cast
RECEIVER_PORTS = ("jyzx", "gxj", *(f"{name}-control" for name in RECEIVERS))


def port_of(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"{variable}={text} is not a port: a number from 1 to 65535")
    return int(text)


@dataclass(frozen=True)
class Machine:
    home: Path
    postgres: Postgres
    valkey: Valkey
    web_port: int
    mail_port: int
    sms_port: int
    hall_port: int
    upstream_port: int
    province_port: int
    receivers: Mapping[str, int]  # ports of the departments that are told of lists, by name

    @classmethod
    def here(cls) -> "Machine":
        """The machine of DATA_DIR: folders, keys and remembered ports are made where they are missing."""
        home = places.data_dir()
        places.check_public(home)
        places.make(home)
        places.check_disk(home)
        for name in ("log", "run", "mail", "sms", "seed", "receivers"):
            (home / name).mkdir(exist_ok=True)
        (home / "run").chmod(0o700)
        keys.make(home / "keys")
        password = (home / "keys" / "VALKEY_PASSWORD").read_text()
        valkey = Valkey(home / "valkey", places.remembered_port(home / "run" / "valkey-port"), password)
        mail = port_of("EMAIL_PORT", places.remembered_port(home / "run" / "mail-port"))
        sms = places.remembered_port(home / "run" / "sms-port")
        postgres = Postgres(home / "postgres", binaries(home), engine_user())
        web = port_of("PORT", 8000)
        hall = port_of("HALL_PORT", places.remembered_port(home / "run" / f"hall-port-{web}", first=web + 1))
        receivers = {name: places.remembered_port(home / "run" / f"{name}-port") for name in RECEIVER_PORTS}
        upstream = places.remembered_port(home / "run" / "upstream-port")
        province = places.remembered_port(home / "run" / "province-port")
        return cls(home, postgres, valkey, web, mail, sms, hall, upstream, province, receivers)

    def environment(self, database: str = DATABASE, data: Path | None = None) -> dict[str, str]:
        """What every process of the machine is told. Ours wins over what the shell happens to hold."""
        unwanted = {"TESTING", "DJANGO_SETTINGS_MODULE", "SERVE", "RESET", "BIG", *keys.OF_SETTINGS}
        inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
        return inherited | self.own_environment(database, data)

    def own_environment(self, database: str = DATABASE, data: Path | None = None) -> dict[str, str]:
        """Only what is ours, without the shell's."""
        return {
            HOME_VARIABLE: str(self.home),
            "DEMO": "1",
            "DATA_DIR": str(data or self.home),
            "DATABASE_URL": self.postgres.url(database),
            "REDIS_URL": self.valkey.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail_port),
            "SMS_GATEWAY_URL": f"http://127.0.0.1:{self.sms_port}/send",
            "REPAIR_UPSTREAM_URL": f"http://127.0.0.1:{self.upstream_port}",
            "UPWARD_URL": f"http://127.0.0.1:{self.upstream_port}",
            "UPWARD_TOKEN_FILE": str(self.home / "keys" / "REPAIR_UPSTREAM_TOKEN"),  # one process is both above
            "OIDC_ISSUER": f"http://127.0.0.1:{self.province_port}",
            "OIDC_CLIENT_ID": oidc_provider.CLIENT,
            "OIDC_CLIENT_SECRET": oidc_provider.SECRET,
            "PORT": str(self.web_port),
            "SITE_ADDRESS": os.environ.get("SITE_ADDRESS") or f"http://127.0.0.1:{self.web_port}",
            "HALL_ADDRESS": f"http://127.0.0.1:{self.hall_port}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(places.ROOT),
            **keys.environment(self.home / "keys"),
        }

    def _environment_mark(self) -> str:
        told = self.own_environment()
        told |= {name: value for name, value in os.environ.items() if name.startswith(("WEB_", "ALLOWED_", "CITY_"))}
        return hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:16]

    @property
    def run_folder(self) -> Path:
        """Where the supervisor's socket is: in the data folder, or a short stand-in."""
        folder = places.socket_folder(self.home / "run", "supervisor.sock.1234567")
        places.own_folder(folder, None)
        return folder

    def programs(self) -> Mapping[str, list[str]]:
        """The command of each service; the engines first, for they are started first and stopped last."""
        celery = [sys.executable, "-m", "celery", "-A", "credit_platform"]
        return {
            "postgres": self.postgres.command(),
            "valkey": self.valkey.command(),
            "mail": [sys.executable, "-m", "tools.mail_sink", str(self.mail_port), str(self.home / "mail" / "box")],
            "sms": [
                *(sys.executable, "-m", "tools.sms_gateway", str(self.sms_port), str(self.home / "sms" / "box")),
                str(self.home / "keys" / "SMS_GATEWAY_TOKEN"),
            ],
            "upstream": [
                *(sys.executable, "-m", "tools.upstream", str(self.upstream_port), str(self.home / "upstream")),
                *(str(self.home / "keys" / "REPAIR_UPSTREAM_TOKEN"), f"http://127.0.0.1:{self.web_port}"),
                *UPSTREAM_CLIENT,
            ],
            "province": [sys.executable, "-m", "tools.oidc_provider", str(self.province_port), str(ACCOUNTS)],
            **{name: self._receiver(name) for name in RECEIVERS},
            "web": [sys.executable, "-m", "gunicorn", "credit_platform.wsgi", "-c", "gunicorn.conf.py"],
            "worker": [
                *(*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2", "--without-gossip"),
                *("--without-mingle", "-Q", "interactive,import,push,screening", "-n", "demo@%h"),
            ],
            "hall": [
                *(sys.executable, "-m", "tools.hall", str(self.hall_port), f"http://127.0.0.1:{self.web_port}"),
            ],
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
        }

    def _receiver(self, name: str) -> list[str]:
        store = str(self.home / "receivers" / f"{name}.db")
        own = {
            "jyzx": [str(self.receivers["jyzx"]), str(self.postgres.sockets)],
            "czj": [str(self.home / "outgoing" / "czj"), store],
            "gxj": [str(self.receivers["gxj"]), store],
        }[name]
        control = str(self.receivers[f"{name}-control"])
        return [sys.executable, "-m", "tools.receivers", RECEIVERS[name], control, *own]

    def supervisor_configuration(self) -> str:
        socket = self.run_folder / "supervisor.sock"
        lines = [
            f"; {self._environment_mark()}",  # another environment: another configuration, so all is restarted
            "[unix_http_server]",
            f"file={socket}",
            "chmod=0700",
            "[supervisord]",
            "nodaemon=true",
            f"logfile={self.home / 'log' / 'supervisord.log'}",
            "logfile_maxbytes=5MB",
            "logfile_backups=1",
            "silent=true",
            f"pidfile={self.home / 'run' / 'supervisord.pid'}",
            f"childlogdir={self.home / 'log'}",
            f"directory={places.ROOT}",
            *(["user=root"] if os.geteuid() == 0 else []),
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        ]
        for number, (name, command) in enumerate(self.programs().items(), start=1):
            is_engine = name in {"postgres", "valkey", "mail", "sms", "upstream", "province", *RECEIVERS}
            lines += [
                f"[program:{name}]",
                f"command={shlex.join(command)}",
                f"priority={number}",
                f"autostart={str(is_engine).lower()}",
                "autorestart=true",
                "startsecs=1",
                "startretries=1000",
                # postgres: fast shutdown, which waits for nobody but writes all; the rest end their work first
                f"stopsignal={'INT' if name == 'postgres' else 'TERM'}",
                "stopwaitsecs=60",
                "redirect_stderr=true",
                f"stdout_logfile={self.home / 'log' / name}.log",
                "stdout_logfile_maxbytes=5MB",
                "stdout_logfile_backups=1",
            ]
            if name == "postgres":
                lines += ["directory=/", *([f"user={self.postgres.user}"] if self.postgres.user else [])]
        return "\n".join(line.replace("%", "%%") for line in lines) + "\n"
