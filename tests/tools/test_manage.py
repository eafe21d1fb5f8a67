"""manage.py works on the demo's machine from any shell, and nowhere by accident."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.project import ROOT
from tools import keys


def run(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **more}
    command = [sys.executable, "manage.py", "diffsettings", "--output", "unified"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def a_machine(folder: Path) -> dict[str, str]:
    told = {"TESTING": "1", "CITY_NAME": "某市", "DATABASE_URL": "postgres://u@localhost/demo", **keys.throwaway()}
    (folder / "run").mkdir()
    (folder / "run" / "environment.json").write_text(json.dumps(told))
    return told


def test_a_machine_that_is_there_is_used(tmp_path: Path) -> None:
    a_machine(tmp_path)
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "某市" in done.stdout


def test_settings_of_the_shell_win(tmp_path: Path) -> None:
    told = a_machine(tmp_path) | {"CITY_NAME": "本市"}
    done = run(tmp_path, **told)
    assert done.returncode == 0, done.stderr
    assert "某市" not in done.stdout and "本市" in done.stdout


def test_without_a_machine_nothing_starts(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode != 0
    assert "SECRET_KEY (or SECRET_KEY_FILE) is not set" in done.stderr
