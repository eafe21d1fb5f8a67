"""The repository stands by itself: no address of a package index or of somebody's machine stands in it."""

import subprocess

import pytest

from tests.architecture.project import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-server.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_index_and_pin_by_hash(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert not [
        line
        for line in lines
        if "://" in line or line.startswith(("--index", "--extra-index", "--find-links", "-i "))
    ]
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned), "a package without a version or a hash"


def test_the_locks_agree() -> None:
    def pins(name: str) -> dict[str, str]:
        lines = (ROOT / name).read_text().splitlines()
        return dict(line.split(" ")[0].split("==") for line in lines if line and not line.startswith((" ", "#")))

    base, dev, server = (
        pins(name) for name in ("requirements.lock", "requirements-dev.lock", "requirements-server.lock")
    )
    assert base.items() <= dev.items()
    assert server.items() <= base.items()


def test_no_committed_file_names_a_place_outside() -> None:
    # put together here so that this file does not find itself
    places = ["/wor" + "k/", "/ro" + "ot/", ".libr" + "ary", "far" + "m-", "pypi" + ".org", "pythonhosted" + ".org"]
    pattern = [argument for place in places for argument in ("-e", place)]
    found = subprocess.run(
        ["git", "grep", "-lF", *pattern, "--", ":!static/vendor", ":!NOTICE"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert found.returncode in {0, 1}, found.stderr
    assert not found.stdout.split()
