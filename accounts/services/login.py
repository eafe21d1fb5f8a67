"""Log-ins and second factors, as far as they are ours: the session is Django's, the lock django-axes'."""

import secrets
from datetime import datetime

from django.db import transaction
from django_otp import verify_token

from accounts import events
from accounts.models import Authenticator, User
from audit.services import record
from kernel.actor import Actor

SECRET_BYTES = 20  # RFC 4226
LoginFact = events.LoginSucceeded | events.LoginFailed | events.LoginLocked | events.LoggedOut


def failure(*, username: str, address: str, locked: bool) -> events.LoginFailed | events.LoginLocked:
    """The fact of a failed log-in. A name that no account has is left out: people type passwords there."""
    known = username if User.objects.filter(username=username).exists() else ""
    return events.LoginLocked(known, address) if locked else events.LoginFailed(known, address)


@transaction.atomic
def note(*, fact: LoginFact, actor: Actor, now: datetime, user_id: int | None = None) -> None:
    """Record how a log-in went."""
    record(fact, about=f"accounts.user:{user_id or ''}", actor=actor, now=now)


def has_second_factor(*, user_id: int) -> bool:
    """Whether an authenticator is bound to the account."""
    return bool(Authenticator.objects.filter(user_id=user_id, confirmed=True).exists())


@transaction.atomic
def device_of(*, user_id: int) -> Authenticator:
    """The user's authenticator; the first call makes one that is not confirmed yet."""
    User.objects.select_for_update(of=("self",)).get(pk=user_id)
    device: Authenticator | None = Authenticator.objects.filter(user_id=user_id).order_by("-confirmed", "id").first()
    if device is not None:
        return device
    key_ct = Authenticator.sealed(secrets.token_bytes(SECRET_BYTES), user_id=user_id)
    return Authenticator.objects.create(user_id=user_id, name="手机验证器", confirmed=False, key_ct=key_ct)


@transaction.atomic
def verify(*, device: Authenticator, code: str, actor: Actor, now: datetime) -> bool:
    """Whether the code is right and unused. The first right one binds the authenticator; failures slow it down."""
    if device.confirmed:
        good = verify_token(device.user, device.persistent_id, code) is not None
    else:
        locked = Authenticator.objects.select_for_update().get(pk=device.pk)
        good = bool(locked.verify_is_allowed()[0] and locked.verify_token(code))
    about = f"accounts.user:{device.user_id}"
    if not good:
        record(events.SecondFactorFailed(device.user_id), about=about, actor=actor, now=now)
    elif not device.confirmed:
        Authenticator.objects.filter(pk=device.pk).update(confirmed=True)
        device.confirmed = True
        record(events.SecondFactorEnrolled(device.user_id), about=about, actor=actor, now=now)
    return good
