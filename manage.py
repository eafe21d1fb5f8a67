#!/usr/bin/env python
"""Django's commands. Where `make demo` has made a machine and the shell names no settings, they work on that one."""

import json
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

SETTINGS = {"SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL", "DATABASE_URL_FILE"}


def demo_machine() -> dict[str, str]:
    """What tools.demo has written down for us; nothing where there is no such machine, or not ours to read."""
    note = Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parent / "var") / "run" / "environment.json"
    if SETTINGS & os.environ.keys() or not os.access(note, os.R_OK):
        return {}
    environment: dict[str, str] = json.loads(note.read_text())
    return environment


if __name__ == "__main__":
    os.environ |= demo_machine()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credit_platform.settings")
    execute_from_command_line(sys.argv)
