"""The demo's services under a supervisor that restarts what dies: start, stop, status, and strays swept up."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from http.client import HTTPException
from typing import Any

import psutil
import redis
from supervisor.xmlrpc import SupervisorTransport

from tools import places
from tools.engines import wait_until_ready
from tools.machine import HOME_VARIABLE, RECEIVERS, Machine
from tools.places import Trouble

ENGINES = ("postgres", "valkey", "mail", "sms", "upstream", "province", *RECEIVERS)
APPLICATION = ("web", "worker", "beat", "hall")
_supervisors: list[subprocess.Popen[bytes]] = []  # those that this process started; they may outlive it


class Services:
    """A handle on one machine's supervisor; it may run or not."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.socket = machine.run_folder / "supervisor.sock"
        self.configuration = machine.home / "run" / "supervisor.conf"
        self.wanted = machine.home / "run" / "wanted"  # there as long as nobody has asked for a stop

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def is_running(self) -> bool:
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except (OSError, HTTPException, xmlrpc.client.Error):
            return False

    def states(self) -> dict[str, str]:
        """Each service's state in the supervisor's words; empty when no supervisor runs."""
        try:
            return {info["name"]: info["statename"] for info in self._call("getAllProcessInfo")}
        except (OSError, HTTPException, xmlrpc.client.Error):
            return {}

    def start_engines(self) -> bool:
        """See to it that the supervisor runs with today's configuration, and the engines under it.

        Returns whether anything had to be started.
        """
        wanted = self.machine.supervisor_configuration()
        running = self.is_running()
        if running and self.configuration.read_text() == wanted:
            asleep = [name for name in ENGINES if self.states().get(name) not in {"RUNNING", "STARTING"}]
            self._start(*asleep)
            self._wait_for_engines()
            return bool(asleep)
        self.stop()
        self._check_ports()
        self.machine.postgres.make()
        self.machine.valkey.make()
        self.configuration.write_text(wanted)
        with (self.machine.home / "log" / "supervisord.err").open("w") as errors:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.configuration)],
                cwd=places.ROOT,
                env=self.machine.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # Ctrl-C reaches us, not it: it is stopped in order
            )
        _supervisors.append(supervisor)
        while not self.is_running():
            if supervisor.poll() is not None:
                raise Trouble(f"The supervisor does not start; why is in {self.machine.home / 'log'}/supervisord.err")
            time.sleep(0.05)
        self._wait_for_engines()
        self.wanted.touch()
        return True

    def _check_ports(self) -> None:
        places.check_port(self.machine.web_port, "PORT", "the web server")
        places.check_port(self.machine.mail_port, "EMAIL_PORT", "the mail sink")
        places.check_port(self.machine.hall_port, "HALL_PORT", "the demo's acceptance system")
        if not places.is_free(self.machine.valkey.port):
            (self.machine.home / "run" / "valkey-port").unlink(missing_ok=True)
            raise Trouble(
                f"Port {self.machine.valkey.port}, which Valkey used last time, has been taken by another program. "
                "Start again: a free one will be chosen."
            )

        for name, port in self.machine.receivers.items():
            if not places.is_free(port):
                (self.machine.home / "run" / f"{name}-port").unlink(missing_ok=True)
                raise Trouble(f"Port {port}, which {name} used last time, has been taken. Start again.")

    def _wait_for_engines(self) -> None:
        wait_until_ready([self.machine.postgres, self.machine.valkey], self.machine.home / "log")

    def _start(self, *names: str) -> None:
        """Start them side by side and wait until each has stayed up for a second."""
        for name in names:
            with contextlib.suppress(xmlrpc.client.Fault, OSError):  # is started already; or gone, see below
                self._call("startProcess", name, False)
        end = time.monotonic() + 60
        while asleep := [name for name in names if self.states().get(name) != "RUNNING"]:
            if time.monotonic() > end:
                raise Trouble(f"{asleep[0]} does not start; its log is {self.machine.home / 'log' / asleep[0]}.log")
            if not self.is_running():
                raise Trouble("The supervisor has ended: somebody stopped this machine meanwhile. Start again.")
            time.sleep(0.1)

    def start_application(self) -> bool:
        asleep = [name for name in APPLICATION if self.states().get(name) != "RUNNING"]
        self._start(*asleep)
        return bool(asleep)

    def stop_application(self) -> None:
        for name in reversed(APPLICATION):
            with contextlib.suppress(xmlrpc.client.Fault, OSError, HTTPException):  # was not running
                self._call("stopProcess", name, True)

    def stop(self) -> None:
        """End everything of this machine, also what a killed supervisor left behind. Data is on disk afterwards."""
        self.wanted.unlink(missing_ok=True)
        with contextlib.suppress(OSError, HTTPException, xmlrpc.client.Error):
            pid = int(self._call("getPID"))
            self._call("shutdown")
            end = time.monotonic() + 120
            while _runs(pid) and time.monotonic() < end:
                time.sleep(0.05)
        self._stop_strays()
        self.machine.postgres.stop()
        if self.machine.valkey.is_ready():
            with contextlib.suppress(redis.RedisError):
                redis.Redis.from_url(self.machine.valkey.url).shutdown()
        self.socket.unlink(missing_ok=True)

    def _stop_strays(self) -> None:
        """Processes that carry this machine's mark and have no supervisor: an earlier run was killed."""
        family = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
        strays = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid in family or process.name() in {"postgres", "valkey-server"}:
                    continue  # those are stopped in their own way
                if process.environ().get(HOME_VARIABLE) == str(self.machine.home):
                    strays.append(process)
        for process in strays:
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGTERM)
        for process in psutil.wait_procs(strays, timeout=15)[1]:
            with contextlib.suppress(psutil.Error):
                process.kill()


def _runs(pid: int) -> bool:
    """Whether the process lives; a dead child of ours that nobody has waited for does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
