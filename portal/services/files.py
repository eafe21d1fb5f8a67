"""Where the data that ships lies, and how it is read."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

BASE = Path(settings.BASE_DIR)
DEMO = "portal/initial/demo"


@cache
def read_yaml(path: str) -> Any:
    """A file below the project, read once per process. Callers must not change what they get."""
    return yaml.load((BASE / path).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def read_csv(path: str) -> list[dict[str, str]]:
    with (BASE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def demo(name: str) -> Any:
    """A file of the demo city: departments, users, cast, expected."""
    return read_yaml(f"{DEMO}/{name}.yaml")
