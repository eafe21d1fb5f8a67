"""The clients of docs/examples are run as they stand against a real server, each by its own runtime."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from screening.models import Receipt
from tests.architecture.project import ROOT
from tests.factories import accounts, collection, screening

EXAMPLES = ROOT / "docs" / "examples"
SECRET = "-of:the examples'own"  # nothing of it is special to a shell, to openssl, to anybody
CLIENTS = {
    "python": ("python3", ["python3", "client.py"]),
    "curl": ("curl", ["bash", "client.sh"]),
    "java": ("javac", []),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_checks_repeats_and_finds_again(live_server: LiveServer, name: str, tmp_path: Path) -> None:
    needed, command = CLIENTS[name]
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not here")
    if name == "java":  # compiled once: `java Client.java` does it at each call
        subprocess.run([needed, "-d", str(tmp_path), str(EXAMPLES / "Client.java")], check=True, timeout=120)
        command = ["java", "-cp", str(tmp_path), "Client"]
    home = accounts.department()
    matter = screening.matter(consults=[collection.source(kind="record")], implementing_department_id=home.pk)
    accounts.client_system(SECRET, code="hall", department=home)
    known = {"CREDIT_BASE": live_server.url, "CREDIT_CLIENT": "hall", "CREDIT_SECRET": SECRET}
    body = json.dumps(
        {"matter": matter, "stage": "before", "file_number": "江-1", "subjects": [{"text": screening.uscc()}]},
        ensure_ascii=False,
    )

    def run(*arguments: str, **more: str) -> tuple[int, Any]:
        done = subprocess.run(
            [*command, *arguments],
            cwd=EXAMPLES,
            input=body.encode(),
            capture_output=True,
            env=os.environ | known | more,
            timeout=60,
            check=False,
        )
        assert done.stdout, done.stderr.decode()
        return done.returncode, json.loads(done.stdout)

    ended, receipt = run("POST", "/api/v1/checks", CREDIT_NONCE="kept-with-the-case")
    assert (ended, receipt["answer"]) == (0, "clear")
    ended, again = run("POST", "/api/v1/checks", CREDIT_NONCE="kept-with-the-case")
    assert (ended, again["number"], again["repeated"]) == (0, receipt["number"], True)
    ended, replayed = run("GET", f"/api/v1/checks/{receipt['number']}/replay?known_at=&as_of=")
    assert (ended, replayed["same"]) == (0, True)
    assert Receipt.objects.count() == 1
    ended, refused = run("GET", f"/api/v1/checks/{receipt['number']}", CREDIT_SECRET="another")
    assert ended and refused["type"] == "/problems/accounts.signature_wrong"
    if name == "curl":
        ended, by_sm3 = run("GET", f"/api/v1/checks/{receipt['number']}", CREDIT_ALGORITHM="HMAC-SM3")
        assert (ended, by_sm3["number"]) == (0, receipt["number"])
