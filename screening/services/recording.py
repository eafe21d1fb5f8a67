"""Writing a check down: key, receipt and fact in one statement, or nothing.

Most checks find nothing. For those the answer is prepared before the look, and one statement looks, sees that nothing
is in force and that all revisions are those of the preparation, and records it (decision 18). What is answered is
decided by rules/answer.py alone either way.
"""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings

from audit.selectors import handlers_of
from kernel.actor import Actor
from screening.events import CHECK_CALLED, CHECK_MADE
from screening.rules.answer import CheckResult, calls_for_feedback, reaches_persons
from screening.selectors.checks import PreparedPlan
from toolkit.db import call_json_again

RECORD = (
    "screening_record(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::jsonb, %s::jsonb,"
    " %s, %s::text[])"
)
RECORD_NOTHING = (
    "screening_record_nothing(%s::text[], %s::int[], %s, %s, %s::jsonb, %s::jsonb, %s::text[],"
    " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s::text[])"
)
UNKNOWN = secrets.token_hex(16)  # stands where the register's words come in; nothing that is written holds it
PLACE = f'"id":"{UNKNOWN}","kind":"","name":""'


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, under which idempotency key, and a digest of what is asked."""

    actor: Actor
    key: str
    digest: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """`same` False: the key was used for another question. `repeated`: it was there. `event`: the fact."""

    number: str
    same: bool
    repeated: bool
    event: int | None = None
    fact: str = ""
    text: str = ""  # the content as JSON


def digest_of(asked: Sequence[Any]) -> bytes:
    """What was asked, under a key: a plain digest of a citizen's number could be guessed back to the number."""
    return hmac.digest(_digest_key(settings.SECRET_KEY), json.dumps(asked, ensure_ascii=False).encode(), "sha256")


@cache
def _digest_key(secret: str) -> bytes:
    """As django.utils.crypto.salted_hmac derives it, once."""
    return sha256(b"screening.request" + secret.encode()).digest()


def record(result: CheckResult, content: Mapping[str, Any], *, request: Request) -> Written:
    fact = CHECK_CALLED if calls_for_feedback(result) else CHECK_MADE
    text = _json(content)
    written = call_json_again(
        RECORD,
        *_who(request),
        result.as_of,
        *_matter(result, request),
        result.complete,
        result.no_measure,
        [s.subject.id for s in result.subjects if s.subject.id is not None],
        text,
        json.dumps(dict(result.vector)),
        fact,
        list(handlers_of(fact)),
    )
    return _written(written, fact, text)


def record_nothing(
    prepared: PreparedPlan,
    states: Sequence[int | None],
    result: CheckResult,
    content: dict[str, Any],
    *,
    request: Request,
) -> tuple[Written | None, dict[str, Any]]:
    """Record what is answered if nothing is in force for these codes and the sources are at the revisions `states`;
    the content's subjects get the register's id, kind and name. (None, what was seen) where that is not so.
    """
    codes = [subject["code"] for subject in content["subjects"]]
    for subject in content["subjects"]:
        subject["id"] = UNKNOWN
    pieces = _json(content).split(PLACE)
    assert len(pieces) == len(codes) + 1
    seen = call_json_again(
        RECORD_NOTHING,
        codes,
        prepared.asked,
        result.as_of,
        reaches_persons(prepared.plan),
        json.dumps(astuple(prepared.made_from)),
        json.dumps(states),
        pieces,
        *_who(request),
        *_matter(result, request),
        result.complete,
        json.dumps(dict(result.vector)),
        CHECK_MADE,
        list(handlers_of(CHECK_MADE)),
    )
    if "number" not in seen:
        return None, seen
    text = pieces[0]
    for subject, (subject_id, kind, name, *_), piece in zip(
        content["subjects"], seen["subjects"], pieces[1:], strict=True
    ):
        told = {"id": subject_id, "kind": kind or "", "name": name or ""}
        subject |= told
        text += _json(told)[1:-1] + piece
    return _written(seen, CHECK_MADE, text), seen


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _who(request: Request) -> tuple[Any, ...]:
    return request.actor.key, request.key, request.digest, request.now


def _matter(result: CheckResult, request: Request) -> tuple[Any, ...]:
    plan = result.plan
    departments = request.actor.department_id, plan.department_id
    return plan.matter_id, plan.stage, result.file_number, *departments, result.answer.value


def _written(said: Mapping[str, Any], fact: str, text: str) -> Written:
    return Written(said["number"], said["same"], said["repeated"], said.get("event"), fact, text)
