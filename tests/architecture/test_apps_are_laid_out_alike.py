"""Every room is furnished alike, so that who knows one finds the way in all."""

from pathlib import Path

import pytest

from tests.architecture.project import APPS, ROOT, SOURCES, name_of

# a module that outgrows 400 lines becomes a package of the same name
MODULES = {
    "admin",
    "api",
    "events",
    "forms",
    "handlers",
    "middleware",
    "models",
    "policies",
    "selectors",
    "services",
    "tasks",
    "views",
}
ALWAYS = {"README.md", "__init__.py", "apps.py", "migrations", "rules"}
# data: what an app ships with, and what its letters look like (typst reads nothing outside this folder)
DATA = {"initial", "letters"}
ROOMS = ALWAYS | {f"{m}.py" for m in MODULES} | MODULES | DATA | {"urls.py", "management", "__pycache__"}
LONGEST = 400


@pytest.mark.parametrize("app", APPS)
def test_no_room_of_its_own(app: str) -> None:
    found = {p.name for p in (ROOT / app).iterdir()}
    assert found <= ROOMS, found - ROOMS


@pytest.mark.parametrize("app", APPS)
def test_what_every_room_has(app: str) -> None:
    missing = ALWAYS - {p.name for p in (ROOT / app).iterdir()}
    assert not missing


@pytest.mark.parametrize("app", APPS)
def test_not_both_a_module_and_a_package(app: str) -> None:
    both = [m for m in MODULES if (ROOT / app / m).is_dir() and (ROOT / app / f"{m}.py").exists()]
    assert not both


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_grows_past_a_screenful_of_screens(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_of_odds_and_ends(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "misc", "signals"}
