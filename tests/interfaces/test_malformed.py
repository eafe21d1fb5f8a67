"""Requests that are wrong in one place, at every operation: refused in Chinese by a status that is described.

Beside schemathesis, which makes data that break the schema: here are broken bytes, headers, addresses and texts that
no schema speaks of. The short run takes some of each operation by a fixed seed; `make soak` takes all.
"""

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.interfaces.examples import Stage, operations, stage
from tests.interfaces.test_description import described
from tests.signing import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SOME = 12  # of each operation in the short run
LONG = "长" * 100_000
WRONG: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, float("inf"), float("nan"), "", " ", "\x00", "\ud800", LONG, "'; DROP TABLE x;--",
    "９", "²", "1e9999", "2026-02-30", "9999-12-31", "0001-01-01", [], {}, [[]], ["\x00"], {"\ud800": "\x00"}, [None],
    "\u202e\u200b", "%00", "91339901MA9K3H5T3X", "339901197508164711",
]  # fmt: skip
BODIES = [
    b"{", b"\xff\xfe{", b"null", b"[]", b'"x"', b"1", b"[" * 100_000, b'{"a":' * 5_000, b"9" * 5_000, b"{}" * 2,
    b'{"a": 1e400}', b'{"a": NaN}', b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"<a/>", b"a=1&b=2", b"\x00",
]  # fmt: skip
KINDS = ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=gb18030", "x"]
HEADERS: list[dict[str, str]] = [
    {"Accept": "text/xml"}, {"Accept": "nonsense"}, {"Idempotency-Key": "x" * 5_000}, {"X-Algorithm": "MD5"},
    {"X-Timestamp": "²"}, {"X-Timestamp": "0"}, {"X-Timestamp": "9" * 400}, {"X-Nonce": "short"},
    {"X-Nonce": "with space"}, {"X-Signature": "ü"}, {"X-Signature": ""}, {"Content-Encoding": "gzip"},
    {"X-HTTP-Method-Override": "DELETE"}, {"If-Modified-Since": "x"}, {"Range": "bytes=9-1"},
    {"Accept-Language": "x"},
    {"X-Client": "nobody"}, {"X-Client": "\x01"}, {"Expect": "100-continue"}, {"X-Forwarded-For": "x, ,"},
    {"Cookie": "sessionid=x; csrftoken=y"}, {"Authorization": "Bearer x.y.z"}, {"Host": "elsewhere.example"},
]  # fmt: skip
QUERIES = [
    "after=x", "after=-1", "after=%00", "after=" + "9" * 400, "after=1.1-", "limit=0", "limit=1e3", "limit=%C2%B2",
    "format=xml", "as_of=x", "as_of=0001-01-01", "known_at=9999-12-31T23:59:59-23:59", "known_at=x", "case=%00",
    "case=" + "x" * 5_000, "case=AL-999999999999999999", "a=%ff%fe", "x" * 5_000,
]  # fmt: skip
PLACES = [
    "%00",
    "%ff",
    "0",
    "-1",
    "9" * 40,
    "..",
    "x" * 5_000,
    "%E2%80%AE",
    "%0A",
    "a%20b",
    "%25",
    "²",
    "JL-20261120-0",
]
Case = tuple[str, str, dict[str, Any], bytes | None, dict[str, str]]  # what, address, said, raw body, headers


def wrong_at(value: Any) -> Iterator[tuple[str, Any]]:
    """A body with one place of it wrong: left out, or something else."""
    if isinstance(value, dict):
        for name in value:
            yield f".{name} left out", {key: one for key, one in value.items() if key != name}
            for wrong in WRONG:
                yield f".{name} = {str(wrong)[:20]!r}", value | {name: wrong}
            for where, inner in wrong_at(value[name]):
                yield f".{name}{where}", value | {name: inner}
        yield ".extra", value | {"\x00额外": LONG[:1000]}
    if isinstance(value, list) and value:
        yield " twice", [*value, value[0]]
        yield " many", value * 6_000
        for where, inner in wrong_at(value[0]):
            yield f"[0]{where}", [inner, *value[1:]]


def cases(path: str, said: dict[str, Any]) -> Iterator[Case]:
    for headers in HEADERS:
        yield str(headers)[:60], path, said, None, headers
    for query in QUERIES:
        yield query[:60], f"{path}?{query}", said | {"query": {}}, None, {}
    for name in said["path"]:
        for place in PLACES:
            yield f"{name}={place[:40]}", path.replace(f"{{{name}}}", place), said, None, {}
    if "request" in said:
        for body in BODIES:
            yield str(body[:20]), path, said, body, {}
        for kind in KINDS:
            yield kind, path, said, None, {"content_type": kind}
        for where, body in wrong_at(said["request"]):
            yield where, path, said | {"request": body}, None, {}


def faults(here: Stage, name: str, method: str, path: str, responses: dict[str, Any], some: int | None) -> list[str]:
    said = here.request_of(name)
    every = list(cases(path, said))
    if some is not None:
        every = random.Random(f"{name}-2026").sample(every, min(some, len(every)))
    wrong = []
    for what, address, one, raw, headers in every:
        try:
            answer = asked(here, method, address, one, raw, headers)
        except Exception as defect:
            wrong.append(f"{name} {what}: {type(defect).__name__} {defect}"[:400])
            continue
        wrong += [f"{name} {what}: {fault}" for fault in judged(answer, responses)]
    return wrong


def asked(
    here: Stage, method: str, path: str, said: dict[str, Any], raw: bytes | None, headers: dict[str, str]
) -> Any:
    said = copy.deepcopy(said)
    if "request" in said and raw is None:
        raw = json.dumps(said["request"]).encode()  # escaped, so that a lone surrogate can be written
    for name, value in said["path"].items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    if path.startswith(("/api/v1/plugin/checks", "/api/v1/plugin/choices")):
        kind = headers.get("content_type", "application/json")
        more = {"Authorization": f"Bearer {here.token}", "Origin": "https://hall.example"}
        more |= {key: value for key, value in headers.items() if key != "content_type"}
        return Client().generic(method, path, raw or b"", content_type=kind, headers=more)
    return send(Client(), here.known.client, path, method=method, body=raw or b"", **headers)


def judged(answer: Any, responses: dict[str, Any]) -> Iterator[str]:
    status, kind = answer.status_code, answer.headers.get("Content-Type", "").partition(";")[0]
    if str(status) not in responses or status >= 500:
        yield f"{status} is not described: {answer.content.decode(errors='replace')[:200]}"
    elif status == 200:
        if kind != "application/json":
            yield f"200 as {kind}"
    else:
        said = answer.json() if kind == "application/problem+json" else {}
        if not CHINESE.search(str(said.get("title", ""))) or said.get("status") != status:
            yield f"{status} as {kind} says {answer.content.decode(errors='replace')[:200]}"
        if LONG[:2000] in answer.content.decode(errors="replace"):
            yield f"{status} repeats what was sent"


def every_fault(client: Client, some: int | None) -> list[str]:
    """The examples are asked once, so that there is what they name; then what is wrong."""
    description, here = described(client), stage()
    found = list(operations(description))
    for name, method, path, _ in found[:-1]:
        answer = here.ask(method, path, here.request_of(name))
        if answer.status_code == 200:
            here.learn(name, answer.json())
    wrong = []
    for name, method, path, operation in found:
        wrong += faults(here, name, method, path, operation["responses"], some)
    return wrong


def test_what_is_wrong_is_refused_in_chinese_by_a_status_that_is_described(client: Client) -> None:
    wrong = every_fault(client, SOME)
    assert not wrong, "\n".join(wrong)


@pytest.mark.soak
def test_whatever_is_wrong_is_refused(client: Client) -> None:
    wrong = every_fault(client, None)
    assert not wrong, "\n".join(wrong)
