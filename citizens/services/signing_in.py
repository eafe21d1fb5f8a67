"""Signing in without a password: six digits to an address, or an identity service that vouches for somebody."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from kombu.exceptions import OperationalError

from audit.services import record
from citizens import events, selectors
from citizens.models import Code, Identity, IdentityIndex, Visitor
from citizens.rules.addresses import Address, read_address
from citizens.rules.kinds import IdentityKind, Proof, Relation
from citizens.rules.limits import (
    CODE_DIGITS,
    CODE_GOOD,
    CODE_TRIES,
    FROM_ONE_ADDRESS,
    TO_ONE_RECEIVER,
    TRIES_FOR_ONE_RECEIVER,
    TRIES_FROM_ONE_ADDRESS,
)
from citizens.rules.places import IDENTITY
from citizens.services.claiming import make_effective
from citizens.services.counting import count, digest_of
from citizens.services.sessions import Browser, begin, hash_of
from kernel.actor import ANONYMOUS, Actor, visitor
from kernel.errors import Malformed, RuleBroken
from kernel.identifiers import normalise_code
from kernel.names import masked_person
from office.services import send_message, send_text
from subjects.services import match_persons
from toolkit import crypto

SUBJECT = "公众门户登录验证码"
TEXT = "【{city}信用】登录验证码 {code}，5分钟内有效，仅用于登录公众门户。工作人员不会向您索要验证码，请勿告知他人。"


class AddressMalformed(Malformed):
    code = "citizens.address_malformed"
    message = "请填写电子邮箱地址，或11位手机号码。"


class NoTextsHere(Malformed):
    code = "citizens.no_texts_here"
    message = "本门户暂未开通短信验证码，请填写电子邮箱地址。"


class CodeWrong(RuleBroken):
    """One answer: wrong, over, used up, of another browser, or of a visitor who may not sign in."""

    code = "citizens.code_wrong"
    message = "验证码不正确或已失效。请核对后重新输入；超过5分钟或输错5次的，请重新获取。"


class IdentityIncomplete(Malformed):
    code = "citizens.identity_incomplete"
    message = "统一身份认证没有返回账号标识，未能登录。请稍后重试，或改用验证码登录。"


@dataclass(frozen=True, slots=True)
class Sent:
    """`token` goes into a cookie of the browser that asked; `masked` onto its next page."""

    token: str
    masked: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token`: the new session's cookie."""

    token: str
    visitor_id: int
    first_time: bool


def send_code(*, address: str, browser: Browser, actor: Actor, now: datetime, wall: datetime) -> Sent:
    """Send six digits to an address. The same is done and said whether anybody is known by it.

    Raises AddressMalformed, NoTextsHere, TooOften.
    """
    read = read_address(address)
    if read is None:
        raise AddressMalformed
    if read.kind is IdentityKind.SMS and not settings.SMS_GATEWAY_URL:
        raise NoTextsHere
    count(limits=FROM_ONE_ADDRESS, who=browser.address, wall=wall)
    count(limits=TO_ONE_RECEIVER, who=read.value, wall=wall)
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    hashed = hash_of(token)
    with transaction.atomic():
        row = Code.objects.create(
            token_hash=hashed,
            kind=read.kind.value,
            value_ct=crypto.encrypt(read.value, aad=_code_place(hashed)),
            receiver=digest_of(read.value),
            code_hash=_hash(code, token),
            kiosk=browser.kiosk,
            sent_at=wall,
            good_until=wall + CODE_GOOD,
        )
        about, text = f"citizens.code:{row.pk}", TEXT.format(city=settings.CITY_NAME, code=code)
        if read.kind is IdentityKind.SMS:
            send_text(to=read.value, text=text, about=about, actor=actor, now=now)
        else:
            send_message(to=read.value, subject=SUBJECT, body=text, about=about, actor=actor, now=now)
        record(events.CodeSent(read.kind.value, browser.kiosk), about=about, actor=actor, now=now)
        transaction.on_commit(_wake, robust=True)
    return Sent(token, read.masked)


def _wake() -> None:
    """Who waits for a code waits for seconds; without a broker the sweep sends it within the minute."""
    try:
        current_app.send_task("office.tasks.send_messages", retry=False, ignore_result=True)
    except (OSError, OperationalError):
        return


def sign_in(*, token: str, code: str, browser: Browser, now: datetime, wall: datetime) -> SignedIn:
    """Whoever brings the code back in the browser that asked for it is in. Raises CodeWrong, TooOften.

    The try is counted before the code is judged, and stays counted: five at most, whoever tries at the same time.
    """
    count(limits=TRIES_FROM_ONE_ADDRESS, who=browser.address, wall=wall)
    hashed = hash_of(token)
    row = Code.objects.filter(token_hash=hashed).first()
    if row is None:
        _refuse("没有请求验证码", "citizens.code:", now)
        raise CodeWrong
    about = f"citizens.code:{row.pk}"
    count(limits=TRIES_FOR_ONE_RECEIVER, who=bytes(row.receiver).hex(), wall=wall)
    if not _take_try(row.pk, wall):
        _refuse("已失效", about, now)
        raise CodeWrong
    typed = "".join(normalise_code(code).split())
    if not hmac.compare_digest(_hash(typed, token), bytes(row.code_hash)):
        _refuse("不正确", about, now)
        raise CodeWrong
    address = crypto.decrypt(row.value_ct, aad=_code_place(hashed))
    with transaction.atomic():
        if not Code.objects.filter(pk=row.pk, used_at=None).update(used_at=wall, value_ct=""):
            raise CodeWrong  # another request with the same code was quicker
        read = Address(IdentityKind(row.kind), address)
        who, first = _visitor_of(read.kind, read.value, read.masked, now)
        if who.blocked_at is not None:
            raise CodeWrong
        kiosk = Browser(address=browser.address, agent=browser.agent, token=browser.token, kiosk=row.kiosk)
        return _signed_in(who, read.kind, kiosk, first, now, wall)


@transaction.atomic
def accept_identity(
    *,
    issuer: str,
    account: str,
    browser: Browser,
    actor: Actor,
    now: datetime,
    wall: datetime,
    name: str = "",
    id_kind: str = "citizen_id",
    id_number: str = "",
) -> SignedIn:
    """Whom an identity service vouches for is in (OpenID Connect: `issuer` and its `sub`, verified by the caller).

    With name and number of his document, both vouched for, he is confirmed as that person of the register, if the
    register knows him; nobody is entered. Raises IdentityIncomplete, CodeWrong for somebody who may not sign in.
    """
    if not issuer or not account:
        raise IdentityIncomplete
    shown = masked_person(name) if name else "统一身份认证用户"
    who, first = _visitor_of(IdentityKind.PROVIDER, f"{issuer}\x1f{account}", shown, now)
    if who.blocked_at is not None:
        raise CodeWrong
    if name and id_number:
        (found,) = match_persons(persons=[(id_kind, normalise_code(id_number), name)])
        if found is not None and found.same_name and not found.erased:
            Visitor.objects.filter(pk=who.pk).update(person_id=found.subject_id)
            make_effective(
                visitor_id=who.pk,
                subject_id=found.subject_id,
                relation=Relation.SELF,
                proof=Proof.PROVIDER,
                shown=shown,
                actor=actor,
                now=now,
            )
    return _signed_in(who, IdentityKind.PROVIDER, browser, first, now, wall)


def _signed_in(
    who: Visitor, kind: IdentityKind, browser: Browser, first: bool, now: datetime, wall: datetime
) -> SignedIn:
    token = begin(who=who, browser=browser, wall=wall)
    fact = events.SignedIn(kind.value, browser.kiosk)
    record(fact, about=events.about_visitor(who.pk), actor=visitor(who.pk), now=now)
    return SignedIn(token, who.pk, first)


def _visitor_of(kind: IdentityKind, value: str, shown: str, now: datetime) -> tuple[Visitor, bool]:
    """Who is known by it; a new visitor the first time. Two at once: the index lets one of them through."""
    purpose = selectors.IDENTITY_PURPOSE + kind.value
    with transaction.atomic():
        _lock(digest_of(purpose + value))
        known = selectors.identity_of(kind.value, value)
        if known is not None:
            return known.visitor, False
        who = Visitor.objects.create(display=shown, created_at=now)
        identity = Identity(visitor=who, kind=kind.value, value_ct="v1.", display=shown, created_at=now)
        identity.save()
        sealed = crypto.encrypt(value, aad=IDENTITY.format(id=identity.pk))
        Identity.objects.filter(pk=identity.pk).update(value_ct=sealed)
        IdentityIndex.objects.bulk_create(
            IdentityIndex(identity=identity, key_id=key_id, digest=digest)
            for key_id, digest in crypto.blind_indexes(value, purpose=purpose)
        )
        fact = events.VisitorRegistered(kind.value)
        record(fact, about=events.about_visitor(who.pk), actor=visitor(who.pk), now=now)
    return who, True


def _lock(digest: bytes) -> None:
    """Whoever signs in with the same address waits here until the first one is entered."""
    from_digest = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [from_digest])


def _take_try(code_id: int, wall: datetime) -> bool:
    """Whether the code is still good; then one of its tries is gone, at once and for everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE citizens_code SET tries = tries + 1
            WHERE id = %s AND tries < %s AND used_at IS NULL AND good_until > %s""",
            [code_id, CODE_TRIES, wall],
        )
        return bool(cursor.rowcount == 1)


@transaction.atomic
def _refuse(why: str, about: str, now: datetime) -> None:
    record(events.CodeRefused(why), about=about, actor=ANONYMOUS, now=now)


def _code_place(token_hash: bytes) -> str:
    return f"citizens_code:value_ct:{token_hash.hex()}"


def _hash(code: str, token: str) -> bytes:
    """Under the platform's key and with the browser's token: a copy of the table tries nothing out."""
    return salted_hmac("citizens.code", f"{code}:{token}", algorithm="sha256").digest()
