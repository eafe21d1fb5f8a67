"""Load on a web server by wrk: requests signed into a file beforehand, sent by requests.lua, figures read back."""

import json
import random
import secrets
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from accounts.rules import signature
from tools.places import Trouble

PATH = "/api/v1/checks"
PAGE = "/check/"
CONNECTIONS = 100
SCRIPT = Path(__file__).with_name("requests.lua")


def wrk() -> str | None:
    """Where wrk is, if this machine has it (Debian: apt install wrk)."""
    return shutil.which("wrk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of wrk saw."""

    answered: int
    rate_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float = 0.0  # of web server and database for a request, where it was looked at


def write_checks(
    path: Path, *, codes: Sequence[str], matters: Sequence[str], client: str, secret: str, seed: int
) -> None:
    """One signed check per code, each with a matter of its own and a nonce that was never used."""
    draw, timestamp, series = random.Random(seed), str(int(time.time())), secrets.token_hex(6)
    with path.open("wb") as file:
        for number, code in enumerate(codes):
            question = {"matter": draw.choice(matters), "stage": "before", "subjects": [{"text": code}]}
            body = json.dumps(question).encode()
            nonce = f"{series}-{number}"
            text = signature.text_to_sign(
                method="POST", path=PATH, query="", body=body, timestamp=timestamp, nonce=nonce
            )
            lines = [
                f"POST {PATH} HTTP/1.1",
                "Host: 127.0.0.1",
                "Content-Type: application/json",
                f"Content-Length: {len(body)}",
                f"X-Client: {client}",
                f"X-Timestamp: {timestamp}",
                f"X-Nonce: {nonce}",
                f"X-Signature: {signature.sign(secret.encode(), text)}",
            ]
            request = "\r\n".join([*lines, "", ""]).encode() + body
            file.write(b"%d\n%s" % (len(request), request))


def page_check(session: str, *, code: str, matter: str, key: str) -> bytes:
    """A check as the window's page sends it by htmx, with session and CSRF token."""
    token = "b" * 32  # cookie and field alike: that they agree is what is asked for
    said = {"matter": matter, "stage": "before", "file_number": "", "text": code, "key": key}
    body = urlencode(said | {"csrfmiddlewaretoken": token}).encode()
    lines = [
        f"POST {PAGE} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Cookie: sessionid={session}; csrftoken={token}",
        "HX-Request: true",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def write_page_checks(
    path: Path, *, codes: Sequence[str], sessions: Sequence[str], matters: Sequence[str], seed: int
) -> None:
    """One check per code, of the clerks in turn. A clerk stays with a matter for the session."""
    series = secrets.token_hex(6)
    with path.open("wb") as file:
        for number, code in enumerate(codes):
            clerk = number % len(sessions)
            matter = matters[(clerk + seed) % len(matters)]
            request = page_check(sessions[clerk], code=code, matter=matter, key=f"{series}-{number}")
            file.write(b"%d\n%s" % (len(request), request))


def run(port: int, requests: Path, *, seconds: int, connections: int = CONNECTIONS) -> Run:
    """Send the file's requests for so long. Raises Trouble when one failed, was refused or was sent twice."""
    program = wrk()
    assert program is not None
    arguments = ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "30s"]
    done = subprocess.run(
        [program, *arguments, "--script", str(SCRIPT), f"http://127.0.0.1:{port}", "--", str(requests)],
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        raise Trouble(f"wrk failed: {done.stdout}{done.stderr}")
    seen = json.loads(last)
    if seen["failed"] or seen["refused"] or not seen["answered"] or seen["asked"] > seen["prepared"]:
        raise Trouble(f"the run is not to be used: {last}")
    return Run(
        answered=seen["answered"],
        rate_per_s=seen["answered"] / seen["microseconds"] * 1e6,
        p50_ms=seen["p50"] / 1000,
        p99_ms=seen["p99"] / 1000,
    )
