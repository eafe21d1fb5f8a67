"""What a response task may become, and what its department may say of it. Pure."""

from typing import Any

import pytest

from kernel.machine import TransitionRefused
from screening.rules.responses import RESPONSE_LIFE, ResponseState, Standing, Verb, may_say

ARROWS = {
    ("accept", "waiting"), ("respond", "waiting"), ("respond", "accepted"), ("decline", "waiting"),
    ("decline", "accepted"), ("end", "waiting"), ("end", "accepted"), ("end", "responded"),
}  # fmt: skip


@pytest.mark.parametrize("state", ResponseState)
@pytest.mark.parametrize("name", sorted(RESPONSE_LIFE.transitions))
def test_every_arrow_and_every_missing_arrow(name: str, state: ResponseState) -> None:
    if (name, state.value) in ARROWS:
        assert RESPONSE_LIFE.after(name, state) in ResponseState
    else:
        with pytest.raises(TransitionRefused):
            RESPONSE_LIFE.after(name, state)


@pytest.mark.parametrize(
    ("verb", "fields", "text", "codes"),
    [
        (Verb.ACCEPT, {}, "", []),
        (Verb.ACCEPT, {"state": ResponseState.ACCEPTED}, "", ["not_in_this_state"]),
        (Verb.RESPOND, {}, "已列入重点监管", []),
        (Verb.RESPOND, {}, " ", ["text_missing"]),
        (Verb.RESPOND, {"suspended": True}, "已列入", ["suspended"]),
        (Verb.DECLINE, {"suspended": True}, "已注销", []),
        (Verb.DECLINE, {}, "", ["text_missing"]),
        (Verb.RESPOND, {"state": ResponseState.ENDED}, "已列入", ["not_in_this_state"]),
        (Verb.STOP, {"state": ResponseState.ENDED, "to_stop": True}, "", []),
        (Verb.STOP, {"state": ResponseState.ENDED}, "", ["nothing_to_stop"]),
    ],
)
def test_what_a_department_may_say(verb: Verb, fields: dict[str, Any], text: str, codes: list[str]) -> None:
    task = Standing(**{"state": ResponseState.WAITING, "suspended": False, "to_stop": False} | fields)
    verdict = may_say(verb, task, text)
    assert [reason.code for reason in verdict.against] == codes
