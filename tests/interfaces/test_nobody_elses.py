"""A client system reads, infers and counts nothing of another's: asked at every interface there is.

Two departments have nothing in common but the platform. What the one asks about a thing of the other is answered as
what it asks about a thing that nobody has: the same status, words and headers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.factories import accounts
from tests.interfaces.doors import DOORS, MORE, Door, interfaces
from tests.interfaces.worlds import NOWHERE, World, world
from tests.signing import send

pytestmark = pytest.mark.django_db
ASKED = {name: door for name, door in (DOORS | MORE).items() if door.signed}
UNEQUAL = frozenset({"Content-Length"})
PUBLIC = re.compile(r'"cautions":\[[^\]]*\]')  # that the register of laws has moved since: it is public


@pytest.fixture
def worlds(frozen: object) -> tuple[World, World]:
    return world(), world()


def ask(client: Client, who: World, door: Door, about: World) -> Any:
    path, body = door.asked(about)
    if isinstance(body, str):
        return send(client, who.client, path, body=body.encode(), content_type="text/xml; charset=utf-8")
    data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return send(client, who.client, path, method=door.method, body=data)


def told(answer: Any, about: World) -> tuple[int, str, Mapping[str, str]]:
    """All that an answer tells, with what the caller himself has named taken out; bare ids are not repeated."""
    text = answer.content.decode()
    for name, value in sorted(about.names().items(), key=lambda one: -len(one[1])):
        if not value.isdigit():
            text = text.replace(value, f"<{name}>")
    headers = {name: value for name, value in answer.headers.items() if name not in UNEQUAL}
    return answer.status_code, text, headers


def test_no_interface_is_forgotten() -> None:
    assert sorted(interfaces()) == sorted(DOORS)


def test_what_is_anothers_is_answered_as_what_is_nobodys(client: Client, worlds: tuple[World, World]) -> None:
    mine, theirs = worlds
    wrong = []
    for name, door in ASKED.items():
        if not door.foreign:
            continue
        foreign, nothing = ask(client, mine, door, theirs), ask(client, mine, door, NOWHERE)
        if foreign.status_code < 400 and not (door.open_catalogue or door.rows):
            wrong.append(f"{name} answers {foreign.status_code}: {foreign.content.decode()[:200]}")
        if not door.open_catalogue and told(foreign, theirs) != told(nothing, NOWHERE):
            wrong.append(f"{name}: {told(foreign, theirs)} is not {told(nothing, NOWHERE)}")
    assert not wrong, "\n".join(wrong)


def test_no_answer_holds_a_thing_of_another(client: Client, worlds: tuple[World, World]) -> None:
    """Whether it asks about its own, another's or nobody's, and also where a catalogue is open."""
    mine, theirs = worlds
    kept = {value for name, value in theirs.names().items() if not value.isdigit()}
    wrong = []
    for name, door in ASKED.items():
        for about in (mine, theirs, NOWHERE):
            answer = ask(client, mine, door, about)
            said = str(door.asked(about))
            text = answer.content.decode() + str(dict(answer.headers))
            text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
            wrong += [
                f"{name} about {about.client}: {value}" for value in kept if value in text and value not in said
            ]
            assert not {"ETag", "Last-Modified", "X-Total-Count", "Set-Cookie"} & set(answer.headers)
    assert not wrong, "\n".join(wrong)


def test_own_answers_do_not_change_with_what_others_do(client: Client, frozen: object) -> None:
    """Counts, cursors and sequence numbers: a busy neighbour moves none of them."""
    mine = world()
    reading = {
        name: door
        for name, door in ASKED.items()
        if (door.method == "GET" or name == "exchange:api_soap") and name != "api_schema" and not door.upstream
    }

    def answers() -> dict[str, Any]:
        said = {name: told(ask(client, mine, door, mine), mine) for name, door in reading.items()}
        for name in ("screening:api_replay", "replay: as of a day"):
            status, text, headers = said[name]
            said[name] = status, PUBLIC.sub("", text), headers
        return said

    before = answers()
    assert {name for name, said in before.items() if said[0] != 200} == set(), before
    world()
    world()
    assert answers() == before


def test_without_a_scope_every_interface_is_closed_alike(client: Client, worlds: tuple[World, World]) -> None:
    """403 before anything is looked up: what is there and what is not cannot be told apart."""
    mine, theirs = worlds
    bare = replace(NOWHERE, client=accounts.client_system(scopes=()).code)
    facts = Event.objects.count()
    for name, door in ASKED.items():
        answers = {about: ask(client, bare, door, about) for about in (mine, theirs, bare, NOWHERE)}
        assert {answer.status_code for answer in answers.values()} == {door.closed}, name
        assert len({str(told(answer, about)) for about, answer in answers.items()}) == 1, name
    assert Event.objects.count() == facts
