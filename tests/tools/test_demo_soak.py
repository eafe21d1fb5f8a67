"""`make demo` killed ten times at any moment, then let through: nothing half-made was taken for finished."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import places

pytestmark = pytest.mark.soak
KILLS = 10
LONGEST_SECONDS = 60


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    home = Path(tempfile.mkdtemp(prefix="cd-", dir="/tmp"))
    home.chmod(0o755)
    told = os.environ | {"DATA_DIR": str(home), "PORT": str(places.free_port()), "SERVE": "0"}
    for name in ("DATABASE_URL", "REDIS_URL", "TESTING"):
        told.pop(name, None)
    yield told
    subprocess.run([sys.executable, "-m", "tools.demo", "clean"], cwd=places.ROOT, env=told, check=True)
    shutil.rmtree(home, ignore_errors=True)


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tools.demo", "up"],
        cwd=places.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def test_killed_at_any_moment_the_next_run_recovers(environment: dict[str, str]) -> None:
    chance = random.Random(20261122)
    for _ in range(KILLS):
        demo = start(environment)
        time.sleep(chance.uniform(0.2, LONGEST_SECONDS))
        supervisor = Path(environment["DATA_DIR"]) / "run" / "supervisord.pid"
        if chance.random() < 0.5 and supervisor.exists():
            with_it = int(supervisor.read_text())
            if Path(f"/proc/{with_it}").exists():
                os.kill(with_it, signal.SIGKILL)
        os.killpg(demo.pid, signal.SIGKILL)
        demo.communicate()
    demo = start(environment)
    output, _ = demo.communicate(timeout=600)
    assert demo.returncode == 0, output
    result = json.loads(output.splitlines()[-1])
    assert result["checked"] == result["hit"] + result["clear"] + result["could_not_check"] > 0

    again = start(environment | {"RESET": "1"})
    output, _ = again.communicate(timeout=600)
    assert again.returncode == 0, output
    assert {k: v for k, v in json.loads(output.splitlines()[-1]).items() if k != "seconds"} == {
        k: v for k, v in result.items() if k != "seconds"
    }
