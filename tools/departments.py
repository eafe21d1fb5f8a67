"""The demo's three departments from outside: their database, their first day, their switch, the ways to them."""

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.machine import RECEIVERS, Machine
from tools.places import Trouble
from tools.receivers.__main__ import of_the_demo
from tools.receivers.web_service import PATH


def ask(machine: Machine, name: str, path: str, method: str = "GET", seconds: float = 30) -> dict[str, Any]:
    """One call of a department's control, which may just be starting. Raises Trouble: it does not answer."""
    address = f"http://127.0.0.1:{machine.receivers[f'{name}-control']}{path}"
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=10) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError as error:
            if time.monotonic() > end:
                log = machine.home / "log" / f"{name}.log"
                raise Trouble(f"The department {name} does not answer; its log is {log}") from error
        time.sleep(0.1)


def own_database() -> Iterator[str]:
    """Statements that make the table's department its database anew: it may write there and nowhere else."""
    name = of_the_demo("table")["settings"]["database"]
    yield f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    yield f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    yield f"CREATE DATABASE {name} OWNER {name}"


def empty(machine: Machine) -> None:
    """They hold nothing, and nothing lies in their folders."""
    for name, kind in RECEIVERS.items():
        if kind != "table":  # its database was made anew
            ask(machine, name, "/forget", "POST")
    for file in (machine.home / "outgoing").glob("*/*"):
        file.unlink(missing_ok=True)


def ways(machine: Machine) -> list[str]:
    """What `manage.py demo_receivers` is told: where each is on this machine."""
    return [
        f"jyzx.port={machine.receivers['jyzx']}",
        f"gxj.url=http://127.0.0.1:{machine.receivers['gxj']}{PATH}",
    ]


def addresses(machine: Machine) -> str:
    """Where the presenter finds each, with its switch."""
    pages = (f"{of_the_demo(kind)['name']} http://127.0.0.1:{machine.receivers[f'{name}-control']}/"
             for name, kind in RECEIVERS.items())  # fmt: skip
    above = f"the platform above, and what it has: http://127.0.0.1:{machine.upstream_port}/"
    return "departments that are told of lists, each with its switch: " + ", ".join(pages) + "\n" + above


def wait_till_taken(machine: Machine, seconds: float = 30) -> None:
    """Until nothing waits in a folder: whoever takes files looks for them every half second. Raises Trouble."""
    end = time.monotonic() + seconds
    while waiting := sorted((machine.home / "outgoing").glob("*/*-manifest.xml")):
        if time.monotonic() > end:
            raise Trouble(f"Nobody takes {waiting[0]}")
        time.sleep(0.1)


def switch(machine: Machine, *, on: bool) -> None:
    for name in RECEIVERS:
        ask(machine, name, "/on" if on else "/off", "POST")


def stamp(machine: Machine) -> Path:
    return machine.home / "run" / "receivers"
