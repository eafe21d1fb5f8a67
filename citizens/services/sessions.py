"""Sessions of visitors: begun, looked at, ended. The cookie's text is known to the browser alone."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from audit.services import record
from citizens import events, policies, selectors
from citizens.models import Session, Visitor
from citizens.rules.addresses import device_words
from citizens.rules.kinds import SessionEnd
from citizens.rules.limits import idle, longest, seen_every
from kernel.actor import Actor, visitor
from kernel.errors import NotPermitted
from toolkit.clock import day_of

TOKEN_BYTES = 32


class VisitorsOnly(NotPermitted):
    code = "citizens.visitors_only"
    message = "请先在公众门户登录。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """From where somebody comes. `token`: the session cookie that his browser brought, whatever it is."""

    address: str
    agent: str = ""
    token: str = ""
    kiosk: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """A session as the middleware sees it."""

    actor: Actor
    session_id: int
    kiosk: bool


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _of_browser(agent: str) -> bytes:
    return salted_hmac("citizens.browser", agent, algorithm="sha256").digest()


def begin(*, who: Visitor, browser: Browser, wall: datetime) -> str:
    """A new session, and its cookie's text. Whatever session the browser brought is ended: none is ever taken over.

    In the caller's transaction.
    """
    if browser.token:
        Session.objects.filter(token_hash=hash_of(browser.token), ended_at=None).update(
            ended_at=wall, ended_for=SessionEnd.REPLACED.value
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Session.objects.create(
        token_hash=hash_of(token),
        visitor=who,
        kiosk=browser.kiosk,
        browser=_of_browser(browser.agent),
        device="自助终端" if browser.kiosk else device_words(browser.agent),
        began_at=wall,
        seen_at=wall,
    )
    return token


def enter(*, browser: Browser, now: datetime, wall: datetime) -> Entered | None:
    """Whose session that is, if it still stands. One that is idle or old ends; so does one from another browser."""
    if not browser.token:
        return None
    session = selectors.open_session(hash_of(browser.token))
    if session is None:
        return None
    over = _over(session, browser, wall)
    if over is not None:
        _end(session, over, wall)
        return None
    if wall - session.seen_at >= seen_every(session.kiosk):
        Session.objects.filter(pk=session.pk, ended_at=None).update(seen_at=wall)
    return Entered(selectors.actor_of_visitor(session.visitor, today=day_of(now)), session.pk, session.kiosk)


def _over(session: Session, browser: Browser, wall: datetime) -> SessionEnd | None:
    if not constant_time_compare(bytes(session.browser), _of_browser(browser.agent)):
        return SessionEnd.STOLEN
    if wall - session.began_at > longest(session.kiosk):
        return SessionEnd.OLD
    return SessionEnd.IDLE if wall - session.seen_at > idle(session.kiosk) else None


@transaction.atomic
def _end(session: Session, why: SessionEnd, wall: datetime) -> None:
    ended = Session.objects.filter(pk=session.pk, ended_at=None).update(ended_at=wall, ended_for=why.value)
    if ended:
        _note(session.visitor_id, why, ended, visitor(session.visitor_id), wall)


@transaction.atomic
def sign_out(*, token: str, actor: Actor, now: datetime, wall: datetime) -> None:
    """End this session. A second time changes nothing."""
    ended = Session.objects.filter(token_hash=hash_of(token), ended_at=None).update(
        ended_at=wall, ended_for=SessionEnd.SIGNED_OUT.value
    )
    if ended and actor.id is not None:
        _note(actor.id, SessionEnd.SIGNED_OUT, ended, actor, now)


@transaction.atomic
def sign_out_elsewhere(*, token: str, actor: Actor, now: datetime, wall: datetime) -> int:
    """End all other sessions of the visitor; how many. Raises VisitorsOnly."""
    if not policies.is_visitor(actor) or actor.id is None:
        raise VisitorsOnly
    others = Session.objects.filter(visitor_id=actor.id, ended_at=None).exclude(token_hash=hash_of(token))
    ended = others.update(ended_at=wall, ended_for=SessionEnd.ELSEWHERE.value)
    if ended:
        _note(actor.id, SessionEnd.ELSEWHERE, ended, actor, now)
    return ended


def _note(visitor_id: int, why: SessionEnd, count: int, actor: Actor, now: datetime) -> None:
    fact = events.SessionEnded(why.value, count)
    record(fact, about=events.about_visitor(visitor_id), actor=actor, now=now)
