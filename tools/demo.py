"""`make demo` and its companions: everything on one machine, from nothing to a page in the browser.

`python -m tools.demo up | stop | status | clean`. Variables: PORT, DATA_DIR, SERVE=0, RESET=1, BIG=1, REAL_DATA_DIR.
What is done is told on the error stream; the result, a table and one last JSON line, goes to the output stream.
Status 2: something that the person at the terminal must put right. Status 1: an answer differs from the expected one.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import departments, places
from tools.databases import Databases, code_mark
from tools.machine import Machine
from tools.places import Trouble
from tools.services import Services

STARTED_AT = time.monotonic()


def say(text: str) -> None:
    print(f"[{time.monotonic() - STARTED_AT:5.1f} s] {text}", file=sys.stderr, flush=True)


def is_set(variable: str, default: str = "0") -> bool:
    return (os.environ.get(variable) or default).lower() not in {"0", "no", "false", "off"}


def real_data() -> Path | None:
    """The folder of the real registers when BIG=1 asks for them."""
    if not is_set("BIG"):
        return None
    folder = Path(os.environ.get("REAL_DATA_DIR") or places.ROOT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        raise Trouble(
            f"BIG=1 reads real enterprises and real black lists from {folder}, and there is no such folder. It is "
            "not part of the repository: name yours with REAL_DATA_DIR=/path"
        )
    return folder


@contextmanager
def alone(machine: Machine) -> Iterator[None]:
    """One preparation at a time; a second one waits for the first."""
    with (machine.home / "run" / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another `make demo` prepares this machine; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def collect_static(databases: Databases, home: Path) -> None:
    """Only when a file has changed: it takes seconds."""
    total = hashlib.sha256((places.ROOT / "requirements.lock").read_bytes())
    for path in sorted(p for p in (places.ROOT / "static").rglob("*") if p.is_file()):
        total.update(f"{path}\0".encode() + path.read_bytes())
    stamp = home / "run" / "static"
    if not stamp.exists() or stamp.read_text() != total.hexdigest():
        say("static files")
        databases.manage("collectstatic", "--skip-checks", "--noinput", "--verbosity", "0")
        stamp.write_text(total.hexdigest())


def register_hall(machine: Machine, databases: Databases, *, anew: bool) -> None:
    """The acceptance page's address is in the database, so that it may carry the plug-in; asked once for a port."""
    stamp = machine.home / "run" / "hall"
    if anew or not stamp.exists() or stamp.read_text() != str(machine.hall_port):
        databases.manage("demo_hall", "--skip-checks")
        stamp.write_text(str(machine.hall_port))


def connect_receivers(machine: Machine, databases: Databases, *, anew: bool) -> None:
    """The ways to the three departments are in the database; set up once, and again when a port has changed.

    The story's first scene: all three are off, and hold what they were told before 鼎峰 left its list.
    """
    stamp, wanted = departments.stamp(machine), " ".join(departments.ways(machine))
    if anew or not stamp.exists() or stamp.read_text() != wanted:
        say("three departments that are told of lists")
        departments.switch(machine, on=True)
        databases.manage("demo_receivers", "--skip-checks", *departments.ways(machine))
        stamp.write_text(wanted)
    if anew:
        departments.wait_till_taken(machine)
        departments.switch(machine, on=False)


def hand_up(machine: Machine, databases: Databases) -> None:
    """The platform above has nothing yet; then the records of a day, and the cases of a month, each receipted."""
    for file in (machine.home / "upstream" / "files").glob("*.json"):
        file.unlink()
    end = time.monotonic() + 30
    while places.is_free(machine.upstream_port) and time.monotonic() < end:
        time.sleep(0.1)
    say("records and cases go to the platform above")
    databases.manage("demo_upward", "--skip-checks")


def write_down(machine: Machine) -> None:
    """For manage.py, run from any shell: the environment of this machine. It is for our eyes, as the keys are."""
    note = machine.home / "run" / "environment.json"
    note.touch(mode=0o600)
    note.write_text(json.dumps(machine.own_environment()))


def wait_for_web(machine: Machine, seconds: float = 60) -> None:
    """Until the server says that it and all it needs is ready."""
    end, answer = time.monotonic() + seconds, "no answer"
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{machine.web_port}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")[:500]
        except OSError as error:
            answer = str(error)
        time.sleep(0.2)
    raise Trouble(
        f"The web server is not ready after {seconds:.0f} s: {answer}\nIts log: {machine.home / 'log'}/web.log"
    )


def prepare(machine: Machine, services: Services) -> None:
    """Bring everything up. What is up already is left alone; what the code has outgrown is restarted."""
    databases = Databases(machine, say)
    if services.start_engines():
        say(f"PostgreSQL and Valkey run under {machine.home}")
    write_down(machine)
    anew = is_set("RESET") or not databases.exists()
    if anew:
        databases.make_template()
        services.stop_application()
        databases.clone()
        say("the story is at its first scene")
    else:
        databases.manage("migrate", "--skip-checks", "--verbosity", "0")
    register_hall(machine, databases, anew=anew)
    connect_receivers(machine, databases, anew=anew)
    if anew:
        hand_up(machine, databases)
    collect_static(databases, machine.home)
    mark = machine.home / "run" / "code"
    if not mark.exists() or mark.read_text() != code_mark():
        services.stop_application()
    if services.start_application():
        say(
            f"web server, worker and beat run; the acceptance system of the story is at 127.0.0.1:{machine.hall_port}"
        )
    wait_for_web(machine)
    mark.write_text(code_mark())


def run_job(machine: Machine, *arguments: str) -> int:
    """A management command whose output is ours."""
    sys.stdout.flush()
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=places.ROOT, env=machine.environment(), check=False
    ).returncode


def serve(machine: Machine, services: Services) -> int:
    """Stay until Ctrl-C or until somebody else stops the machine. A supervisor that dies is started again."""
    run_job(machine, "demo_logins")
    print(departments.addresses(machine), flush=True)
    print(f"http://127.0.0.1:{machine.web_port}/  (Ctrl-C stops everything; so does `make stop`)", flush=True)
    while services.wanted.exists():
        time.sleep(1)
        if services.wanted.exists() and not services.is_running():
            say("the supervisor is gone; starting everything again")
            with alone(machine):
                prepare(machine, services)
    return 0


def up() -> int:
    folder = real_data()
    machine = Machine.here()
    services = Services(machine)
    was_running = services.is_running()
    status = 2
    try:
        with alone(machine):
            prepare(machine, services)
        status = run_job(machine, "demo_check")
        if status == 0 and folder:
            say(f"real enterprises from {folder}")
            status = run_job(machine, "big_check", "--folder", str(folder))
        if is_set("SERVE", "1") and status == 0:
            status = serve(machine, services)
            was_running = True  # somebody else has stopped it
    except KeyboardInterrupt:
        was_running, status = False, 0 if status == 0 else 130  # Ctrl-C stops it whoever started it
    except Trouble:
        say(f"logs are in {machine.home / 'log'}")
        raise
    finally:
        if not was_running:
            say("stopping")
            services.stop()
    return status


def stop() -> int:
    if places.data_dir().exists():
        Services(Machine.here()).stop()
    say("stopped; data and keys stay")
    return 0


def status() -> int:
    machine = Machine.here()
    states = Services(machine).states()
    for name in machine.programs():
        print(f"{name:10} {states.get(name, 'STOPPED')}")
    return 0 if set(states.values()) == {"RUNNING"} else 1


def clean() -> int:
    home = places.data_dir()
    if home.exists():
        if not (home / "keys").is_dir() and any(home.iterdir()):
            raise Trouble(f"{home} does not look like a data folder of this demo; remove it yourself")
        machine = Machine.here()
        Services(machine).stop()
        for folder in (machine.postgres.sockets, machine.run_folder, home):
            shutil.rmtree(folder, ignore_errors=True)
    say(f"{home} is gone, data and keys with it")
    return 0


def main(arguments: list[str]) -> int:
    actions = {"up": up, "stop": stop, "status": status, "clean": clean}
    if len(arguments) != 1 or arguments[0] not in actions:
        print(f"usage: python -m tools.demo {' | '.join(actions)}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return actions[arguments[0]]()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
