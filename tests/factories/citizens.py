"""Visitors of the portal for tests: signed in by the real codes, for whom they speak by the real services."""

import re
from datetime import date, datetime
from io import BytesIO

from django.test import Client

from citizens import services
from citizens.models import Representation
from citizens.rules.claims import Claim
from citizens.rules.kinds import Proof, Relation
from citizens.services.sessions import Browser
from kernel.actor import ANONYMOUS, Actor, Kind
from office.models import Message
from tests.conftest import NOW
from tests.factories import subjects

AGENT = "Mozilla/5.0 (Windows NT 10.0) Chrome/140"
PDF = b"%PDF-1.7\n%%EOF\n"


def code_sent_to(address: str) -> str:
    """The six digits of the latest message to that address."""
    body = Message.objects.filter(to=address).order_by("-id").values_list("body", flat=True)[0]
    found = re.search(r"验证码 (\d{6})", body)
    assert found is not None
    return found.group(1)


def browser(address: str = "198.51.100.7", **more: str | bool) -> Browser:
    return Browser(**{"address": address, "agent": AGENT} | more)  # type: ignore[arg-type]  # its own fields


def signed_in(
    address: str = "shen@example.com", *, at: datetime = NOW, where: Browser | None = None
) -> services.SignedIn:
    """Somebody who asked for a code and brought it back."""
    where = where or browser()
    sent = services.send_code(address=address, browser=where, actor=ANONYMOUS, now=at, wall=at)
    return services.sign_in(token=sent.token, code=code_sent_to(address), browser=where, now=at, wall=at)


def visitor(address: str = "shen@example.com", *, at: datetime = NOW, of: int | None = None) -> Actor:
    """The actor of a visitor; `of`: the representative of that organisation."""
    visitor_id = signed_in(address, at=at).visitor_id
    if of is not None:
        represents(visitor_id, of, at=at)
    return Actor(
        kind=Kind.VISITOR,
        name=str(visitor_id),
        id=visitor_id,
        subjects=frozenset([of] if of is not None else []),
    )


def represents(
    visitor_id: int, subject_id: int, *, relation: Relation = Relation.REPRESENTATIVE, at: datetime = NOW
) -> Representation:
    return services.make_effective(
        visitor_id=visitor_id,
        subject_id=subject_id,
        relation=relation,
        proof=Proof.REVIEW,
        shown="91339901MA9K3H5T3Y",
        actor=subjects.ACTOR,
        now=at,
    )


def said(
    relation: Relation = Relation.REPRESENTATIVE,
    *,
    code: str = "",
    name: str = "沈建国",
    number: str = "",
    until: date | None = None,
) -> Claim:
    return Claim(
        relation=relation,
        code=code or ("" if relation is Relation.SELF else subjects.uscc()),
        name=name,
        id_number=number or subjects.citizen_id(),
        until=until,
    )


def claim(actor: Actor, claimed: Claim, *, paper: bool = False, at: datetime = NOW) -> Representation:
    stored = services.keep_paper(stream=BytesIO(PDF), size=len(PDF), actor=actor, now=at) if paper else None
    return services.claim(said=claimed, paper=stored, actor=actor, now=at, wall=at)


def client_of(address: str = "shen@example.com", *, at: datetime = NOW) -> Client:
    """A browser that has signed in through the pages."""
    client = Client(headers={"user-agent": AGENT})
    client.post("/portal/in/", {"address": address, "next": "/portal/my/"})
    answer = client.post("/portal/in/code/", {"code": code_sent_to(address)})
    assert answer.status_code == 302, answer.content.decode()
    return client
