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
from datetime import date, datetime
from functools import cache, cached_property
from hashlib import sha256
from typing import Any

from django.conf import settings

from audit.selectors import handlers_of
from kernel.actor import Actor
from screening.events import CHECK_CALLED, CHECK_MADE
from screening.models import Receipt
from screening.rules.answer import CheckResult, calls_for_feedback, reaches_persons
from screening.selectors.checks import Held, PreparedPlan
from toolkit.db import call_json_again, filled

RECORD = (
    "screening_record(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::jsonb, %s::jsonb,"
    " %s, %s::text[])"
)
# filled twice: with what a prepared answer says every time, and (%%s) with what each check says
RECORD_NOTHING = (
    "screening_record_nothing(%%s::text[], %s::int[], %s, %s, %s::jsonb, %s::jsonb, ARRAY[{pieces}],"
    " %s, %%s, %%s, %%s, %s, %s, %%s, %s, %s, %s, %s, %s::jsonb, %s, %s::text[])"
)
UNKNOWN = secrets.token_hex(16)  # stands where a code and the register's words come in; no text ever holds it
PLACE = f'"id":"{UNKNOWN}","kind":"","name":"",'


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A check as its receipt keeps it; page, print and interface all show `content` (rules.record.content_of)."""

    number: str
    checked_at: datetime
    as_of: date
    stage: str
    file_number: str
    answer: str
    complete: bool
    no_measure: bool
    text: str  # the content as it was written to the receipt, JSON
    repeated: bool
    given: tuple[str, ...] = ()  # what was typed for each subject: shown once, kept nowhere

    @cached_property
    def content(self) -> dict[str, Any]:
        return json.loads(self.text)  # type: ignore[no-any-return]

    @classmethod
    def of(cls, receipt: Receipt) -> "Checked":
        """A check that was made before."""
        return cls(
            number=receipt.number,
            checked_at=receipt.checked_at,
            as_of=receipt.as_of,
            stage=receipt.stage,
            file_number=receipt.file_number,
            answer=receipt.answer,
            complete=receipt.complete,
            no_measure=receipt.no_measure,
            text=_json(receipt.content),
            repeated=True,
        )


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


@dataclass(frozen=True, slots=True)
class Expected:
    """What is recorded if nothing is in force: the receipt's content in pieces, between which the subjects come."""

    result: CheckResult
    pieces: list[str]
    call: str  # RECORD_NOTHING with all that this answer says every time; written and escaped once

    @classmethod
    def of(
        cls, result: CheckResult, content: dict[str, Any], prepared: PreparedPlan, held: Held, actor: Actor
    ) -> "Expected":
        """The subjects of result and content have UNKNOWN for their code."""
        for subject in content["subjects"]:
            subject["id"] = UNKNOWN
        first, *rest = _json(content).split(PLACE)
        assert len(rest) == len(result.subjects) and not result.no_measure
        rest = ["," + piece for piece in rest]
        constants = (
            prepared.asked,
            result.as_of,
            reaches_persons(prepared.plan),
            json.dumps(astuple(prepared.made_from)),
            json.dumps(held.revisions),
            first,
            *(part for piece in rest for part in piece.split(UNKNOWN)),
            actor.key,
            *_matter(result, actor),
            result.complete,
            json.dumps(dict(result.vector)),
            CHECK_MADE,
            list(handlers_of(CHECK_MADE)),
        )
        pieces = ", ".join(["%s", *("%s || %%s || %s" for _ in rest)])
        return cls(result, [first, *rest], filled(RECORD_NOTHING.format(pieces=pieces), constants))


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
    matter_id, stage, *others = _matter(result, request.actor)
    written = call_json_again(
        RECORD,
        request.actor.key,
        request.key,
        request.digest,
        request.now,
        result.as_of,
        matter_id,
        stage,
        result.file_number,
        *others,
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
    expected: Expected, codes: Sequence[str], *, file_number: str, request: Request
) -> tuple[Written | None, dict[str, Any]]:
    """Record what is expected if nothing is in force for these codes and all revisions are the expected ones.

    (None, what was seen) where that is not so; then nothing is written.
    """
    seen = call_json_again(expected.call, codes, *codes, request.key, request.digest, request.now, file_number)
    if "number" not in seen:
        return None, seen
    text, *pieces = expected.pieces
    for (subject_id, kind, name, *_), code, piece in zip(seen["subjects"], codes, pieces, strict=True):
        text += _json({"id": subject_id, "kind": kind or "", "name": name or ""})[1:-1] + piece.replace(UNKNOWN, code)
    return _written(seen, CHECK_MADE, text), seen


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _matter(result: CheckResult, actor: Actor) -> tuple[Any, ...]:
    plan = result.plan
    return plan.matter_id, plan.stage, actor.department_id, plan.department_id, result.answer.value


def _written(said: Mapping[str, Any], fact: str, text: str) -> Written:
    return Written(said["number"], said["same"], said["repeated"], said.get("event"), fact, text)
