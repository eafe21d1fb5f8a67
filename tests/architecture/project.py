"""What the architecture tests look at: the project's own files, found by looking, so that a new app is held too."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = SETTINGS["tool"]["importlinter"]["root_packages"]
APPS = sorted(p for p in PACKAGES if (ROOT / p / "apps.py").exists() and p != "toolkit")
SOURCES = sorted(
    path
    for folder in [*PACKAGES, "tools", "tests"]
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
