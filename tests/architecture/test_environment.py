"""docs/ENVIRONMENT.md and the code that reads the environment say the same."""

import re

import pytest

from tests.architecture.project import PACKAGES, ROOT, name_of

READERS = [
    "credit_platform/settings.py",
    "gunicorn.conf.py",
    *sorted(name_of(p) for p in (ROOT / "tools").rglob("*.py")),
]
ALSO = ["tests/browsing.py"]
PATTERN = re.compile(
    r"""(?:environ\.get\(|environ\[|getenv\(|\bsecret\(|\boutside\(|\bis_set\(|\bport_of\(|\benv(?:\.\w+)?\()\s*f?"([A-Z][A-Z_0-9]+)\""""
)
# the shell's and the tools' own, not for people
OURS = {"PATH", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "CREDIT_HOME"}


def read_variables() -> set[str]:
    return {name for file in READERS + ALSO for name in PATTERN.findall((ROOT / file).read_text())} - OURS


def documented() -> list[str]:
    text = (ROOT / "docs" / "ENVIRONMENT.md").read_text()
    return re.findall(r"^\| `([A-Z_0-9]+)` \|[^|\n]+\|[^|\n]+\|$", text, re.MULTILINE)


def test_every_variable_is_documented_and_no_other() -> None:
    assert sorted(documented()) == sorted(read_variables())


def test_the_pattern_still_finds_something() -> None:
    assert {"SECRET_KEY", "PORT", "SERVE", "DATA_DIR"} <= read_variables()


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_settings_read_the_environment(package: str) -> None:
    readers = {
        name_of(path)
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"environ\b(?!\.setdefault)|getenv", path.read_text())
    }
    assert readers <= {"credit_platform/settings.py"}
